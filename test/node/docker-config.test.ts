import { readlinkSync } from "node:fs";
import { hostForEachTest, type Result } from "./support/host";

const host = hostForEachTest();
const own = (): string => host().path("/opt/harbor-ha/state/docker");
const settings = (): unknown => JSON.parse(host().read(`${own()}/config.json`));

/** A command that uses Compose. */
function down(): Promise<Result> {
    host().write(`${host().value("release_dir")}/docker-compose.yml`, "services: {}\n");
    host().write(`${host().value("release_dir")}/common/config/ui/env`, "");
    return host().run("down");
}

// Root's settings as companies have them: Docker and Compose would give the proxy to every container of Harbor.
const theirs = {
    auths: { "registry.example.com": { auth: "dXNlcjpwYXNz" } },
    credsStore: "pass",
    proxies: { default: { httpProxy: "http://192.0.2.9:3128" } },
    currentContext: "elsewhere",
};

beforeEach(() => {
    host().write("/root/.docker/config.json", JSON.stringify(theirs), 0o600);
});

test.each<[string, () => Promise<Result>]>([
    ["host", () => host().run("host")],
    ["down", down],
])("%s: Docker and Compose get settings of their own, without proxies and credentials", async (_, run) => {
    expect(await run()).toMatchObject({ status: 0 });
    expect(settings()).toEqual({});
    const calls = host().calls("docker");
    expect(calls.some(({ line }) => line.startsWith("compose "))).toBe(true);
    expect(calls.filter(({ dockerConfig }) => dockerConfig !== own())).toEqual([]);
});

test("a Compose of before plugins finds a config.json, so that it doesn't look at root's", async () => {
    host().answer("docker", { to: "compose *", status: 1 });
    host().answer("docker-compose");
    expect(await down()).toMatchObject({ status: 0 });
    expect(settings()).toEqual({});
    expect(
        host()
            .calls("docker-compose")
            .map(({ dockerConfig }) => dockerConfig),
    ).toEqual([own()]);
});

describe("plugins are found where root has them", () => {
    test("in ~/.docker/cli-plugins", async () => {
        host().write("/root/.docker/cli-plugins/docker-compose", "", 0o755);
        await down();
        expect(readlinkSync(`${own()}/cli-plugins`)).toBe(host().path("/root/.docker/cli-plugins"));
        await host().run("host");
        expect(host().has(`${own()}/cli-plugins/docker-compose`)).toBe(true);
    });

    test("in the folders that config.json names", async () => {
        host().write("/root/.docker/config.json", JSON.stringify({ ...theirs, cliPluginsExtraDirs: ["/srv/plugins"] }));
        await down();
        expect(settings()).toEqual({ cliPluginsExtraDirs: ["/srv/plugins"] });
    });

    test("named later: seen by the next run of host", async () => {
        await down();
        host().write("/root/.docker/config.json", JSON.stringify({ cliPluginsExtraDirs: ["/srv/later"] }));
        await host().run("host");
        expect(settings()).toEqual({ cliPluginsExtraDirs: ["/srv/later"] });
    });
});

test.each(["", "{ not JSON"])("root's settings that can't be read (%j) are none", async (text) => {
    host().write("/root/.docker/config.json", text);
    expect(await down()).toMatchObject({ status: 0 });
    expect(settings()).toEqual({});
});

test("root without settings: one text, as every reader of JSON takes it", async () => {
    host().removePath("/root/.docker/config.json");
    expect(await down()).toMatchObject({ status: 0 });
    expect(settings()).toEqual({});
});

test("a host without any Compose is told so", async () => {
    host().answer("docker", { to: "compose *", status: 1 });
    expect(await down()).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('neither "docker compose" nor docker-compose is on this host') as string,
    });
});
