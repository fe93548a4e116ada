import { hostForEachTest, type Result } from "./support/host";

const host = hostForEachTest();
const ready = (given: Readonly<Record<string, string | boolean | number>> = {}): Promise<Result> =>
    host().run("host", { install_packages: true, ...given });
const refusal = (result: Result): string => {
    expect({ status: result.status, said: result.stdout.includes("docker: ") }).toEqual({ status: 1, said: false });
    return result.stderr;
};

describe("Docker and Compose are a pair that works", () => {
    const plugin = { to: "compose *", status: 1, err: "docker: 'compose' is not a docker command.\n" };
    const standalone = (version: string): void =>
        host().answer("docker-compose", { to: "version --short", out: `${version}\n` });
    const server = (version: string): { to: string; out: string } => ({
        to: "info*ServerVersion*",
        out: `${version} [name=seccomp,profile=default]\n`,
    });

    test.each([
        ["1.29.2", "20.10.24+dfsg1", true],
        ["1.29.2", "24.0.7", true],
        ["1.29.2", "25.0.3", false],
        ["1.29.2", "26.1.3", false],
        ["1.25.0", "29.0.2", false],
        ["2.26.1-4", "26.1.5", true],
        ["v2.24.6", "29.0.2", true],
        ["5.0.1", "29.0.2", true],
    ])("docker-compose %s with Docker %s: %s", async (compose, docker, works) => {
        host().answer("docker", plugin, server(docker));
        standalone(compose);
        const result = await ready({ install_packages: false });
        if (works) expect(result).toMatchObject({ status: 0 });
        else
            expect(refusal(result)).toContain(
                `Compose ${compose} doesn't work with Docker ${docker} (KeyError 'ContainerConfig')`,
            );
    });

    test("one that doesn't work is replaced where packages may be installed", async () => {
        host().keep("docker");
        host().answer("docker", plugin, server("26.1.3"));
        standalone("1.29.2");
        host().answer(
            "apt-cache",
            { to: "policy docker-compose-plugin", out: "N: Unable to locate package\n" },
            { out: "x:\n  Candidate: 2.24\n" },
        );
        host().answer("apt-get", { to: "* install *", run: 'cp "$root/kept/docker" "$root/usr/local/bin/docker"' });
        const { status, stdout } = await ready();
        expect(status).toBe(0);
        expect(stdout).toContain("installing: docker-compose-v2\n");
    });

    test("the plugin is taken before a program of its own", async () => {
        standalone("1.29.2");
        host().answer("docker", server("29.0.2"));
        expect(await ready()).toMatchObject({ status: 0 });
        expect(host().calls("docker-compose")).toEqual([]);
    });

    // docker/compose #13389: Compose 2.5 with Docker 29.
    test("one that Docker doesn't understand is found out by asking", async () => {
        host().answer("docker", {
            to: "compose *ps -q*",
            status: 1,
            err: "Error response from daemon: client version 1.42 is too old. Minimum supported API version is 1.44\n",
        });
        expect(refusal(await ready({ install_packages: false }))).toMatch(
            /^harbor-ha: Compose 2\.24\.6 doesn't work with Docker 20\.10\.24: .*client version 1\.42 is too old/,
        );
    });

    test("none at all is refused", async () => {
        host().answer("docker", plugin);
        expect(refusal(await ready({ install_packages: false }))).toMatch(
            /^harbor-ha: no Compose is on this host\. Install the package/,
        );
    });
});
