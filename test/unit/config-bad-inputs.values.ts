import type { Changes, Raw, SourceOptions } from "../support/settings";

export interface BadInput {
    readonly what: string;
    /** @default minimalHttp */
    readonly base?: Raw;
    readonly changes: Changes;
    readonly options?: SourceOptions;
    /** The whole message, or several. */
    readonly says: string | readonly string[];
}

/** One key with one value that its own rule refuses. */
function bad(key: string, value: string, allowed: string, shown = JSON.stringify(value)): BadInput {
    return { what: `${key} ${value}`, changes: { [key]: value }, says: `${key}: ${shown} is not allowed: ${allowed}` };
}

const secret = (key: string, value: string, allowed: string): BadInput => bad(key, value, allowed, "(secret)");

const isSecret = (key: string, allowed: string): string[] => [`${key}: (secret) is not allowed: ${allowed}`];

const characters = "letters, digits and . _ ~ ! @ ^ * + = - (Harbor's files can't quote others)";
const length = "8 to 64 characters";
const ownPassword = "not a default password of Harbor";
const portRange = "a whole number from 1 to 65535";
const path = "an absolute path of letters, digits and . _ - /";
const host = "a host name or an IPv4 address";
const reachable = "the address under which other hosts reach it (in Harbor's containers this is the container itself)";
const image = "the name of an image such as python:2.7";
const stack = "a stack: name or organization/project/name";
const zone = "a DNS zone in lower case such as example.com or corp";
const installer = "the path or https:// URL of a Harbor installer (.tgz)";

const mounted = { storageMode: "mounted", cephMonitors: undefined, cephKey: undefined };
const noText = "not a number or a switch, which the registry would not take for text";
const bucket = "3 to 63 lower-case letters, digits, . and -, with a letter or digit at both ends";
const endpoint = "http:// or https:// with a host that all nodes reach, and a port: http://minio.example.com:9000";
const keyCharacters =
    "letters, digits and / + = . _ -, the first one a letter, digit, / or + (the registry's configuration can't quote others)";

/** One key of an object store with one value that its own rule refuses. */
const metrics = (port: string, allowed: string): BadInput => ({
    ...bad("metricsPort", port, allowed),
    changes: { metrics: "true", metricsPort: port },
});

function s3(key: string, value: string, allowed: string, shown?: string): BadInput {
    const good = {
        blobStorage: "s3",
        s3Bucket: "harbor",
        s3Region: "us-east-1",
        s3AccessKey: "AKIA0",
        s3SecretKey: "sEcret/Key",
    };
    return { ...bad(key, value, allowed, shown), changes: { ...good, [key]: value } };
}

export const valueBadInputs: readonly BadInput[] = [
    // names of keys
    {
        what: "a key with a typing error",
        changes: { domian: "x" },
        says: "domian: this key is not allowed: unknown; did you mean domain?",
    },
    {
        what: "a file key with a typing error",
        changes: { sshPrivatKeyFile: "x" },
        says: "sshPrivatKeyFile: this key is not allowed: unknown; did you mean sshPrivateKeyFile?",
    },
    {
        what: "a file form of a key that has no such form",
        changes: { dnsZoneFile: "x" },
        says: "dnsZoneFile: this key is not allowed: unknown; see docs/configuration.md for the known keys",
    },
    {
        what: "a key that is like none",
        changes: { kubernetesNamespace: "x" },
        says: "kubernetesNamespace: this key is not allowed: unknown; see docs/configuration.md for the known keys",
    },

    // registry
    {
        what: "domain 192.0.2.1",
        changes: { domain: "192.0.2.1", dnsMode: "none" },
        says: ['domain: "192.0.2.1" is not allowed: a DNS name, not an address (image names and tokens carry it)'],
    },
    bad("domain", "hub", "a DNS name in lower case such as hub.example.com"),
    bad("domain", "Hub.example.com", "a DNS name in lower case such as hub.example.com"),
    bad("domain", "hub_1.example.com", "a DNS name in lower case such as hub.example.com"),
    bad("domain", "hub.example.com:443", "a DNS name in lower case such as hub.example.com"),
    bad("domain", `${"a.".repeat(127)}com`, "a DNS name in lower case such as hub.example.com"),
    bad("port", "0", portRange),
    bad("port", "65536", portRange),
    bad("port", "-1", portRange),
    bad("port", "80.5", portRange),
    bad("port", "http", portRange),
    bad("port", " 80", portRange),
    bad("protocol", "ftp", "one of https, http"),
    bad("protocol", "HTTP", "one of https, http"),
    secret("adminPassword", "Harbor12345", ownPassword),
    secret("adminPassword", "short", length),
    secret("adminPassword", "x".repeat(65), length),
    secret("adminPassword", "with space", characters),
    secret("adminPassword", "dollar$sign", characters),
    secret("adminPassword", "pässwörter", characters),

    // release
    bad("release", "http://example.com/harbor.tgz", "a path or an https:// URL (http can't be trusted)"),
    bad("release", "harbor.zip", installer),
    bad("release", "v1.1", "the path or https:// URL of a Harbor installer (.tgz), or a pinned release such as v1.1.2"),
    { ...bad("releaseSource", "v1.1.2", installer), changes: { release: "v1.1.2", releaseSource: "v1.1.2" } },
    {
        what: "a page whose query ends like an archive: the query, which may be a presigned URL's, isn't shown",
        changes: { release: "https://example.com/page?X-Amz-Signature=a.tgz", releaseSha256: "0".repeat(64) },
        says: 'release: "https://example.com/page?…" is not allowed: the path or https:// URL of a Harbor installer (.tgz)',
    },
    {
        what: "a URL with a password, which isn't shown",
        changes: { release: "https://me:s3cr3t@example.com/harbor.tgz", releaseSha256: "0".repeat(64) },
        says: 'release: "https://…@example.com/harbor.tgz" is not allowed: a URL without user and password; a presigned one may have a query',
    },
    {
        what: "a presigned URL of a pinned release's archive, which isn't shown either",
        changes: { release: "v1.1.2", releaseSource: "https://example.com/page?X-Amz-Signature=a.tgz" },
        says: `releaseSource: "https://example.com/page?…" is not allowed: ${installer}`,
    },
    bad("releaseSha256", "abc", "64 hexadecimal digits"),
    bad("harborVersion", "1.1.2", "a Harbor version such as v1.1.2"),
    bad("harborVersion", "v1.1", "a Harbor version such as v1.1.2"),
    bad("installDir", "opt/harbor", path),
    bad("installDir", "/opt/har bor", path),
    bad("installDir", "/opt/../etc", "an absolute path without . and .."),
    bad("installDir", "/opt", "a folder below the first level, such as /opt/harbor-ha"),
    bad("installDir", "/opt/", "a folder below the first level, such as /opt/harbor-ha"),
    bad("installPackages", "yes", "true or false"),
    bad("prepareGeneration", "0", "a whole number from 1 to 1000000"),
    bad("prepareImage", " ", image),
    bad("prepareImage", "x:1#2", image),
    bad("prepareImage", "--privileged", image),
    bad("prepareImage", "Python:2.7", image),
    bad("prepareImage", "python:", image),
    bad("prepareImage", "python@sha256:12", image),
    bad("prepareImage", "none", image),
    bad("rollout", "random", "one of serial, parallel"),

    bad("promoteFrom", "a/b/c/d", stack),
    bad("promoteFrom", "stag ing", stack),
    bad("promoteFrom", "/", "name or organization/project/name; two parts don't say which project"),
    bad("promoteFrom", "harbor-ha/staging", "name or organization/project/name; two parts don't say which project"),

    // CephFS
    bad("cephPath", "apps", path),
    bad("cephMountPoint", "/mnt", "a folder below the first level, such as /opt/harbor-ha"),
    bad("cephMountPoint", "/mnt/$HOME/x", path),
    bad("cephClientName", "client harbor", "letters, digits and _ . -"),
    bad("cephClient", "nfs", "one of auto, kernel, fuse"),
    bad("cephFsName", "a/b", "letters, digits and _ . -"),
    bad("cephFsName", "default", "another name; leave it out for the cluster's default"),
    bad("cephFsName", "-fs", "not beginning with -, as options do"),
    bad("cephClientName", "-n", "not beginning with -, as options do"),
    secret("cephKey", "no base64!", "a CephX key (base64, as ceph auth get-key prints it)"),
    secret("cephKey", "Y2VwaA", "a CephX key (base64, as ceph auth get-key prints it)"),
    bad("cephMonitors", "192.0.2.21", "a list", "'192.0.2.21'"),
    {
        what: "an empty list of monitors, which is what the engine gives for none",
        changes: { cephMonitors: "[]" },
        says: "cephMonitors is missing: the addresses of the Ceph monitors (or set storageMode to mounted)",
    },
    bad("storageMode", "nfs", "one of cephfs, mounted"),
    {
        ...bad("storageMountPoint", "mnt/x", path),
        changes: { ...mounted, storageMountPoint: "mnt/x" },
    },
    {
        ...bad("storageMountPoint", "/mnt", "a folder below the first level, such as /opt/harbor-ha"),
        changes: { ...mounted, storageMountPoint: "/mnt" },
    },

    // blobs
    bad("blobStorage", "gcs", "one of filesystem, s3"),
    ...["Harbor", "hu", "-harbor", "harbor.", "a..b", "har_bor"].map((name) => s3("s3Bucket", name, bucket)),
    ...["1e5", "0x1f", "123", "2025.10", "0o17", "off", "null"]
        .filter((name) => name.length > 2)
        .map((name) => s3("s3Bucket", name, noText)),
    s3("s3Region", "eu central", "a region such as eu-central-1"),
    s3("s3Region", "1234", noText),
    ...[
        "minio.example.com:9000",
        "http://minio.example.com:9000/",
        "http://minio.example.com/harbor",
        "https://me:pw@minio.example.com",
        "http://localhost:9000",
        "http://minio.example.com:99999",
        "ftp://minio.example.com",
    ].map((url) => ({
        ...s3("s3Endpoint", url, endpoint),
        says: `s3Endpoint: ${JSON.stringify(url.replace("me:pw", "…"))} is not allowed: ${endpoint}`,
    })),
    s3("s3RootDirectory", "registry", path),
    s3("s3RootDirectory", "/", "a folder such as /registry; leave it out for the bucket"),
    s3("s3Redirect", "yes", "true or false"),
    ...[
        "has space1",
        "colon: 12",
        "#comment1",
        "*alias123",
        "&anchor12",
        "!tag12345",
        "%percent1",
        "'quoted12",
        "$dollar12",
        "-dash1234",
    ].map((key) => s3("s3SecretKey", key, keyCharacters, "(secret)")),
    s3("s3SecretKey", "two__under", "no two underscores together", "(secret)"),
    s3("s3SecretKey", "short", "8 to 128 characters", "(secret)"),
    s3("s3SecretKey", "1234567890", noText, "(secret)"),
    s3("s3SecretKey", "12345678e10", noText, "(secret)"),
    s3("s3AccessKey", "ab", "3 to 128 characters", "(secret)"),
    s3("s3AccessKey", "true", noText, "(secret)"),
    s3("s3AccessKey", "0x12ab", noText, "(secret)"),
    {
        what: "a Ceph monitor by IPv6",
        changes: { cephMonitors: '["mon1", "[2001:db8::1]:6789"]' },
        says: 'cephMonitors[1]: "[2001:db8::1]:6789" is not allowed: host or host:port of a Ceph monitor (IPv4 or a name)',
    },
    {
        what: "a Ceph monitor with a port that can't be",
        changes: { cephMonitors: '["mon1:99999"]' },
        says: 'cephMonitors[0]: "mon1:99999" is not allowed: host or host:port of a Ceph monitor (IPv4 or a name)',
    },

    // MySQL and Redis
    bad("mysqlHost", "2001:db8::1", "a host name or an IPv4 address (Harbor 1.x can't take IPv6)"),
    bad("mysqlHost", "[2001:db8::1]", "a host name or an IPv4 address (Harbor 1.x can't take IPv6)"),
    bad("mysqlHost", "db.example.com:3306", host),
    bad("mysqlHost", "300.1.2.3", host),
    bad("mysqlHost", "-db", host),
    bad("mysqlPort", "70000", portRange),
    bad("mysqlUser", "har bor", "letters, digits and _ . -"),
    bad("mysqlUser", "-h", "not beginning with -, as options do"),
    ...["localhost", "LOCALHOST", "db.localhost", "127.0.0.1", "127.9.8.7", "0.0.0.0"].flatMap((address) => [
        bad("mysqlHost", address, reachable),
        bad("redisHost", address, reachable),
    ]),
    bad("mysqlHost", "127.1", host),
    bad("redisHost", "0x7f000001", host),
    bad("redisImage", "redis#7", image),
    secret("mysqlPassword", "root1234;", characters),
    {
        ...secret("mysqlPassword", "root123", ""),
        says: [...isSecret("mysqlPassword", length), ...isSecret("mysqlPassword", ownPassword)],
    },
    secret("redisPassword", "comma,comma", characters),
    secret("redisPassword", "hash#hash#", characters),
    bad("cephMonitors", '"mon1"', "a list of addresses", '"mon1"'),
    bad("redisDatabase", "-1", "a whole number from 0 to 1023"),
    bad("redisDatabase", "1024", "a whole number from 0 to 1023"),
    bad("mysqlMode", "cluster", "one of existing, container"),
    bad("redisMode", "sentinel", "one of existing, container"),

    bad("redisTls", "on", "true or false"),
    bad("redisCaCertificate", "/etc/ssl/ca.crt", "PEM text with a CERTIFICATE block", "(text)"),
    bad("redisSentinels", "s1:26379", "a list", "'s1:26379'"),
    ...["127.0.0.1", "localhost:26379", "s1:0", "s1:26379:1", "[2001:db8::1]:26379", ""].map((address) => ({
        what: `the Sentinel ${address}`,
        changes: {
            ...{ redisHost: undefined, redisSentinelMasterSet: "mymaster" },
            redisSentinels: JSON.stringify(["sentinel1", address]),
        },
        says: `redisSentinels[1]: ${JSON.stringify(address)} is not allowed: host or host:port of a Sentinel (IPv4 or a name), as other hosts reach it`,
    })),
    {
        what: "no Sentinel at all",
        changes: { redisHost: undefined, redisSentinelMasterSet: "mymaster", redisSentinels: "[]" },
        says: "redisSentinels is missing: the addresses of the Sentinels of redisSentinelMasterSet",
    },
    {
        what: "a set with a slash, which ends it in Harbor's URL",
        changes: { redisHost: undefined, redisSentinelMasterSet: "my/master", redisSentinels: '["sentinel1"]' },
        says: 'redisSentinelMasterSet: "my/master" is not allowed: letters, digits and _ . -',
    },

    // Optional services
    bad("trivy", "yes", "true or false"),
    bad("metrics", "9090", "true or false"),
    ...["80", "1023", "65536", "9090.5"].map((port) => metrics(port, "a whole number from 1024 to 65535")),
    ...["1514", "5000", "8080"].map((port) => metrics(port, "a port that no service of Harbor has (1514, 5000, 8080)")),

    // DNS
    bad("dnsMode", "route53", "one of rfc2136, none"),
    bad("dnsKeyAlgorithm", "hmac-md5", "one of hmac-sha256, hmac-sha384, hmac-sha512"),
    secret("dnsKeySecret", "****", "a base64 TSIG secret"),
    secret("dnsKeySecret", "abcde", "a base64 TSIG secret"),
    bad("dnsZone", "example.com.", zone),
    bad("dnsZone", "Corp", zone),
    bad("dnsTtl", "0", "a whole number from 1 to 86400"),
    bad("dnsTtl", "86401", "a whole number from 1 to 86400"),
    bad("dnsKeyName", "key name", "letters, digits and _ . -"),
    bad("dnsKeyName", "-y", "not beginning with -, as options do"),

    // keys
    secret("secretkey", "short", "exactly 16 letters and digits"),
    secret("secretkey", "seventeenLetters9", "exactly 16 letters and digits"),
    {
        ...secret("secretkey", "not-a-secure-key", ""),
        says: [
            ...isSecret("secretkey", "exactly 16 letters and digits"),
            ...isSecret("secretkey", "not a default key of Harbor"),
        ],
    },
];
