import { type ClusterOptions, recordCluster } from "../support/cluster";
import { pki } from "../support/files";
import { type Graph, hostOf } from "../support/graph";
import { generatedPassword } from "../support/recorder";
import { minimalHttps, minimalHttp } from "../support/settings";

const tokenPair = { tokenPrivateKey: pki("token.key"), tokenCertificate: pki("token.crt") };

/** Text of a key that no other line of a PEM has: its last line of base64 but one. */
function bodyLine(pem: string): string {
    const lines = pem.trimEnd().split("\n");
    return lines[Math.max(1, lines.length - 3)] ?? "";
}

const given: Readonly<Record<string, string>> = {
    adminPassword: "admin-Secret-3",
    secretkey: "sixteenLetters99",
    ...tokenPair,
};

const containers = (database: "mysql" | "postgres"): Readonly<Record<string, string>> => ({
    [`${database}Mode`]: "container",
    [`${database}DockerHost`]: "ssh://root@db.example.com",
    redisMode: "container",
    redisDockerHost: "ssh://root@db.example.com",
});

const cases: readonly [string, ClusterOptions, string[]][] = [
    ["generated secrets with http", {}, []],
    ["generated secrets with https", { protocol: "https" }, [bodyLine(minimalHttps.httpsPrivateKey ?? "")]],
    [
        "given secrets",
        { protocol: "https", config: given },
        ["admin-Secret-3", "sixteenLetters99", bodyLine(minimalHttps.httpsPrivateKey ?? "")],
    ],
    ["services as containers with given passwords", { config: containers("mysql") }, []],
    [
        "services as containers",
        { config: { ...containers("mysql"), mysqlPassword: undefined, redisPassword: undefined } },
        [],
    ],
    ["Harbor 2.x with http", { line: "v2" }, ["postgres-Secret-1"]],
    [
        "Harbor 2.x with https and given secrets",
        { line: "v2", protocol: "https", config: given },
        ["postgres-Secret-1", "admin-Secret-3", "sixteenLetters99", bodyLine(minimalHttps.httpsPrivateKey ?? "")],
    ],
    [
        "Harbor 2.x with services as containers",
        {
            line: "v2",
            config: { ...containers("postgres"), postgresPassword: undefined, redisPassword: undefined },
        },
        [],
    ],
    // The release's own passwords, which everybody knows, and what somebody has commented out there.
    [
        "Harbor 2.x and what stands in the release",
        { line: "v2" },
        ["Harbor12345", "root123", "older-One-1", "an-old-token"],
    ],
    [
        "an object store, with Harbor 2.x on a mount of the operator's",
        {
            line: "v2",
            config: {
                ...{ storageMode: "mounted", storageMountPoint: "/srv/harbor/shared" },
                ...{ cephMonitors: undefined, cephKey: undefined, blobStorage: "s3", s3Bucket: "harbor" },
                ...{ s3Region: "us-east-1", s3AccessKey: "AKIAEXAMPLE0000", s3SecretKey: "sEcret/key+of=Forty" },
            },
        },
        ["postgres-Secret-1", "AKIAEXAMPLE0000", "sEcret/key+of=Forty"],
    ],
];

describe.each(cases)("%s", (_, options, more) => {
    let graph: Graph;
    let values: string[];
    beforeAll(async () => {
        graph = await recordCluster(options);
        const generated = graph.resources
            .filter(({ type }) => type === "random:index/randomPassword:RandomPassword")
            .map(({ name }) => generatedPassword(name));
        const { cephKey = "", dnsKeySecret = "", sshPrivateKey = "" } = minimalHttp;
        const configured = [cephKey, dnsKeySecret, bodyLine(sshPrivateKey), "mysql-Secret-1", "redis-Secret-2"];
        values = [...generated, ...configured, ...more];
    });

    const encodings = (value: string): string[] => [value, Buffer.from(value).toString("base64").replace(/=+$/, "")];
    const leaks = (part: (resource: Graph["resources"][number]) => unknown): string[] =>
        graph.resources.flatMap((resource) => {
            const text = JSON.stringify(part(resource));
            return values
                .filter((value) => encodings(value).some((v) => text.includes(v)))
                .map((v) => `${resource.name}: ${v}`);
        });

    test("the search finds secrets where they have to be", () => {
        expect(leaks(({ inputs }) => inputs)).toEqual(
            expect.arrayContaining([expect.stringContaining("host-secrets: ")]),
        );
    });

    test("no input shows a secret", () => {
        expect(leaks(({ visible }) => visible)).toEqual([]);
    });

    test("no command line, path or trigger holds a secret, not even a masked one", () => {
        expect(
            leaks(({ inputs }) => [inputs.create, inputs.update, inputs.delete, inputs.remotePath, inputs.triggers]),
        ).toEqual([]);
    });

    test("only the secrets' own step has an input that a preview can't show", () => {
        const masked = graph.commands.filter(({ visible }) => String(visible.stdin) === "[secret]");
        expect(masked.map(({ name }) => name).sort()).toEqual(
            graph.matching(/^secrets@/).map((label) => graph.get(label).name),
        );
    });

    test("every private key for the login is masked", () => {
        const keys = graph.remote.map(({ visible }) => {
            const connection = visible.connection;
            return connection === "[secret]" ? connection : (connection as { privateKey: unknown }).privateKey;
        });
        expect(keys).toEqual(graph.remote.map(() => "[secret]"));
    });
});

/** Names of the secrets that each node stores. */
function stored(graph: Graph): Record<string, string[]> {
    const steps = graph.matching(/^secrets@/).map((label) => graph.get(label));
    const names = (stdin: unknown): string[] =>
        String(stdin)
            .split("\n")
            .filter((line) => line.includes(": ") && !line.startsWith("#"))
            .map((line) => line.slice(0, line.indexOf(": ")))
            .sort();
    return Object.fromEntries(steps.map((step) => [hostOf(step), names(step.inputs.stdin)]));
}

describe("a node holds the secrets that it needs and no others", () => {
    // The last two stand in the release's own files.
    const ofRelease = ["release_harbor_email_password", "release_registry_config_http_secret"];
    const base = ["admin_password", "ceph_key", "mysql_password", "redis_password", ...ofRelease];
    const sorted = (...names: string[]): string[] => [...base, ...names].sort();

    test("http", async () => {
        expect(stored(await recordCluster())).toEqual({
            node1: sorted("secretkey", "dns_key"),
            node2: sorted("dns_key"),
            node3: sorted("dns_key"),
        });
    });

    test("https with an own token key", async () => {
        expect(stored(await recordCluster({ protocol: "https", config: tokenPair }))).toEqual({
            node1: sorted("secretkey", "https_key", "token_key", "token_certificate", "dns_key"),
            node2: sorted("https_key", "dns_key"),
            node3: sorted("https_key", "dns_key"),
        });
    });

    test.each<[string, ClusterOptions, string[]]>([
        ["http", {}, []],
        ["https", { protocol: "https" }, ["https_key"]],
    ])("Harbor 2.x with %s: PostgreSQL's in the place of MySQL's, none of the release's", async (_, options, more) => {
        const every = ["admin_password", "ceph_key", "postgres_password", "redis_password", "dns_key", ...more];
        expect(stored(await recordCluster({ line: "v2", ...options }))).toEqual({
            node1: [...every, "secretkey"].sort(),
            node2: [...every].sort(),
            node3: [...every].sort(),
        });
    });

    test("no DNS key where the records are the operator's", async () => {
        const graph = await recordCluster({ nodes: 1, config: { dnsMode: "none" } });
        expect(stored(graph)).toEqual({ node1: sorted("secretkey") });
    });

    test("the values arrive as they were given", async () => {
        const graph = await recordCluster({ config: { adminPassword: "admin-Secret-3" } });
        const stdin = String(graph.get("secrets@node2").inputs.stdin);
        const value = /^admin_password: (\S+)$/m.exec(stdin)?.[1] ?? "";
        expect(Buffer.from(value, "base64").toString()).toBe("admin-Secret-3");
    });
});
