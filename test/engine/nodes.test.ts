import { type TestCluster, testCluster } from "./support/cluster";
import { succeeded } from "./support/stack";

jest.setTimeout(300_000);

/** One node less and one more, on a stack that stands. */
describe("nodes", () => {
    let cluster: TestCluster;

    beforeAll(async () => {
        cluster = await testCluster();
        succeeded(await cluster.stack.up());
        cluster.hosts.forget();
    });

    afterAll(() => cluster.close());

    test("a removed node leaves DNS, and only then its containers stop", async () => {
        succeeded(await cluster.stack.up({ nodes: cluster.hosts.nodes(2) }));
        const record = cluster.hosts.forget();
        expect([...record.steps].sort()).toEqual([
            "dns@node1",
            "down@node3",
            "redis@node1",
            "remove /etc/systemd/system/docker.service.d/harbor-ha.conf@node3",
            "remove /etc/systemd/system/harbor-ha.service@node3",
            "verify@node2",
        ]);
        const dns = record.call("dns", "node1");
        expect(dns.stdin).toContain("addresses: 127.0.0.1 127.0.0.2\n");
        expect(dns.ended).toBeLessThan(record.call("down", "node3").began);
    });

    test("an added node is set up, started, and then in DNS; the others aren't touched", async () => {
        succeeded(await cluster.stack.up({ nodes: cluster.hosts.nodes(3) }));
        const record = cluster.hosts.forget();
        const elsewhere = record.steps.filter((step) => !step.endsWith("@node3"));
        expect(elsewhere.sort()).toEqual(["verify@node2"]);
        const order = ["toolkit", "mount", "stage", "prepare", "cert-sync", "up", "dns"];
        const calls = order.map((step) => record.call(step, "node3"));
        for (const [i, call] of calls.slice(1).entries()) expect(calls[i]?.ended).toBeLessThan(call.began);
        expect(record.call("dns", "node3").stdin).toContain("addresses: 127.0.0.1 127.0.0.2 127.0.0.3\n");
        expect(record.uploads).toEqual([]);
    });

    describe("a node that is down", () => {
        const all = () => cluster.hosts.nodes(3);
        const down = (name: string) => all().map((node) => (node.name === name ? { ...node, state: "down" } : node));
        const connectionsTo = (node: string): number => cluster.hosts.record.connections.get(node) ?? 0;

        test("leaves DNS; nothing is asked of it, whatever changes; another takes its steps of the cluster", async () => {
            cluster.hosts.away.add("node3");
            succeeded(await cluster.stack.up({ nodes: down("node3"), prepareGeneration: "7" }));
            expect(connectionsTo("node3")).toBe(0);
            const record = cluster.hosts.forget();
            expect(record.call("dns", "node1").stdin).toContain("addresses: 127.0.0.1 127.0.0.2\n");
            expect(record.call("prepare", "node2").stdin).toContain("generation: 7\n");
            expect(record.call("verify", "node2").stdin).toContain("nodes: node1=127.0.0.1 node2=127.0.0.2\n");
        });

        test("is caught up when it is back, and only then in DNS", async () => {
            cluster.hosts.away.delete("node3");
            succeeded(await cluster.stack.up({ nodes: all(), prepareGeneration: "7" }));
            const record = cluster.hosts.forget();
            expect(record.call("prepare", "node3").stdin).toContain("generation: 7\n");
            const dns = record.call("dns", "node3");
            expect(dns.stdin).toContain("addresses: 127.0.0.1 127.0.0.2 127.0.0.3\n");
            expect(record.call("up", "node3").ended).toBeLessThan(dns.began);
            expect(record.steps.filter((step) => /^(prepare|up)@node[12]$/.test(step))).toEqual([]);
        });

        test("can be taken out for good, and destroy needs nothing of it", async () => {
            cluster.hosts.away.add("node1");
            succeeded(await cluster.stack.up({ nodes: down("node1"), prepareGeneration: "7" }));
            succeeded(await cluster.stack.up({ nodes: all().slice(1), prepareGeneration: "7" }));
            expect(connectionsTo("node1")).toBe(0);
            cluster.hosts.away.add("node3");
            succeeded(await cluster.stack.up({ nodes: down("node3").slice(1), prepareGeneration: "7" }));
            cluster.hosts.forget();
            succeeded(await cluster.stack.destroy());
            expect(cluster.hosts.record.steps).toContain("down@node2");
            expect(connectionsTo("node3")).toBe(0);
        });
    });
});
