import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestCluster, testCluster } from "./support/cluster";
import { httpsKeyWithin, httpsWithin } from "./support/https";
import { all, chain, ofNode } from "./support/names";
import { reportText, reviewText } from "./support/preview-text";
import { leaks, secretsOf } from "./support/secrets";
import { type Config, projectStackFiles, succeeded } from "./support/stack";
import { report } from "../../cli/report/markdown";
import type { PreviewJson } from "../../cli/report/model";

jest.setTimeout(300_000);

const newPassword = "mysql-Secret-9";

/** What a reviewer sees of a change to a deployed stack, and what it does. Previews leave the stack as it is. */
describe("preview of", () => {
    let cluster: TestCluster;
    let secrets: Record<string, string>;
    let filesBefore: string;

    beforeAll(async () => {
        filesBefore = projectStackFiles();
        cluster = await testCluster();
        succeeded(await cluster.stack.up());
        secrets = await secretsOf(cluster);
        cluster.hosts.forget();
    });

    afterAll(() => cluster.close());

    const path = (name: string): string => join(cluster.stack.folder, name);

    const cases: readonly { what: string; to: () => Config; changes: Record<string, string> }[] = [
        {
            what: "another port",
            to: () => ({ port: "8080" }),
            changes: all("update", [
                "harbor-node*-host-ready",
                "harbor-node*-harbor.cfg",
                "harbor-node*-docker-compose.yml",
                "harbor-dns-records",
                ...chain,
            ]),
        },
        {
            what: "another domain",
            to: () => ({ domain: "registry.example.com" }),
            changes: {
                ...all("update", ["harbor-node*-host-ready", "harbor-node*-harbor.cfg", ...chain]),
                // The records of the old name go.
                "harbor-dns-records": "create-replacement",
            },
        },
        {
            what: "the next version",
            to: () => ({ release: cluster.archives.v112 }),
            changes: all("update", [
                "harbor-node1-host-ready",
                "harbor-store-release-upload",
                "harbor-store-fill",
                "harbor-mysql-schema",
                "harbor-node*-stage",
                "harbor-node*-harbor.cfg",
                "harbor-node*-docker-compose.yml",
                ...chain,
            ]),
        },
        {
            what: "another MySQL server",
            to: () => ({ mysqlHost: "db2.example.com" }),
            changes: all("update", ["harbor-mysql-schema", "harbor-node*-common-templates-adminserver-env", ...chain]),
        },
        {
            what: "another Redis database",
            to: () => ({ redisDatabase: 4 }),
            changes: all("update", [
                "harbor-redis-login",
                "harbor-node*-common-templates-ui-env",
                "harbor-node*-common-templates-registry-config.yml",
                ...chain,
            ]),
        },
        {
            what: "a fourth node",
            to: () => ({ nodes: cluster.hosts.nodes(4) }),
            changes: {
                ...all("create", ofNode, ["node4"]),
                ...all("update", ["harbor-dns-records", "harbor-verification-checks"]),
            },
        },
        {
            what: "a node taken away",
            to: () => ({ nodes: cluster.hosts.nodes(2) }),
            changes: {
                ...all("delete", ofNode, ["node3"]),
                // The third node's steps for the cluster move to the first one, with the key that they need.
                ...all("update", ["harbor-redis-login"]),
                ...all("update", ["harbor-dns-records", "harbor-verification-checks"]),
            },
        },
        {
            what: "https in the place of http",
            to: () => httpsWithin(cluster.stack.folder),
            changes: {
                ...all("create", ["harbor-node*-host-ca", "harbor-node*-server.crt"]),
                ...all("update", [
                    "harbor-node*-host-secrets",
                    "harbor-node*-host-ready",
                    "harbor-node*-harbor.cfg",
                    "harbor-node*-docker-compose.yml",
                    "harbor-dns-records",
                    ...chain,
                ]),
            },
        },
        { what: "another TTL", to: () => ({ dnsTtl: 300 }), changes: all("update", ["harbor-dns-records"]) },
        {
            what: "another MySQL password",
            to: () => {
                writeFileSync(path("mysql.password"), `${newPassword}\n`);
                return { mysqlPassword: undefined, mysqlPasswordFile: path("mysql.password") };
            },
            changes: all("update", ["harbor-node*-host-secrets", "harbor-mysql-schema", ...chain]),
        },
        { what: "another prepareGeneration", to: () => ({ prepareGeneration: 2 }), changes: all("update", chain) },
    ];

    test.each(cases)("$what", async ({ to, changes }) => {
        const { output, changes: found } = succeeded(await cluster.stack.preview(to()));
        expect(found).toEqual(changes);
        expect(reviewText(output)).toMatchSnapshot();
        expect(leaks(output, { ...secrets, newPassword, httpsKey: httpsKeyWithin(cluster.stack.folder) })).toEqual([]);
        expect(cluster.hosts.record.connected).toBe(0);
    });

    test.each(cases)("$what, as a page for a pull request", async ({ to }) => {
        const { stdout } = succeeded(await cluster.stack.preview(to(), "--json"));
        const page = report("test", JSON.parse(stdout.slice(stdout.indexOf("{"))) as PreviewJson);
        expect(page.length).toBeLessThan(65_536);
        expect(leaks(page, { ...secrets, newPassword, httpsKey: httpsKeyWithin(cluster.stack.folder) })).toEqual([]);
        expect(reportText(page)).toMatchSnapshot();
    });

    test("no change: nothing would be done", async () => {
        const { output, changes } = succeeded(await cluster.stack.preview({}, "--expect-no-changes"));
        expect(changes).toEqual({});
        expect(reviewText(output)).toMatchSnapshot();
        expect(cluster.hosts.record.connected).toBe(0);
    });

    test("compose.yml is shown by its structure, harbor.cfg by its lines", async () => {
        const text = reviewText(succeeded(await cluster.stack.preview({ port: "8080" })).output);
        expect(text).toMatch(/~ harbor-node\*-docker-compose\.yml .*\n *~ stdin: \(yaml\) \{\n/);
        expect(text).toMatch(/^ *~ ports +: \[\n *~ \[0\]: "8070:80" => "8080:80"$/m);
        expect(text).toMatch(/^ *- hostname = hub\.example\.com:8070\n *\+ hostname = hub\.example\.com:8080$/m);
    });

    test("anything leaves the project's own stack files as they are", () => {
        expect(projectStackFiles()).toBe(filesBefore);
    });
});
