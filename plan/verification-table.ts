/** The table that the nodes' `verify` prints (node/core/verify.sh): a line for each kind of check, then what failed. */

const row = /^([a-z-]+) +(\d+)\/(\d+) (pairs|nodes|name) +(ok|FAILED)$/;

/**
 * What was checked, by kind, for example `token: 9/9 pairs`.
 * @throws Error when the output has no check: looking at nothing proves nothing.
 */
export function summarize(output: string): Record<string, string> {
    const rows = output.split("\n").flatMap((line): [string, string][] => {
        const [, kind, good, all, what] = row.exec(line) ?? [];
        return kind === undefined ? [] : [[kind, `${good ?? ""}/${all ?? ""} ${what ?? ""}`]];
    });
    if (rows.length === 0) throw new Error("the verification has checked nothing");
    return Object.fromEntries(rows);
}
