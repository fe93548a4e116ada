/** The output of the nodes' `verify` command: lines of tab-separated fields. */

export interface Check {
    readonly check: string;
    readonly from: string;
    /** `-` for a check of one node. */
    readonly to: string;
    readonly result: "ok" | "FAILED";
    readonly detail: string;
}

export function parseChecks(output: string): Check[] {
    return output.split("\n").flatMap((line): Check[] => {
        const [check, from, to, result, detail = ""] = line.split("\t");
        if (!check || !from || !to || (result !== "ok" && result !== "FAILED")) return [];
        return [{ check, from, to, result, detail }];
    });
}

/** What was checked, by kind: `9/9 pairs`. */
export function summarize(checks: readonly Check[]): Record<string, string> {
    const kinds = [...new Set(checks.map(({ check }) => check))];
    return Object.fromEntries(
        kinds.map((kind) => {
            const of = checks.filter(({ check }) => check === kind);
            const good = of.filter(({ result }) => result === "ok").length;
            const what = of.some(({ to }) => to !== "-") ? "pairs" : kind === "name" ? "name" : "nodes";
            return [kind, `${good}/${of.length} ${what}`];
        }),
    );
}

/** A line per kind of check, and below them one for each check that failed. */
export function formatTable(checks: readonly Check[]): string {
    const rows = Object.entries(summarize(checks)).map(([kind, count]) => {
        const failed = checks.some(({ check, result }) => check === kind && result === "FAILED");
        return [kind, count, failed ? "FAILED" : "ok"];
    });
    const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => (row[column] ?? "").length)));
    const lines = rows.map((row) =>
        row
            .map((cell, i) => cell.padEnd(widths[i] ?? 0))
            .join("  ")
            .trimEnd(),
    );
    const failures = checks
        .filter(({ result }) => result === "FAILED")
        .map(({ check, from, to, detail }) => `${check} ${to === "-" ? from : `${from} -> ${to}`}: ${detail}`);
    return [...lines, ...failures].join("\n");
}
