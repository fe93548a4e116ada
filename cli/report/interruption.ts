import { parseParameters } from "../../plan/parameters";
import { type Change, differences, isCreate, isDelete, type PreviewReport } from "./model";

/** What an update of a node's start means for clients. */
export type Interruption = "first start" | "stops" | "withdrawn" | "drained" | "cut" | "none";

/** Parameters of `up` that say how a node leaves for its start; a change of these alone starts nothing. */
const aboutLeaving = /^(take_out|dns_\w+)$/;

/** Read from the step's own parameters: what the node is told is what it does. */
export function interruptionOf(change: Change): Interruption {
    if (isDelete(change)) return "stops";
    if (isCreate(change)) return "first start";
    const changed = differences(change);
    if (changed.length > 0 && changed.every(({ key }) => aboutLeaving.test(key))) return "none";
    const takeOut = parseParameters(change.after).get("take_out");
    return takeOut === "dns" ? "withdrawn" : takeOut === "drain" ? "drained" : "cut";
}

/** For a reader of a report; what a node that starts for the first time means is plain. */
export const interruptionText: Readonly<Record<Interruption, string>> = {
    "first start": "its containers are made",
    stops: "stops for good",
    withdrawn: "none by name: out of DNS and its requests finished, then its containers are made anew",
    drained: "requests are finished, then its containers are made anew; clients of its address go to the next one",
    cut: "its containers are made anew; requests under way are cut",
    none: "none",
};

/** Nodes on which Harbor's containers are made anew. */
export function restarted({ nodes, changes }: PreviewReport): string[] {
    const quiet: readonly Interruption[] = ["stops", "none"];
    return nodes.filter((node) =>
        changes.some((c) => c.step === "up" && c.node === node && !quiet.includes(interruptionOf(c))),
    );
}

/** In one sentence, without its full stop. */
export function summary(report: PreviewReport): string {
    const files = new Set(report.changes.flatMap(({ file }) => file ?? [])).size;
    const what =
        files === 0 ? "No file changes" : `${files} file${files === 1 ? "" : "s"} change${files === 1 ? "s" : ""}`;
    const nodes = restarted(report);
    return nodes.length === 0 ? `${what}; nothing is restarted` : `${what}; Harbor is restarted on ${nodes.join(", ")}`;
}
