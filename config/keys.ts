import { z } from "zod";
import * as rule from "./rules";

/** One configuration key of the `harbor-ha` namespace: the single source of parsing, Pulumi.yaml and the docs. */
export interface ConfigKey {
    readonly group: string;
    readonly description: string;
    /** Type in Pulumi.yaml's schema, which the engine checks before the program runs. */
    readonly type: "string" | "integer" | "boolean" | "array";
    readonly schema: z.ZodType;
    /** What applies when the key is absent; shown in the docs. Undefined: the key is required or described by `absent`. */
    readonly default?: string | number | boolean;
    /** In words, what an absent key means, where that is no plain value. */
    readonly absent?: string;
    /** Set with `pulumi config set --secret`; `<key>File` may name a file instead. */
    readonly secret?: true;
    /** Text from a file (`<key>File`), not secret. */
    readonly file?: true;
}

const nodeSchema = z.strictObject(
    {
        name: rule.nodeName,
        address: rule.host,
        serviceAddress: rule.ipv4.optional(),
        port: rule.port.optional(),
        user: rule.word.optional(),
        hostKey: rule.hostKey.optional(),
    },
    "an entry with name and address",
);

export type NodeConfig = z.infer<typeof nodeSchema>;

const oneOf = <const T extends readonly [string, ...string[]]>(values: T): z.ZodType =>
    z.enum(values, { error: `one of ${values.join(", ")}` });

export const keys = {
    domain: {
        group: "Registry",
        type: "string",
        schema: rule.domain,
        description: "DNS name of the registry; one A record per node",
    },
    port: {
        group: "Registry",
        type: "integer",
        schema: rule.port,
        absent: "443 with https, 80 with http",
        description: "Published port; part of every image name when it isn't the protocol's own",
    },
    protocol: {
        group: "Registry",
        type: "string",
        schema: oneOf(["https", "http"]),
        default: "https",
        description: "What clients speak. With http every client must list the registry as insecure",
    },
    httpsCertificate: {
        group: "Registry",
        type: "string",
        schema: rule.pem("CERTIFICATE"),
        file: true,
        absent: "required with https",
        description: "Server certificate (PEM, with intermediates)",
    },
    httpsPrivateKey: {
        group: "Registry",
        type: "string",
        schema: rule.pem("PRIVATE KEY"),
        secret: true,
        absent: "required with https",
        description: "Private key of the server certificate (PEM, not encrypted)",
    },
    httpsCaCertificate: {
        group: "Registry",
        type: "string",
        schema: rule.pem("CERTIFICATE"),
        file: true,
        absent: "the certificate is of a public authority",
        description: "CA that the nodes' Docker shall trust for the registry (PEM)",
    },
    adminPassword: {
        group: "Registry",
        type: "string",
        schema: rule.ownPassword,
        secret: true,
        absent: "generated",
        description:
            "First password of the user admin; after the first start it must be the current one, for verification",
    },

    release: {
        group: "Release",
        type: "string",
        schema: rule.releaseSource,
        description: "Harbor installer archive: a path, or an https URL (then releaseSha256 is required)",
    },
    releaseSha256: {
        group: "Release",
        type: "string",
        schema: rule.sha256,
        absent: "not checked (paths only)",
        description: "SHA-256 of the archive",
    },
    harborVersion: {
        group: "Release",
        type: "string",
        schema: rule.version,
        absent: "the archive's",
        description: "Version that the archive must have",
    },
    installDir: {
        group: "Release",
        type: "string",
        schema: rule.ownFolder,
        default: "/opt/harbor-ha",
        description: "Folder on every node for the release, the rendered files and the node's own command",
    },
    installPackages: {
        group: "Release",
        type: "boolean",
        schema: rule.flag,
        default: true,
        description:
            "Install missing tools (Docker, Compose, Ceph client, jq …) with the host's package manager; off: stop and name them",
    },
    prepareGeneration: {
        group: "Release",
        type: "integer",
        schema: rule.wholeNumber(1, 1_000_000),
        default: 1,
        description: "Raise it to run prepare again on all nodes, followed by cert sync and compose up",
    },
    prepareImage: {
        group: "Release",
        type: "string",
        schema: rule.text,
        absent: "the host's own Python",
        description:
            "Image with Python 2 (python2) and openssl, already in the nodes' Docker, for hosts without Python 2",
    },
    promoteFrom: {
        group: "Release",
        type: "string",
        schema: z
            .string()
            .regex(/^[\w.-]+(\/[\w.-]+){0,2}$/, "a stack: name, project/name or organization/project/name"),
        absent: "anything may be deployed",
        description: "Stack that must have verified the same version, archive and rendered files before",
    },
    rollout: {
        group: "Release",
        type: "string",
        schema: oneOf(["serial", "parallel"]),
        default: "serial",
        description: "Start of the nodes after the first one: one by one, or all at once",
    },

    nodes: {
        group: "Nodes",
        type: "array",
        schema: z.array(nodeSchema, "a list, each entry with name and address").min(1, "at least one node"),
        description: "The hosts: name, address, and optionally serviceAddress, port, user, hostKey",
    },
    sshUser: {
        group: "Nodes",
        type: "string",
        schema: rule.word,
        default: "root",
        description: "Login on the nodes; others than root need sudo without a password",
    },
    sshPort: {
        group: "Nodes",
        type: "integer",
        schema: rule.port,
        default: 22,
        description: "Port of sshd on the nodes",
    },
    sshPrivateKey: {
        group: "Nodes",
        type: "string",
        schema: rule.sshPrivateKey,
        secret: true,
        description: "Private key for the login",
    },
    sshKnownHosts: {
        group: "Nodes",
        type: "string",
        schema: rule.text,
        file: true,
        absent: "hostKey of every node",
        description: "Host keys in known_hosts form, as ssh-keyscan prints them",
    },
    allowUnknownHostKeys: {
        group: "Nodes",
        type: "boolean",
        schema: rule.flag,
        default: false,
        description: "Log in to hosts whose key isn't known. Anyone between can then read every secret",
    },
    detectDrift: {
        group: "Nodes",
        type: "boolean",
        schema: rule.flag,
        default: false,
        description:
            "Look at the hosts in every preview and up; what was changed there shows as a change of its resource. HARBOR_HA_DETECT_DRIFT=true does it for one run",
    },
    sshProxy: {
        group: "Nodes",
        type: "string",
        schema: rule.proxy,
        absent: "direct",
        description: "Jump host, user@host[:port]; its host key comes from sshKnownHosts",
    },

    cephMonitors: {
        group: "CephFS",
        type: "array",
        schema: z.array(rule.cephMonitor, "a list of addresses").min(1, "at least one monitor"),
        description: "Ceph monitors, host or host:port",
    },
    cephPath: {
        group: "CephFS",
        type: "string",
        schema: rule.absolutePath,
        default: "/",
        description: "Folder of the CephFS that is mounted; it must exist",
    },
    cephClientName: {
        group: "CephFS",
        type: "string",
        schema: rule.word,
        default: "harbor",
        description: "CephX user, without client.",
    },
    cephKey: {
        group: "CephFS",
        type: "string",
        schema: z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/, "a CephX key (base64, as ceph auth get-key prints it)"),
        secret: true,
        description: "Key of the CephX user",
    },
    cephFsName: {
        group: "CephFS",
        type: "string",
        schema: rule.word,
        absent: "the cluster's default",
        description: "Name of the file system, where a cluster has several",
    },
    cephMountPoint: {
        group: "CephFS",
        type: "string",
        schema: rule.ownFolder,
        default: "/mnt/cephfs/harbor",
        description: "Where the CephFS is mounted on every node",
    },
    cephClient: {
        group: "CephFS",
        type: "string",
        schema: oneOf(["auto", "kernel", "fuse"]),
        default: "auto",
        description: "Kernel client, ceph-fuse, or the kernel's where it has one",
    },

    mysqlMode: {
        group: "MySQL",
        type: "string",
        schema: oneOf(["existing", "container"]),
        default: "existing",
        description: "An existing server, or a container that this stack runs",
    },
    mysqlHost: {
        group: "MySQL",
        type: "string",
        schema: rule.host,
        description: "Address of the server as the nodes reach it",
    },
    mysqlPort: { group: "MySQL", type: "integer", schema: rule.port, default: 3306, description: "Port of the server" },
    mysqlUser: {
        group: "MySQL",
        type: "string",
        schema: rule.word,
        default: "harbor",
        description: "User with all rights on the database registry",
    },
    mysqlPassword: {
        group: "MySQL",
        type: "string",
        schema: rule.ownPassword,
        secret: true,
        absent: "required for an existing server, else generated",
        description: "Password of mysqlUser",
    },
    mysqlDockerHost: {
        group: "MySQL",
        type: "string",
        schema: rule.dockerHost,
        absent: "required with mysqlMode container",
        description: "Docker host of the container",
    },
    mysqlImage: {
        group: "MySQL",
        type: "string",
        schema: rule.text,
        default: "mariadb:10.11",
        description: "Image of the container",
    },

    redisMode: {
        group: "Redis",
        type: "string",
        schema: oneOf(["existing", "container"]),
        default: "existing",
        description: "An existing server, or a container that this stack runs",
    },
    redisHost: {
        group: "Redis",
        type: "string",
        schema: rule.host,
        description: "Address of the server as the nodes reach it",
    },
    redisPort: { group: "Redis", type: "integer", schema: rule.port, default: 6379, description: "Port of the server" },
    redisPassword: {
        group: "Redis",
        type: "string",
        schema: rule.ownPassword,
        secret: true,
        absent: "required for an existing server, else generated",
        description: "Password (requirepass)",
    },
    redisDatabase: {
        group: "Redis",
        type: "integer",
        schema: rule.wholeNumber(0, 1023),
        default: 0,
        description: "Database index of the login sessions",
    },
    redisCacheDatabase: {
        group: "Redis",
        type: "integer",
        schema: rule.wholeNumber(0, 1023),
        absent: "redisDatabase + 1",
        description: "Database index of the registry's blob cache",
    },
    redisDockerHost: {
        group: "Redis",
        type: "string",
        schema: rule.dockerHost,
        absent: "required with redisMode container",
        description: "Docker host of the container",
    },
    redisImage: {
        group: "Redis",
        type: "string",
        schema: rule.text,
        default: "redis:7",
        description: "Image of the container",
    },

    dnsMode: {
        group: "DNS",
        type: "string",
        schema: oneOf(["rfc2136", "none"]),
        default: "rfc2136",
        description: "Keep the A records with dynamic updates, or leave them to the operator (the outputs list them)",
    },
    dnsServer: {
        group: "DNS",
        type: "string",
        schema: rule.host,
        absent: "required with rfc2136",
        description: "Primary name server of the zone",
    },
    dnsPort: { group: "DNS", type: "integer", schema: rule.port, default: 53, description: "Port of the name server" },
    dnsZone: {
        group: "DNS",
        type: "string",
        schema: rule.domain,
        absent: "required with rfc2136",
        description: "Zone that holds the domain",
    },
    dnsKeyName: {
        group: "DNS",
        type: "string",
        schema: rule.word,
        absent: "required with rfc2136",
        description: "Name of the TSIG key",
    },
    dnsKeyAlgorithm: {
        group: "DNS",
        type: "string",
        schema: oneOf(["hmac-sha256", "hmac-sha384", "hmac-sha512"]),
        default: "hmac-sha256",
        description: "Algorithm of the TSIG key",
    },
    dnsKeySecret: {
        group: "DNS",
        type: "string",
        schema: z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/, "a base64 TSIG secret"),
        secret: true,
        absent: "required with rfc2136",
        description: "Secret of the TSIG key",
    },
    dnsTtl: {
        group: "DNS",
        type: "integer",
        schema: rule.wholeNumber(1, 86_400),
        default: 60,
        description: "Seconds that resolvers may keep an address",
    },

    secretkey: {
        group: "Keys",
        type: "string",
        schema: rule.secretkey,
        secret: true,
        absent: "generated",
        description:
            "Harbor's 16-character encryption key. An existing one on the shared storage is kept, and must be equal when given",
    },
    tokenPrivateKey: {
        group: "Keys",
        type: "string",
        schema: rule.pem("PRIVATE KEY"),
        secret: true,
        absent: "generated on the shared storage",
        description: "Own token signing key (RSA, PEM)",
    },
    tokenCertificate: {
        group: "Keys",
        type: "string",
        schema: rule.pem("CERTIFICATE"),
        file: true,
        absent: "generated on the shared storage",
        description: "Certificate of the token signing key (PEM)",
    },
    protectSecrets: {
        group: "Keys",
        type: "boolean",
        schema: rule.flag,
        default: true,
        description: "Protect generated passwords and keys against deletion by pulumi destroy or a changed program",
    },
} as const satisfies Record<string, ConfigKey>;

export type KeyName = keyof typeof keys;

export const keyNames = Object.keys(keys) as KeyName[];

/** Whether a key has the `<key>File` form as well. */
export function hasFileForm(name: KeyName): boolean {
    const key: ConfigKey = keys[name];
    return key.secret === true || key.file === true;
}
