import { isMap, parseDocument } from "yaml";

/** What is promoted: the version and the archive or its pin. Everything else belongs to the environment. */
export const pinnedKeys = ["harborVersion", "release", "releaseSource", "releaseSha256"] as const;

/**
 * The target stack's file with the pins of the source stack's; comments and order stay.
 * @throws Error when a file isn't a stack configuration or the source has no release.
 */
export function copyPins(source: string, target: string): string {
    const from = configOf(source, "the source");
    const document = parseDocument(target);
    const to = configOf(target, "the target");
    if (from.release === undefined) throw new Error("the source stack has no harbor-ha:release to promote");
    for (const key of pinnedKeys) {
        const path = ["config", `harbor-ha:${key}`];
        if (from[key] === undefined) document.deleteIn(path);
        else if (from[key] !== to[key]) document.setIn(path, from[key]);
    }
    return document.toString({ lineWidth: 0 });
}

function configOf(text: string, which: string): Partial<Record<string, unknown>> {
    const config = parseDocument(text).get("config");
    if (!isMap(config)) throw new Error(`${which} is no stack configuration (no config:)`);
    const entries = Object.entries(config.toJSON() as Record<string, unknown>);
    return Object.fromEntries(entries.map(([key, value]) => [key.replace(/^harbor-ha:/, ""), value]));
}

/** The lines that differ, as `- old` and `+ new`; the files differ in single lines only. */
export function lineDiff(before: string, after: string): string[] {
    const [old, now] = [before.split("\n"), after.split("\n")];
    return [
        ...old.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
        ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
    ];
}
