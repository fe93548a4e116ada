import { pki } from "../support/files";
import { recordCluster, type ClusterOptions } from "../support/cluster";
import { type Graph, hostOf, type Registered } from "../support/graph";
import { hostKey, rawNodes, sshKey } from "../support/settings";

describe.each<[string, ClusterOptions]>([
    ["http", {}],
    ["https with a CA", { protocol: "https", config: { httpsCaCertificate: pki("ca.crt") } }],
    ["Harbor 2.x and http", { line: "v2" }],
    [
        "Harbor 2.x and https with a CA",
        { line: "v2", protocol: "https", config: { httpsCaCertificate: pki("ca.crt") } },
    ],
])("remote commands of three nodes with %s", (_, options) => {
    let graph: Graph;
    beforeAll(async () => {
        graph = await recordCluster(options);
    });

    const each = (rule: (resource: Registered) => unknown): Record<string, unknown> =>
        Object.fromEntries(graph.commands.map((resource) => [resource.name, rule(resource)]));
    const all = (value: unknown): Record<string, unknown> => each(() => value);

    test("no two resources share a name", () => {
        const names = graph.resources.map(({ name }) => name);
        expect(names).toHaveLength(new Set(names).size);
    });

    test("none logs, and none passes its old output on", () => {
        expect(each(({ inputs }) => [inputs.logging, inputs.addPreviousOutputInEnv])).toEqual(all(["none", false]));
    });

    test("none puts anything into the environment", () => {
        expect(each(({ inputs }) => inputs.environment)).toEqual(all(undefined));
    });

    test("a step of a host runs again on another host", () => {
        const own = graph.remote.filter((resource) => !isClusterStep(resource));
        const hosts = own.map(({ inputs }) => [(inputs.connection as { host: string }).host]);
        expect(own.map(({ inputs }) => inputs.triggers)).toEqual(hosts);
    });

    // Otherwise removing a node would replace the DNS records, and undo them on a host that may be gone.
    test("a step of the cluster isn't replaced when another node runs it", () => {
        const shared = graph.remote.filter(isClusterStep);
        expect(shared).toHaveLength(6);
        const own = shared.flatMap(({ inputs }) => inputs.triggers as string[]);
        // The records' name, zone and server: those of before have to be undone where they were.
        expect(own).toEqual(["hub.example.com", "example.com", "192.0.2.53"]);
    });

    test("each ends by itself on the host", () => {
        const lines = graph.commands.flatMap(linesOf);
        expect(lines.filter((line) => !/^timeout -k \d+ \d+ /.test(line))).toEqual([]);
    });

    test("each gets its input whole: the last line says so", () => {
        const whole = /\n# harbor-ha: end of (file|parameters); command: \S.*\n$/;
        expect(each(({ inputs }) => whole.test(String(inputs.stdin)))).toEqual(all(true));
    });

    test("what is undone is undone before its replacement is made", () => {
        const undone = graph.commands.filter(({ inputs }) => inputs.delete !== undefined);
        expect(undone.map(({ deleteBeforeReplace }) => deleteBeforeReplace)).toEqual(undone.map(() => true));
        expect(undone.map(hostOf)).toEqual(expect.arrayContaining(["node1", "node2", "node3"]));
    });

    test("a deletion never touches data: only containers, DNS records and units go", () => {
        const words = graph.commands.flatMap(({ inputs }) =>
            typeof inputs.delete === "string" ? [inputs.delete] : [],
        );
        const steps = words.map((line) => /\/bin\/harbor-ha (.*)$/.exec(line)?.[1]);
        expect(steps).toEqual(expect.arrayContaining(["dns-remove", "down"]));
        expect(
            steps.filter((step) => !/^(down|dns-remove|remove \/etc\/systemd\/system\/\S+)$/.test(step ?? "")),
        ).toEqual([]);
    });

    test("every host key is pinned", () => {
        const pinned = graph.remote.map(({ inputs }) => (inputs.connection as { hostKey?: string }).hostKey);
        expect(pinned).toEqual(graph.remote.map(() => hostKey));
    });

    test("no node gets more than 20 remote operations", () => {
        const counts = new Map<string, number>();
        for (const resource of graph.remote) counts.set(hostOf(resource), (counts.get(hostOf(resource)) ?? 0) + 1);
        expect([...counts.keys()].sort()).toEqual(["node1", "node2", "node3"]);
        expect([...counts].filter(([, count]) => count > 20)).toEqual([]);
    });
});

/** The command lines of a resource. */
function linesOf({ inputs }: Registered): string[] {
    return [inputs.create, inputs.update, inputs.delete].filter((line) => typeof line === "string");
}

test("a login that isn't root's runs everything with sudo", async () => {
    const graph = await recordCluster({ config: { sshUser: "ops" } });
    const lines = graph.commands.flatMap(linesOf);
    expect(lines.filter((line) => !line.startsWith("sudo -n timeout "))).toEqual([]);
});

test("the jump host is part of every connection, with its own key pinned", async () => {
    const config = {
        sshProxy: "jump@bastion.example.com:2222",
        sshKnownHosts: `[bastion.example.com]:2222 ${hostKey}`,
    };
    const graph = await recordCluster({ config });
    const proxies = graph.remote.map(({ inputs }) => (inputs.connection as { proxy?: unknown }).proxy);
    const expected = { host: "bastion.example.com", port: 2222, user: "jump", privateKey: sshKey, hostKey };
    expect(proxies).toEqual(graph.remote.map((): unknown => expect.objectContaining(expected)));
});

test("without a known key a connection names none", async () => {
    const nodes = JSON.stringify(rawNodes(3).map(({ name, address }) => ({ name, address })));
    const graph = await recordCluster({ config: { nodes, allowUnknownHostKeys: "true" } });
    const connections = graph.remote.map(({ inputs }) => Object.keys(inputs.connection as object));
    expect(connections.filter((keys) => keys.includes("hostKey"))).toEqual([]);
});

test("generated passwords are protected, unless the stack says otherwise", async () => {
    const protection = async (protectSecrets: string) => {
        const graph = await recordCluster({ config: { protectSecrets } });
        return graph.resources.filter(({ type }) => type.startsWith("random:")).map((resource) => resource.protect);
    };
    expect(await protection("true")).toEqual([true, true, true]);
    expect(await protection("false")).toEqual([false, false, false]);
});

test.each(["token-key", "certs", "up", "store", "secrets", "mysql", "postgres", "dns"])(
    "a node may be called %s: the engine's names stay distinct",
    async (name) => {
        const nodes = [...rawNodes(2), { name, address: "192.0.2.13", hostKey }];
        for (const line of ["v1", "v2"] as const) {
            const graph = await recordCluster({ line, config: { nodes: JSON.stringify(nodes) } });
            const urns = graph.resources.map(({ urn }) => urn);
            expect(urns.filter((urn, i) => urns.indexOf(urn) !== i)).toEqual([]);
        }
    },
);

function isClusterStep({ inputs }: { readonly inputs: Readonly<Record<string, unknown>> }): boolean {
    return /harbor-ha (store|mysql|postgres|redis|token-key|dns|verify)$/.test(String(inputs.create));
}
