import { clusterPair, otherPair, writePair } from "./support/deployed";
import { containersV2, coreImage, give, imagesV2, preparedV2, secretsV2, storageV2 } from "./support/deployed-v2";
import { adminPassword } from "./support/harbor";
import { harborV2ForEachTest } from "./support/harbor-v2";
import { hostForEachTest, type Result } from "./support/host";
import { listenerForEachTest } from "./support/listener";
import type { Answer } from "./support/stand-in";

const host = hostForEachTest("v2");
const harbor = harborV2ForEachTest(1);
/** Where the log container listens; PostgreSQL and Redis are behind the same port. */
const log = listenerForEachTest();
const state = (name: string): string => `/opt/harbor-ha/state/${name}`;
const dir = (): string => host().value("release_dir");
const given = (): Record<string, string | number | boolean | string[]> => ({
    containers: containersV2,
    images: imagesV2,
    core_image: coreImage,
    proxy_container: "nginx",
    upstream_containers: ["harbor-core", "registry"],
    log_address: `127.0.0.1:${log().port}`,
    port: harbor().port,
    service_address: harbor().address(0),
    database_host: "127.0.0.1",
    database_port: log().port,
    database_user: "harbor",
    redis_host: "127.0.0.1",
    redis_port: 1,
    timeout: 3,
    first: true,
});
const up = (more: Readonly<Record<string, string | number | boolean>> = {}): Promise<Result> =>
    host().run("up", { ...given(), ...more });
const lines = (part: string): string[] =>
    host()
        .calls("docker", part)
        .map(({ line }) => line);
const composed = (part: string): string[] => lines(part).filter((line) => line.startsWith("compose -p harbor "));
const migrations = (): string[] => lines("-mode=migrate");

/** A migration's container: how often it is seen to run, and how it ends. */
function migration({ runs = 1, code = 0, says = "", before = false } = {}): void {
    const answers: Answer[] = [
        { to: "run -d *-mode=migrate", run: `: >"$root/.migrating"` },
        {
            to: "inspect -f {{.State.Running}} harbor-ha-migrate",
            run: `[[ -e $root/.migrating ]] || exit 1
n=$(cat "$root/.migrated" 2>/dev/null || echo 0); echo $((n + 1)) >"$root/.migrated"
if ((n < ${runs})); then echo true; else echo false; fi`,
        },
        { to: "inspect -f {{.State.ExitCode}} harbor-ha-migrate", out: `${code}\n` },
        { to: "logs *", out: says },
    ];
    host().answer("docker", ...answers);
    if (before) host().write("/.migrating", "");
}

beforeEach(async () => {
    await storageV2(host());
    preparedV2(host());
    host().secret("admin_password", adminPassword);
    host().write("/etc/systemd/system/harbor-ha.service", "[Unit]\n");
    migration();
});

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
        migration({ runs: 400 });
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

    test.each<[string, string, string]>([
        ["is dirty", "171 true\n", "The schema is 171 and dirty: a migration was broken off"],
        ["is as it was", "171 false\n", "The schema is 171 and not dirty: nothing is lost"],
        ["can't be read", "", "Its state is not known here"],
    ])("that fails starts nothing, and tells the way back when the schema %s", async (_, found, message) => {
        migration({ code: 1, says: `panic: relation exists, password=${secretsV2.postgres_password}\n` });
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

describe("a node that doesn't become healthy is an error with its cause:", () => {
    test.each<[string, () => unknown, string]>([
        ["core", () => (harbor().node(0).ping = 502), "core answers 502"],
        [
            "a login that core can't answer",
            () => (harbor().node(0).loginFails = 500),
            "CSRF_KEY in common/config/core/env has not exactly 32 characters",
        ],
        [
            "the password",
            () => (harbor().node(0).password = "Changed_12345"),
            "login refused: the admin password isn't the current one",
        ],
        ["a key that isn't PKCS#1", () => (harbor().node(0).token = 500), "the token service answers 500"],
        [
            "the key",
            () => (harbor().node(0).trusts = "another"),
            "opening an upload answers 401: core refuses the token that it has signed itself",
        ],
        [
            "the registry's password",
            () => (harbor().node(0).upload = 401),
            "opening an upload answers 401: the registry refuses core: REGISTRY_CREDENTIAL_PASSWORD",
        ],
        ["the registry", () => (harbor().node(0).upload = 502), "opening an upload answers 502: the registry is away"],
        [
            "the storage",
            () => (harbor().node(0).upload = 500),
            "opening an upload answers 500: the shared storage doesn't take a write",
        ],
        [
            "a component",
            () => (harbor().node(0).unhealthy = { jobservice: "no redis" }),
            "jobservice is unhealthy (no redis)",
        ],
    ])("%s", async (_, change, cause) => {
        change();
        const { status, stdout, stderr } = await up();
        expect({ status, healthy: stdout.includes("healthy: ") }).toEqual({ status: 1, healthy: false });
        expect(stderr).toContain(cause);
        expect(host().has(state("start-parameters"))).toBe(false);
    });

    // A database that is away looks like a wrong password.
    test("the database", async () => {
        await up();
        harbor().node(0).password = "Changed_12345";
        const { stderr } = await up({ database_port: 1 });
        expect(stderr).toMatch(/login refused: PostgreSQL at 127\.0\.0\.1:1 is down/);
    });

    test("sessions that aren't known to core", async () => {
        harbor().node(0).losesSessions = true;
        expect((await up()).stderr).toContain("the session just opened answers 401: Redis at 127.0.0.1:1");
    });
});

describe("a new admin password", () => {
    test("replaces the one that was in effect, by the first node only", async () => {
        await up();
        host().secret("admin_password", "Fresh_12345");
        expect(await up({ first: false })).toMatchObject({ status: 1 });
        expect(await up()).toMatchObject({ status: 0 });
        expect(harbor().node(0).password).toBe("Fresh_12345");
        expect(host().read(`${host().value("shared_dir")}/state/admin_password`)).toBe("Fresh_12345");
    });
});

describe("after a boot", () => {
    test("start brings back the cluster's values and the containers, without a migration", async () => {
        await up();
        host().forget();
        preparedV2(host(), { CORE_SECRET: "anotheranother12" });
        expect(await host().call(["start"])).toMatchObject({
            status: 0,
            stdout: expect.stringMatching(/started: node1\n$/) as string,
        });
        expect(composed(" up -d")).toHaveLength(0);
        host().removePath("/.docker/running/harbor-core");
        expect(await host().call(["start"])).toMatchObject({ status: 0 });
        expect(composed(" up -d")).toHaveLength(2);
        expect(migrations()).toEqual([]);
    });

    test("a prepare that was broken off keeps it from starting", async () => {
        await up();
        host().removePath(`${dir()}/.prepared`);
        expect(await host().call(["start"])).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("is not prepared") as string,
        });
    });

    test("facts tell keys, configuration and the version without a password", async () => {
        await up();
        host().answer("docker", { to: "inspect -f {{.Config.Image}} harbor-core", out: `${coreImage}\n` });
        const before = harbor().node(0).requests.length;
        const { stdout } = await host().call(["facts"]);
        for (const line of [
            `private_key.pem: SHA256:${clusterPair.fingerprint}`,
            `root.crt: SHA256:${clusterPair.fingerprint}`,
            `cluster key: SHA256:${clusterPair.fingerprint}`,
            "version: v2.15.2",
            "proxy: answers",
        ])
            expect(stdout).toContain(`${line}\n`);
        expect(stdout).toMatch(/^configuration: [0-9a-f]{64}$/m);
        expect(harbor().node(0).requests.slice(before)).toEqual(["GET /api/v2.0/ping", "GET /v2/"]);
    });

    test("the watch tells the cluster of a value that somebody has changed on the host", async () => {
        await up();
        const record = (): string => host().read(`${host().value("shared_dir")}/state/configuration/node1`);
        const before = record();
        preparedV2(host(), { JOBSERVICE_SECRET: "anotheranother12" });
        const once = '() { if [[ -e $HARBOR_HA_ROOT/looked ]]; then exit 0; fi; : >"$HARBOR_HA_ROOT/looked"; }';
        expect(await host().call(["watch"], "", once)).toMatchObject({ status: 0 });
        const changed = record()
            .split("\n")
            .filter((line) => !before.includes(line));
        expect(changed.map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
            "file common/config/core/env",
            "file common/config/jobservice/env",
            "file common/config/registryctl/env",
            "value core/JOBSERVICE_SECRET",
            "value jobservice/JOBSERVICE_SECRET",
            "value registryctl/JOBSERVICE_SECRET",
            expect.stringMatching(/^configuration /),
        ]);
    });
});
