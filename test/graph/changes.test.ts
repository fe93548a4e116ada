import { recordCluster } from "../support/cluster";
import { differences, type Graph } from "../support/graph";
import { release, releaseWith } from "../support/release";
import { release214, release215 } from "../support/release-v2";
import type { Changes } from "../support/settings";

const nodes = ["node1", "node2", "node3"];
const each = (...steps: string[]): string[] => steps.flatMap((step) => nodes.map((node) => `${step}@${node}`));

/** What always follows a prepare that runs again. */
const chain = [...each("prepare", "cert-sync", "up"), "verify@node2"];

interface Case {
    readonly what: string;
    readonly from?: Changes;
    readonly to: Changes;
    readonly changes: readonly string[];
}

const cases: readonly Case[] = [
    { what: "prepareGeneration", to: { prepareGeneration: "2" }, changes: chain },
    { what: "dnsTtl", to: { dnsTtl: "300" }, changes: ["dns@node3"] },
    { what: "rollout", to: { rollout: "parallel" }, changes: [...each("up"), "verify@node2"] },
    {
        what: "port",
        to: { port: "8070" },
        changes: [...each("host", "put files/harbor.cfg", "put files/docker-compose.yml"), "dns@node3", ...chain],
    },
    {
        what: "mysqlHost",
        to: { mysqlHost: "db2.example.com" },
        changes: [...each("put files/common/templates/adminserver/env"), "mysql@node2", ...chain],
    },
    {
        what: "redisDatabase",
        to: { redisDatabase: "4" },
        changes: [
            ...each("put files/common/templates/ui/env", "put files/common/templates/registry/config.yml"),
            "redis@node3",
            ...chain,
        ],
    },
    {
        what: "redisCacheDatabase",
        to: { redisCacheDatabase: "7" },
        changes: [...each("put files/common/templates/registry/config.yml"), "redis@node3", ...chain],
    },
    {
        what: "adminPassword",
        from: { adminPassword: "admin-Secret-3" },
        to: { adminPassword: "admin-Secret-4" },
        changes: [...each("secrets"), ...chain],
    },
    {
        what: "mysqlPassword",
        to: { mysqlPassword: "mysql-Secret-9" },
        changes: [...each("secrets"), "mysql@node2", ...chain],
    },
    {
        what: "dnsKeySecret",
        to: { dnsKeySecret: "YW5vdGhlcg==" },
        changes: [...each("secrets"), "dns@node3"],
    },
    { what: "cephKey", to: { cephKey: "YW5vdGhlcg==" }, changes: each("secrets", "mount") },
    {
        what: "secretkey",
        from: { secretkey: "sixteenLetters99" },
        to: { secretkey: "sixteenLetters98" },
        changes: ["secrets@node1", "store@node1"],
    },
];

/** What a node of Harbor 2.x gets of its own, and what it is to make of that. */
const settingsV2 = each("put files/harbor.yml", "put files/rendered");

const casesV2: readonly Case[] = [
    { what: "prepareGeneration", to: { prepareGeneration: "2" }, changes: chain },
    { what: "dnsTtl", to: { dnsTtl: "300" }, changes: ["dns@node3"] },
    { what: "rollout", to: { rollout: "parallel" }, changes: [...each("up"), "verify@node2"] },
    { what: "port", to: { port: "8070" }, changes: [...each("host"), ...settingsV2, "dns@node3", ...chain] },
    {
        what: "postgresHost",
        to: { postgresHost: "db2.example.com" },
        changes: [...settingsV2, "postgres@node2", ...chain],
    },
    {
        what: "postgresSslMode",
        to: { postgresSslMode: "require" },
        changes: [...each("put files/harbor.yml"), "postgres@node2", ...chain],
    },
    { what: "redisCacheDatabase", to: { redisCacheDatabase: "7" }, changes: [...settingsV2, "redis@node3", ...chain] },
    {
        what: "adminPassword",
        from: { adminPassword: "admin-Secret-3" },
        to: { adminPassword: "admin-Secret-4" },
        changes: [...each("secrets"), ...chain],
    },
    {
        what: "postgresPassword",
        to: { postgresPassword: "postgres-Secret-9" },
        changes: [...each("secrets"), "postgres@node2", ...chain],
    },
    {
        what: "redisPassword",
        to: { redisPassword: "redis-Secret-9" },
        changes: [...each("secrets"), "redis@node3", ...chain],
    },
    {
        what: "secretkey",
        from: { secretkey: "sixteenLetters99" },
        to: { secretkey: "sixteenLetters98" },
        changes: ["secrets@node1", "store@node1"],
    },
];

const both = [
    ...cases.map((one) => ({ line: "v1" as const, ...one })),
    ...casesV2.map((one) => ({ line: "v2" as const, ...one })),
];

test.each(both)(
    "$line: $what changes the inputs of what depends on it and nothing else",
    async ({ line, from = {}, to, changes }) => {
        const found = differences(
            await recordCluster({ line, config: from }),
            await recordCluster({ line, config: { ...from, ...to } }),
        );
        expect(found).toEqual({ changed: [...changes].sort(), added: [], removed: [] });
    },
);

test.each(["v1", "v2"] as const)("%s: the same configuration gives the same inputs", async (line) => {
    // Looked at, so that it is another run and not the known one.
    const again = await recordCluster({ line, made: () => undefined });
    expect(again).not.toBe(await recordCluster({ line }));
    expect(differences(await recordCluster({ line }), again)).toEqual({ changed: [], added: [], removed: [] });
});

test("another version of Harbor 2.x: the values that nodes share are looked at again, DNS and Redis left alone", async () => {
    const found = differences(
        await recordCluster({ line: "v2", release: release214 }),
        await recordCluster({ line: "v2", release: release215 }),
    );
    const expected = [
        ...each("host", "stage"),
        ...settingsV2,
        ...["upload@node1", "store@node1", "postgres@node2", "token-key@node1"],
        ...chain,
    ];
    expect(found).toEqual({ changed: expected.sort(), added: [], removed: [] });
});

test("Harbor 2.x with https: every node gets its own, and none of the cluster's steps moves", async () => {
    const found = differences(
        await recordCluster({ line: "v2" }),
        await recordCluster({ line: "v2", protocol: "https" }),
    );
    expect(found).toEqual({
        changed: [...each("secrets", "host"), ...settingsV2, "token-key@node1", "dns@node3", ...chain].sort(),
        added: each("put files/server.crt").sort(),
        removed: [],
    });
});

test("another version of the release: uploaded, staged and prepared anew, DNS left alone", async () => {
    const compose = release.files.get("docker-compose.yml")?.replaceAll("v1.1.2", "v1.1.3");
    const next = {
        ...releaseWith({ "docker-compose.yml": compose }),
        version: "v1.1.3",
        sha256: "3c".repeat(32),
        archive: "/releases/harbor-offline-installer-v1.1.3.tgz",
    };
    const found = differences(await recordCluster(), await recordCluster({ release: next }));
    const expected = [
        "host@node1",
        "upload@node1",
        "store@node1",
        "mysql@node2",
        ...each("stage", "put files/docker-compose.yml"),
        ...chain,
    ];
    expect(found).toEqual({ changed: expected.sort(), added: [], removed: [] });
});

const stepsOf = (graph: Graph, node: string): string[] => graph.matching(new RegExp(`@${node}$`));

test("a fourth node: its own steps, the DNS records and the verification", async () => {
    const after = await recordCluster({ nodes: 4 });
    const found = differences(await recordCluster(), after);
    expect(found.changed).toEqual(["dns@node3", "verify@node2"]);
    expect(found.added).toEqual(expect.arrayContaining(stepsOf(after, "node4")));
    expect(found.added.filter((label) => label.includes("@") && !label.endsWith("@node4"))).toEqual([]);
    expect(found.removed).toEqual([]);
});

test("the last node taken away: its steps of the cluster move, the others' containers are not touched", async () => {
    const before = await recordCluster();
    const found = differences(before, await recordCluster({ nodes: 2 }));
    expect(found.changed).toEqual(["dns@node1", "redis@node1", "verify@node2"]);
    const own = stepsOf(before, "node3").filter((label) => !/^(dns|redis)@/.test(label));
    expect(found.removed).toEqual(expect.arrayContaining(own));
    expect(found.removed.filter((label) => label.includes("@") && !label.endsWith("@node3"))).toEqual([]);
    expect(found.added).toEqual([]);
});
