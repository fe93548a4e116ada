import { isHealthy, type Mark, marksOf, type NodeState } from "../live/node-state";
import type { DeploymentPins } from "../plan/pins";
import type { StackOutputs } from "./stack";

export interface Status {
    readonly stack: string;
    readonly url: string;
    readonly outputs: StackOutputs;
    /** Those that are up by the configuration. */
    readonly nodes: readonly NodeState[];
    /** Names of those that are down by the configuration. */
    readonly down: readonly string[];
    readonly name: Mark;
}

const sign = { good: "✓", bad: "✗", unknown: "?" } as const;
export const signed = ({ verdict, text }: Mark): string => `${sign[verdict]} ${text}`;

/** The cluster as lines for a terminal, and whether all of it is well. */
export function statusText({ stack, url, outputs, nodes, down, name }: Status): { lines: string[]; healthy: boolean } {
    const release = releaseMark(outputs);
    const sick = nodes.filter((node) => !isHealthy(node)).map((node) => node.name);
    const bad = [
        ...(release.verdict === "good" ? [] : ["release"]),
        ...sick,
        ...(name.verdict === "good" ? [] : ["DNS"]),
    ];
    const rows = [
        ["url", `  ${url}  (${stack})`],
        ["release", signed(release)],
        ...checkedRow(outputs),
        ...columns(nodes),
        ...down.map((node) => [node, "– down by the configuration (nodes[].state), not asked"]),
        ["DNS", signed(name)],
    ];
    const width = Math.max(...rows.map(([label = ""]) => label.length));
    return {
        lines: [
            ...rows.map(([label = "", text = ""]) => `${label.padEnd(width)}  ${text}`.trimEnd()),
            bad.length === 0 ? `healthy: ${nodes.length} of ${nodes.length} nodes` : `not healthy: ${bad.join(", ")}`,
        ],
        healthy: bad.length === 0,
    };
}

/** What was deployed last, and whether just that was verified. */
export function releaseMark({ release, verifiedRelease }: StackOutputs): Mark {
    if (!release) return { verdict: "bad", text: "the stack has no outputs: no update of it has ended well" };
    const what = `${release.version} (${release.sha256.slice(0, 12)}, ${release.protocol})`;
    if (!verifiedRelease) return { verdict: "bad", text: `${what}, never verified` };
    const keys = Object.keys(release) as (keyof DeploymentPins)[];
    const differing = keys.filter((key) => release[key] !== verifiedRelease[key]);
    return differing.length === 0
        ? { verdict: "good", text: `${what}, verified` }
        : {
              verdict: "bad",
              text: `${what}; verified was another one: ${differing.map((key) => `${key} ${verifiedRelease[key]}`).join(", ")}`,
          };
}

/** By count, so that the line stays short: `10 kinds of checks: 40 of 40`. */
function checkedRow({ verification = {} }: StackOutputs): [string, string][] {
    const kinds = Object.entries(verification).map(([kind, count]) => `${kind} ${count.split(" ")[0] ?? ""}`);
    return kinds.length === 0 ? [] : [["", `  by ${kinds.join(", ")}`]];
}

/** One line a node; what stands below each other is alike as long as it is short. */
function columns(nodes: readonly NodeState[]): [string, string][] {
    const cells = nodes.map((node) =>
        node.reachable.verdict === "bad" ? [signed(node.reachable)] : marksOf(node).map(signed),
    );
    const width = (column: number): number =>
        Math.max(0, ...cells.filter((row) => row.length > 1).map((row) => Math.min(32, row[column]?.length ?? 0)));
    return nodes.map(({ name }, i) => [
        name,
        (cells[i] ?? []).map((cell, column) => cell.padEnd(width(column))).join("  "),
    ]);
}
