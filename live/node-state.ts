import type { NodeAnswer } from "./ask";
import { findDifferences, isMounted, type NodeFacts } from "./facts";

/** `unknown` isn't proof of anything: a node that doesn't say so isn't healthy, and not at fault for it. */
export type Verdict = "good" | "bad" | "unknown";

export interface Mark {
    readonly verdict: Verdict;
    /** A few words. */
    readonly text: string;
    /** The whole of it, where that is longer. */
    readonly detail?: string;
}

/** What is known of a node, for people. */
export interface NodeState {
    readonly name: string;
    /** Where clients find it. */
    readonly address: string;
    /** Of Harbor, as the node itself says. */
    readonly version: string | undefined;
    readonly reachable: Mark;
    readonly mount: Mark;
    readonly containers: Mark;
    readonly keys: Mark;
    readonly proxy: Mark;
}

/** What a node says, in the order in which it is shown. */
export const marksOf = ({ reachable, mount, containers, keys, proxy }: NodeState): readonly Mark[] => [
    reachable,
    mount,
    containers,
    keys,
    proxy,
];

export const isHealthy = (state: NodeState): boolean => marksOf(state).every(({ verdict }) => verdict === "good");

/** Each node by what it says, its keys beside those of the others. */
export function nodeStates(answers: readonly NodeAnswer[]): NodeState[] {
    const differences = findDifferences(answers.flatMap(({ facts }) => facts ?? []));
    return answers.map(({ node, facts, problem }): NodeState => {
        const { name, serviceAddress: address } = node;
        if (!facts) {
            const unknown: Mark = { verdict: "unknown", text: "not known" };
            const reachable: Mark = { verdict: "bad", text: problem ?? "no answer" };
            return {
                ...{ name, address, version: undefined, reachable },
                ...{ mount: unknown, containers: unknown, keys: unknown, proxy: unknown },
            };
        }
        const own = differences
            .filter((text) => text.startsWith(`${name}: `))
            .map((text) => text.slice(name.length + 2));
        const said = facts.facts;
        return {
            name,
            address,
            version: said.get("version"),
            reachable: { verdict: "good", text: "reachable" },
            mount: mountMark(said),
            containers: containerMark(said),
            keys: keyMark(said, own),
            proxy: proxyMark(said),
        };
    });
}

type Said = NodeFacts["facts"];

/** A node whose command is of before it said so. */
const outdated = (what: string): Mark => ({ verdict: "unknown", text: `${what} not told (older command there)` });

function mountMark(said: Said): Mark {
    if (isMounted(said)) return { verdict: "good", text: `mounted (${said.get("mount") ?? ""})` };
    return { verdict: "bad", text: said.has("mount") ? "storage not mounted" : "storage doesn't answer" };
}

function containerMark(said: Said): Mark {
    const words = (name: string): string[] => (said.get(name) ?? "").split(" ").filter(Boolean);
    const [running, expected] = [words("containers"), words("expected containers")];
    if (!said.has("containers")) return { verdict: "unknown", text: "Docker doesn't answer" };
    if (expected.length === 0) return outdated("containers");
    const missing = expected.filter((container) => !running.includes(container));
    const count = `${expected.length - missing.length} of ${expected.length} containers`;
    return missing.length === 0
        ? { verdict: "good", text: count }
        : { verdict: "bad", text: `${count}, not running: ${missing.join(", ")}` };
}

/** Without the mount the cluster's key isn't seen, and nothing is compared. */
function keyMark(said: Said, differences: readonly string[]): Mark {
    if (!isMounted(said)) return { verdict: "unknown", text: "keys not known" };
    if (differences.length === 0) return { verdict: "good", text: "keys agree" };
    const files = differences.map((text) => text.split(" ")[0]).join(", ");
    return { verdict: "bad", text: `keys differ: ${files}`, detail: differences.join("; ") };
}

function proxyMark(said: Said): Mark {
    const proxy = said.get("proxy");
    if (proxy === undefined) return outdated("proxy");
    if (proxy !== "answers") return { verdict: "bad", text: `proxy: ${proxy}` };
    if (said.get("withdrawn") === "yes") {
        return { verdict: "bad", text: "withdrawn from the name by an update: pulumi up puts it back" };
    }
    const version = said.get("version");
    return { verdict: "good", text: version === undefined ? "proxy answers" : `proxy answers, ${version}` };
}
