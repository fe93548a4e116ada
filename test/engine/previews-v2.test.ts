import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testClusterV2 } from "./support/cluster";
import { httpsKeyWithin, httpsWithin } from "./support/https";
import { all, chain, ofNodeV2 } from "./support/names";
import { reportText, reviewText } from "./support/preview-text";
import { leaks, secretsOf } from "./support/secrets";
import { type Config, projectStackFiles, succeeded } from "./support/stack";
import { pki } from "../support/files";
import { report } from "../../cli/report/markdown";
import type { PreviewJson } from "../../cli/report/model";

jest.setTimeout(300_000);

const newPassword = "postgres-Secret-9";

/** Passwords that stand in the release itself, some of them behind a comment sign. */
const ofRelease = { first: "Harbor12345", database: "root123", older: "older-One-1", token: "an-old-token" };

/** What a reviewer sees of a change to a deployed stack with Harbor 2.x. Previews leave the stack as it is. */
describe("preview of Harbor 2.x:", () => {
    let cluster: Awaited<ReturnType<typeof testClusterV2>>;
    let secrets: Record<string, string>;
    let filesBefore: string;

    beforeAll(async () => {
        filesBefore = projectStackFiles();
        cluster = await testClusterV2();
        succeeded(await cluster.stack.up());
        secrets = { ...(await secretsOf(cluster)), ...ofRelease, newPassword };
        cluster.hosts.forget();
    });

    afterAll(() => cluster.close());

    const leaksOf = (text: string): string[] =>
        leaks(text, { ...secrets, httpsKey: httpsKeyWithin(cluster.stack.folder) });

    /** What every node gets of its own, and what it is to make of that. */
    const settings = ["harbor-node*-harbor.yml", "harbor-node*-rendered"] as const;

    const cases: readonly { what: string; to: () => Config; changes: Record<string, string> }[] = [
        {
            what: "another port",
            to: () => ({ port: "8080" }),
            changes: all("update", ["harbor-node*-host-ready", "harbor-dns-records", ...settings, ...chain]),
        },
        {
            what: "the next version",
            to: () => ({ release: cluster.archives.v215 }),
            changes: all("update", [
                "harbor-node*-host-ready",
                "harbor-store-release-upload",
                "harbor-store-fill",
                "harbor-postgres-schema",
                "harbor-certs-token-key",
                "harbor-node*-stage",
                ...settings,
                ...chain,
            ]),
        },
        {
            what: "another PostgreSQL server",
            to: () => ({ postgresHost: "db2.example.com" }),
            changes: all("update", ["harbor-postgres-schema", ...settings, ...chain]),
        },
        {
            what: "a fourth node",
            to: () => ({ nodes: cluster.hosts.nodes(4) }),
            changes: {
                ...all("create", ofNodeV2, ["node4"]),
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
                    "harbor-certs-token-key",
                    "harbor-dns-records",
                    ...settings,
                    ...chain,
                ]),
            },
        },
        {
            what: "another PostgreSQL password",
            to: () => {
                const file = join(cluster.stack.folder, "postgres.password");
                writeFileSync(file, `${newPassword}\n`);
                return { postgresPassword: undefined, postgresPasswordFile: file };
            },
            changes: all("update", ["harbor-node*-host-secrets", "harbor-postgres-schema", ...chain]),
        },
        {
            what: "Trivy and metrics",
            to: () => ({ trivy: true, metrics: true }),
            changes: all("update", [
                ...["harbor-node*-stage", "harbor-node*-docker-compose.override.yml"],
                ...[...settings, ...chain],
            ]),
        },
        {
            what: "Redis by Sentinels and through TLS",
            to: () => ({
                redisHost: undefined,
                redisSentinels: ["sentinel1.example.com", "sentinel2.example.com:26380"],
                redisSentinelMasterSet: "mymaster",
                redisTls: true,
                redisCaCertificate: pki("ca.crt"),
            }),
            changes: {
                ...all("create", ["harbor-node*-host-redis-ca"]),
                ...all("update", ["harbor-redis-login", ...settings, ...chain]),
            },
        },
        // Also how values that Harbor 2.x has made for itself are made anew, when somebody has removed them.
        { what: "another prepareGeneration", to: () => ({ prepareGeneration: 2 }), changes: all("update", chain) },
    ];

    test.each(cases)("$what", async ({ to, changes }) => {
        const { output, changes: found } = succeeded(await cluster.stack.preview(to()));
        expect(found).toEqual(changes);
        expect(reviewText(output)).toMatchSnapshot();
        expect(leaksOf(output)).toEqual([]);
        expect(cluster.hosts.record.connected).toBe(0);
    });

    test.each(cases)("$what, as a page for a pull request", async ({ to }) => {
        const { stdout } = succeeded(await cluster.stack.preview(to(), "--json"));
        const page = report("test", JSON.parse(stdout.slice(stdout.indexOf("{"))) as PreviewJson);
        expect(page.length).toBeLessThan(65_536);
        expect(leaksOf(page)).toEqual([]);
        expect(reportText(page)).toMatchSnapshot();
    });

    test("no change: nothing would be done", async () => {
        const { output, changes } = succeeded(await cluster.stack.preview({}, "--expect-no-changes"));
        expect(changes).toEqual({});
        expect(reviewText(output)).toMatchSnapshot();
        expect(cluster.hosts.record.connected).toBe(0);
    });

    test("harbor.yml is shown by its structure, what prepare makes of it by its lines", async () => {
        const text = reviewText(succeeded(await cluster.stack.preview({ postgresHost: "db2.example.com" })).output);
        expect(text).toMatch(/~ harbor-node\*-harbor\.yml .*\n *~ stdin: \(yaml\) \{\n/);
        expect(text).toMatch(/^ *~ host +: "db\.example\.com" => "db2\.example\.com"$/m);
        expect(text).toMatch(/^ *- POSTGRESQL_HOST=db\.example\.com\n *\+ POSTGRESQL_HOST=db2\.example\.com$/m);
    });

    test("anything leaves the project's own stack files as they are", () => {
        expect(projectStackFiles()).toBe(filesBefore);
    });

    test("the texts that are kept for comparison hold no secret, and the search would find one", () => {
        const kept = readFileSync(join(__dirname, "__snapshots__", "previews-v2.test.ts.snap"), "utf8");
        expect(leaksOf(kept)).toEqual([]);
        expect(kept).not.toContain("PRIVATE KEY");
        expect(kept).toContain("__postgres_password__");
        expect(leaksOf(`${kept}${newPassword}`)).toEqual(["newPassword"]);
    });
});
