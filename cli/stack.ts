import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseSettings } from "../config/parse";
import type { ClusterSettings } from "../base/settings";

interface ConfigValue {
    readonly value?: string;
    readonly objectValue?: unknown;
    readonly secret: boolean;
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

/** The settings of a stack, as the program itself would see them. */
export function stackSettings(stack: string | undefined): ClusterSettings {
    const args = ["config", "--json", "--show-secrets", ...(stack === undefined ? [] : ["--stack", stack])];
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
