import { readdirSync } from "node:fs";
import { containers, images, otherPair, prepared, storage, writePair } from "./support/deployed";
import { adminPassword, harborForEachTest } from "./support/harbor";
import { hostForEachTest, type Result } from "./support/host";
import { listenerForEachTest } from "./support/listener";
import { startParameters } from "./support/start";

const host = hostForEachTest();
const harbor = harborForEachTest(1);
/** Where the log container listens. */
const log = listenerForEachTest();
const state = (name: string): string => `/opt/harbor-ha/state/${name}`;
const env = (): string => `${host().value("release_dir")}/common/config/adminserver/env`;
const shared = (name: string): string => `${host().value("shared_dir")}/state/${name}`;

const up = (given: Readonly<Record<string, string | number | boolean>> = {}): Promise<Result> =>
    host().run("up", {
        containers,
        images,
        upstream_containers: ["harbor-ui", "registry"],
        ...startParameters(harbor(), log()),
        ...given,
    });
const composed = (part: string): string[] =>
    host()
        .calls("docker", part)
        .map(({ line }) => line)
        .filter((line) => line.startsWith("compose -p harbor "));

beforeEach(() => {
    storage(host());
    prepared(host());
    host().secret("admin_password", adminPassword);
    host().secret("redis_password", "Redis_12345");
    host().write("/etc/systemd/system/harbor-ha.service", "[Unit]\n");
});

describe("up", () => {
    test("starts the log, then all containers, waits until the node is healthy and leaves what a reboot needs", async () => {
        const result = await up();
        expect(result).toMatchObject({ status: 0, stdout: expect.stringMatching(/healthy: node1\n$/) as string });
        const started = composed(" up -d");
        expect(started).toHaveLength(2);
        expect(started[0]).toMatch(/ log$/);
        // None was there: nothing is to be made a second time.
        expect(started.join()).not.toContain("--force-recreate");
        expect(
            host()
                .calls("systemctl", "harbor-ha.service")
                .map(({ line }) => line),
        ).toEqual(expect.arrayContaining(["enable -q harbor-ha.service", "restart --no-block harbor-ha.service"]));
        expect(host().read(state("start-parameters"))).toContain(`service_address: ${harbor().address(0)}\n`);
        expect(
            harbor()
                .node(0)
                .requests.filter((line) => !line.startsWith("GET")),
        ).toEqual([
            "POST /login",
            expect.stringMatching(/^POST \/v2\/.*\/blobs\/uploads\/$/),
            expect.stringMatching(/^DELETE \/v2\/.*\/blobs\/uploads\//),
        ]);
    });

    test("starts nothing that runs as it was prepared", async () => {
        await up();
        host().forget();
        expect(await up()).toMatchObject({ status: 0 });
        expect(composed(" up -d")).toEqual([]);
    });

    test.each<[string, () => void]>([
        ["a container that stopped", () => host().removePath("/.docker/running/registry")],
        [
            "a container that somebody has made anew",
            () => host().write("/.docker/running/registry", `${new Date(Date.now() + 60_000).toISOString()}\n`),
        ],
        [
            "a file that prepare made anew",
            () => host().write(`${host().value("release_dir")}/common/config/ui/env`, "UI_SECRET=u2\n"),
        ],
    ])("starts all anew after %s", async (_, change) => {
        await up();
        host().forget();
        change();
        expect(await up()).toMatchObject({ status: 0 });
        expect(composed(" up -d --force-recreate")).toHaveLength(2);
    });

    test("secrets stand in no output and on no command line", async () => {
        const { stdout, stderr } = await up();
        const lines = host()
            .calls()
            .map(({ line }) => line);
        expect([stdout, stderr, ...lines].filter((text) => text.includes(adminPassword))).toEqual([]);
    });
});

describe("before anything is started:", () => {
    test.each<[string, () => void, string]>([
        ["a mount that is missing and doesn't come", () => host().removePath("/.mounts"), "mount"],
        [
            "another key than the cluster's",
            () => writePair(host(), `${host().value("shared_dir")}/keys/pair-1`, otherPair),
            "private_key.pem has SHA256:",
        ],
        [
            "a secretkey of another length",
            () => host().write(`${host().value("data_dir")}/secretkey`, "short"),
            "has 5 bytes instead of 16",
        ],
        ["an image that is gone", () => host().write("/.docker/images", images.slice(1).join("\n")), images[0] ?? ""],
    ])("%s is refused", async (_, change, message) => {
        change();
        const { status, stdout, stderr } = await up();
        expect({ status, healthy: stdout.includes("healthy") }).toEqual({ status: 1, healthy: false });
        expect(stderr).toContain(message);
        expect(composed(" up -d")).toEqual([]);
    });
});

describe("a node that doesn't become healthy is an error with its cause:", () => {
    test.each<[string, () => void, RegExp]>([
        ["the ui", () => (harbor().node(0).uiAnswers = 502), /the ui answers 502/],
        [
            "the registry",
            () => (harbor().node(0).trusts = "another key"),
            /the registry answers 401 to this node's own token/,
        ],
        [
            "the storage",
            () => (harbor().node(0).takesWrites = false),
            /opening an upload answers 500: the shared storage doesn't take a write/,
        ],
        [
            "the password",
            () => (harbor().node(0).password = "Changed_12345"),
            /login refused: the admin password isn't the current one/,
        ],
    ])("%s", async (_, change, cause) => {
        change();
        const { status, stdout, stderr } = await up();
        expect({ status, healthy: stdout.includes("healthy") }).toEqual({ status: 1, healthy: false });
        expect(stderr).toMatch(cause);
        expect(host().has(state("start-parameters"))).toBe(false);
    });

    test("a Compose that fails, with what it said", async () => {
        host().answer("docker", { to: "compose -p harbor * up *", status: 1, err: "no space left on device\n" });
        const { status, stderr } = await up();
        expect(status).toBe(1);
        expect(stderr).toContain("no space left on device\n");
        expect(stderr).toContain("the containers don't start");
        expect(host().has(state("applied"))).toBe(false);
    });

    test("a log container that doesn't listen", async () => {
        const { status, stderr } = await up({ log_address: "127.0.0.1:1" });
        expect(status).toBe(1);
        expect(stderr).toContain("the log container doesn't listen on 127.0.0.1:1");
        expect(composed(" up -d")).toHaveLength(1);
    });

    test("a wrong password is tried once, since Harbor locks the account for a while", async () => {
        harbor().node(0).password = "Changed_12345";
        await up();
        const logins = harbor()
            .node(0)
            .requests.filter((line) => line === "POST /login");
        expect(logins).toHaveLength(1);
    });
});

describe("a new admin password", () => {
    test("replaces the one that was in effect", async () => {
        await up();
        host().secret("admin_password", "Fresh_12345");
        expect(await up()).toMatchObject({ status: 0 });
        expect(harbor().node(0).password).toBe("Fresh_12345");
        expect(host().read(shared("admin_password"))).toBe("Fresh_12345");
    });

    test("isn't set by another node than the first", async () => {
        await up();
        host().secret("admin_password", "Fresh_12345");
        expect(await up({ first: false })).toMatchObject({ status: 1 });
        expect(harbor().node(0).password).toBe(adminPassword);
    });
});

describe("a database that moved", () => {
    beforeEach(async () => {
        await up();
        host().write(`${host().value("data_dir")}/config/config.json`, '{"mysql_host":"old"}\n');
        host().forget();
        host().write(`${host().value("release_dir")}/common/config/ui/env`, "UI_SECRET=u2\n");
        host().answer("docker", {
            to: "compose -p harbor * up * adminserver",
            run: `grep ^RESET= "${env()}" >>"$root/resets"; . "$stand_ins/docker.sh"`,
        });
    });

    test("has its settings read anew, once and by one node; the old ones are kept", async () => {
        expect(await up({ database_user: "harbor2" })).toMatchObject({
            status: 0,
            stdout: expect.stringContaining("settings are read anew, once") as string,
        });
        expect(host().read("/resets")).toBe("RESET=true\n");
        expect(host().read(env())).toContain("RESET=false\n");
        expect(readdirSync(shared("")).filter((name) => name.startsWith("config.json."))).toHaveLength(1);
        await up({ database_user: "harbor2" });
        expect(host().read("/resets")).toBe("RESET=true\n");
    });

    test("that was interrupted leaves RESET on nowhere: the next start ends it, and reads anew", async () => {
        host().write(`${env()}.saved`, host().read(env()));
        host().write(env(), host().read(env()).replace("RESET=false", "RESET=true"));
        expect(await up()).toMatchObject({ status: 0 });
        expect(host().read(env())).toContain("RESET=false\n");
        expect(host().has(`${env()}.saved`)).toBe(false);
    });

    test("whose settings aren't taken is an error, and isn't remembered", async () => {
        host().write(
            `${host().value("data_dir")}/config/config.json`,
            '{"mysql_host":"a","mysql_port":1,"mysql_username":"b"}',
        );
        const { status, stderr } = await up({ database_user: "harbor2" });
        expect({ status, stderr }).toEqual({
            status: 1,
            stderr: expect.stringContaining("didn't take the database at") as string,
        });
        expect(host().read(env())).toContain("RESET=false\n");
        expect(host().read(shared("database"))).not.toContain("harbor2");
    });

    test.each<[string, Readonly<Record<string, string | boolean>>]>([
        ["by another node", { database_user: "harbor2", first: false }],
        ["where it didn't move", {}],
    ])("not %s", async (_, given) => {
        expect(await up(given)).toMatchObject({ status: 0 });
        expect(host().has("/resets")).toBe(false);
    });
});

describe("down", () => {
    test("takes the containers away; data, keys and release stay", async () => {
        await up();
        expect(await host().run("down")).toEqual({ status: 0, stdout: "down: node1\n", stderr: "" });
        expect(readdirSync(host().path("/.docker/running"))).toEqual([]);
        expect(host().calls("systemctl", "disable")[0]?.line).toContain("harbor-ha.service");
        expect(host().has(`${host().value("release_dir")}/common/config/ui/env`)).toBe(true);
        expect(host().has(`${host().value("data_dir")}/secretkey`)).toBe(true);
    });

    test("of a node that never ran has nothing to do", async () => {
        host().removePath(host().value("release_dir"));
        expect(await host().run("down")).toMatchObject({ status: 0, stdout: "down: node1\n" });
        expect(composed("down")).toEqual([]);
    });

    test("that fails says so", async () => {
        host().answer("docker", { to: "compose -p harbor * down *", status: 1, err: "device is busy\n" });
        expect(await host().run("down")).toMatchObject({
            status: 1,
            stdout: "",
            stderr: expect.stringContaining("the containers can't be removed") as string,
        });
    });
});
