import * as pulumi from "@pulumi/pulumi";
import type { ClusterSteps } from "./remote/cluster-steps";

export interface SharedStoreArgs {
    readonly steps: ClusterSteps;
}

/**
 * What the nodes share on the CephFS: Harbor's data folders, its secretkey (before any prepare, which would make one of
 * its own), and the release, uploaded once per cluster. Deleting it leaves everything in place.
 */
export class SharedStore extends pulumi.ComponentResource {
    constructor(name: string, { steps }: SharedStoreArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:SharedStore", name, {}, opts);
        steps.upload(this);
        steps.run("store", undefined, this);
        this.registerOutputs({});
    }
}
