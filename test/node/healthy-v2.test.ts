import { clusterPair } from "./support/deployed";
import { coreImage, preparedV2 } from "./support/deployed-v2";
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
