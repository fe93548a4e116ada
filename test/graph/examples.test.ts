import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { writeArchives, writeArchivesV2 } from "../engine/support/archives";
import { pki } from "../support/files";
import type { Graph } from "../support/graph";
import { record } from "../support/recorder";
import { hostKey, sshKey } from "../support/settings";

jest.mock("harbor-ha", () => jest.requireActual<object>("../../cluster"), { virtual: true });

/** Providers that can't be had here: classes whose outputs say what they are. */
function providers(token: string, outputs: Readonly<Record<string, readonly string[]>>): object {
    const sdk = jest.requireActual<typeof pulumi>("@pulumi/pulumi");
    const made = Object.entries(outputs).map(([type, names]) => {
        class Made extends sdk.CustomResource {
            constructor(name: string, args: object, opts?: pulumi.CustomResourceOptions) {
                const unknown = Object.fromEntries(names.map((output) => [output, undefined]));
                super(`${token}:index/${type}:${type}`, name, { ...unknown, ...args }, opts);
            }
        }
        return [type, Made];
    });
    class Provider extends sdk.ProviderResource {
        constructor(name: string, args: pulumi.Inputs, opts?: pulumi.ResourceOptions) {
            super(token, name, args, opts);
        }
    }
    return { ...(Object.fromEntries(made) as object), Provider };
}

jest.mock("@pulumiverse/harbor", () => providers("harbor", { Project: ["name"], RobotAccount: ["fullName"] }), {
    virtual: true,
});
jest.mock("@pulumi/hcloud", () => providers("hcloud", { SshKey: [], Server: ["ipv4Address"] }), { virtual: true });
jest.mock("@pulumi/tls", () => providers("tls", { PrivateKey: ["privateKeyOpenssh", "publicKeyOpenssh"] }), {
    virtual: true,
});

let folder: string;
let v1: string;
let v2: string;

beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "harbor-ha-examples-"));
    v1 = (await writeArchives(folder)).v111;
    v2 = (await writeArchivesV2(folder)).v215;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nodes = [1, 2, 3].map((i) => ({ name: `node${i}`, address: `192.0.2.${i + 10}`, hostKey }));

/** Everything that the examples ask a stack for. */
const config = (release: string) => ({
    domain: "hub.example.com",
    release,
    nodes: JSON.stringify(nodes),
    sshPrivateKey: sshKey,
    sshKnownHosts: `192.0.2.200 ${hostKey}`,
    cephMonitors: '["192.0.2.21"]',
    cephKey: "Y2VwaHgtc2VjcmV0LWtleQ==",
    mysqlHost: "db.example.com",
    mysqlPassword: "mysql-Secret-1",
    postgresHost: "db.example.com",
    postgresPassword: "postgres-Secret-1",
    redisHost: "redis.example.com",
    redisPassword: "redis-Secret-2",
    httpsCertificate: pki("server.crt"),
    httpsPrivateKey: pki("server.key"),
    s3AccessKey: "AKIAEXAMPLE",
    s3SecretKey: "secret-of-the-store",
    dnsKeySecret: "dHNpZy1zZWNyZXQta2V5",
    nfsExport: "nfs.example.com:/harbor",
});

type Program = Readonly<Record<"url" | "verification", pulumi.Output<unknown>>>;

/** The resources of an example as a first preview has them. */
function preview(load: () => Program, release: string): Promise<Graph> {
    return record(
        async () => {
            const own = Object.entries(config(release)).map(([key, value]) => [`harbor-ha:${key}`, value]);
            pulumi.runtime.setAllConfig(Object.fromEntries(own) as Record<string, string>);
            const { url } = load();
            await new Promise((resolve) => url.apply(resolve));
        },
        { preview: true },
    );
}

afterEach(() => pulumi.runtime.setAllConfig({}));

const names = ({ resources }: Graph): string[] => resources.map(({ name }) => name);

test("minimal", async () => {
    const graph = await preview(() => jest.requireActual<Program>("../../examples/minimal"), v1);
    expect(names(graph)).toEqual(
        expect.arrayContaining(["harbor-up-node3", "harbor-mysql-schema", "harbor-verification-checks"]),
    );
});

test("full", async () => {
    const graph = await preview(() => jest.requireActual<Program>("../../examples/full"), v2);
    expect(names(graph)).toEqual(
        expect.arrayContaining(["harbor-postgres-schema", "harbor-dns-records", "harbor-node2-rendered"]),
    );
    expect(names(graph).filter((name) => name.endsWith("-admin-password"))).toEqual([]);
});

test("platform: hosts before the registry, projects and robots after its verification", async () => {
    const graph = await preview(() => jest.requireActual<Program>("../../examples/platform"), v2);
    const prepare = graph.resources.find(({ name }) => name === "harbor-node1-prepare");
    expect(prepare?.unknown.has("stdin")).toBe(true);
    expect([...(prepare?.dependencies ?? [])].join()).toMatch(/Server::node1/);
    for (const team of ["shop", "billing"]) {
        for (const name of [team, `${team}-ci`]) {
            const waitsFor = [...(graph.resources.find((made) => made.name === name)?.dependencies ?? [])];
            expect(waitsFor.filter((urn) => urn.endsWith("::harbor-verification-checks"))).toHaveLength(1);
        }
    }
});
