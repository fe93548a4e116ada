import type { NodeSettings } from "../../base/settings";
import type { ClusterPlan } from "../../plan/cluster-plan";
import type { PlannedStep } from "../../plan/planned";

/** Parts of a plan by their names: the same in a plan whose values came later. */

const indices = new WeakMap<ClusterPlan, ReadonlyMap<string, PlannedStep>>();

export function stepsById(plan: ClusterPlan): ReadonlyMap<string, PlannedStep> {
    const known = indices.get(plan) ?? new Map(plan.steps.map((step) => [step.id, step]));
    indices.set(plan, known);
    return known;
}

/** @throws Error when the plan has no such node. */
export function nodeOf(plan: ClusterPlan, name: string): NodeSettings {
    const found = plan.settings.nodes.find((node) => node.name === name);
    if (!found) throw new Error(`the plan has no node ${name}`);
    return found;
}

/** @throws Error when the node has no such file. */
export function contentOf(plan: ClusterPlan, node: string, path: string): string {
    const files = plan.nodes.find((part) => part.node.name === node)?.files ?? [];
    const found = files.find((file) => file.path === path);
    if (!found) throw new Error(`the plan has no file ${path} for ${node}`);
    return found.content;
}
