import { lstatSync, readdirSync, readlinkSync, statSync, symlinkSync } from "node:fs";
import { hostForEachTest, type Result } from "./support/host";

const host = hostForEachTest();
const registry = "hub.example.com:8070";
const file = "/etc/docker/daemon.json";
const trust = (name = registry): Promise<Result> => host().run("host", { insecure_registry: name });
const config = (): unknown => JSON.parse(host().read(file));
const trusted = async (): Promise<string[]> => {
    const { stdout } = await host().tool("docker", "info", "--format", "{{json .RegistryConfig.IndexConfigs}}");
    return Object.keys(JSON.parse(stdout) as Record<string, unknown>).filter((name) => name !== "docker.io");
};
/** What was done to Docker. */
const done = (): string[] =>
    host()
        .calls("systemctl")
        .map(({ line }) => line)
        .filter((line) => !/^(is-active|show)/.test(line));
const leftOver = (): string[] => readdirSync(host().path("/etc/docker")).filter((name) => name !== "daemon.json");

describe("the registry becomes an insecure one", () => {
    test("in a file that wasn't there", async () => {
        expect(await trust()).toMatchObject({ status: 0 });
        expect(config()).toEqual({ "insecure-registries": [registry] });
        expect(statSync(host().path(file)).mode & 0o777).toBe(0o644);
        expect(await trusted()).toEqual([registry]);
        expect(done()).toEqual(["reload docker"]);
        expect(leftOver()).toEqual([]);
    });

    test("beside what stands there already, with the file's mode", async () => {
        host().write(
            file,
            '{ "log-driver": "journald", "insecure-registries": ["other:5000"], "proxies": { "http-proxy": "http://u:p@proxy" } }',
            0o600,
        );
        expect(await trust()).toMatchObject({ status: 0 });
        expect(config()).toEqual({
            "log-driver": "journald",
            "insecure-registries": [registry, "other:5000"],
            proxies: { "http-proxy": "http://u:p@proxy" },
        });
        expect(statSync(host().path(file)).mode & 0o777).toBe(0o600);
    });

    test("once: a second run writes nothing and tells Docker nothing", async () => {
        await trust();
        const before = statSync(host().path(file));
        host().forget();
        expect(await trust()).toEqual({ status: 0, stdout: "docker: 20.10.24\n", stderr: "" });
        expect(statSync(host().path(file))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
        expect(done()).toEqual([]);
    });

    test("where it stands in the file, but Docker wasn't told", async () => {
        await trust("none");
        host().write(file, `{ "insecure-registries": ["${registry}"] }`);
        expect(await trust()).toMatchObject({ status: 0 });
        expect(await trusted()).toEqual([registry]);
    });

    test("under another name than before: our old entry goes, others stay", async () => {
        host().write(file, '{ "insecure-registries": ["other:5000"] }');
        await trust("old.example.com:8070");
        await trust();
        expect(config()).toEqual({ "insecure-registries": [registry, "other:5000"] });
        await trust("none");
        expect(config()).toEqual({ "insecure-registries": ["other:5000"] });
        expect(await trusted()).toEqual(["other:5000"]);
    });
});

describe("the file's place", () => {
    test("a link stays one, and what it leads to is changed", async () => {
        host().write("/srv/config/daemon.json", "{}", 0o640);
        host().write("/etc/docker/keep", "");
        symlinkSync("../../srv/config/daemon.json", host().path(file));
        expect(await trust()).toMatchObject({ status: 0 });
        expect(readlinkSync(host().path(file))).toBe("../../srv/config/daemon.json");
        expect(JSON.parse(host().read("/srv/config/daemon.json"))).toEqual({ "insecure-registries": [registry] });
        expect(statSync(host().path(file)).mode & 0o777).toBe(0o640);
    });

    test.each([["--config-file"], ["--config-file="]])("the one that dockerd is told (%s)", async (flag) => {
        const other = host().path("/srv/docker.json");
        host().dockerdFlags(...(flag.endsWith("=") ? [`${flag}${other}`] : [flag, other]));
        host().write("/srv/docker.json", "{}");
        expect(await trust()).toMatchObject({ status: 0 });
        expect(JSON.parse(host().read("/srv/docker.json"))).toEqual({ "insecure-registries": [registry] });
        expect(host().has(file)).toBe(false);
    });

    test("one that isn't JSON is left alone", async () => {
        host().write(file, "{ not");
        expect(await trust()).toMatchObject({
            status: 1,
            stderr: expect.stringMatching(/daemon\.json is not valid JSON; mend it first\n$/) as string,
        });
        expect(host().read(file)).toBe("{ not");
    });
});

// docker/for-linux #327: with the list as a flag and in the file, Docker refuses to reload and to start.
describe("a dockerd whose list is a flag", () => {
    test.each([
        [["--insecure-registry", "192.0.2.5:5000"]],
        [["--insecure-registry=192.0.2.5:5000", "--insecure-registry=192.0.2.6:5000"]],
    ])("without the registry (%j): nothing is touched, and the flag is named", async (flags) => {
        host().dockerdFlags(...flags);
        const { status, stderr } = await trust();
        expect(status).toBe(1);
        expect(stderr).toContain("runs with the flag --insecure-registry (192.0.2.5:5000");
        expect(stderr).toContain(`--insecure-registry ${registry}`);
        expect(host().has(file)).toBe(false);
        expect(done()).toEqual([]);
    });

    test("with the registry among them: it is trusted, and no file is made", async () => {
        host().dockerdFlags("--insecure-registry", "192.0.2.5:5000", `--insecure-registry=${registry}`);
        expect(await trust()).toMatchObject({ status: 0 });
        expect(host().has(file)).toBe(false);
        expect(done()).toEqual([]);
    });
});

describe("a list that Docker doesn't take", () => {
    test.each([
        ["a file that was there", '{ "debug": true }'],
        ["no file", undefined],
    ])("is put back: %s; Docker goes on and isn't restarted", async (_, before) => {
        if (before !== undefined) host().write(file, before, 0o600);
        // Another dockerd than the one that systemd tells of: its flags can't be seen before.
        host().answer("systemctl", { to: "reload docker" });
        await host().tool("docker", "info", "--format", "{{json .RegistryConfig.IndexConfigs}}");
        const { status, stdout, stderr } = await trust();
        expect({ status, said: stdout.includes("docker: ") }).toEqual({ status: 1, said: false });
        expect(stderr).toMatch(
            /Docker doesn't take hub\.example\.com:8070 as an insecure registry: .*daemon\.json is as it was before\n$/,
        );
        if (before === undefined) expect(host().has(file)).toBe(false);
        else {
            expect(host().read(file)).toBe(before);
            expect(statSync(host().path(file)).mode & 0o777).toBe(0o600);
        }
        expect(done()).toEqual(["reload docker", "reload docker"]);
        expect(leftOver()).toEqual([]);
    });

    test("with a reload that fails is put back, too", async () => {
        host().write(file, "{}");
        host().answer("systemctl", { to: "reload docker", status: 1, err: "no such job\n" });
        expect(await trust()).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("docker.service can't be reloaded") as string,
        });
        expect(host().read(file)).toBe("{}");
    });

    test("by its own judgement isn't written", async () => {
        host().write(file, '{ "debug": true }');
        host().dockerdFlags("--debug", "--config-file", host().path(file));
        host().answer("dockerd", {
            to: "--validate *",
            status: 1,
            err: "unable to configure the Docker daemon with file x: the following directives are specified both as a flag and in the configuration file: debug\n",
        });
        const { status, stderr } = await trust();
        expect(status).toBe(1);
        expect(stderr).toMatch(
            /^harbor-ha: Docker would refuse its new daemon\.json: .*debug\. Nothing was changed\n$/,
        );
        expect(host().read(file)).toBe('{ "debug": true }');
        expect(done()).toEqual([]);
        const [call] = host().calls("dockerd");
        expect(call?.args.slice(3)).toEqual(["-H", "fd://", "--debug"]);
    });
});

describe("a run that was interrupted between the file and Docker", () => {
    const interrupted = async (): Promise<void> => {
        host().answer("systemctl", { to: "reload docker", run: "kill -9 $PPID $(ps -o ppid= -p $PPID 2>/dev/null)" });
        await trust();
        host().answer("systemctl");
    };

    test("is taken up by the next one", async () => {
        host().write(file, '{ "debug": true }');
        await interrupted();
        expect(statSync(host().path("/opt/harbor-ha/state/daemon-json")).mode & 0o077).toBe(0);
        expect(config()).toEqual({ debug: true, "insecure-registries": [registry] });
        expect(await trust()).toMatchObject({ status: 0 });
        expect(config()).toEqual({ debug: true, "insecure-registries": [registry] });
        expect(await trusted()).toEqual([registry]);
    });

    test("and left a Docker that doesn't start: the old file comes back first", async () => {
        host().write(file, '{ "debug": true }');
        await interrupted();
        host().stopDocker();
        host().dockerdFlags("--insecure-registry", "192.0.2.5:5000");
        const { status, stderr } = await trust();
        expect(status).toBe(1);
        expect(stderr).toContain("runs with the flag --insecure-registry (192.0.2.5:5000)");
        expect(host().read(file)).toBe('{ "debug": true }');
        expect(host().has("/run/docker.pid")).toBe(true);
    });

    test("doesn't undo what somebody wrote since", async () => {
        await interrupted();
        host().write(file, '{ "debug": false }');
        expect(await trust("none")).toMatchObject({ status: 0 });
        expect(config()).toEqual({ debug: false });
    });
});

test("no file of the change is left behind", async () => {
    await trust();
    expect(host().has("/opt/harbor-ha/state/daemon-json")).toBe(false);
    expect(lstatSync(host().path(file)).isFile()).toBe(true);
});
