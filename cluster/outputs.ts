/** What a cluster's outputs consist of. Texts have no narrower type: the SDK's analyzer knows no literals. */

/** An A record of the registry's name. */
export interface ClusterDnsRecord {
    /** The registry's domain. */
    readonly name: string;
    /** `A` */
    readonly type: string;
    /** Seconds that resolvers may keep it. */
    readonly ttl: number;
    /** IPv4 address of a node. */
    readonly address: string;
}

/** A node as its clients see it. */
export interface ClusterNodeAddress {
    readonly name: string;
    /** The node's `serviceAddress`. */
    readonly address: string;
}

/** What is deployed, down to the bytes: two clusters with the same run the same. */
export interface ClusterRelease {
    /** Harbor's version, such as `v2.15.2`. */
    readonly version: string;
    /** SHA-256 of the installer. */
    readonly sha256: string;
    /** Protocol for which the files are rendered. */
    readonly protocol: string;
    /** Fingerprint of the rendered files. */
    readonly rendered: string;
    /** Digest of the node's own command, with its checks. */
    readonly command: string;
}
