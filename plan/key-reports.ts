/** What a node says in cert-sync of what has to be the same on all nodes. */
interface NodeReport {
    readonly node: string;
    readonly output: string;
}

/**
 * The fingerprint that all nodes report for both halves of the pair.
 * @throws Error naming the nodes when they differ.
 */
export function agreedFingerprint(reports: readonly NodeReport[]): string {
    const found = reports.flatMap(({ node, output }) =>
        ["private_key.pem", "root.crt"].map((file) => ({
            where: `${node} ${file}`,
            value: valueOf(output, file) ?? "none",
        })),
    );
    const [first] = found;
    if (first && found.every(({ value }) => value === first.value && value.startsWith("SHA256:"))) return first.value;
    throw new Error(`the nodes' token keys differ: ${found.map(({ where, value }) => `${where} ${value}`).join(", ")}`);
}

/**
 * That all nodes have made the same configuration, down to the byte, where their release line tells (2.x: nothing in it is a
 * node's own). Which value or file it is says the verification.
 * @throws Error naming the nodes when they differ.
 */
export function requireOneConfiguration(reports: readonly NodeReport[]): void {
    const found = reports.flatMap(({ node, output }) => {
        const value = valueOf(output, "configuration");
        return value === undefined ? [] : [{ node, value }];
    });
    if (new Set(found.map(({ value }) => value)).size <= 1) return;
    const shown = found.map(({ node, value }) => `${node} ${value.slice(0, 12)}`).join(", ");
    throw new Error(`the nodes' configurations differ: ${shown}. npm run verify names the values and files`);
}

/** The value of a `name: value` line that a step has printed. */
export const valueOf = (output: string, name: string): string | undefined =>
    output
        .split("\n")
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2);
