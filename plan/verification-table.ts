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

/** One check of a verification. */
export interface Check {
    /** For example `token`. */
    readonly kind: string;
    /** A node; for the check `name` the name itself. */
    readonly from: string;
    /** Undefined: a check of one node. */
    readonly to: string | undefined;
    /** Why it failed; undefined: it didn't. */
    readonly problem: string | undefined;
}

/**
 * The rows of `verify --rows`.
 * @throws Error when the output is no such list, for example that of a node whose command is an older one.
 */
export function parseRows(output: string): Check[] {
    return output
        .split("\n")
        .filter((text) => text !== "")
        .map((text) => {
            const [kind = "", from = "", to, result, problem, ...more] = text.split("\t");
            if (more.length > 0 || problem === undefined || to === undefined || !/^(ok|FAILED)$/.test(result ?? "")) {
                throw new Error(
                    `the node's verify --rows has printed what is no row (an older command there? pulumi up brings this one): ${text.slice(0, 100)}`,
                );
            }
            return {
                kind,
                from,
                to: to === "-" ? undefined : to,
                problem: result === "ok" ? undefined : problem.trim() || "failed",
            };
        });
}
