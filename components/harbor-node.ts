import * as pulumi from "@pulumi/pulumi";
import { type ClusterSettings, dataDir, sharedDir } from "../base/settings";
import type { HarborRelease, RenderedFile } from "../releases/release";
import type { ClusterSecrets } from "./cluster-secrets";
import { digest, digestOf } from "../plan/digest";
import { type NodeFile, renderedFiles, systemdFiles } from "../plan/files";
import { type Host, type Parameters, RemoteFile, RemoteScript } from "./remote/remote";

export interface HarborNodeArgs {
    readonly settings: ClusterSettings;
    readonly release: HarborRelease;
    readonly host: Host;
    readonly secrets: ClusterSecrets;
    /** The release's files for this node. */
    readonly files: readonly RenderedFile[];
    readonly preparePython: 2 | 3;
    /** Host ready: files may be written. */
    readonly ready: readonly pulumi.Resource[];
    /** Shared storage filled and mounted here: the release may be staged. */
    readonly stored: readonly pulumi.Resource[];
}

/**
 * One node up to `prepare` (the talk, second to fifth step): release staged, files rendered, prepare run. It starts
 * nothing; what runs afterwards is CertDistribution and HarborRollout.
 */
export class HarborNode extends pulumi.ComponentResource {
    readonly host: Host;
    /** The release staged, with its images in the node's Docker. */
    readonly staged: pulumi.Resource;
    /** Changes whenever prepare runs again. */
    readonly preparation: pulumi.Output<string>;

    constructor(name: string, args: HarborNodeArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:HarborNode", name, {}, opts);
        const { settings, release, host } = args;
        this.host = host;
        const parameters = prepareParameters(args);
        this.preparation = digestOf(parameters);

        this.staged = new RemoteScript(
            `${name}-stage`,
            {
                host,
                command: "stage",
                timeoutSeconds: 1200,
                parameters: {
                    shared_dir: sharedDir(settings),
                    release_dir: releaseDir(settings, release),
                    release_sha256: release.sha256,
                    version: release.version,
                },
            },
            { parent: this, dependsOn: [...args.ready, ...args.stored] },
        );
        const file = ({ suffix, ...rest }: NodeFile): RemoteFile =>
            new RemoteFile(`${name}-${suffix}`, { host, ...rest }, { parent: this, dependsOn: [...args.ready] });
        const rendered = renderedFiles(settings, args.files).map(file);
        systemdFiles(settings).forEach(file);
        new RemoteScript(
            `${name}-prepare`,
            { host, command: "prepare", parameters },
            { parent: this, dependsOn: [this.staged, ...rendered] },
        );
        this.registerOutputs({});
    }
}

/** The node's folder of a release; another version is unpacked beside it. */
export function releaseDir(settings: ClusterSettings, release: HarborRelease): string {
    return `${settings.installDir}/releases/${release.version}-${release.sha256.slice(0, 8)}`;
}

/** Everything that prepare depends on, so that a preview tells why it runs again. */
function prepareParameters(args: HarborNodeArgs): Parameters {
    const { settings, release, secrets } = args;
    return {
        version: release.version,
        release_dir: releaseDir(settings, release),
        mount_point: settings.ceph.mountPoint,
        data_dir: dataDir(settings),
        protocol: settings.protocol,
        prepare_python: args.preparePython,
        prepare_image: settings.prepareImage ?? "none",
        generation: settings.prepareGeneration,
        files: args.files.map(({ path }) => path),
        ...Object.fromEntries(
            renderedFiles(settings, args.files).map(({ path, content }) => [
                `digest/${path.slice(`${settings.installDir}/files/`.length)}`,
                digest(content),
            ]),
        ),
        "digest/secrets": secrets.fingerprint(["admin_password", "mysql_password", "redis_password", "https_key"]),
    };
}
