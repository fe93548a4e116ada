import { parseParameters } from "../../plan/parameters";
import type { StepName } from "../../plan/step-definition";
import type { Change } from "./model";

export interface Warning {
    /** A sentence with its full stop. */
    readonly title: string;
    readonly text: string;
}

/** Steps with parameters whose change deserves a second look. */
const careful: readonly (Warning & { readonly step: StepName; readonly keys: readonly string[] })[] = [
    {
        step: "store",
        keys: ["secretkey_fingerprint"],
        title: "The secretkey would change.",
        text: "The node refuses another one than it has: passwords stored in Harbor are encrypted with it.",
    },
    {
        step: "mysql",
        keys: ["host", "port"],
        title: "The database moves.",
        text: "Settings made in the UI are taken anew from harbor.cfg on the first node's start.",
    },
    {
        step: "mysql",
        keys: ["schema_version"],
        title: "Another database schema is needed.",
        text: "It isn't migrated; the update stops until it is.",
    },
    {
        step: "token-key",
        keys: ["given_key"],
        title: "Another token key.",
        text: "Tokens are refused between nodes until the last one is restarted.",
    },
    { step: "dns", keys: ["name"], title: "The registry gets another name.", text: "Image names contain it." },
];

/** What to be careful about. */
export function warnings(changes: readonly Change[]): Warning[] {
    return [
        ...careful.flatMap(({ step, keys, title, text }) => (changed(changes, step, keys) ? [{ title, text }] : [])),
        ...changes
            .filter(({ step, op }) => step === "up" && op === "delete")
            .map(({ node }) => ({
                title: `Harbor stops on ${node ?? "a node"}.`,
                text: "Its files and the data stay.",
            })),
    ];
}

function changed(changes: readonly Change[], step: StepName, keys: readonly string[]): boolean {
    const change = changes.find((c) => c.step === step && c.op !== "create" && c.op !== "delete");
    if (!change) return false;
    const [old, now] = [parseParameters(change.before), parseParameters(change.after)];
    return keys.some((key) => old.get(key) !== now.get(key));
}
