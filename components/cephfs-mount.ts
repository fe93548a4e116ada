import * as pulumi from "@pulumi/pulumi";
import type { NodePlan } from "../plan/cluster-plan";
import type { ClusterSteps } from "./remote/cluster-steps";

export interface CephfsMountArgs {
    readonly steps: ClusterSteps;
    readonly node: NodePlan;
}

/**
 * The CephFS on one node (the talk, first step): client installed, fstab line, mounted, proven to be a mount that takes
 * writes. Deleting it leaves the mount: data is never touched.
 */
export class CephfsMount extends pulumi.ComponentResource {
    constructor(name: string, { steps, node }: CephfsMountArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:CephfsMount", name, {}, opts);
        steps.run("mount", node.node, this);
        this.registerOutputs({});
    }
}
