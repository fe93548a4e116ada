import * as pulumi from "@pulumi/pulumi";
import { agreedFingerprint, requireOneConfiguration } from "../plan/key-reports";
import { requireOneStorage } from "../plan/storage-reports";
import type { ClusterSteps } from "./remote/cluster-steps";

export interface CertDistributionArgs {
    readonly steps: ClusterSteps;
}

/**
 * One token key pair on all nodes (the talk, problem 2): made once on the shared storage, copied over what each node's
 * prepare has made, fingerprints compared, and with them the storage that it lies on. It runs again for a node whenever that node's prepare has run.
 */
export class CertDistribution extends pulumi.ComponentResource {
    /** `SHA256:…` of the public key; the same on every node, else the update has failed. */
    readonly fingerprint: pulumi.Output<string>;

    constructor(name: string, { steps }: CertDistributionArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:CertDistribution", name, {}, opts);
        steps.run("token-key", undefined, this);
        const synced = steps.plan.nodes.map(({ node }) => ({ node, step: steps.run("cert-sync", node, this) }));
        // One that is down has said something once; it says it anew before it serves again.
        const reports = synced
            .filter(({ node }) => !node.down)
            .map(({ node, step }) => step.stdout.apply((output) => ({ node: node.name, output })));
        this.fingerprint = pulumi.all(reports).apply((all) => {
            requireOneStorage(all);
            requireOneConfiguration(all);
            return agreedFingerprint(all);
        });
        this.registerOutputs({ fingerprint: this.fingerprint });
    }
}
