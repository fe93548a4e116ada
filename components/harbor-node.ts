import * as pulumi from "@pulumi/pulumi";
import type { NodePlan } from "../plan/cluster-plan";
import type { ClusterSteps } from "./remote/cluster-steps";

export interface HarborNodeArgs {
    readonly steps: ClusterSteps;
    readonly node: NodePlan;
}

/**
 * One node up to `prepare` (the talk, second to fifth step): release staged, files rendered, prepare run. It starts
 * nothing; what runs afterwards is CertDistribution and HarborRollout.
 */
export class HarborNode extends pulumi.ComponentResource {
    constructor(name: string, { steps, node }: HarborNodeArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:HarborNode", name, {}, opts);
        steps.run("stage", node.node, this);
        steps.put("files", node, this);
        steps.put("units", node, this);
        steps.run("prepare", node.node, this);
        this.registerOutputs({});
    }
}
