import type { DatabaseSettings } from "../../base/settings";
import { marksOf, type NodeState } from "../../live/node-state";
import type { Check } from "../../plan/verification-table";

/** What a verification by hand has found, for a page. */
export interface Verification {
    readonly stack: string;
    readonly url: string;
    readonly at: Date;
    /** The node that has run the checks; undefined: none could. */
    readonly runner: string | undefined;
    readonly nodes: readonly NodeState[];
    readonly checks: readonly Check[];
    /** Why the verification failed or has ended early, in the words of the node that ran it. */
    readonly said: string | undefined;
    /** Where the services stand that all nodes share. */
    readonly services: {
        readonly storage: { readonly name: string; readonly place: string };
        readonly database: { readonly kind: DatabaseSettings["kind"]; readonly address: string };
        readonly redis: string;
    };
}

/** One cell of a grid. `cause` is a number of the list below it. */
export interface Cell {
    readonly verdict: "good" | "bad" | "unknown";
    readonly cause?: number;
    readonly problem?: string;
}

export interface Cause {
    readonly number: number;
    readonly text: string;
    /** Each `from → to`, or a node. */
    readonly where: readonly string[];
}

export interface Grid {
    readonly good: number;
    readonly all: number;
    /** By row, in the order of the row heads and then of the column heads. */
    readonly rows: readonly (readonly Cell[])[];
    readonly causes: readonly Cause[];
}

/** The checks of one kind, from the node of a row to the node of a column. */
export function pairGrid(checks: readonly Check[], kind: string, nodes: readonly string[]): Grid {
    const own = checks.filter((check) => check.kind === kind);
    return grid(
        own,
        nodes.map((from) => nodes.map((to) => own.find((check) => check.from === from && check.to === to))),
    );
}

/** The checks of single nodes: a row for each kind, a column for each node. */
export function nodeGrid(checks: readonly Check[], kinds: readonly string[], nodes: readonly string[]): Grid {
    const own = checks.filter(({ kind }) => kinds.includes(kind));
    return grid(
        own,
        kinds.map((kind) => nodes.map((node) => own.find((check) => check.kind === kind && check.from === node))),
    );
}

function grid(checks: readonly Check[], cells: readonly (readonly (Check | undefined)[])[]): Grid {
    const texts = [...new Set(checks.flatMap(({ problem }) => problem ?? []))];
    return {
        good: checks.filter(({ problem }) => problem === undefined).length,
        all: checks.length,
        rows: cells.map((row) =>
            row.map((check): Cell => {
                if (!check) return { verdict: "unknown" };
                const { problem } = check;
                if (problem === undefined) return { verdict: "good" };
                return { verdict: "bad", cause: texts.indexOf(problem) + 1, problem };
            }),
        ),
        causes: texts.map((text, i) => ({
            number: i + 1,
            text,
            where: checks.filter(({ problem }) => problem === text).map(placeOf),
        })),
    };
}

export const placeOf = ({ from, to }: Check): string => (to === undefined ? from : `${from} → ${to}`);

/** Kinds of checks of single nodes, in the order in which they were done. */
export function nodeKinds(checks: readonly Check[], nodes: readonly string[]): string[] {
    return [
        ...new Set(checks.flatMap(({ kind, from, to }) => (to === undefined && nodes.includes(from) ? [kind] : []))),
    ];
}

/** What is wrong, each cause once; nothing when all is well. */
export function problemsOf({ nodes, checks, said, runner }: Verification): string[] {
    const ofNodes = nodes.flatMap((node) =>
        marksOf(node).flatMap(({ verdict, text, detail = text }) =>
            verdict === "bad" ? [`${node.name}: ${detail}`] : [],
        ),
    );
    const failed = new Map<string, string[]>();
    for (const check of checks) {
        if (check.problem === undefined) continue;
        const key = `${check.kind}\0${check.problem}`;
        failed.set(key, [...(failed.get(key) ?? []), placeOf(check)]);
    }
    const ofChecks = [...failed].map(([key, where]) => {
        const [kind = "", problem = ""] = key.split("\0");
        return `${kind} ${where.length > 3 ? `(${where.length} of them)` : where.join(", ")}: ${problem}`;
    });
    const none = runner === undefined ? ["no node answers, so nothing was checked"] : [];
    // What the checks say is said by them.
    const more = said === undefined || /verification failed: \d+ of/.test(said) ? [] : [said];
    return [...ofNodes, ...ofChecks, ...none, ...(failed.size === 0 && said !== undefined ? [said] : more)];
}
