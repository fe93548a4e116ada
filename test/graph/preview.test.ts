import * as pulumi from "@pulumi/pulumi";
import { type ClusterOptions, recordCluster } from "../support/cluster";

describe.each<[string, ClusterOptions]>([
    ["http", {}],
    ["https", { protocol: "https" }],
    [
        "services as containers",
        { config: { mysqlMode: "container", mysqlDockerHost: "ssh://root@db.example.com", mysqlPassword: undefined } },
    ],
    ["Harbor 2.x and http", { line: "v2" }],
    ["Harbor 2.x and https", { line: "v2", protocol: "https" }],
])("first preview with %s", (_, options) => {
    test("registers everything that the update will", async () => {
        const preview = await recordCluster({ ...options, preview: true });
        expect(preview.labels).toEqual((await recordCluster(options)).labels);
    });

    test("knows every command line and the text of every file", async () => {
        const preview = await recordCluster({ ...options, preview: true });
        const files = preview.matching(/^(put .*|toolkit)@/).map((label) => preview.get(label));
        expect(files.filter(({ unknown }) => unknown.size > 0).map(({ name }) => name)).toEqual([]);
        const unknown = preview.commands.flatMap((resource) => [...resource.unknown]);
        expect(new Set(unknown)).toEqual(new Set(["stdin"]));
    });
});

test.each([{}, { adminPassword: "admin-Secret-3" }])("the admin's password is a secret output: %j", async (config) => {
    const isSecret: Promise<boolean>[] = [];
    await recordCluster({ config, made: ({ adminPassword }) => isSecret.push(pulumi.isSecret(adminPassword)) });
    expect(await Promise.all(isSecret)).toEqual([true]);
});

test("outputs of a run: address, records, key and verification", async () => {
    const outputs: unknown[] = [];
    const records: unknown[] = [];
    await recordCluster({
        nodes: 2,
        config: { port: "8070", dnsTtl: "30" },
        made: (cluster) => {
            cluster.tokenKeyFingerprint.apply((value) => outputs.push(value));
            cluster.verification.apply((value) => outputs.push(value));
            cluster.dnsRecords.apply((value) => records.push(...value));
            outputs.push(cluster.url);
        },
    });
    expect(outputs).toEqual(["http://hub.example.com:8070", "SHA256:abc", { realm: "1/1 nodes" }]);
    expect(records).toEqual([
        { name: "hub.example.com", type: "A", ttl: 30, address: "192.0.2.11" },
        { name: "hub.example.com", type: "A", ttl: 30, address: "192.0.2.12" },
    ]);
});
