/** Edits `key = value` texts (harbor.cfg, env files) line by line, so that comments and order stay as they are. */

/** Sets keys of a text that has each of them exactly once, uncommented. */
export function setKeys(
    text: string,
    values: Readonly<Record<string, string>>,
    fail: (problem: string) => Error,
): string {
    return Object.entries(values).reduce((current, [key, value]) => {
        const pattern = new RegExp(`^([ \\t]*${escapeRegExp(key)}[ \\t]*=)([ \\t]*).*$`, "gm");
        const count = current.match(pattern)?.length ?? 0;
        if (count !== 1) throw fail(`expected one line '${key} = …', found ${count}`);
        return current.replace(pattern, (_line, start: string, space: string) => `${start}${space}${value}`);
    }, text);
}

/** The value of a key, or undefined when the text hasn't it uncommented. */
export function getKey(text: string, key: string): string | undefined {
    return new RegExp(`^[ \\t]*${escapeRegExp(key)}[ \\t]*=[ \\t]*(.*)$`, "m").exec(text)?.[1]?.trim();
}

/** Adds a line at the end of an env file, or sets it where the key is there already. */
export function putKey(text: string, key: string, value: string, fail: (problem: string) => Error): string {
    if (getKey(text, key) !== undefined) return setKeys(text, { [key]: value }, fail);
    return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${key}=${value}\n`;
}

function escapeRegExp(text: string): string {
    return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
