import { clusterPair } from "./support/deployed";
import { composeFileV2, containersV2, coreImage, preparedV2 } from "./support/deployed-v2";
import { type FakeRedis, fakeRedis, fakeRedisForEachTest, master, sentinel } from "./support/redis";
import { startOfV2ForEachTest } from "./support/start-v2";

const { host, harbor, up, composed, migrations } = startOfV2ForEachTest();
const state = (name: string): string => `/opt/harbor-ha/state/${name}`;
const dir = (): string => host().value("release_dir");

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

    describe("sessions that aren't known to core, with Sentinels", () => {
        const serve = fakeRedisForEachTest();
        const where = (sentinels: readonly FakeRedis[]) => ({
            ...{ redis_host: "none", redis_port: 0, redis_master_set: "mymaster" },
            redis_sentinels: sentinels.map(({ port }) => `127.0.0.1:${port}`).join(" "),
        });
        const password = "Redis_12345";

        beforeEach(() => {
            host().secret("redis_password", password);
            harbor().node(0).losesSessions = true;
        });

        test("whose master works: core doesn't use it", async () => {
            const server = await serve(master(password));
            const one = await serve(sentinel("mymaster", () => server.port));
            expect((await up(where([one]))).stderr).toContain("answers 401: sessions aren't shared: _REDIS_URL_CORE");
        });

        test("whose master refuses", async () => {
            const server = await serve(master("Another_1"));
            const one = await serve(sentinel("mymaster", () => server.port));
            expect((await up(where([one]))).stderr).toContain(
                `Redis at 127.0.0.1:${server.port}, the master of mymaster to its Sentinels, refuses the password`,
            );
        });

        test("of which none answers", async () => {
            const one = await serve(() => undefined);
            await one.close();
            expect((await up(where([one]))).stderr).toContain(`None of the Sentinels at 127.0.0.1:${one.port} answers`);
        });
    });

    test.each<[string, boolean, string]>([
        ["a master that is down", true, "Redis at 127.0.0.1:1, the master of mymaster to its Sentinels, is down"],
        ["Sentinels that are away", false, "None of the Sentinels at 127.0.0.1:1 answers"],
    ])("core that doesn't answer, and %s", async (_, listens, cause) => {
        const one = await fakeRedis(sentinel("mymaster", () => 1));
        const address = `127.0.0.1:${listens ? one.port : 1}`;
        harbor().node(0).ping = 502;
        const where = { redis_host: "none", redis_port: 0, redis_master_set: "mymaster", redis_sentinels: address };
        expect((await up(where)).stderr).toContain(`core answers 502 (<html>bad gateway</html>): ${cause}`);
        await one.close();
    });

    test("sessions that aren't known to core", async () => {
        harbor().node(0).losesSessions = true;
        expect((await up()).stderr).toContain("the session just opened answers 401: Redis at 127.0.0.1:1");
    });
});

describe("services that run besides", () => {
    const trivy = { containers: [...containersV2, "trivy-adapter"].join(" ") };
    const compose = (): string => `${dir()}/docker-compose.yml`;
    const all = { core: 200, jobservice: 200, registry: 200, exporter: 200 };

    test("Trivy has to be among what core tells of, and its folders are the node's own", async () => {
        host().write(compose(), `${composeFileV2}  trivy-adapter:\n    container_name: trivy-adapter\n`);
        const without = await up(trivy);
        expect(without.stderr).toContain("/api/v2.0/health names no trivy: WITH_TRIVY in common/config/core/env");
        harbor().node(0).scans = true;
        expect(await up(trivy)).toMatchObject({ status: 0 });
        for (const folder of ["", "/trivy", "/reports"]) {
            expect(host().has(`/opt/harbor-ha/trivy-adapter${folder}`)).toBe(true);
        }
        expect(
            host()
                .calls("chown")
                .map(({ line }) => line),
        ).toEqual(expect.arrayContaining([expect.stringMatching(/^10000:10000 .*\/trivy-adapter\/reports$/)]));
        harbor().node(0).unhealthy = { trivy: "no answer" };
        expect((await up(trivy)).stderr).toContain("trivy is unhealthy (no answer)");
    });

    test("its database stays as it is when everything is made anew", async () => {
        host().write(compose(), `${composeFileV2}  trivy-adapter:\n    container_name: trivy-adapter\n`);
        harbor().node(0).scans = true;
        await up(trivy);
        host().write("/opt/harbor-ha/trivy-adapter/trivy/db/trivy.db", "loaded");
        host().write(`${dir()}/docker-compose.override.yml`, "services: { }\n");
        expect(await up(trivy)).toMatchObject({ status: 0 });
        expect(composed(" up -d").length).toBeGreaterThan(2);
        expect(host().read("/opt/harbor-ha/trivy-adapter/trivy/db/trivy.db")).toBe("loaded");
    });

    test("without it there are no such folders", async () => {
        expect(await up()).toMatchObject({ status: 0 });
        expect(host().has("/opt/harbor-ha/trivy-adapter")).toBe(false);
    });

    test("metrics of each component are asked for", async () => {
        harbor().node(0).metrics = all;
        expect(await up({ metrics_port: harbor().port })).toMatchObject({ status: 0 });
        expect(harbor().node(0).requests.slice(-4)).toEqual(
            ["core", "jobservice", "registry", "exporter"].map((name) => `GET /metrics?comp=${name}`),
        );
    });

    test.each(Object.keys(all))("a node without those of %s isn't healthy", async (component) => {
        harbor().node(0).metrics = { ...all, [component]: 502 };
        const { status, stderr } = await up({ metrics_port: harbor().port });
        expect(status).toBe(1);
        expect(stderr).toContain(`the metrics of ${component} on port ${harbor().port} answer 502`);
    });

    test("one whose port isn't open says so", async () => {
        const { status, stderr } = await up({ metrics_port: 1 });
        expect(status).toBe(1);
        expect(stderr).toMatch(/the metrics of core on port 1 answer 000 \(.*[Cc]onnect/);
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
        expect(await host().call(["start"])).toMatchObject({
            status: 0,
            stdout: expect.stringMatching(/started: node1\n$/) as string,
        });
        expect(composed(" up -d")).toHaveLength(0);
        // Somebody has run prepare, and maybe started what it made.
        preparedV2(host(), { CORE_SECRET: "anotheranother12" });
        expect(await host().call(["start"])).toMatchObject({ status: 0 });
        expect(composed(" up -d")).toHaveLength(2);
        host().forget();
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
