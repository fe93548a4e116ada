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
