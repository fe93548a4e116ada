import { type ClusterSettings, registryName } from "../base/settings";
import { remoteName } from "../releases/archive";
import type { HarborRelease } from "../releases/release";

/** Where everything lies, on every node and on the storage that they share. The only place that knows. */
export interface ClusterLayout {
    /** The node's own command. */
    readonly toolkit: string;
    /** Rendered files with their slots unfilled. */
    readonly filesDir: string;
    /** `server.crt` and `server.key` of https. */
    readonly certDir: string;
    /** What Harbor keeps on each node for itself: the scanner's database. */
    readonly localDir: string;
    readonly mountPoint: string;
    /** Harbor's data folders, in one of their own, so that the program's files beside it never mix with them. */
    readonly dataDir: string;
    /** Release archives, token key pairs and markers that all nodes share. */
    readonly sharedDir: string;
    /** The authority of Redis's certificate, where the stack has one. */
    readonly redisCaFile: string;
    /** Where Docker looks for the authority of a registry; read at each connection, without a restart. */
    readonly caFile: string;
}

/** The same with what depends on the release. */
export interface Layout extends ClusterLayout {
    /** The release, unpacked; another version lies beside it. */
    readonly releaseDir: string;
    /** Where the engine puts the archive on its way to the shared storage. */
    readonly upload: string;
}

/** Path of the node's command. */
export function toolkitPath(installDir: string): string {
    return `${installDir}/bin/harbor-ha`;
}

export function clusterLayout(settings: ClusterSettings): ClusterLayout {
    const {
        installDir,
        storage: { mountPoint },
    } = settings;
    return {
        toolkit: toolkitPath(installDir),
        filesDir: `${installDir}/files`,
        certDir: `${installDir}/cert`,
        localDir: installDir,
        mountPoint,
        dataDir: `${mountPoint}/data`,
        sharedDir: `${mountPoint}/harbor-ha`,
        redisCaFile: `${installDir}/cert/redis-ca.crt`,
        caFile: `/etc/docker/certs.d/${registryName(settings)}/ca.crt`,
    };
}

export function layoutOf(settings: ClusterSettings, release: HarborRelease): Layout {
    const id = `${release.version}-${release.sha256.slice(0, 8)}`;
    return {
        ...clusterLayout(settings),
        releaseDir: `${settings.installDir}/releases/${id}`,
        upload: uploadPath(release),
    };
}

/** Where the engine puts the archive on its way. */
function uploadPath({ sha256, archive }: HarborRelease): string {
    return `/var/tmp/harbor-ha-${sha256.slice(0, 12)}-${remoteName(archive)}`;
}
