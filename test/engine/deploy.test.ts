import { readFileSync } from "node:fs";
import type { Record as HostRecord } from "./support/fake-host";
import { type TestCluster, testCluster } from "./support/cluster";
import { all, ofNode, three } from "./support/names";
import { leaks, secretsOf } from "./support/secrets";
import { succeeded, type Update } from "./support/stack";

jest.setTimeout(300_000);

const units = [
    "remove /etc/systemd/system/harbor-ha.service",
    "remove /etc/systemd/system/docker.service.d/harbor-ha.conf",
];

/** A stack's whole life, one test after the other. */
describe("a stack", () => {
    let cluster: TestCluster;
    let secrets: Record<string, string>;
    let update: Update;
    let record: HostRecord;

    beforeAll(async () => {
        cluster = await testCluster();
        update = succeeded(await cluster.stack.up());
        record = cluster.hosts.forget();
        secrets = await secretsOf(cluster);
    });

    afterAll(() => cluster.close());

    const began = (step: string, node: string): number => record.call(step, node).began;
    const ended = (step: string, node: string): number => record.call(step, node).ended;
    const last = (step: string): number => Math.max(...three.map((node) => ended(step, node)));
    const first = (step: string): number => Math.min(...three.map((node) => began(step, node)));

    test("is made with every resource of every node", () => {
        expect(update.changes).toMatchObject(all("create", ofNode));
    });

    test("every step runs once, on the hosts where it belongs", () => {
        const steps = record.calls.filter(({ step }) => step !== "put").map(({ step, node }) => `${step}@${node}`);
        const everywhere = ["toolkit", "secrets", "host", "mount", "stage", "prepare", "cert-sync", "up"];
        const once = ["store@node1", "token-key@node1", "mysql@node2", "redis@node3", "dns@node3", "verify@node2"];
        const expected = [...everywhere.flatMap((step) => three.map((node) => `${step}@${node}`)), ...once];
        expect([...steps].sort()).toEqual(expected.sort());
    });

    test("every node is prepared before the key pair is made and copied", () => {
        expect(last("prepare")).toBeLessThan(began("token-key", "node1"));
        expect(ended("mysql", "node2")).toBeLessThan(began("token-key", "node1"));
        expect(ended("redis", "node3")).toBeLessThan(began("token-key", "node1"));
        expect(ended("token-key", "node1")).toBeLessThan(first("cert-sync"));
    });

    test("every node has the key pair before any is started, then one by one", () => {
        expect(last("cert-sync")).toBeLessThan(first("up"));
        expect(ended("up", "node1")).toBeLessThan(began("up", "node2"));
        expect(ended("up", "node2")).toBeLessThan(began("up", "node3"));
    });

    test("DNS follows when all are healthy, verification is the last of all", () => {
        expect(last("up")).toBeLessThan(began("dns", "node3"));
        expect(ended("dns", "node3")).toBeLessThan(began("verify", "node2"));
        expect(Math.max(...record.calls.map(({ ended: end }) => end))).toBe(ended("verify", "node2"));
    });

    test.each(three)("%s: mounted, then filled and staged, files before prepare", (node) => {
        expect(ended("toolkit", node)).toBeLessThan(began("secrets", node));
        expect(Math.max(ended("host", node), ended("secrets", node))).toBeLessThan(began("mount", node));
        expect(last("mount")).toBeGreaterThan(0);
        expect(ended("mount", node)).toBeLessThan(began("stage", node));
        expect(ended("store", "node1")).toBeLessThan(began("stage", node));
        const files = record.calls.filter(({ what, node: on }) => what.includes("/files/") && on === node);
        expect(files.length).toBeGreaterThanOrEqual(5);
        for (const file of [...files, record.call("stage", node)]) {
            expect(file.ended).toBeLessThan(began("prepare", node));
        }
    });

    test("the archive is uploaded once, as it is, to one host", () => {
        expect(record.uploads).toHaveLength(1);
        const [upload] = record.uploads;
        expect(upload?.content.equals(readFileSync(cluster.archives.v111))).toBe(true);
        expect(record.call("store", "node1").stdin).toContain(`upload: ${upload?.path ?? "none"}\n`);
        expect(upload?.node).toBe("node1");
    });

    test("no file is written twice, and every input is whole", () => {
        expect(new Set(record.steps).size).toBe(record.steps.length);
        for (const { stdin } of record.calls) expect(stdin).toMatch(/\n# harbor-ha: end of (file|parameters)[^\n]*\n$/);
    });

    test.each(three)("%s is connected to at most 20 times", (node) => {
        const connections = record.connections.get(node) ?? 0;
        expect(connections).toBeGreaterThan(10);
        expect(connections).toBeLessThanOrEqual(20);
    });

    test("secrets reach a node by the input of one step and in no other way", () => {
        for (const { line, what, step, stdin } of record.calls) {
            expect({ what, leaks: leaks(line, secrets) }).toEqual({ what, leaks: [] });
            if (step !== "secrets") expect({ what, leaks: leaks(stdin, secrets) }).toEqual({ what, leaks: [] });
        }
        const everywhere = [
            "cephKey",
            "dnsKeySecret",
            "harbor-secrets-admin-password",
            "mysqlPassword",
            "redisPassword",
        ];
        const received = (node: string): string[] => leaks(record.call("secrets", node).stdin, secrets).sort();
        expect(received("node2")).toEqual(everywhere);
        expect(received("node1")).toEqual([...everywhere, "harbor-secrets-secretkey"].sort());
        expect(received("node3")).toEqual(everywhere);
    });

    test("the engine prints no secret", () => expect(leaks(update.output, secrets)).toEqual([]));

    test("its state holds no secret in plain text", async () => {
        const state = await cluster.stack.exported();
        expect(state).toContain("harbor-up-node3");
        expect(leaks(state, secrets)).toEqual([]);
        expect(leaks(readFileSync(cluster.stack.configFile, "utf8"), secrets)).toEqual([]);
    });

    test("a second up connects to no host", async () => {
        const again = succeeded(await cluster.stack.up({}, "--expect-no-changes"));
        expect(again.changes).toEqual({});
        expect(cluster.hosts.forget().connected).toBe(0);
    });

    test("destroy takes the records away before the containers, and nothing else but the unit files", async () => {
        const destroyed = succeeded(await cluster.stack.destroy());
        record = cluster.hosts.forget();
        const expected = [...three.flatMap((node) => ["down", ...units].map((what) => `${what}@${node}`))];
        expect([...record.steps].sort()).toEqual([...expected, "dns-remove@node3"].sort());
        expect(ended("dns-remove", "node3")).toBeLessThan(first("down"));
        expect(leaks(destroyed.output, secrets)).toEqual([]);
        expect(await cluster.stack.resources()).toEqual([]);
    });
});
