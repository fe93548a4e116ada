import * as pulumi from "@pulumi/pulumi";
import type { NodePlan } from "../plan/cluster-plan";
import type { ClusterSteps } from "./remote/cluster-steps";

export interface NodeHostArgs {
    readonly steps: ClusterSteps;
    readonly node: NodePlan;
}

/**
 * Host readiness: the node's own command, its secrets, the tools that are missing, and Docker's trust in the registry
 * (the talk, problem 1: an insecure registry with http, the certificate authority with https).
 */
export class NodeHost extends pulumi.ComponentResource {
    constructor(name: string, { steps, node }: NodeHostArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:NodeHost", name, {}, opts);
        steps.toolkit(node.node, this);
        steps.run("secrets", node.node, this);
        steps.run("host", node.node, this);
        steps.put("ca", node, this);
        this.registerOutputs({});
    }
}
