import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../base/errors";
import type { ReleasePins } from "../releases/fingerprint";

/**
 * Lets only that through which another stack has verified: its last successful update ran the verification with the same
 * version, the same archive and the same rendered files.
 * @throws UserError naming both values, before any resource is registered.
 */
export async function requireVerifiedBy(stack: string, wanted: ReleasePins): Promise<void> {
    const reference = new pulumi.StackReference("promote-from", { name: fullName(stack) });
    const verified = await reference.getOutputDetails("verifiedRelease");
    const problem = promotionProblem(stack, verified.value, wanted);
    if (problem !== undefined) throw new UserError(problem);
}

/** Backends in files and object stores have one organization, of this name (pulumi pkg/backend/diy). */
const onlyOrganization = "organization";

/** `organization/project/name`, which every backend reads in the same way. */
function fullName(stack: string): string {
    const own = pulumi.getOrganization();
    if (!stack.includes("/")) return `${own}/${pulumi.getProject()}/${stack}`;
    const [organization = "", ...rest] = stack.split("/");
    if (own === onlyOrganization && organization !== own) {
        const allowed = `${stack.split("/").at(-1) ?? ""} or ${[onlyOrganization, ...rest].join("/")}`;
        throw new UserError(
            `harbor-ha:promoteFrom: ${stack} is not allowed: ${allowed}, since this backend has no organizations`,
        );
    }
    return stack;
}

const meaning: Record<keyof ReleasePins, string> = {
    version: "Harbor version",
    sha256: "SHA-256 of the release",
    rendered: "fingerprint of the rendered release (another version of this program?)",
};

/** What stands against a promotion, or undefined. */
export function promotionProblem(stack: string, verified: unknown, wanted: ReleasePins): string | undefined {
    if (typeof verified !== "object" || verified === null) {
        return `harbor-ha:promoteFrom: ${stack} has verified no release yet: run pulumi up --stack ${stack} first`;
    }
    const found = verified as Partial<Record<keyof ReleasePins, unknown>>;
    const differing = (Object.keys(meaning) as (keyof ReleasePins)[]).filter((key) => found[key] !== wanted[key]);
    if (differing.length === 0) return undefined;
    const lines = differing.map(
        (key) => `  ${meaning[key]}: ${stack} verified ${String(found[key])}, this stack wants ${wanted[key]}`,
    );
    return [`harbor-ha:promoteFrom: ${stack} hasn't verified what this stack wants to deploy:`, ...lines].join("\n");
}
