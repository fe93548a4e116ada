import type { ClusterPlan } from "./cluster-plan";

/** What was found on the hosts, by the id of the step that owns it, or by `fileKey`. */
export type Drift = ReadonlyMap<string, string>;

/** Under which a finding about a file of a node is kept. */
export function fileKey(node: string, path: string): string {
    return `${node} put ${path}`;
}

/**
 * Findings with the steps that have to follow, whatever their number: what a step's repair makes stale is made anew, and the
 * verification looks at the result.
 */
export function withFollowers(found: Drift, { steps, nodes }: ClusterPlan): Drift {
    const all = new Map(found);
    const byId = new Map(steps.map((step) => [step.id, step]));
    const idOf = (key: string): string =>
        nodes
            .flatMap(({ node, files }) =>
                files.filter(({ path }) => fileKey(node.name, path) === key).map(({ step }) => `${step}@${node.name}`),
            )
            .at(0) ?? key;
    const queue = [...found.keys()].map((key) => ({ id: idOf(key), cause: key }));
    const visited = new Set<string>();
    for (const { id } of queue) {
        if (visited.has(id)) continue;
        visited.add(id);
        for (const next of [...(byId.get(id)?.again ?? []), ...(byId.has("verify") ? ["verify"] : [])]) {
            if (next === id) continue;
            if (!all.has(next)) all.set(next, `${id} runs again`);
            queue.push({ id: next, cause: id });
        }
    }
    return all;
}
