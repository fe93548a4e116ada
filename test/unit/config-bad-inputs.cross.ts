import { pki } from "../support/files";
import { minimalHttps } from "../support/settings";
import type { BadInput } from "./config-bad-inputs.values";

const missing = (key: string, allowed: string, more: Partial<BadInput> = {}): BadInput => ({
    what: `no ${key}`,
    changes: { [key]: undefined },
    says: `${key} is missing: ${allowed}`,
    ...more,
});

const httpsOnly = (key: string, value: string): BadInput => ({
    what: `${key} with http`,
    changes: { [key]: value },
    options: {},
    says: `${key}: this key is not allowed: only with protocol https`,
});

const dockerHost = "ssh://root@db.example.com";

const postgresContainer = {
    mysqlHost: undefined,
    mysqlPassword: undefined,
    postgresMode: "container",
    postgresHost: "pg.example.com",
    postgresDockerHost: dockerHost,
};

const mariadb =
    "the official image of MariaDB, 10.5 or newer (mariadb:TAG), or a mirror of it; for others use mysqlMode existing";

const metrics = (changes: BadInput["changes"], port: string, allowed: string): BadInput => ({
    what: `metrics on the port ${port}: ${allowed}`,
    changes: { metrics: "true", ...changes },
    says: `metricsPort: ${port} is not allowed: ${allowed}`,
});

const sentinels = {
    redisHost: undefined,
    redisSentinels: '["sentinel1", "sentinel2:26379"]',
    redisSentinelMasterSet: "mymaster",
};

/** Each with a reason why it can't be. */
const redisBadInputs: readonly BadInput[] = [
    missing("redisSentinelMasterSet", "the name that the Sentinels have for the master", {
        changes: { ...sentinels, redisSentinelMasterSet: undefined },
    }),
    missing("redisSentinels", "the addresses of the Sentinels of redisSentinelMasterSet", {
        changes: { ...sentinels, redisSentinels: undefined },
    }),
    missing("redisPassword", "the servers' password, since redisMode is existing (or redisPasswordFile)", {
        what: "no redisPassword with Sentinels",
        changes: { ...sentinels, redisPassword: undefined },
    }),
    {
        what: "Sentinels and a server",
        changes: { ...sentinels, redisHost: "redis.example.com" },
        says: "redisHost: this key is not allowed: only without redisSentinels, which know the address",
    },
    {
        what: "a Sentinel twice",
        changes: { ...sentinels, redisSentinels: '["sentinel1", "sentinel1:26379"]' },
        says: "redisSentinels[1]: sentinel1:26379 is not allowed: an address of its own (redisSentinels[0] is the same)",
    },
    {
        what: "an authority without TLS",
        changes: { redisCaCertificate: pki("ca.crt") },
        says: "redisCaCertificate: this key is not allowed: only with redisTls true",
    },
    {
        what: "an authority of Redis that can't be read",
        changes: {
            redisTls: "true",
            redisCaCertificate: "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n",
        },
        says: "redisCaCertificate: (text) is not allowed: certificates that can be read",
    },
    ...(["redisSentinels", "redisSentinelMasterSet", "redisTls", "redisCaCertificate"] as const).map((key) => ({
        what: `${key} with a container`,
        changes: {
            ...{ redisMode: "container", redisDockerHost: dockerHost },
            [key]: { ...sentinels, redisTls: "true", redisCaCertificate: pki("ca.crt") }[key],
        },
        says: `${key}: this key is not allowed: only with redisMode existing`,
    })),
];

export const crossBadInputs: readonly BadInput[] = [
    ...redisBadInputs,
    {
        what: "a port of the metrics without metrics",
        changes: { metricsPort: "9091" },
        says: "metricsPort: this key is not allowed: only with metrics true",
    },
    metrics({ port: "9090" }, "9090", "another port than port, which is the registry's own"),
    metrics({ metricsPort: "2222", sshPort: "2222" }, "2222", "another port than that of ssh (node1)"),
    {
        what: "the database as a container on one of the nodes",
        changes: { mysqlMode: "container", mysqlDockerHost: dockerHost, mysqlHost: "192.0.2.11" },
        says: "mysqlHost: 192.0.2.11 is not allowed: a Docker host outside of the nodes (node1 has this address)",
    },
    {
        what: "both databases",
        changes: { postgresHost: "pg.example.com", postgresPassword: "postgres-Secret-1", mysqlPassword: undefined },
        says: "mysqlHost: this key is not allowed: only without postgresHost: Harbor 1.x needs MySQL, 2.x PostgreSQL",
    },
    {
        what: "PostgreSQL without its password",
        changes: { postgresHost: "pg.example.com", mysqlHost: undefined, mysqlPassword: undefined },
        says: "postgresPassword is missing: its password, since postgresMode is existing (or postgresPasswordFile)",
    },
    {
        what: "a password of PostgreSQL with signs that Harbor 2.x can't quote",
        changes: { ...postgresContainer, postgresPassword: "begin=ning-1" },
        says: "postgresPassword: (secret) is not allowed: letters, digits, _ and - with Harbor 2.x",
    },
    {
        what: "a password of Redis with signs that Harbor 2.x can't quote",
        changes: { ...postgresContainer, redisPassword: "redis@Secret" },
        says: "redisPassword: (secret) is not allowed: letters, digits, _ and - with Harbor 2.x",
    },
    {
        what: "a PostgreSQL container of a version that keeps its data elsewhere",
        changes: { ...postgresContainer, postgresImage: "postgres:18" },
        says: "postgresImage: postgres:18 is not allowed: the official image of PostgreSQL, 12 to 17 (postgres:TAG), or a mirror of it; for others use postgresMode existing",
    },
    {
        what: "a PostgreSQL container for the user that it has already",
        changes: { ...postgresContainer, postgresUser: "postgres" },
        says: "postgresUser: postgres is not allowed: a user of Harbor's own, such as harbor",
    },
    {
        what: "PostgreSQL as a container on one of the nodes",
        changes: { ...postgresContainer, postgresHost: "192.0.2.11" },
        says: "postgresHost: 192.0.2.11 is not allowed: a Docker host outside of the nodes (node1 has this address)",
    },
    missing("domain", "the DNS name of the registry, for example hub.example.com"),
    missing("release", "path or URL of the Harbor installer (.tgz)"),
    missing("nodes", "the list of hosts, each with name and address"),
    missing("sshPrivateKey", "the private key for the login (or sshPrivateKeyFile)"),
    missing("cephMonitors", "the addresses of the Ceph monitors (or set storageMode to mounted)"),
    missing("cephKey", "the CephX key, or cephKeyFile (or set storageMode to mounted)"),
    {
        what: "a mount of the operator's without its place",
        changes: { storageMode: "mounted", cephMonitors: undefined, cephKey: undefined },
        says: "storageMountPoint is missing: where the storage is mounted, since storageMode is mounted",
    },
    {
        what: "the keys of a CephFS beside a mount of the operator's",
        changes: {
            ...{ storageMode: "mounted", storageMountPoint: "/mnt/nfs/harbor" },
            ...{
                cephPath: "/apps",
                cephClientName: "registry",
                cephFsName: "fast",
                cephMountPoint: "/mnt/x",
                cephClient: "fuse",
            },
        },
        says: [
            "cephMonitors",
            "cephPath",
            "cephClientName",
            "cephKey",
            "cephFsName",
            "cephMountPoint",
            "cephClient",
        ].map(
            (key) =>
                `${key}: this key is not allowed: only with storageMode cephfs; what is mounted already needs storageMountPoint alone`,
        ),
    },
    {
        what: "the place of a mount of the operator's with a CephFS",
        changes: { storageMountPoint: "/mnt/nfs/harbor" },
        says: "storageMountPoint: this key is not allowed: only with storageMode mounted; here cephMountPoint says it",
    },
    {
        what: "the program's folder on a mount of the operator's",
        changes: {
            ...{ storageMode: "mounted", cephMonitors: undefined, cephKey: undefined },
            ...{ storageMountPoint: "/mnt/nfs", installDir: "/mnt/nfs/harbor" },
        },
        says: "installDir: /mnt/nfs/harbor is not allowed: a folder outside storageMountPoint (/mnt/nfs): every node needs its own",
    },
    {
        what: "an object store without anything of it",
        changes: { blobStorage: "s3" },
        says: [
            "s3Bucket is missing: the bucket, since blobStorage is s3",
            "s3Region is missing: its region, since blobStorage is s3",
            "s3AccessKey is missing: the access key, since blobStorage is s3 (or s3AccessKeyFile)",
            "s3SecretKey is missing: its secret key, since blobStorage is s3 (or s3SecretKeyFile)",
        ],
    },
    {
        what: "keys of an object store without it",
        changes: { s3Bucket: "harbor", s3AccessKey: "AKIA0", s3Redirect: "true" },
        says: ["s3Bucket", "s3AccessKey", "s3Redirect"].map(
            (key) => `${key}: this key is not allowed: only with blobStorage s3`,
        ),
    },
    missing("mysqlHost", "the address of the server, since mysqlMode is existing (for Harbor 2.x: postgresHost)"),
    missing("mysqlPassword", "its password, since mysqlMode is existing (or mysqlPasswordFile)"),
    missing("redisHost", "the address of the server, since redisMode is existing (or redisSentinels)"),
    missing("redisPassword", "its password, since redisMode is existing (or redisPasswordFile)"),
    missing("dnsServer", "the name server that takes the updates (or set dnsMode to none)"),
    missing("dnsZone", "the zone that holds the domain (or set dnsMode to none)"),
    missing("dnsKeyName", "the name of the TSIG key (or set dnsMode to none)"),
    missing("dnsKeySecret", "the secret of the TSIG key, or dnsKeySecretFile (or set dnsMode to none)"),
    missing("httpsCertificate", "a certificate, since protocol is https (or httpsCertificateFile)", {
        base: minimalHttps,
    }),
    missing("httpsPrivateKey", "its private key, since protocol is https (or httpsPrivateKeyFile)", {
        base: minimalHttps,
    }),
    {
        what: "an archive from a URL without its checksum",
        changes: { release: "https://example.com/harbor-offline-installer-v1.1.2.tgz" },
        says: "releaseSha256 is missing: the SHA-256 of an archive from a URL",
    },
    {
        what: "an archive beside another one",
        changes: { releaseSource: "harbor.tgz" },
        says: "releaseSource: this key is not allowed: only with a pinned release (release: v1.1.2); otherwise release names the archive",
    },

    // https
    httpsOnly("httpsCertificate", pki("server.crt")),
    httpsOnly("httpsPrivateKey", pki("server.key")),
    httpsOnly("httpsCaCertificate", pki("server.crt")),
    {
        what: "a certificate for another name",
        base: minimalHttps,
        changes: { domain: "registry.example.com" },
        says: "httpsCertificate: for DNS:hub.example.com is not allowed: a certificate that covers registry.example.com",
    },
    {
        what: "a certificate that has expired",
        base: minimalHttps,
        changes: {},
        options: { now: new Date("2127-01-01T00:00:00Z") },
        says: "httpsCertificate: expired on Jan  1 00:00:00 2126 GMT is not allowed: a certificate that is valid now",
    },
    {
        what: "a certificate that isn't valid yet",
        base: minimalHttps,
        changes: {},
        options: { now: new Date("2020-01-01T00:00:00Z") },
        says: "httpsCertificate: valid from Jan  1 00:00:00 2026 GMT is not allowed: a certificate that is valid now",
    },
    {
        what: "an authority that has signed another certificate",
        base: minimalHttps,
        changes: { httpsCaCertificate: pki("token.crt") },
        says: "httpsCertificate: CN=hub.example.com is not allowed: a certificate that leads to httpsCaCertificate: CN=root, the issuer of CN=hub.example.com, isn't there",
    },
    {
        what: "an authority that can't be read",
        base: minimalHttps,
        changes: { httpsCaCertificate: "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----" },
        says: "httpsCaCertificate: (unreadable) is not allowed: a certificate in PEM form",
    },
    {
        what: "a file with certificate and key in the place of the certificate, which isn't kept secret",
        base: minimalHttps,
        changes: { httpsCertificate: `${pki("server.crt")}\n${pki("server.key")}` },
        says: "httpsCertificate: (text) is not allowed: certificates only, no private key",
    },
    {
        what: "a certificate of another key",
        base: minimalHttps,
        changes: { httpsPrivateKey: pki("other.key") },
        says: "httpsCertificate: CN=hub.example.com is not allowed: the certificate of httpsPrivateKey; these two don't match",
    },
    {
        what: "an encrypted private key",
        base: minimalHttps,
        changes: { httpsPrivateKey: pki("encrypted.key") },
        says: "httpsPrivateKey: (secret) is not allowed: an unencrypted private key in PEM form",
    },
    {
        what: "a certificate that can't be read",
        base: minimalHttps,
        changes: { httpsCertificate: "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----" },
        says: "httpsCertificate: (unreadable) is not allowed: a certificate in PEM form",
    },
    {
        what: "a certificate in the place of its key",
        base: minimalHttps,
        changes: { httpsPrivateKey: pki("server.crt") },
        says: "httpsPrivateKey: (secret) is not allowed: PEM text with a PRIVATE KEY block",
    },

    {
        what: "a key in the place of its certificate: the message doesn't show it",
        base: minimalHttps,
        changes: { httpsCertificate: pki("server.key") },
        says: "httpsCertificate: (text) is not allowed: PEM text with a CERTIFICATE block",
    },

    // services
    {
        what: "a Docker host for an existing database",
        changes: { mysqlDockerHost: dockerHost },
        says: "mysqlDockerHost: this key is not allowed: only with mysqlMode container",
    },
    {
        what: "a Docker host for an existing Redis",
        changes: { redisDockerHost: "unix:///var/run/docker.sock" },
        says: "redisDockerHost: this key is not allowed: only with redisMode container",
    },
    {
        what: "a database container without a Docker host",
        changes: { mysqlMode: "container" },
        says: "mysqlDockerHost is missing: the Docker host, since mysqlMode is container",
    },
    {
        what: "a Redis container without an address",
        changes: { redisMode: "container", redisDockerHost: dockerHost, redisHost: undefined },
        says: "redisHost is missing: the address of the Docker host as the nodes reach it",
    },
    {
        what: "a Docker host by TCP",
        changes: { mysqlMode: "container", mysqlDockerHost: "tcp://db.example.com:2375" },
        says: 'mysqlDockerHost: "tcp://db.example.com:2375" is not allowed: ssh://user@host[:port] or unix:///path',
    },
    {
        what: "sessions and blob cache in one database",
        changes: { redisDatabase: "3", redisCacheDatabase: "3" },
        says: "redisCacheDatabase: 3 is not allowed: another index than redisDatabase",
    },

    ...[
        "mysql:5.7",
        "registry.example.com/mirror/mysql:8",
        "bitnami/mariadb:10.11",
        "mariadb:10.4",
        "mariadb:5.5.64",
    ].map((image) => ({
        what: `a database container from ${image}`,
        changes: { mysqlMode: "container", mysqlDockerHost: dockerHost, mysqlImage: image },
        says: `mysqlImage: ${image} is not allowed: ${mariadb}`,
    })),
    {
        what: "a database container whose user the image makes itself",
        changes: { mysqlMode: "container", mysqlDockerHost: dockerHost, mysqlUser: "root" },
        says: "mysqlUser: root is not allowed: a user of Harbor's own, such as harbor",
    },

    // DNS and folders
    {
        what: "a zone that doesn't hold the domain",
        changes: { dnsZone: "example.org" },
        says: "dnsZone: example.org is not allowed: a zone that holds hub.example.com",
    },
    {
        what: "a zone whose name only ends like the domain's",
        changes: { dnsZone: "ample.com" },
        says: "dnsZone: ample.com is not allowed: a zone that holds hub.example.com",
    },
    {
        what: "the install folder inside of the mount",
        changes: { installDir: "/mnt/cephfs/harbor/program" },
        says: "installDir: /mnt/cephfs/harbor/program is not allowed: a folder outside cephMountPoint (/mnt/cephfs/harbor): every node needs its own",
    },
    {
        what: "the mount inside of the install folder",
        changes: { cephMountPoint: "/opt/harbor-ha/data" },
        says: "installDir: /opt/harbor-ha is not allowed: a folder outside cephMountPoint (/opt/harbor-ha/data): every node needs its own",
    },

    // token key
    {
        what: "a token key without its certificate",
        changes: { tokenPrivateKey: pki("token.key") },
        says: "tokenCertificate is missing: the certificate of tokenPrivateKey (or tokenCertificateFile)",
    },
    {
        what: "a token certificate without its key",
        changes: { tokenCertificate: pki("token.crt") },
        says: "tokenPrivateKey is missing: the key of tokenCertificate (or tokenPrivateKeyFile)",
    },
    {
        what: "a token key that isn't RSA",
        changes: { tokenPrivateKey: pki("ec-token.key"), tokenCertificate: pki("ec-token.crt") },
        says: "tokenPrivateKey: (secret) is not allowed: an RSA private key",
    },
    {
        what: "a token certificate of another key",
        changes: { tokenPrivateKey: pki("token.key"), tokenCertificate: pki("server.crt") },
        says: "tokenCertificate: CN=hub.example.com is not allowed: the certificate of tokenPrivateKey; these two don't match",
    },

    // where values come from
    {
        what: "a key and its file form",
        changes: { mysqlPasswordFile: "secrets/mysql" },
        options: { files: { "secrets/mysql": "mysql-Secret-1" } },
        says: "mysqlPasswordFile: secrets/mysql is not allowed: either mysqlPassword or mysqlPasswordFile, not both",
    },
    {
        what: "a file that can't be read",
        changes: { cephKey: undefined, cephKeyFile: "secrets/ceph" },
        says: "cephKeyFile: secrets/ceph is not allowed: a file that can be read (ENOENT: no such file or directory, open 'secrets/ceph')",
    },
    {
        what: "a secret in plain text",
        changes: {},
        options: { plain: ["redisPassword"] },
        says: "redisPassword: plain text is not allowed: encrypted only: pulumi config set --secret redisPassword, or redisPasswordFile",
    },
    {
        what: "an empty secret file: every rule of the value is named",
        changes: { mysqlPassword: undefined, mysqlPasswordFile: "secrets/mysql" },
        options: { files: { "secrets/mysql": "\n" } },
        says: [
            "mysqlPassword: (secret) is not allowed: letters, digits and . _ ~ ! @ ^ * + = - (Harbor's files can't quote others)",
            "mysqlPassword: (secret) is not allowed: 8 to 64 characters",
        ],
    },
];
