import { UserError } from "../base/errors";
import { setting } from "../base/naming";
import { digest } from "../base/digest";
import { releasePins, type ReleasePins } from "../releases/fingerprint";
import { releaseLine } from "../releases/lines";
import type { HarborRelease } from "../releases/release";
import { toolkit } from "./toolkit";

/** What a deployment is verified as, and promoted by: equal in all environments that run the same. */
export interface DeploymentPins extends ReleasePins {
    /** Digest of the node's command, which holds all steps and the checks themselves. */
    readonly command: string;
}

export function deploymentPins(release: HarborRelease, protocol: "http" | "https"): DeploymentPins {
    return { ...releasePins(release, protocol), command: digest(toolkit(releaseLine(release.version).id)) };
}

/** The line with which the verification says what it has seen. */
const verified = /^verified: (v\S+) ([0-9a-f]{64}) (https?) (\S+) (sha256:\S+)$/m;

/**
 * What a verification has seen, from its own output.
 * @throws Error when it doesn't say so: nothing counts as verified then.
 */
export function verifiedPins(output: string): DeploymentPins {
    const [, version, sha256, protocol, rendered, command] = verified.exec(output) ?? [];
    if (version === undefined || sha256 === undefined || rendered === undefined || command === undefined) {
        throw new Error("the verification doesn't say what it has verified");
    }
    return { version, sha256, protocol: protocol as "http" | "https", rendered, command };
}

const meaning: Readonly<Record<keyof DeploymentPins, string>> = {
    version: "Harbor version",
    sha256: "SHA-256 of the release",
    protocol: "protocol, for which the files are rendered",
    rendered: "fingerprint of the rendered release (another version of this program?)",
    command: "digest of the node's command (another version of this program?)",
};

/** What stands against a promotion, or undefined. */
export function promotionProblem(stack: string, found: unknown, wanted: DeploymentPins): UserError | undefined {
    if (typeof found !== "object" || found === null) {
        return new UserError(
            `${setting("promoteFrom")}: ${stack} has verified no release yet: run pulumi up --stack ${stack} first`,
        );
    }
    const verifiedThere = found as Partial<Record<keyof DeploymentPins, unknown>>;
    const keys = Object.keys(meaning) as (keyof DeploymentPins)[];
    const shown = (value: unknown): string => (typeof value === "string" ? value : "none");
    const differing = keys.filter((key) => verifiedThere[key] !== wanted[key]);
    if (differing.length === 0) return undefined;
    const lines = differing.map(
        (key) => `  ${meaning[key]}: ${stack} verified ${shown(verifiedThere[key])}, this stack wants ${wanted[key]}`,
    );
    const head = `${setting("promoteFrom")}: ${stack} hasn't verified what this stack wants to deploy:`;
    return new UserError([head, ...lines].join("\n"));
}
