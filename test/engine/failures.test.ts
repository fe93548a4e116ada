import { givenSecrets, type TestCluster, testCluster } from "./support/cluster";
import { FakeCluster } from "./support/fake-cluster";
import { all, ofNode, three } from "./support/names";
import { leaks } from "./support/secrets";
import { succeeded, type Update } from "./support/stack";

jest.setTimeout(300_000);

const afterBarrier = /^(token-key|cert-sync|up|dns|verify|down)@/;

let withWrongKeys: { cluster: TestCluster; update: Promise<Update> };

// The provider tries again and again, since a host may be in the middle of a reboot. That half minute of waiting passes
// beside the other tests.
beforeAll(async () => {
    const cluster = await testCluster();
    const strangers = await FakeCluster.start();
    const pinned = strangers.knownHosts.replaceAll(`:${strangers.port} `, `:${cluster.hosts.port} `);
    await strangers.stop();
    const update = cluster.stack.up({ sshKnownHosts: pinned });
    update.catch(() => undefined);
    withWrongKeys = { cluster, update };
});

afterAll(() => withWrongKeys.cluster.close());

describe("a new stack", () => {
    let cluster: TestCluster;

    beforeAll(async () => {
        cluster = await testCluster();
    });

    afterAll(() => cluster.close());

    test("is previewed with generated secrets unknown, and no host is asked", async () => {
        const { output, changes } = succeeded(await cluster.stack.preview());
        expect(changes).toMatchObject(all("create", ofNode));
        expect(Object.keys(changes).filter((name) => name.startsWith("harbor-secrets-"))).toHaveLength(3);
        expect(output).toMatch(/harbor-node1-prepare\]\n(.*\n){4,6} *stdin +: \[unknown\]/);
        expect(leaks(output, givenSecrets)).toEqual([]);
        expect(cluster.hosts.record.connected).toBe(0);
    });

    test("is previewed with hosts that don't exist yet", async () => {
        const nodes = three.map((name, i) => ({ name, address: `127.0.0.${101 + i}` }));
        const { changes } = succeeded(await cluster.stack.preview({ nodes, allowUnknownHostKeys: true }));
        expect(changes).toMatchObject(all("create", ofNode));
    });

    test("with mistakes in its configuration: all of them at once, no stack trace, nothing touched", async () => {
        const wrong = {
            domain: "192.0.2.1",
            dnsZone: "elsewhere.test",
            mysqlPort: 70_000,
            mysqlHots: "db.example.com",
            redisPassword: "in plain text",
            nodes: [...cluster.hosts.nodes(2), { name: "node2", address: "127.0.0.3" }],
        };
        for (const update of [await cluster.stack.preview(wrong), await cluster.stack.up(wrong)]) {
            expect(update.code).not.toBe(0);
            expect(update.output).toMatch(/\d problems in the configuration, nothing was touched:\n/);
            expect(update.output).toContain('harbor-ha:domain: "192.0.2.1" is not allowed: a DNS name');
            expect(update.output).toContain('harbor-ha:mysqlPort: "70000" is not allowed: a whole number');
            expect(update.output).toContain(
                "harbor-ha:mysqlHots: this key is not allowed: unknown; did you mean mysqlHost?",
            );
            expect(update.output).toContain("harbor-ha:redisPassword: ");
            expect(update.output).toContain("harbor-ha:nodes[2].name: node2 is not allowed: a value of its own");
            expect(update.output).not.toContain("in plain text");
            expect(update.output).not.toMatch(/^\s+at /m);
            expect(update.output).not.toContain("node_modules");
            expect(update.changes).toEqual({});
        }
        expect(cluster.hosts.record.connected).toBe(0);
    });

    test("a failed prepare stops everything behind the barrier; the next up does the rest", async () => {
        const message = "prepare failed: no space left on /opt/harbor-ha";
        cluster.hosts.answer = ({ step, node }) =>
            step === "prepare" && node === "node2" ? { status: 1, stderr: `${message}\n` } : undefined;
        const failed = await cluster.stack.up();
        const before = cluster.hosts.forget();
        expect(failed.code).not.toBe(0);
        expect(failed.output).toContain("harbor-node2-prepare");
        expect(failed.output).toContain(message);
        expect(failed.steps.filter(({ at }) => at === "failed").map(({ name }) => name)).toEqual([
            "harbor-node2-prepare",
        ]);
        expect(before.steps).toContain("prepare@node2");
        expect(before.steps.filter((step) => afterBarrier.test(step))).toEqual([]);
        expect(leaks(failed.output, givenSecrets)).toEqual([]);

        cluster.hosts.answer = () => undefined;
        succeeded(await cluster.stack.up());
        const after = cluster.hosts.forget();
        const done = before.calls.filter(({ status }) => status === 0).map(({ what, node }) => `${what}@${node}`);
        expect(after.steps.filter((step) => done.includes(step))).toEqual([]);
        expect(after.steps).toEqual(expect.arrayContaining(["prepare@node2", "cert-sync@node3", "up@node1"]));
        expect([...before.uploads, ...after.uploads]).toHaveLength(1);
        succeeded(await cluster.stack.up({}, "--expect-no-changes"));
    });
});

describe("a host with another key than the pinned one", () => {
    test("is given no command, no file and no secret", async () => {
        const update = await withWrongKeys.update;
        expect(update.code).not.toBe(0);
        expect(update.output).toContain("ssh: host key mismatch");
        const { record } = withWrongKeys.cluster.hosts;
        expect(record.connected).toBeGreaterThan(0);
        expect(record.steps).toEqual([]);
        expect(record.uploads).toEqual([]);
    });
});
