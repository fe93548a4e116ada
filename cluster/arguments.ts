import type * as pulumi from "@pulumi/pulumi";
import type { ClusterNode } from "./node";

// Made from config/keys.ts by npm run docs.

/** Values of `protocol`. */
export const Protocol = {
    Https: "https",
    Http: "http",
} as const;

export type Protocol = (typeof Protocol)[keyof typeof Protocol];

/** Values of `rollout`. */
export const Rollout = {
    Serial: "serial",
    Parallel: "parallel",
} as const;

export type Rollout = (typeof Rollout)[keyof typeof Rollout];

/** Values of `storageMode`. */
export const StorageMode = {
    Cephfs: "cephfs",
    Mounted: "mounted",
} as const;

export type StorageMode = (typeof StorageMode)[keyof typeof StorageMode];

/** Values of `cephClient`. */
export const CephClient = {
    Auto: "auto",
    Kernel: "kernel",
    Fuse: "fuse",
} as const;

export type CephClient = (typeof CephClient)[keyof typeof CephClient];

/** Values of `blobStorage`. */
export const BlobStorage = {
    Filesystem: "filesystem",
    S3: "s3",
} as const;

export type BlobStorage = (typeof BlobStorage)[keyof typeof BlobStorage];

/** Values of `mysqlMode`. */
export const MysqlMode = {
    Existing: "existing",
    Container: "container",
} as const;

export type MysqlMode = (typeof MysqlMode)[keyof typeof MysqlMode];

/** Values of `postgresMode`. */
export const PostgresMode = {
    Existing: "existing",
    Container: "container",
} as const;

export type PostgresMode = (typeof PostgresMode)[keyof typeof PostgresMode];

/** Values of `postgresSslMode`. */
export const PostgresSslMode = {
    Disable: "disable",
    Require: "require",
    VerifyCa: "verify-ca",
    VerifyFull: "verify-full",
} as const;

export type PostgresSslMode = (typeof PostgresSslMode)[keyof typeof PostgresSslMode];

/** Values of `redisMode`. */
export const RedisMode = {
    Existing: "existing",
    Container: "container",
} as const;

export type RedisMode = (typeof RedisMode)[keyof typeof RedisMode];

/** Values of `dnsMode`. */
export const DnsMode = {
    Rfc2136: "rfc2136",
    None: "none",
} as const;

export type DnsMode = (typeof DnsMode)[keyof typeof DnsMode];

/** Values of `dnsKeyAlgorithm`. */
export const DnsKeyAlgorithm = {
    HmacSha256: "hmac-sha256",
    HmacSha384: "hmac-sha384",
    HmacSha512: "hmac-sha512",
} as const;

export type DnsKeyAlgorithm = (typeof DnsKeyAlgorithm)[keyof typeof DnsKeyAlgorithm];

/**
 * Arguments of a cluster. What decides which resources there are is plain; all else may be an output of another resource.
 */
export interface HarborClusterArgs {
    /**
     * DNS name of the registry; one A record per node. In lower case, with a dot, no address: image names and
     * tokens carry it. A new one renders all files anew, runs `prepare` and restarts every node.
     */
    readonly domain: string;
    /**
     * Published port; part of every image name when it isn't the protocol's own. With Harbor 2.x and https not the
     * port of its redirect from http (`http.port` of its harbor.yml.tmpl).
     * @default 443 with https, 80 with http
     */
    readonly port?: number | undefined;
    /**
     * What clients speak. With http every client must list the registry as insecure. A change runs `prepare` and
     * restarts every node.
     * @default "https"
     */
    readonly protocol?: Protocol;
    /**
     * Server certificate (PEM, with intermediates behind it), for the domain by its subjectAltName. Judged as Go's
     * crypto/x509 does, which Docker and containerd use: subjectAltName, dates, chain, no SHA-1.
     * @default required with https
     */
    readonly httpsCertificate?: pulumi.Input<string> | undefined;
    /**
     * Private key of the server certificate (PEM, not encrypted). Secret.
     * @default required with https
     */
    readonly httpsPrivateKey?: pulumi.Input<string> | undefined;
    /**
     * CA that the nodes' Docker shall trust for the registry (PEM); httpsCertificate has to lead to it.
     * @default the certificate is of a public authority
     */
    readonly httpsCaCertificate?: pulumi.Input<string> | undefined;
    /**
     * Password of the user admin. A new one takes effect with the next up; one that was changed in the UI must be
     * set here, too. 8 to 64 of letters, digits, . _ ~ ! ^ * + = - and the at sign: Harbor's own files can't quote
     * others (1.1 src/ui/main.go); never Harbor12345. Secret.
     * @default generated
     */
    readonly adminPassword?: pulumi.Input<string> | undefined;
    /**
     * Harbor's offline installer: a path, or an https URL (then releaseSha256 is required), which may be presigned;
     * or a release pinned in releases/pins, such as v1.1.2 or v1.1.2-1f2e3d4c. Read while the program runs, before
     * any resource is made. Pins lie in `releases/pins` of the calling project.
     */
    readonly release: string;
    /**
     * Archive of a pinned release: a path, or an https URL, which may be presigned. No preview needs it; up sends
     * it when the cluster doesn't have it yet.
     * @default the cluster's shared storage has it
     */
    readonly releaseSource?: string | undefined;
    /**
     * SHA-256 of the archive. 64 hexadecimal digits.
     * @default not checked (paths only)
     */
    readonly releaseSha256?: string | undefined;
    /**
     * Version that the archive must have.
     * @default the archive's
     */
    readonly harborVersion?: string | undefined;
    /**
     * Folder on every node for the release, the rendered files and the node's own command. Outside of the shared
     * storage: every node needs its own.
     * @default "/opt/harbor-ha"
     */
    readonly installDir?: string | undefined;
    /**
     * Install missing tools (Docker, Compose, Ceph client, jq …) with the host's package manager; off: stop and
     * name them.
     * @default true
     */
    readonly installPackages?: pulumi.Input<boolean> | undefined;
    /**
     * Raise it to run prepare again on all nodes, followed by cert sync and compose up. 1 to 1000000.
     * @default 1
     */
    readonly prepareGeneration?: pulumi.Input<number> | undefined;
    /**
     * Image with Python 2 (python2) and openssl, already in the nodes' Docker, for hosts without Python 2.
     * @default the host's own Python
     */
    readonly prepareImage?: pulumi.Input<string> | undefined;
    /**
     * Stack that must have verified the same version, archive and rendered files before: name, or
     * organization/project/name.
     * @default anything may be deployed
     */
    readonly promoteFrom?: string | undefined;
    /**
     * Start of the nodes after the first one: one by one, each out of DNS and its requests finished before; or all
     * at once, which cuts requests. The first node always starts alone, since it fills in the database or migrates
     * it.
     * @default "serial"
     */
    readonly rollout?: Rollout;
    /**
     * Harbor's 16-character encryption key. An existing one on the shared storage is kept, and must be equal when
     * given. Exactly 16 letters and digits: Harbor reads it verbatim as an AES-128 key (goharbor/harbor #11166). It
     * never changes in the life of a registry. Secret.
     * @default generated
     */
    readonly secretkey?: pulumi.Input<string> | undefined;
    /**
     * Own token signing key (RSA, PEM). RSA, since Harbor's token service reads PKCS#1 only (goharbor/harbor
     * #14732). Secret.
     * @default generated on the shared storage
     */
    readonly tokenPrivateKey?: pulumi.Input<string> | undefined;
    /**
     * Certificate of the token signing key (PEM).
     * @default generated on the shared storage
     */
    readonly tokenCertificate?: pulumi.Input<string> | undefined;
    /**
     * Protect generated passwords and keys against deletion by pulumi destroy or a changed program.
     * @default true
     */
    readonly protectSecrets?: boolean | undefined;
    /**
     * The hosts: name, address, and optionally serviceAddress, port, user, hostKey, state. The list is plain: names
     * and number decide which resources there are. Addresses, ports and host keys may be outputs.
     */
    readonly nodes: ClusterNode[];
    /**
     * Login on the nodes; others than root need sudo without a password. Plain: commands of others than root begin
     * with sudo.
     * @default "root"
     */
    readonly sshUser?: string | undefined;
    /**
     * Port of sshd on the nodes.
     * @default 22
     */
    readonly sshPort?: pulumi.Input<number> | undefined;
    /**
     * Private key for the login (OpenSSH or PEM; Ed25519, ECDSA or RSA), without a passphrase. Ed25519, RSA (1024
     * bits or more) or ECDSA, as Go's x/crypto/ssh in the provider and ssh2 read it. Secret.
     */
    readonly sshPrivateKey: pulumi.Input<string>;
    /**
     * Host keys in known_hosts form, as ssh-keyscan prints them; revoked ones are refused. Judged by the rules of
     * OpenSSH's known_hosts (sshd(8)). Every host key is pinned.
     * @default hostKey of every node
     */
    readonly sshKnownHosts?: pulumi.Input<string> | undefined;
    /**
     * Log in to hosts whose key isn't known. Anyone between can then read every secret.
     * @default false
     */
    readonly allowUnknownHostKeys?: boolean | undefined;
    /**
     * Look at the hosts in every preview and up; what was changed there shows as a change of its resource.
     * HARBOR_HA_DETECT_DRIFT=true does it for one run. Hosts that other resources are still to make can't be looked
     * at; a warning says so.
     * @default false
     */
    readonly detectDrift?: boolean | undefined;
    /**
     * Jump host, user@host[:port]; its host key comes from sshKnownHosts.
     * @default direct
     */
    readonly sshProxy?: pulumi.Input<string> | undefined;
    /**
     * A CephFS that the program mounts, or whatever the operator has mounted on every host: NFS, GlusterFS, CephFS,
     * GFS2, OCFS2, Lustre, BeeGFS.
     * @default "cephfs"
     */
    readonly storageMode?: StorageMode;
    /**
     * Where the operator has mounted it, on every node. With storageMode cephfs: cephMountPoint. A folder below the
     * first level.
     * @default required with storageMode mounted
     */
    readonly storageMountPoint?: string | undefined;
    /**
     * Ceph monitors, host or host:port.
     * @default required with storageMode cephfs
     */
    readonly cephMonitors?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /**
     * Folder of the CephFS that is mounted; it must exist.
     * @default "/"
     */
    readonly cephPath?: pulumi.Input<string> | undefined;
    /**
     * CephX user, without client..
     * @default "harbor"
     */
    readonly cephClientName?: pulumi.Input<string> | undefined;
    /**
     * Key of the CephX user. Secret.
     * @default required with storageMode cephfs
     */
    readonly cephKey?: pulumi.Input<string> | undefined;
    /**
     * Name of the file system, where a cluster has several.
     * @default the cluster's default
     */
    readonly cephFsName?: pulumi.Input<string> | undefined;
    /**
     * Where the CephFS is mounted on every node. A folder below the first level.
     * @default "/mnt/cephfs/harbor"
     */
    readonly cephMountPoint?: string | undefined;
    /**
     * Kernel client, ceph-fuse, or the kernel's where it has one.
     * @default "auto"
     */
    readonly cephClient?: pulumi.Input<CephClient>;
    /**
     * Where the registry keeps the images' layers: on the shared storage, or in an object store (Harbor 2.12 and
     * later). All else stays on the shared storage.
     * @default "filesystem"
     */
    readonly blobStorage?: BlobStorage;
    /**
     * Bucket, which must exist, for this registry alone.
     * @default required with blobStorage s3
     */
    readonly s3Bucket?: pulumi.Input<string> | undefined;
    /**
     * Region of the bucket; other stores than Amazon's take what they are set to, often us-east-1.
     * @default required with blobStorage s3
     */
    readonly s3Region?: pulumi.Input<string> | undefined;
    /**
     * Address of another store (MinIO, Ceph RGW …), http:// or https:// with a certificate of a public authority;
     * the bucket is named in the path. The registry's configuration takes no own authority, so a private
     * certificate isn't possible.
     * @default Amazon's of the region
     */
    readonly s3Endpoint?: pulumi.Input<string> | undefined;
    /**
     * Access key of a user that may read, write, list and delete in the bucket. Secret.
     * @default required with blobStorage s3
     */
    readonly s3AccessKey?: pulumi.Input<string> | undefined;
    /**
     * Secret key of that user. Secret.
     * @default required with blobStorage s3
     */
    readonly s3SecretKey?: pulumi.Input<string> | undefined;
    /**
     * Folder inside the bucket.
     * @default the bucket itself
     */
    readonly s3RootDirectory?: pulumi.Input<string> | undefined;
    /**
     * Send clients to the store for layers; then each of them has to reach it. Off: the registry hands them on.
     * @default false
     */
    readonly s3Redirect?: pulumi.Input<boolean> | undefined;
    /**
     * An existing server, or a container that this stack runs.
     * @default "existing"
     */
    readonly mysqlMode?: MysqlMode;
    /**
     * Address of the server as the nodes and their containers reach it, so no localhost. An output of a database
     * resource may be given.
     * @default required for Harbor 1.x
     */
    readonly mysqlHost?: pulumi.Input<string> | undefined;
    /**
     * Port of the server.
     * @default 3306
     */
    readonly mysqlPort?: pulumi.Input<number> | undefined;
    /**
     * User with all rights on the database registry; the container makes it.
     * @default "harbor"
     */
    readonly mysqlUser?: pulumi.Input<string> | undefined;
    /**
     * Password of mysqlUser. The container takes a new one with the next up. 8 to 64 of letters, digits, . _ ~ ! ^
     * * + = - and the at sign. With RandomPassword: `special: false`. Secret.
     * @default required for an existing server, else generated
     */
    readonly mysqlPassword?: pulumi.Input<string> | undefined;
    /**
     * Docker host of the container.
     * @default required with mysqlMode container
     */
    readonly mysqlDockerHost?: pulumi.Input<string> | undefined;
    /**
     * Image of the container: the official one of MariaDB, 10.5 or newer, or a mirror of it.
     * @default "mariadb:10.11"
     */
    readonly mysqlImage?: pulumi.Input<string> | undefined;
    /**
     * An existing server, or a container that this stack runs.
     * @default "existing"
     */
    readonly postgresMode?: PostgresMode;
    /**
     * Address of the server (12 or newer) as the nodes and their containers reach it, so no localhost. An output of
     * a database resource may be given.
     * @default required for Harbor 2.x, in the place of mysqlHost
     */
    readonly postgresHost?: pulumi.Input<string> | undefined;
    /**
     * Port of the server.
     * @default 5432
     */
    readonly postgresPort?: pulumi.Input<number> | undefined;
    /**
     * Database, empty or Harbor's, owned by postgresUser; the container makes it.
     * @default "registry"
     */
    readonly postgresDatabase?: pulumi.Input<string> | undefined;
    /**
     * Owner of the database; the container makes it.
     * @default "harbor"
     */
    readonly postgresUser?: pulumi.Input<string> | undefined;
    /**
     * Password of postgresUser, of letters, digits, _ and -. The container takes a new one with the next up. Harbor
     * 2.x writes it without quotes (make/photon/prepare of v2.12.0 to v2.15.2). With RandomPassword: `special:
     * false`. Secret.
     * @default required for an existing server, else generated
     */
    readonly postgresPassword?: pulumi.Input<string> | undefined;
    /**
     * How far Harbor insists on TLS. With verify-ca and verify-full the server's authority has to be one that
     * Harbor's images know.
     * @default "disable"
     */
    readonly postgresSslMode?: pulumi.Input<PostgresSslMode>;
    /**
     * Docker host of the container.
     * @default required with postgresMode container
     */
    readonly postgresDockerHost?: pulumi.Input<string> | undefined;
    /**
     * Image of the container: the official one of PostgreSQL, 12 to 17, or a mirror of it.
     * @default "postgres:16"
     */
    readonly postgresImage?: pulumi.Input<string> | undefined;
    /**
     * An existing server, or a container that this stack runs.
     * @default "existing"
     */
    readonly redisMode?: RedisMode;
    /**
     * Address of the server as the nodes and their containers reach it, so no localhost.
     * @default required without redisSentinels
     */
    readonly redisHost?: pulumi.Input<string> | undefined;
    /**
     * Port of the server.
     * @default 6379
     */
    readonly redisPort?: pulumi.Input<number> | undefined;
    /**
     * Password (requirepass), with Harbor 2.x of letters, digits, _ and -. 8 to 64 characters. With RandomPassword:
     * `special: false`. Secret.
     * @default required for an existing server, else generated
     */
    readonly redisPassword?: pulumi.Input<string> | undefined;
    /**
     * Database index of the login sessions. 0 to 1023; with Harbor 2.x 0, where it keeps sessions
     * (utils/configs.py).
     * @default 0
     */
    readonly redisDatabase?: pulumi.Input<number> | undefined;
    /**
     * Database index of the registry's blob cache. 0 to 1023, another one than redisDatabase; with Harbor 2.x none
     * of those of jobs and scans.
     * @default redisDatabase + 1
     */
    readonly redisCacheDatabase?: pulumi.Input<number> | undefined;
    /**
     * Sentinels that know the master, host or host:port (26379), in the place of redisHost (Harbor 2.x). They may
     * have no password of their own: Harbor gives them none.
     * @default redisHost is the only server
     */
    readonly redisSentinels?: string[] | undefined;
    /**
     * Name of the master in the Sentinels' configuration, such as mymaster.
     * @default required with redisSentinels
     */
    readonly redisSentinelMasterSet?: string | undefined;
    /**
     * Reach the server, and the Sentinels, with TLS (Harbor 2.13 and newer). It may ask for no certificate of the
     * client (tls-auth-clients no).
     * @default false
     */
    readonly redisTls?: boolean | undefined;
    /**
     * Authority of the server's certificate (PEM), which every node and Harbor's containers then trust.
     * @default an authority that Harbor's images know
     */
    readonly redisCaCertificate?: pulumi.Input<string> | undefined;
    /**
     * Docker host of the container.
     * @default required with redisMode container
     */
    readonly redisDockerHost?: pulumi.Input<string> | undefined;
    /**
     * Image of the container.
     * @default "redis:7"
     */
    readonly redisImage?: pulumi.Input<string> | undefined;
    /**
     * Keep the A records with dynamic updates, or leave them to the operator (the outputs list them).
     * @default "rfc2136"
     */
    readonly dnsMode?: DnsMode;
    /**
     * Primary name server of the zone.
     * @default required with rfc2136
     */
    readonly dnsServer?: pulumi.Input<string> | undefined;
    /**
     * Port of the name server.
     * @default 53
     */
    readonly dnsPort?: pulumi.Input<number> | undefined;
    /**
     * Zone that holds the domain.
     * @default required with rfc2136
     */
    readonly dnsZone?: pulumi.Input<string> | undefined;
    /**
     * Name of the TSIG key.
     * @default required with rfc2136
     */
    readonly dnsKeyName?: pulumi.Input<string> | undefined;
    /**
     * Algorithm of the TSIG key.
     * @default "hmac-sha256"
     */
    readonly dnsKeyAlgorithm?: pulumi.Input<DnsKeyAlgorithm>;
    /**
     * Secret of the TSIG key. Secret.
     * @default required with rfc2136
     */
    readonly dnsKeySecret?: pulumi.Input<string> | undefined;
    /**
     * Seconds that resolvers may keep an address; a node waits that long before it starts anew (`rollout: serial`).
     * Seconds, 1 to 86400.
     * @default 60
     */
    readonly dnsTtl?: pulumi.Input<number> | undefined;
    /**
     * Scanner of images for vulnerabilities on every node (Trivy, Harbor 2.x). Each node loads a database of its
     * own, into a folder of its own.
     * @default false
     */
    readonly trivy?: boolean | undefined;
    /**
     * Numbers for Prometheus from every node (Harbor 2.x). The output prometheusScrapeConfig says where; they need
     * no login, so close the port to others.
     * @default false
     */
    readonly metrics?: boolean | undefined;
    /**
     * Port of every node for metrics.
     * @default 9090, Harbor's own
     */
    readonly metricsPort?: number | undefined;
}
