import { hostForEachTest, type Result } from "./support/host";

const host = hostForEachTest();
const ready = (given: Readonly<Record<string, string | boolean | number>> = {}): Promise<Result> =>
    host().run("host", { install_packages: true, ...given });
const refusal = (result: Result): string => {
    expect({ status: result.status, said: result.stdout.includes("docker: ") }).toEqual({ status: 1, said: false });
    return result.stderr;
};

describe("a host that has everything", () => {
    test("is ready, and nothing is installed, written or restarted", async () => {
        expect(await ready()).toEqual({ status: 0, stdout: "docker: 20.10.24\n", stderr: "" });
        expect(host().calls("apt-get")).toEqual([]);
        expect(
            host()
                .calls("systemctl")
                .filter(({ line }) => !/^(is-active|show)/.test(line)),
        ).toEqual([]);
        expect(host().has("/etc/docker/daemon.json")).toBe(false);
    });

    test("with a Docker that is stopped gets it started", async () => {
        host().stopDocker();
        expect(await ready()).toMatchObject({ status: 0 });
        expect(host().calls("systemctl", "enable --now docker")).toHaveLength(1);
    });
});

describe("a host that can't be a node", () => {
    test("without root", async () => {
        host().answer("id", { out: "1000\n" });
        expect(refusal(await ready())).toBe("harbor-ha: must run as root (or a user with sudo)\n");
    });

    test("without systemd", async () => {
        host().removePath("/run/systemd");
        expect(refusal(await ready())).toBe("harbor-ha: this host isn't run by systemd\n");
    });

    test("without room", async () => {
        host().answer("df", {
            out: "Filesystem 1G-blocks Used Available Capacity Mounted on\n/dev/vda1 40G 38G 2G 95% /\n",
        });
        expect(refusal(await ready())).toMatch(/^harbor-ha: 2 GiB free at .*; 3 GiB are needed\n$/);
    });

    test("with a Docker that doesn't start", async () => {
        host().stopDocker();
        host().answer("systemctl", { to: "is-active*", status: 3 }, { to: "enable*", status: 1, err: "Job failed\n" });
        expect(refusal(await ready())).toBe("Job failed\nharbor-ha: Docker doesn't start: systemctl status docker\n");
    });

    test.each([
        [
            "Podman's docker",
            "docker",
            { to: "--version", out: "podman version 4.3.1\n" },
            /Podman's: remove the package podman-docker/,
        ],
        [
            "a Docker without root",
            "docker",
            { to: "info*SecurityOptions*", out: "20.10.24 [name=seccomp,profile=builtin name=rootless]\n" },
            /runs without root/,
        ],
        [
            "a Docker that maps root",
            "docker",
            { to: "info*SecurityOptions*", out: "20.10.24 [name=userns]\n" },
            /userns-remap/,
        ],
    ])("with %s", async (_, tool, answer, message) => {
        host().answer(tool, answer);
        expect(refusal(await ready())).toMatch(message);
        expect(host().calls("apt-get")).toEqual([]);
    });

    test("with Docker as a snap: no second one is installed beside it", async () => {
        host().lacks("docker");
        host().write("/snap/bin/docker", "", 0o755);
        expect(refusal(await ready())).toMatch(/is a snap, .*snap remove docker/);
        expect(host().calls("apt-get")).toEqual([]);
    });
});

describe("SELinux that confines containers is mentioned", () => {
    test.each([
        ["Enforcing", true],
        ["Permissive", false],
    ])("%s", async (mode, said) => {
        host().answer("getenforce", { out: `${mode}\n` });
        host().answer("docker", {
            to: "info*SecurityOptions*",
            out: "20.10.24 [name=seccomp,profile=builtin name=selinux]\n",
        });
        const { status, stdout } = await ready();
        expect({ status, said: stdout.includes("note: SELinux") }).toEqual({ status: 0, said });
    });

    test("not where Docker doesn't use it", async () => {
        host().answer("getenforce", { out: "Enforcing\n" });
        expect((await ready()).stdout).not.toContain("SELinux");
    });
});

describe("prepare's Python", () => {
    test.each<[string, Readonly<Record<string, number | string>>, number]>([
        ["2 where prepare is written for it, and there is none", { prepare_python: 2 }, 1],
        ["2, in an image", { prepare_python: 2, prepare_image: "python:2.7" }, 0],
        ["3", { prepare_python: 3 }, 0],
    ])("%s", async (_, given, status) => {
        host().answer("python3");
        expect((await ready(given)).status).toBe(status);
    });

    test("is taken under any of its names", async () => {
        host().answer("python", { to: "-c*", status: 1 });
        host().answer("python2.7");
        expect(await ready({ prepare_python: 2 })).toMatchObject({ status: 0 });
    });
});

describe("packages", () => {
    /** What the package manager is offered; the tool is there afterwards. */
    const offered = (packages: readonly string[], brings: Readonly<Record<string, string>> = {}): void => {
        host().answer(
            "apt-cache",
            // It goes on after the line that counts, as the real one does, and more than a pipe holds.
            ...packages.map((name) => ({
                to: `policy ${name}`,
                run: `printf '%s:\\n  Candidate: 2.1\\n' ${name}; seq -f '  Version table %.0f' 20000 || exit 141`,
            })),
            { out: "x:\n  Candidate: (none)\n" },
        );
        const files = Object.entries(brings).map(([from, to]) => `cp "$root/kept/${from}" "$root/usr/local/bin/${to}"`);
        host().answer("apt-get", { to: "* install *", run: files.join("\n") });
    };

    test("of what is missing are installed, the best that is offered", async () => {
        host().keep("nsupdate");
        host().lacks("nsupdate");
        offered(["bind9-dnsutils", "dnsutils"], { nsupdate: "nsupdate" });
        expect(await ready({ dns: "managed" })).toMatchObject({
            status: 0,
            stdout: "installing: bind9-dnsutils\ndocker: 20.10.24\n",
        });
        expect(
            host()
                .calls("apt-get")
                .map(({ line }) => line.replace(/-o \S+ /, "")),
        ).toEqual(["update -qq", "install -y -qq --no-install-recommends bind9-dnsutils"]);
    });

    test.each([
        [["docker-ce", "docker.io"], "docker-ce"],
        [["docker.io"], "docker.io"],
    ])("Docker from %j is %s", async (packages, name) => {
        host().keep("docker");
        host().lacks("docker");
        offered(packages, { docker: "docker" });
        expect(await ready()).toMatchObject({ status: 0, stdout: `installing: ${name}\ndocker: 20.10.24\n` });
    });

    test("that aren't offered, or don't bring the tool, are named", async () => {
        host().lacks("nsupdate");
        offered([]);
        expect(refusal(await ready({ dns: "managed" }))).toBe(
            "harbor-ha: missing on this host: nsupdate, and none of its packages is offered to apt-get: bind9-dnsutils dnsutils\n",
        );
        offered(["dnsutils"]);
        expect(refusal(await ready({ dns: "managed" }))).toBe(
            "harbor-ha: nsupdate is still missing after its package was installed\n",
        );
    });

    test("are not installed where that isn't wanted", async () => {
        host().lacks("nsupdate", "docker");
        expect(refusal(await ready({ dns: "managed", install_packages: false }))).toBe(
            "harbor-ha: missing on this host: docker nsupdate (harbor-ha:installPackages is false)\n",
        );
    });

    test("come from dnf where there is no apt-get", async () => {
        host().keep("docker");
        host().lacks("docker", "apt-get");
        host().answer(
            "dnf",
            { to: "*list docker-ce", status: 1 },
            { to: "install*", run: 'cp "$root/kept/docker" "$root/usr/local/bin/docker"' },
        );
        expect(await ready()).toMatchObject({ status: 0, stdout: "installing: moby-engine\ndocker: 20.10.24\n" });
    });
});
