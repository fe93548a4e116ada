import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type ClusterSettings, dataDir, sharedDir } from "../base/settings";
import { remoteName } from "../releases/archive";
import type { HarborRelease } from "../releases/release";
import { connectionTo, type Host, RemoteScript } from "./remote/remote";

export interface SharedStoreArgs {
    readonly settings: ClusterSettings;
    readonly release: HarborRelease;
    /** The node through which the storage is filled; its CephFS must be mounted. */
    readonly host: Host;
    readonly mounted: pulumi.Resource;
    readonly secretkeyFingerprint: pulumi.Input<string>;
}

/**
 * What the nodes share on the CephFS: Harbor's data folders, its secretkey (before any prepare, which would make one of
 * its own), and the release, uploaded once per cluster. Deleting it leaves everything in place.
 */
export class SharedStore extends pulumi.ComponentResource {
    constructor(name: string, args: SharedStoreArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:SharedStore", name, {}, opts);
        const { settings, release, host } = args;
        const upload = `/var/tmp/harbor-ha-${release.sha256.slice(0, 12)}-${remoteName(release.archive)}`;
        const uploaded = new command.remote.CopyToRemote(
            `${name}-release-upload`,
            {
                connection: connectionTo(host),
                source: hashedFile(release),
                remotePath: upload,
                triggers: [host.node.address],
            },
            { parent: this },
        );
        new RemoteScript(
            `${name}-fill`,
            {
                host,
                command: "store",
                anyHost: true,
                timeoutSeconds: 600,
                parameters: {
                    mount_point: settings.ceph.mountPoint,
                    data_dir: dataDir(settings),
                    shared_dir: sharedDir(settings),
                    secretkey: settings.secretkey ? "given" : "generated",
                    secretkey_fingerprint: args.secretkeyFingerprint,
                    release: release.version,
                    release_pinned: settings.release.sha256 !== undefined,
                    release_sha256: release.sha256,
                    upload,
                },
            },
            { parent: this, dependsOn: [uploaded, args.mounted] },
        );
        this.registerOutputs({});
    }
}

/**
 * The archive as an asset that brings its hash along. The engine would otherwise read the whole archive in every preview;
 * its hash of a file is the SHA-256 of the content, which is known.
 */
function hashedFile({ archive, sha256 }: HarborRelease): pulumi.asset.FileAsset {
    return Object.assign(new pulumi.asset.FileAsset(archive), { hash: sha256 });
}
