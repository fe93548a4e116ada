/** Quotes one word for a POSIX shell. */
export function shellQuote(word: string): string {
    return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command with its own time limit: the provider's timeouts don't stop a remote command (pulumi-command 1.2.1). */
export function limited(words: readonly string[], timeoutSeconds: number): string[] {
    return ["timeout", "-k", "15", String(timeoutSeconds), ...words];
}

/** The command line for a login. */
export function asRoot(words: readonly string[], user: string): string {
    return (user === "root" ? words : ["sudo", "-n", ...words]).map(shellQuote).join(" ");
}

export type ParameterValue = string | number | boolean | readonly string[];

/**
 * Parameters as `name: value` lines: the node reads them line by line, and a preview shows a change as YAML.
 * @throws Error on a value that either reader could misunderstand.
 */
export function renderParameters(parameters: Readonly<Record<string, ParameterValue>>): string {
    return Object.entries(parameters)
        .map(([name, value]) => {
            const text = typeof value === "object" ? value.join(" ") : String(value);
            if (!/^[\w./-]+$/.test(name)) throw new Error(`parameter name '${name}' is not allowed`);
            if (!/^[A-Za-z0-9/_.+][\x20-\x7e]*$/.test(text) || /#|: |[:\s]$/.test(text)) {
                throw new Error(`value '${text}' of parameter ${name} is not allowed: one plain line`);
            }
            return `${name}: ${text}\n`;
        })
        .join("");
}
