import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { HarborCluster, type HarborClusterArgs } from "../../cluster";
import { writeArchives } from "../engine/support/archives";
import type { Graph } from "../support/graph";
import { type ClusterPlan, clusterPlan } from "../../plan/cluster-plan";
import { locateRelease } from "../../releases/locate";
import { GivenArguments } from "../../cluster/given";
import { generatedPassword, record } from "../support/recorder";
import { hostKey, managedRecords, minimalArguments, rawNodes, sshKey } from "../support/settings";

let folder: string;
let release: string;

beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "harbor-ha-package-"));
    release = (await writeArchives(folder)).v111;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nodes = rawNodes(3).map(({ name, address }) => ({ name, address, hostKey }));

const plain = (): HarborClusterArgs => ({
    ...minimalArguments,
    ...managedRecords,
    cephMonitors: [...minimalArguments.cephMonitors],
    release,
    nodes,
});

/** The resources of a program with one cluster. */
function recordPackage(args: () => HarborClusterArgs, preview = false): Promise<Graph> {
    return record(
        async () => {
            const cluster = new HarborCluster("harbor", args());
            // All children are made when what needs no provider is known.
            await new Promise((resolve) => cluster.release.apply(resolve));
        },
        { preview },
    );
}

/** Everything as an output that is known. */
const allOutputs = (): HarborClusterArgs => {
    const { domain, protocol = "http", release: path, nodes: list, ...rest } = plain();
    const outputs = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, pulumi.output(value)]));
    return {
        ...(outputs as unknown as typeof rest),
        domain,
        protocol,
        release: path,
        nodes: list.map(({ name, address }) => ({
            name,
            address: pulumi.output(address),
            hostKey: Promise.resolve(hostKey),
        })),
    };
};

const withPassword = (): HarborClusterArgs => {
    const password = new random.RandomPassword("database", { length: 24, special: false });
    return { ...plain(), mysqlPassword: password.result };
};

const lateHosts = (): HarborClusterArgs => {
    const made = new random.RandomPassword("host", { length: 24 });
    return {
        ...plain(),
        // Any output of a resource: unknown in a preview.
        nodes: nodes.map((node, i) => ({
            ...node,
            address: pulumi.unsecret(made.result.apply(() => `192.0.2.${i + 11}`)),
        })),
    };
};

const own = (graph: Graph) =>
    graph.resources.filter(({ name, type }) => name.startsWith("harbor") && type !== "pulumi:pulumi:Stack");

test("outputs whose values are known make the same resources as plain values", async () => {
    const expected = await recordPackage(plain);
    const graph = await recordPackage(allOutputs);
    expect(own(graph).length).toBeGreaterThan(70);
    const seen = ({ resources }: Graph) =>
        Object.fromEntries(
            resources.map(({ urn, inputs, visible, deleteBeforeReplace }) => [
                urn,
                { inputs, visible, deleteBeforeReplace },
            ]),
        );
    expect(seen(graph)).toEqual(seen(expected));
});

test("a password of another resource reaches the nodes, and no text that is shown", async () => {
    const graph = await recordPackage(withPassword);
    const value = Buffer.from(generatedPassword("database")).toString("base64");
    expect(JSON.stringify(graph.get("secrets@node1").inputs)).toContain(`mysql_password: ${value}`);
    expect(JSON.stringify(own(graph).map(({ visible }) => visible))).not.toMatch(
        new RegExp(`${value}|${generatedPassword("database")}`),
    );
    expect([...graph.get("mysql@node2").dependencies].join()).toContain("RandomPassword::database");
    expect(graph.get("put files/harbor.cfg@node1").visible.stdin).toContain("hostname = hub.example.com");
});

test("the component itself has no inputs: they would lie in its state", async () => {
    const graph = await recordPackage(plain);
    expect(graph.get("harbor").inputs).toEqual({});
});

describe("a first preview", () => {
    test("with a password that isn't made yet shows every file and step", async () => {
        const graph = await recordPackage(withPassword, true);
        const known = await recordPackage(plain, true);
        const texts = (from: Graph) =>
            own(from)
                .filter(({ unknown }) => !unknown.has("stdin"))
                .map(({ name }) => name);
        expect(texts(graph).sort()).toEqual(texts(known).sort());
        const file = own(graph).find(({ name }) => name === "harbor-node1-harbor.cfg");
        expect(file?.visible.stdin).toContain("hostname = hub.example.com");
    });

    test("with hosts that aren't made yet shows every resource, without what depends on them", async () => {
        const graph = await recordPackage(lateHosts, true);
        const known = await recordPackage(plain, true);
        expect(
            own(graph)
                .map(({ urn }) => urn)
                .sort(),
        ).toEqual(
            own(known)
                .map(({ urn }) => urn)
                .sort(),
        );
        expect(graph.resources.length).toBe(known.resources.length + 1);
        const command = own(graph).find(({ name }) => name === "harbor-node1-prepare");
        expect(command?.unknown.has("stdin")).toBe(true);
        expect(command?.unknown.has("connection")).toBe(true);
        expect(JSON.stringify(own(graph).map(({ inputs }) => inputs))).not.toMatch(/0\.0\.0\.\d|not known yet/);
    });
});

test("hosts of another resource get the very texts of plain addresses", async () => {
    const graph = await recordPackage(lateHosts);
    const expected = await recordPackage(plain);
    const texts = (from: Graph) => Object.fromEntries(own(from).map(({ urn, visible }) => [urn, visible.stdin]));
    expect(texts(graph)).toEqual(texts(expected));
});

describe("drift detection", () => {
    /** The plan with which hosts would be compared. */
    async function wholePlan(args: () => HarborClusterArgs): Promise<ClusterPlan | undefined> {
        const found: (ClusterPlan | undefined)[] = [];
        await record(
            async () => {
                const given = new GivenArguments(args());
                const made = await locateRelease(given.settings.release, true);
                const plan = clusterPlan(given.settings, made);
                found.push(await given.whole(given.later(plan, made), plan));
            },
            { preview: true },
        );
        return found[0];
    }

    test("knows secrets of the stack's configuration, which are outputs as well", async () => {
        const whole = await wholePlan(() => ({ ...plain(), sshPrivateKey: pulumi.secret(sshKey) }));
        expect(whole?.settings.ssh.privateKey).toEqual({ secret: sshKey });
    });

    test("doesn't look where an argument isn't known", async () => {
        expect(await wholePlan(withPassword)).toBeUndefined();
    });
});

test("two clusters of one program", async () => {
    const graph = await record(async () => {
        const all = ["harbor", "second"].map(
            (name) => new HarborCluster(name, { ...plain(), domain: `${name}.example.com` }),
        );
        for (const { release: made } of all) await new Promise((resolve) => made.apply(resolve));
    });
    const urns = graph.resources.map(({ urn }) => urn);
    expect(new Set(urns).size).toBe(urns.length);
    expect(urns.filter((urn) => urn.includes("::second-node1-prepare"))).toHaveLength(1);
});
