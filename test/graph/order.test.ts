import { type ClusterOptions, recordCluster } from "../support/cluster";
import type { Graph } from "../support/graph";

const container = (service: "mysql" | "postgres" | "redis") => ({
    [`${service}Mode`]: "container",
    [`${service}DockerHost`]: "ssh://root@services.example.com",
    [`${service}Password`]: undefined,
});

const clusters: readonly [string, ClusterOptions & { nodes: number }][] = [
    ["3 nodes with http", { nodes: 3 }],
    ["3 nodes with https", { nodes: 3, protocol: "https" }],
    ["5 nodes", { nodes: 5 }],
    ["2 nodes", { nodes: 2 }],
    ["1 node", { nodes: 1 }],
    ["3 nodes at once", { nodes: 3, config: { rollout: "parallel" } }],
    ["1 node at once", { nodes: 1, config: { rollout: "parallel" } }],
    ["MySQL as a container", { nodes: 3, config: container("mysql") }],
    ["Redis as a container", { nodes: 3, protocol: "https", config: container("redis") }],
    ["no managed DNS", { nodes: 3, config: { dnsMode: "none" } }],
    ["Harbor 2.x on 3 nodes with http", { line: "v2", nodes: 3 }],
    ["Harbor 2.x on 3 nodes with https", { line: "v2", nodes: 3, protocol: "https" }],
    ["Harbor 2.x on 1 node", { line: "v2", nodes: 1 }],
    ["Harbor 2.x on 3 nodes at once", { line: "v2", nodes: 3, config: { rollout: "parallel" } }],
    ["Harbor 2.x with PostgreSQL as a container", { line: "v2", nodes: 3, config: container("postgres") }],
];

describe.each(clusters)("order of %s", (_, options) => {
    let graph: Graph;
    const database = options.line === "v2" ? "postgres" : "mysql";
    const nodes = Array.from({ length: options.nodes }, (_node, i) => `node${i + 1}`);
    const all = (step: string): string[] => nodes.map((node) => `${step}@${node}`);
    const missing = (laters: readonly string[], earlier: readonly string[]): string[] =>
        laters.flatMap((later) => graph.missing(later, earlier));

    beforeAll(async () => {
        graph = await recordCluster(options);
    });

    test("has every step once per node", () => {
        for (const step of ["toolkit", "secrets", "host", "mount", "stage", "prepare", "cert-sync", "up"]) {
            expect(graph.matching(new RegExp(`^${step}@`))).toEqual(all(step));
        }
        for (const step of ["store", "token-key", database, "redis", "verify"]) {
            expect(graph.matching(new RegExp(`^${step}@`))).toHaveLength(1);
        }
    });

    test("has nothing of the other line", () => {
        const other = database === "mysql" ? "postgres" : "mysql";
        expect(graph.labels.filter((label) => label.includes(other))).toEqual([]);
        const types = graph.resources.map(({ type }) => type.toLowerCase());
        expect(types.filter((type) => type.includes(other))).toEqual([]);
        expect(types.filter((type) => type.includes(database))).not.toEqual([]);
        const commands = graph.matching(/^toolkit@/).map((label) => String(graph.get(label).inputs.stdin));
        expect(commands.filter((text) => text.includes(`cmd_${other}() {`))).toEqual([]);
        expect(commands.filter((text) => text.includes(`cmd_${database}() {`))).toHaveLength(nodes.length);
    });

    test("no resource waits for itself", () => {
        for (const label of graph.labels) expect(graph.before(label)).not.toContain(label);
    });

    test("a node is ready before anything else touches it", () => {
        for (const node of nodes) {
            const steps = graph.matching(new RegExp(`^(mount|stage|put files/.*|prepare)@${node}$`));
            expect(missing(steps, [`toolkit@${node}`, `secrets@${node}`, `host@${node}`])).toEqual([]);
        }
    });

    test("prepare waits for its own mount, release and files, and for the secretkey", () => {
        for (const node of nodes) {
            const files = graph.matching(new RegExp(`^put files/.*@${node}$`));
            const store = graph.matching(/^(store|upload)@/);
            const own = [`mount@${node}`, `stage@${node}`, ...files, ...store];
            expect(missing([`prepare@${node}`], own)).toEqual([]);
        }
    });

    test("the shared storage is filled only when it is mounted and the release is there", () => {
        expect(missing(graph.matching(/^store@/), ["mount@node1", "upload@node1"])).toEqual([]);
        expect(missing(all("stage"), graph.matching(/^store@/))).toEqual([]);
    });

    test("nodes are prepared beside each other", () => {
        for (const node of nodes) {
            const others = [...graph.before(`prepare@${node}`)].filter((label) => label.startsWith("prepare@"));
            expect(others).toEqual([]);
        }
    });

    test("barrier: certificates wait for every prepared node, the database and Redis", () => {
        const earlier = [...all("prepare"), ...graph.matching(new RegExp(`^(${database}|redis)@`))];
        expect(missing(["token-key@node1", ...all("cert-sync")], earlier)).toEqual([]);
        expect(missing(all("cert-sync"), ["token-key@node1"])).toEqual([]);
    });

    test("barrier: no node starts before all have the same keys and their unit files", () => {
        const units = graph.matching(/^put \/etc\/systemd\//);
        expect(missing(all("up"), ["token-key@node1", ...all("cert-sync"), ...units])).toEqual([]);
    });

    test("the first node starts alone, the others as configured", () => {
        const started = (node: string): string[] =>
            [...graph.before(`up@${node}`)].filter((label) => label.startsWith("up@")).sort();
        const expected = nodes.map((_node, i) =>
            options.config?.rollout === "parallel" ? all("up").slice(0, Math.min(i, 1)) : all("up").slice(0, i),
        );
        expect(nodes.map(started)).toEqual(expected);
    });

    test("barrier: DNS and verification wait for every healthy node", () => {
        const managed = options.config?.dnsMode !== "none";
        const dns = managed ? graph.matching(/^dns@/) : [];
        expect(graph.labels.filter((label) => label.startsWith("dns@"))).toEqual(dns);
        expect(missing(dns, all("up"))).toEqual([]);
        expect(missing(graph.matching(/^verify@/), [...all("up"), ...dns])).toEqual([]);
    });
});

test.each([
    ["v1", "mysql"],
    ["v2", "postgres"],
] as const)("a service of the stack's own is there before the step that logs in to it: %s", async (line, database) => {
    const graph = await recordCluster({ line, config: { ...container(database), ...container("redis") } });
    const server = (service: string): string[] =>
        graph.resources.filter(({ name }) => name === `harbor-${service}-server`).map(({ type }) => type);
    expect([...server(database), ...server("redis")]).toEqual(Array(2).fill("docker:index/container:Container"));
    for (const service of [database, "redis"]) {
        const [step = ""] = graph.matching(new RegExp(`^${service}@`));
        expect(graph.missing(step, [`harbor-${service}-server`])).toEqual([]);
    }
});
