import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { parseSettings } from "../config/parse";
import type { ClusterSettings } from "../base/settings";
import type { DnsRecord } from "../plan/dns-records";
import type { DeploymentPins } from "../plan/pins";

interface ConfigValue {
    readonly value?: string;
    readonly objectValue?: unknown;
    readonly secret: boolean;
}

/** Those of index.ts that are shown; none is there before the first update has ended. */
export interface StackOutputs {
    readonly url?: string;
    readonly dnsRecords?: readonly DnsRecord[];
    readonly release?: DeploymentPins;
    readonly verifiedRelease?: DeploymentPins;
    readonly verification?: Readonly<Record<string, string>>;
}

const prefix = "harbor-ha:";

/** Runs the Pulumi CLI and gives its standard output; its errors go to the terminal. */
export function pulumi(...args: string[]): string {
    return execFileSync("pulumi", args, {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "inherit"],
        maxBuffer: 64 << 20,
    });
}

const stackOption = (stack: string | undefined): string[] => (stack === undefined ? [] : ["--stack", stack]);

/** The outputs of a stack, without its secrets; empty before its first update. */
export async function stackOutputs(stack: string | undefined): Promise<StackOutputs> {
    const { stdout } = await promisify(execFile)("pulumi", ["stack", "output", "--json", ...stackOption(stack)]);
    return JSON.parse(stdout) as StackOutputs;
}

/** The settings of a stack, as the program itself would see them. */
export function stackSettings(stack: string | undefined): ClusterSettings {
    const args = ["config", "--json", "--show-secrets", ...stackOption(stack)];
    const config = JSON.parse(pulumi(...args)) as Record<string, ConfigValue>;
    const own = Object.entries(config).filter(([key]) => key.startsWith(prefix));
    const encrypted = new Set(own.filter(([, { secret }]) => secret).map(([key]) => key.slice(prefix.length)));
    return parseSettings({
        values: new Map(
            own.map(([key, { value, objectValue }]) => [
                key.slice(prefix.length),
                value ?? JSON.stringify(objectValue ?? ""),
            ]),
        ),
        isEncrypted: (key) => encrypted.has(key),
        readFile: (path) => readFileSync(resolve(path), "utf8"),
        now: new Date(),
    });
}
