/**
 * Reads and edits `key = value` texts line by line, so that comments and order stay as they are. A key is found in all
 * forms that its reader takes: one that was missed would win over the one that was set.
 */

/**
 * `cfg`: harbor.cfg and app.conf, by Python's ConfigParser: keys in any case, `=` or `:`; an indented line belongs to
 * the value before it. `env`: env files, by either version of Compose: `export` and blanks may stand before the key.
 */
export type Style = "cfg" | "env";

type Fail = (problem: string) => Error;

function linesOf(key: string, style: Style): RegExp {
    const escaped = key.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const start = style === "cfg" ? escaped : `[ \\t]*(?:export[ \\t]+)?${escaped}`;
    return new RegExp(`^(${start}[ \\t]*[=:])([ \\t]*)(.*)$`, style === "cfg" ? "gmi" : "gm");
}

/** All values that a text gives a key, uncommented; the last is the one that counts. */
export function valuesOf(text: string, key: string, style: Style): string[] {
    return [...text.matchAll(linesOf(key, style))].map(([, , , value = ""]) => value.trim());
}

/** Sets keys of a text that has each of them exactly once, uncommented. */
export function setKeys(text: string, values: Readonly<Record<string, string>>, style: Style, fail: Fail): string {
    return Object.entries(values).reduce((current, [key, value]) => {
        const pattern = linesOf(key, style);
        const count = current.match(pattern)?.length ?? 0;
        if (count !== 1) throw fail(`expected one line '${key}${style === "cfg" ? " = " : "="}…', found ${count}`);
        return current.replace(pattern, (_line, start: string, space: string) =>
            style === "cfg" ? `${start}${space}${value}` : `${key}=${value}`,
        );
    }, text);
}

/** Adds a line at the end of an env file, or sets it where the key is there already. */
export function putKey(text: string, key: string, value: string, fail: Fail): string {
    if (valuesOf(text, key, "env").length > 0) return setKeys(text, { [key]: value }, "env", fail);
    return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${key}=${value}\n`;
}
