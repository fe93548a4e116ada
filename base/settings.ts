/** What the program works with after parsing: plain values, every default filled in, every rule checked. */

/** A value from config that must not be shown; only `secret()` of the loader makes one. */
export interface Secret {
    readonly secret: string;
}

/** Stands for a secret that another resource is still to make; it is never sent to a host. */
export const notKnownYet = "(not known yet)";

/** How the program logs in to one host. The host key is always pinned unless the operator opts out by name. */
export interface SshTarget {
    readonly address: string;
    readonly port: number;
    readonly user: string;
    /** `ssh-ed25519 AAAA…`; undefined only with `allowUnknownHostKeys`. */
    readonly hostKey: string | undefined;
}

export interface NodeSettings extends SshTarget {
    /** Part of resource names: changing it makes a new node. */
    readonly name: string;
    /** Address that clients and the other nodes use; goes into DNS. Default: `address`. */
    readonly serviceAddress: string;
    /** Nothing is asked of the host, and it has no record: it is away for now. Default: false. */
    readonly down?: boolean;
}

/** Those that are asked and serve. */
export function nodesUp(nodes: readonly NodeSettings[]): NodeSettings[] {
    return nodes.filter(({ down }) => down !== true);
}

export interface SshSettings {
    readonly privateKey: Secret;
    readonly proxy: SshTarget | undefined;
}

/** A CephFS that the program mounts itself. */
export interface CephSettings {
    /** Monitor addresses, `host` or `host:port`. */
    readonly monitors: readonly string[];
    /** Folder inside the CephFS that is mounted. It must exist. */
    readonly path: string;
    /** CephX user without the `client.` prefix. */
    readonly clientName: string;
    readonly key: Secret;
    readonly fsName: string | undefined;
    readonly mountPoint: string;
    readonly client: "auto" | "kernel" | "fuse";
}

/** The storage that all nodes share: a CephFS, or what the operator has mounted on every host. */
export type StorageSettings =
    ({ readonly mode: "cephfs" } & CephSettings) | { readonly mode: "mounted"; readonly mountPoint: string };

/** A bucket of an object store that speaks S3. */
export interface S3Settings {
    readonly bucket: string;
    readonly region: string;
    /** `http://minio.example.com:9000`; undefined: Amazon's own of the region. */
    readonly endpoint: string | undefined;
    /** Folder inside the bucket; undefined: the bucket itself. */
    readonly rootDirectory: string | undefined;
    /** Whether clients are sent to the store for a layer; else the registry hands it on. */
    readonly redirect: boolean;
}

/** Where the registry keeps the images' blobs: on the shared storage, or in an object store. */
export type BlobSettings =
    | { readonly kind: "filesystem" }
    | ({ readonly kind: "s3"; readonly accessKey: Secret; readonly secretKey: Secret } & S3Settings);

/** `existing`: a server that is already there. `container`: the stack runs one itself on a Docker host. */
export type ServiceMode = "existing" | "container";

export interface ContainerSettings {
    /** Docker host in the provider's form, for example `ssh://root@db.example.com` or `unix:///var/run/docker.sock`. */
    readonly dockerHost: string;
    readonly image: string;
}

export interface MysqlSettings {
    readonly mode: ServiceMode;
    readonly host: string;
    readonly port: number;
    readonly user: string;
    /** Undefined in container mode: generated. */
    readonly password: Secret | undefined;
    readonly container: ContainerSettings | undefined;
}

/** How far a client of PostgreSQL insists on TLS, in libpq's words. */
export type SslMode = "disable" | "require" | "verify-ca" | "verify-full";

export interface PostgresSettings extends MysqlSettings {
    /** The database, which the user owns. */
    readonly name: string;
    readonly sslMode: SslMode;
}

/** Harbor's database; which kind it has to be says the release line. */
export type DatabaseSettings =
    ({ readonly kind: "mysql" } & MysqlSettings) | ({ readonly kind: "postgres" } & PostgresSettings);

/** Servers that watch a set of Redis servers and say which of them is the master. */
export interface SentinelSettings {
    /** Name of the set in the Sentinels' configuration. */
    readonly masterSet: string;
    /** `host:port` of each Sentinel. */
    readonly addresses: readonly string[];
}

export interface RedisSettings {
    readonly mode: ServiceMode;
    /** `none` with Sentinels, which know the address. */
    readonly host: string;
    /** 0 with Sentinels. */
    readonly port: number;
    readonly sentinel: SentinelSettings | undefined;
    /** TLS, with the authority of the server's certificate (PEM) where it isn't a public one; undefined: without TLS. */
    readonly tls: { readonly caCertificate: string | undefined } | undefined;
    readonly password: Secret | undefined;
    /** Database index of the login sessions. */
    readonly database: number;
    /** Database index of the registry's blob cache. */
    readonly cacheDatabase: number;
    readonly container: ContainerSettings | undefined;
}

/** Port of the metrics, unless the stack says another: Harbor's own (make/harbor.yml.tmpl). */
export const metricsPort = 9090;

/** What Harbor 2.x can run besides on every node. */
export interface OptionalServices {
    /** The scanner of images for vulnerabilities. */
    readonly trivy: boolean;
    /** Numbers for Prometheus, on a port of every node; undefined: none. */
    readonly metrics: { readonly port: number } | undefined;
}

/** `redis.example.com:6379`, or `mymaster of sentinel1:26379, sentinel2:26379`: for people. */
export function redisAddress({ host, port, sentinel }: Pick<RedisSettings, "host" | "port" | "sentinel">): string {
    return sentinel ? `${sentinel.masterSet} of ${sentinel.addresses.join(", ")}` : `${host}:${port}`;
}

export interface Rfc2136Settings {
    readonly server: string;
    readonly port: number;
    readonly zone: string;
    readonly keyName: string;
    readonly keyAlgorithm: string;
    readonly keySecret: Secret;
}

export interface DnsSettings {
    /** Seconds a resolver may keep an address; also how long a withdrawn node is still asked. */
    readonly ttl: number;
    /** Undefined (`dnsMode: none`): the operator keeps the records; the outputs list them. */
    readonly update: Rfc2136Settings | undefined;
}

export interface HttpsSettings {
    readonly certificate: string;
    readonly privateKey: Secret;
    /** Put into every node's Docker trust; undefined for a certificate of a public authority. */
    readonly caCertificate: string | undefined;
}

export interface TokenKeySettings {
    readonly privateKey: Secret;
    readonly certificate: string;
}

export interface ReleaseSettings {
    /** Path of the installer archive, or an https URL; or the name of a pinned release. */
    readonly source: string;
    /** Path or https URL of a pinned release's archive; undefined: the cluster has it already. */
    readonly archive: string | undefined;
    readonly sha256: string | undefined;
    /** When set, the archive must be of this version. */
    readonly version: string | undefined;
}

export interface ClusterSettings {
    readonly domain: string;
    readonly port: number;
    readonly protocol: "http" | "https";
    readonly https: HttpsSettings | undefined;
    readonly release: ReleaseSettings;
    readonly installDir: string;
    readonly installPackages: boolean;
    readonly nodes: readonly NodeSettings[];
    readonly ssh: SshSettings;
    readonly storage: StorageSettings;
    readonly blobs: BlobSettings;
    readonly database: DatabaseSettings;
    readonly redis: RedisSettings;
    readonly services: OptionalServices;
    readonly dns: DnsSettings;
    /** Stack that has to have verified the same release. */
    readonly promoteFrom: string | undefined;
    readonly rollout: "serial" | "parallel";
    readonly prepareGeneration: number;
    /** Image to run prepare in; undefined: the host's own Python. */
    readonly prepareImage: string | undefined;
    readonly adminPassword: Secret | undefined;
    readonly secretkey: Secret | undefined;
    readonly tokenKey: TokenKeySettings | undefined;
    readonly protectSecrets: boolean;
    /** Whether previews and updates read the hosts. */
    readonly detectDrift: boolean;
}

/** `hub.example.com`, or with the port where it isn't the protocol's own: what users write before an image name. */
export function registryName(settings: Pick<ClusterSettings, "domain" | "port" | "protocol">): string {
    return settings.port === defaultPort(settings.protocol) ? settings.domain : `${settings.domain}:${settings.port}`;
}

/** `https://hub.example.com` */
export function registryUrl(settings: Pick<ClusterSettings, "domain" | "port" | "protocol">): string {
    return `${settings.protocol}://${registryName(settings)}`;
}

/** The port that clients assume when the name has none. */
export function defaultPort(protocol: "http" | "https"): number {
    return protocol === "https" ? 443 : 80;
}
