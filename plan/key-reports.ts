/**
 * The fingerprint that all nodes report for both halves of the pair.
 * @throws Error naming the nodes when they differ.
 */
export function agreedFingerprint(reports: readonly { node: string; output: string }[]): string {
    const found = reports.flatMap(({ node, output }) =>
        ["private_key.pem", "root.crt"].map((file) => ({
            where: `${node} ${file}`,
            value:
                output
                    .split("\n")
                    .find((line) => line.startsWith(`${file}: `))
                    ?.slice(file.length + 2) ?? "none",
        })),
    );
    const [first] = found;
    if (first && found.every(({ value }) => value === first.value && value.startsWith("SHA256:"))) return first.value;
    throw new Error(`the nodes' token keys differ: ${found.map(({ where, value }) => `${where} ${value}`).join(", ")}`);
}
