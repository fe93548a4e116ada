import type { NodeSettings } from "../base/settings";
import type { StepName } from "./step-definition";
import type { steps } from "./steps";

/** Steps that the cluster takes once. */
export type ClusterStep = {
    [S in StepName]: (typeof steps)[S]["scope"] extends "cluster" ? S : never;
}[StepName];

export interface Roles {
    /** Starts before the others, and does what only one may do at a start. */
    readonly first: NodeSettings;
    /** Which node takes which step of the cluster. */
    readonly runners: Readonly<Record<ClusterStep, NodeSettings>>;
}

/** Steps of the cluster are spread out, so that no host gets all the connections of a first `up`. */
export function rolesOf(nodes: readonly NodeSettings[]): Roles {
    const node = (i: number): NodeSettings => {
        const found = nodes[i % nodes.length];
        if (!found) throw new Error("a cluster has at least one node");
        return found;
    };
    return {
        first: node(0),
        runners: {
            upload: node(0),
            store: node(0),
            "token-key": node(0),
            mysql: node(1),
            postgres: node(1),
            verify: node(1),
            redis: node(2),
            dns: node(2),
        },
    };
}
