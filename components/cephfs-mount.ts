import * as pulumi from "@pulumi/pulumi";
import type { CephSettings } from "../base/settings";
import { type Host, RemoteScript } from "./remote/remote";

export interface CephfsMountArgs {
    readonly host: Host;
    readonly ceph: CephSettings;
    readonly installPackages: boolean;
    /** CephX key as the node has it: a change mounts anew only what isn't mounted. */
    readonly keyFingerprint: pulumi.Input<string>;
}

/**
 * The CephFS on one node (the talk, first step): client installed, fstab line, mounted, proven to be a mount that takes
 * writes. Deleting it leaves the mount: data is never touched.
 */
export class CephfsMount extends pulumi.ComponentResource {
    constructor(name: string, args: CephfsMountArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:CephfsMount", name, {}, opts);
        const { host, ceph } = args;
        new RemoteScript(
            `${name}-fstab`,
            {
                host,
                command: "mount",
                timeoutSeconds: 900,
                parameters: {
                    monitors: ceph.monitors,
                    path: ceph.path,
                    client_name: ceph.clientName,
                    fs_name: ceph.fsName ?? "default",
                    mount_point: ceph.mountPoint,
                    client: ceph.client,
                    install_packages: args.installPackages,
                    key: args.keyFingerprint,
                },
            },
            { parent: this },
        );
        this.registerOutputs({});
    }
}
