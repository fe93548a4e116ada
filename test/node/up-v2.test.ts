import { clusterPair, otherPair, writePair } from "./support/deployed";
import { coreImage, give, preparedV2, secretsV2 } from "./support/deployed-v2";
import { startOfV2ForEachTest } from "./support/start-v2";

const { host, harbor, log, up, lines, composed, migrations, migration } = startOfV2ForEachTest();
const state = (name: string): string => `/opt/harbor-ha/state/${name}`;
const dir = (): string => host().value("release_dir");

describe("up", () => {
    test("one core migrates, then the log starts, then all containers, and the node is healthy by more than its own word", async () => {
        const { status, stdout, stderr } = await up();
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
        expect(stdout).toMatch(/^database: its schema is that of v2\.15\.2\n(.*\n)*healthy: node1\n$/);
        expect(migrations()).toEqual([
            `run -d --name harbor-ha-migrate --pull never --env-file ${dir()}/common/config/core/env --entrypoint /harbor/harbor_core ${coreImage} -mode=migrate`,
        ]);
        const started = composed(" up -d");
        expect(started).toHaveLength(2);
        expect(started[0]).toMatch(/ log$/);
        for (const line of started)
            expect(line).toContain(`-f ${dir()}/docker-compose.yml -f ${dir()}/docker-compose.override.yml `);
        const all = lines("");
        expect(all.findIndex((line) => line.includes("-mode=migrate"))).toBeLessThan(all.indexOf(started[0] ?? ""));
        expect(all.filter((line) => line.includes(" config"))).toEqual([]);
        expect(harbor().node(0).requests).toEqual([
            "GET /api/v2.0/ping",
            "POST /c/login",
            "POST /c/login",
            "GET /api/v2.0/users/current",
            expect.stringMatching(/^GET \/service\/token/),
            expect.stringMatching(/^POST \/v2\/.*\/blobs\/uploads\/$/),
            expect.stringMatching(/^DELETE \/v2\/.*\/blobs\/uploads\//),
            "GET /api/v2.0/health",
        ]);
        expect(host().read(state("start-parameters"))).toContain(`service_address: ${harbor().address(0)}\n`);
    });

    test("the core that migrates trusts the authority of Redis, which its entry point would have added", async () => {
        expect(await up({ redis_tls: true, redis_ca_file: "/opt/harbor-ha/cert/redis-ca.crt" })).toMatchObject({
            status: 0,
        });
        expect(migrations()).toEqual([
            expect.stringContaining(
                `-v ${dir()}/common/config/shared/trust-certificates:/harbor_cust_cert:ro -e SSL_CERT_DIR=/harbor_cust_cert --entrypoint`,
            ),
        ]);
    });

    test("nothing that runs as it was prepared is started or migrated", async () => {
        await up();
        host().forget();
        expect(await up()).toMatchObject({ status: 0 });
        expect([...composed(" up -d"), ...migrations()]).toEqual([]);
    });

    test("the schema is touched by the first node only", async () => {
        expect(await up({ first: false })).toMatchObject({ status: 0 });
        expect(migrations()).toEqual([]);
        expect(composed(" up -d")).toHaveLength(2);
    });

    test.each<[string, () => unknown]>([
        ["a container that stopped", () => host().removePath("/.docker/running/registry")],
        ["a changed file", () => host().write(`${dir()}/common/config/nginx/nginx.conf`, "events { }\n")],
        ["a changed override", () => host().write(`${dir()}/docker-compose.override.yml`, "services: { }\n")],
    ])("all is started anew after %s", async (_, change) => {
        await up();
        host().forget();
        await change();
        expect(await up()).toMatchObject({ status: 0 });
        expect(composed(" up -d")).toHaveLength(2);
    });

    test("a new pair of https is one, too; a new token key is read without a start", async () => {
        host().write(`${dir()}/common/config/nginx/nginx.conf`, "ssl_certificate /etc/cert/server.crt;\n");
        for (const [name, text] of [
            ["server.crt", clusterPair.certificate],
            ["server.key", clusterPair.key],
        ] as const)
            await give(host(), host().write(`${host().value("data_dir")}/secret/cert/${name}`, text, 0o600));
        await up();
        host().forget();
        host().write(`${host().value("data_dir")}/secret/cert/server.crt`, `${clusterPair.certificate}\n`);
        await up();
        expect(composed(" up -d")).toHaveLength(2);
    });

    test("secrets stand in no output, on no command line and in no log", async () => {
        migration({ says: `connecting with ${secretsV2.postgres_password}\n` });
        const { stdout, stderr } = await up();
        const texts = [stdout, stderr, host().read("/var/log/harbor-ha.log"), ...lines("")];
        expect(texts.filter((text) => [...Object.values(secretsV2)].some((value) => text.includes(value)))).toEqual([]);
    });
});

describe("a migration", () => {
    test("isn't stopped however long it takes, and that it runs is said", async () => {
        migration({ runs: 200 });
        const { status, stdout } = await up();
        expect(status).toBe(0);
        expect(stdout).toMatch(/the migration has been running for \d+ s; it must not be stopped/);
        expect(lines("stop")).toEqual([]);
    });

    test("that an earlier run has left going is waited for, not begun a second time", async () => {
        migration({ runs: 3, before: true });
        expect(await up()).toMatchObject({
            status: 0,
            stdout: expect.stringContaining("an earlier migration still runs") as string,
        });
        expect(migrations()).toEqual([]);
    });

    test.each<[string, string, string, string]>([
        ["is dirty", "171 true\n", "", "The schema is 171 and dirty: a migration was broken off"],
        [
            "is dirty, as core says",
            "",
            "error: Dirty database version 171. Fix and force version.",
            "The schema is 171 and dirty",
        ],
        [
            "is as it was",
            "171 false\n",
            "",
            "The schema is 171 and not dirty: nothing is lost. Redis at 127.0.0.1:1 is down. ",
        ],
        ["can't be read", "", "", "Its state is not known here"],
    ])("that fails starts nothing, and tells the way back when the schema %s", async (_, found, says, message) => {
        migration({ code: 1, says: `panic: relation exists, password=${secretsV2.postgres_password}\n${says}\n` });
        host().answer("psql", { out: found });
        host().write(
            `${dir()}/common/config/core/env`,
            host().read(`${dir()}/common/config/core/env`).replace("PORT=5432", `PORT=${log().port}`),
        );
        const { status, stderr } = await up();
        expect(status).toBe(1);
        expect(stderr).toContain("panic: relation exists, password=__postgres_password__");
        expect(stderr).toContain("the database can't be migrated to Harbor v2.15.2 (core's exit status 1)");
        expect(stderr).toContain(message);
        expect(composed(" up -d")).toEqual([]);
    });
});

describe("before anything is started or migrated:", () => {
    test.each<[string, () => unknown, string]>([
        ["a mount that doesn't come", () => host().removePath("/.mounts"), "mount"],
        [
            "another token key",
            () => writePair(host(), `${host().value("shared_dir")}/keys/pair-1`, otherPair),
            "private_key.pem has SHA256:",
        ],
        [
            "a pinned value that differs",
            () => preparedV2(host(), { JOBSERVICE_SECRET: "anotheranother12" }),
            "JOBSERVICE_SECRET in common/config/core/env isn't the cluster's",
        ],
        ["an image that is gone", () => host().write("/.docker/images", ""), coreImage],
        [
            "a container that nobody knows, and one that isn't there",
            () =>
                host().write(
                    `${dir()}/docker-compose.yml`,
                    host()
                        .read(`${dir()}/docker-compose.yml`)
                        .replace("container_name: registryctl", "container_name: trivy-adapter"),
                ),
            "unknown trivy-adapter; missing registryctl;",
        ],
    ])("%s is refused", async (_, change, message) => {
        await change();
        const { status, stderr } = await up();
        expect(status).toBe(1);
        expect(stderr).toContain(message);
        expect([...composed(" up -d"), ...migrations()]).toEqual([]);
    });
});
