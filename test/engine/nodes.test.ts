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
            "secrets@node1",
            "verify@node2",
        ]);
        const dns = record.call("dns", "node1");
        expect(dns.stdin).toContain("addresses: 127.0.0.1 127.0.0.2\n");
        expect(record.call("secrets", "node1").ended).toBeLessThan(dns.began);
        expect(dns.ended).toBeLessThan(record.call("down", "node3").began);
    });

    test("an added node is set up, started, and then in DNS; the others aren't touched", async () => {
        succeeded(await cluster.stack.up({ nodes: cluster.hosts.nodes(3) }));
        const record = cluster.hosts.forget();
        const elsewhere = record.steps.filter((step) => !step.endsWith("@node3"));
        expect(elsewhere.sort()).toEqual(["secrets@node1", "verify@node2"]);
        const order = ["toolkit", "mount", "stage", "prepare", "cert-sync", "up", "dns"];
        const calls = order.map((step) => record.call(step, "node3"));
        for (const [i, call] of calls.slice(1).entries()) expect(calls[i]?.ended).toBeLessThan(call.began);
        expect(record.call("dns", "node3").stdin).toContain("addresses: 127.0.0.1 127.0.0.2 127.0.0.3\n");
        expect(record.uploads).toEqual([]);
    });
});
