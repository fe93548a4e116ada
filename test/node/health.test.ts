import { containers, otherPair, prepared, storage } from "./support/deployed";
import { harborForEachTest } from "./support/harbor";
import { harborV2ForEachTest } from "./support/harbor-v2";
import { containersV2, preparedV2, storageV2 } from "./support/deployed-v2";
import { type Host, hostForEachTest, type Result } from "./support/host";
import { parametersFor } from "./support/samples";

const findings = "/run/harbor-ha/findings";
const started = "2026-11-25T08:00:00Z";

/** What systemd's start was left with; pids are those that the stand-in for Docker tells. */
function deployed(host: Host, names: readonly string[], upstream: readonly string[], port: number, address: string) {
    const given = {
        containers: names,
        proxy_container: "nginx",
        upstream_containers: upstream,
        log_address: "127.0.0.1:1514",
        port,
        service_address: address,
    };
    host.write("/opt/harbor-ha/state/start-parameters", parametersFor("start", host.usual, given, host.line));
    for (const name of names) running(host, name);
}

function running(host: Host, name: string): void {
    host.write(`/.docker/running/${name}`, `${started}\n`);
    host.write(`/proc/${pidOf(name)}/cmdline`, name);
}

/** As the stand-in for Docker numbers them. */
const pidOf = (name: string): number => Buffer.from(name).reduce((sum, letter) => sum + letter, 10_000);

function stops(host: Host, name: string): void {
    host.removePath(`/.docker/running/${name}`);
    host.removePath(`/proc/${pidOf(name)}`);
}

/** What the watch has found, so many seconds ago. */
function found(host: Host, names: readonly string[], values: Readonly<Record<string, string>> = {}, age = 3): void {
    const now = Math.floor(Date.now() / 1000) - age;
    const pids = names.map((name) => `${name}=${pidOf(name)}`).join(" ");
    const all = { time: String(now), mount: "ok", since: String(now - 5), keys: "agree", pids, ...values };
    const text = Object.entries(all).map(([name, value]) => `${name}: ${value}\n`);
    host.write(findings, text.join(""));
}

const health = (host: Host, ...more: string[]): Promise<Result> => host.call(["health", ...more]);

describe("health of a node of 1.x", () => {
    const host = hostForEachTest();
    const harbor = harborForEachTest(1);
    const node = () => harbor().node(0);

    beforeEach(() => {
        storage(host());
        prepared(host());
        deployed(host(), containers, ["harbor-ui", "registry"], harbor().port, harbor().address(0));
        found(host(), containers);
    });

    test("two requests to itself and what the watch has found: nothing else is asked", async () => {
        expect(await health(host())).toEqual({ status: 0, stdout: "healthy: all of it answers\n", stderr: "" });
        expect([...node().requests].sort()).toEqual(["GET /api/systeminfo", "GET /v2/"]);
        expect(host().calls("docker")).toEqual([]);
        expect(host().calls("findmnt")).toEqual([]);
    });

    test.each<[string, () => void, string]>([
        ["its ui is away", () => (node().uiAnswers = 502), "/api/systeminfo answers 502 instead of 200"],
        ["its registry is away", () => (node().registryAnswers = 502), "/v2/ answers 502 instead of 401"],
        [
            "its proxy doesn't answer",
            () => host().answer("curl", { err: "curl: (7) Failed to connect\n", out: "000", status: 7 }),
            "the proxy doesn't answer (Failed to connect)",
        ],
        ["a container that serves is gone", () => stops(host(), "harbor-ui"), "harbor-ui doesn't run"],
        ["its mount is gone", () => found(host(), containers, { mount: "missing" }), "/harbor is missing"],
        [
            "its mount is dead",
            () => found(host(), containers, { mount: "dead: Cannot send after transport endpoint shutdown" }),
            "/harbor is dead: Cannot send after transport endpoint shutdown",
        ],
        [
            "its storage has been hanging for long",
            () => found(host(), containers, { mount: "hung", since: String(Math.floor(Date.now() / 1000) - 200) }),
            "/harbor has been hanging for 197 s",
        ],
    ])("not healthy: %s", async (_, change, says) => {
        change();
        const result = await health(host());
        expect(result).toMatchObject({ status: 1, stderr: "" });
        expect(result.stdout).toMatch(/^not healthy: .*\n$/);
        expect(result.stdout).toContain(says);
    });

    test.each<[string, () => void, string]>([
        [
            "its storage hangs, as that of the others does",
            () => found(host(), containers, { mount: "hung" }),
            "/harbor hangs",
        ],
        [
            "its storage is full",
            () => found(host(), containers, { mount: "refused: No space left on device" }),
            "takes no write (refused: No space left on device)",
        ],
        [
            "an update has changed its keys' files",
            () => found(host(), containers, { keys: "node1: root.crt has SHA256:x" }),
            "keys: node1: root.crt has SHA256:x",
        ],
        ["only its jobs are away", () => stops(host(), "harbor-jobservice"), "not running: harbor-jobservice"],
        [
            "the watch is silent",
            () => found(host(), containers, {}, 75),
            "the watch is silent for 75 s: systemctl status harbor-ha",
        ],
        [
            "the watch has never looked",
            () => host().removePath(findings),
            "the watch is silent: systemctl status harbor-ha",
        ],
    ])("healthy, with a word about it: %s", async (_, change, says) => {
        change();
        const result = await health(host());
        expect(result).toMatchObject({ status: 0, stderr: "" });
        expect(result.stdout).toMatch(/^healthy: .*\n$/);
        expect(result.stdout).toContain(says);
    });

    test("an old finding isn't believed: neither that the mount is dead, nor that a container runs", async () => {
        found(host(), containers, { mount: "dead: x" }, 61);
        expect(await health(host())).toMatchObject({ status: 0 });
        host().removePath("/.docker/running/registry");
        expect(await health(host())).toMatchObject({
            status: 1,
            stdout: expect.stringContaining("registry doesn't run") as string,
        });
    });

    test("a container that Docker has restarted since the watch looked runs", async () => {
        host().removePath(`/proc/${pidOf("registry")}`);
        expect(await health(host())).toMatchObject({ status: 0, stdout: "healthy: all of it answers\n" });
        expect(
            host()
                .calls("docker")
                .map(({ args }) => args.slice(3)),
        ).toEqual([["registry"]]);
    });

    test("a Docker that doesn't answer is no reason to leave: containers may run all the same", async () => {
        host().removePath(`/proc/${pidOf("registry")}`);
        host().stopDocker();
        expect(await health(host())).toMatchObject({ status: 0, stdout: "healthy: Docker doesn't answer\n" });
    });

    test("while an update makes its containers anew the node keeps its address, and no longer", async () => {
        node().uiAnswers = 502;
        host().write("/run/harbor-ha/starting", "");
        expect(await health(host())).toMatchObject({ status: 1 });
        // Held by an `up` that runs.
        host().answer("flock", { to: "-n */run/lock/harbor-ha.up.lock true", status: 1 });
        expect(await health(host())).toMatchObject({
            status: 0,
            stdout: "healthy: an update makes its containers anew\n",
        });
    });

    test("metrics for Prometheus, with the same exit status", async () => {
        host().write("/opt/harbor-ha/state/withdrawn", "1 60\n");
        const { status, stdout } = await health(host(), "--metrics");
        expect(status).toBe(0);
        expect(samples(stdout)).toEqual({
            harbor_ha_healthy: "1",
            'harbor_ha_part_healthy{part="proxy"}': "1",
            'harbor_ha_part_healthy{part="core"}': "1",
            'harbor_ha_part_healthy{part="registry"}': "1",
            'harbor_ha_part_healthy{part="storage"}': "1",
            'harbor_ha_part_healthy{part="keys"}': "1",
            harbor_ha_containers_running: "6",
            harbor_ha_containers_expected: "6",
            harbor_ha_withdrawn: "1",
            harbor_ha_watch_age_seconds: expect.stringMatching(/^\d$/) as string,
            'harbor_ha_info{node="node1",version="v1.1.2"}': "1",
        });
        for (const name of new Set(Object.keys(samples(stdout)).map((key) => key.replace(/\{.*/, "")))) {
            expect(stdout.split("\n").filter((line) => line === `# TYPE ${name} gauge`)).toHaveLength(1);
        }
        found(host(), containers, { mount: "dead: x", keys: "node1: differs" });
        stops(host(), "harbor-ui");
        node().uiAnswers = 502;
        const worse = await health(host(), "--metrics");
        expect(worse.status).toBe(1);
        expect(samples(worse.stdout)).toMatchObject({
            harbor_ha_healthy: "0",
            'harbor_ha_part_healthy{part="proxy"}': "1",
            'harbor_ha_part_healthy{part="core"}': "0",
            'harbor_ha_part_healthy{part="storage"}': "0",
            'harbor_ha_part_healthy{part="keys"}': "0",
            harbor_ha_containers_running: "5",
        });
        host().removePath(findings);
        expect(samples((await health(host(), "--metrics")).stdout)).not.toHaveProperty([
            'harbor_ha_part_healthy{part="storage"}',
        ]);
    });

    test("other words are refused", async () => {
        expect(await health(host(), "--json")).toMatchObject({
            status: 1,
            stderr: "harbor-ha: health takes --metrics or nothing, not '--json'\n",
        });
    });

    test("a node that never ran isn't healthy", async () => {
        host().removePath("/opt/harbor-ha/state/start-parameters");
        expect(await health(host())).toMatchObject({ status: 1, stderr: "harbor-ha: Harbor was never started here\n" });
    });

    describe("what the watch leaves for it", () => {
        const once = '() { if [[ -e $HARBOR_HA_ROOT/looked ]]; then exit 0; fi; : >"$HARBOR_HA_ROOT/looked"; }';
        const look = async (): Promise<Record<string, string>> => {
            expect(await host().call(["watch"], "", once)).toMatchObject({ status: 0 });
            const lines = host().read(findings).trimEnd().split("\n");
            return Object.fromEntries(lines.map((line) => line.split(/: (.*)/).slice(0, 2))) as Record<string, string>;
        };
        beforeEach(() => host().removePath(findings));

        test("time, mount, keys and processes", async () => {
            const seen = await look();
            expect(seen).toMatchObject({ mount: "ok", keys: "agree" });
            expect(Math.abs(Number(seen.time) - Date.now() / 1000)).toBeLessThan(30);
            expect(seen.pids?.trim().split(" ").sort()).toEqual(
                containers.map((name) => `${name}=${pidOf(name)}`).sort(),
            );
            expect(await health(host())).toMatchObject({ status: 0, stdout: "healthy: all of it answers\n" });
        });

        test("a key that isn't the cluster's", async () => {
            prepared(host(), otherPair);
            expect((await look()).keys).toMatch(/^node1: .*SHA256:/);
        });

        test("a mount that takes no write, and containers that don't run", async () => {
            host().write(`${host().value("mount_point")}/.harbor-ha-probe`, "");
            host().answer("sleep");
            stops(host(), "registry");
            const seen = await look();
            expect(seen.mount).toMatch(/^dead: /);
            expect(seen.pids).not.toContain("registry");
        });
    });
});

describe("health of a node of 2.x", () => {
    const host = hostForEachTest("v2");
    const harbor = harborV2ForEachTest(1);

    beforeEach(async () => {
        await storageV2(host());
        preparedV2(host());
        deployed(host(), containersV2, ["harbor-core", "portal"], harbor().port, harbor().address(0));
        found(host(), containersV2);
    });

    test("is asked of core and of the registry's door", async () => {
        expect(await health(host())).toEqual({ status: 0, stdout: "healthy: all of it answers\n", stderr: "" });
        expect([...harbor().node(0).requests].sort()).toEqual(["GET /api/v2.0/ping", "GET /v2/"]);
    });

    // Core answers 401 to /v2/ itself.
    test("a registry that doesn't run shows by its process", async () => {
        stops(host(), "registry");
        expect(await health(host())).toMatchObject({ status: 1, stdout: "not healthy: registry doesn't run\n" });
        const { stdout } = await health(host(), "--metrics");
        expect(samples(stdout)).toMatchObject({ 'harbor_ha_part_healthy{part="registry"}': "0" });
    });

    test("the version is that of the release", async () => {
        const dir = host().path("/opt/harbor-ha/releases/v2.15.2-1f1f1f1f");
        const file = "/opt/harbor-ha/state/start-parameters";
        host().write(
            file,
            host()
                .read(file)
                .replace(/^release_dir: .*$/m, `release_dir: ${dir}`),
        );
        expect((await health(host(), "--metrics")).stdout).toContain(
            'harbor_ha_info{node="node1",version="v2.15.2"} 1\n',
        );
    });
});

/** Samples of a text for Prometheus; every line is one, or a comment on one. */
function samples(text: string): Record<string, string> {
    const lines = text.trimEnd().split("\n");
    for (const line of lines)
        expect(line).toMatch(/^(# (HELP|TYPE) harbor_ha_\w+ .+|harbor_ha_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?\d+)$/);
    return Object.fromEntries(
        lines
            .filter((line) => !line.startsWith("#"))
            .map((line) => [line.slice(0, line.lastIndexOf(" ")), line.slice(line.lastIndexOf(" ") + 1)]),
    );
}
