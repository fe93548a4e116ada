import * as pulumi from "@pulumi/pulumi";
import { type DeploymentPins, verifiedPins } from "../plan/pins";
import { summarize } from "../plan/verification-table";
import type { ClusterSteps } from "./remote/cluster-steps";

export interface ClusterVerificationArgs {
    readonly steps: ClusterSteps;
}

/**
 * Proof that the nodes work as one: through every node realm, clock, login and push; for all pairs of nodes token,
 * session and pull; and the public name. A failed check fails the update and names node, pair and cause. It runs whenever
 * anything that it proves has changed: a start, the release, the rendering, the node's command with the checks themselves.
 */
export class ClusterVerification extends pulumi.ComponentResource {
    /** What was checked, by kind, for example `token: 9/9 pairs`. */
    readonly summary: pulumi.Output<Record<string, string>>;
    /** What was verified, as the check itself has said. */
    readonly verified: pulumi.Output<DeploymentPins>;

    constructor(name: string, { steps }: ClusterVerificationArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:ClusterVerification", name, {}, opts);
        const { stdout } = steps.run("verify", undefined, this);
        this.summary = stdout.apply(summarize);
        this.verified = stdout.apply(verifiedPins);
        this.registerOutputs({ summary: this.summary });
    }
}
