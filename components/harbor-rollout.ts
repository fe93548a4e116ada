import * as pulumi from "@pulumi/pulumi";
import type { ClusterSteps } from "./remote/cluster-steps";

export interface HarborRolloutArgs {
    readonly steps: ClusterSteps;
}

/**
 * Compose up, node by node: the first one alone, since its ui fills in the database, then the others one by one or all
 * at once. A node that doesn't become healthy stops the rollout, so the others keep running what they had.
 * Deleting a node's part stops its containers; data, keys and the release stay.
 */
export class HarborRollout extends pulumi.ComponentResource {
    constructor(name: string, { steps }: HarborRolloutArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:HarborRollout", name, {}, opts);
        for (const { node } of steps.plan.nodes) steps.run("up", node, this);
        this.registerOutputs({});
    }
}
