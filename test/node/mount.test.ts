import { readdirSync, rmSync, statSync } from "node:fs";
import { hostForEachTest, type Result } from "./support/host";

const host = hostForEachTest();
const key = "AQBxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxw==";
const point = (): string => host().value("mount_point");
const parameters = {
    monitors: ["192.0.2.21", "192.0.2.22"],
    path: "/apps/harbor",
    client_name: "harbor",
    fs_name: "default",
    client: "fuse",
    install_packages: false,
};
const mount = (given: Readonly<Record<string, string | string[] | boolean>> = {}): Promise<Result> =>
    host().run("mount", { ...parameters, ...given });
const fstab = (): string[] => (host().has("/etc/fstab") ? host().read("/etc/fstab").split("\n").filter(Boolean) : []);
const kernel = (version: string): void => host().answer("uname", { to: "-r", out: `${version}\n` });

beforeEach(() => host().secret("ceph_key", key));

describe("a CephFS", () => {
    test("is mounted by ceph-fuse through fstab, and said to be after a write", async () => {
        host().write("/etc/fstab", "# a comment\nUUID=1 / ext4 defaults 0 1\n");
        const { status, stdout } = await mount();
        expect({ status, said: stdout.includes(`mounted: ${point()} (fuse.ceph)\n`) }).toEqual({
            status: 0,
            said: true,
        });
        expect(fstab()).toEqual([
            "# a comment",
            "UUID=1 / ext4 defaults 0 1",
            `none ${point()} fuse.ceph ceph.id=harbor,ceph.conf=/etc/ceph/harbor-ha.conf,ceph.client_mountpoint=/apps/harbor,noatime,_netdev 0 0`,
        ]);
        expect(host().read("/etc/ceph/harbor-ha.conf")).toContain("mon_host = 192.0.2.21,192.0.2.22\n");
    });

    test("is mounted by the kernel", async () => {
        expect(await mount({ client: "kernel", fs_name: "data" })).toMatchObject({ status: 0 });
        const [source, target, type, options = ""] = fstab()[0]?.split(" ") ?? [];
        expect([source, target, type]).toEqual(["192.0.2.21,192.0.2.22:/apps/harbor", point(), "ceph"]);
        expect(options.split(",")).toEqual(
            expect.arrayContaining([
                "name=harbor",
                "secretfile=/etc/ceph/harbor-ha.secret",
                "noatime",
                "_netdev",
                "recover_session=clean",
                "mds_namespace=data",
            ]),
        );
    });

    test("that is mounted already stays so; the line of fstab is kept in order", async () => {
        await mount();
        host().forget();
        expect(await mount({ monitors: ["192.0.2.23"] })).toMatchObject({ status: 0 });
        expect(host().calls("systemctl", "start")).toEqual([]);
        expect(fstab()).toHaveLength(1);
    });

    test.each([
        ["ceph.secret", "harbor-ha.secret"],
        ["keyring", "harbor-ha.keyring"],
    ])("the key lies in files for root only (%s), and on no command line", async (_, file) => {
        await mount();
        expect(host().read(`/etc/ceph/${file}`)).toContain(key);
        expect(statSync(host().path(`/etc/ceph/${file}`)).mode & 0o777).toBe(0o600);
        expect(
            host()
                .calls()
                .filter(({ line }) => line.includes(key)),
        ).toEqual([]);
    });
});

describe("the bare mount point", () => {
    test("is closed to writes before anything is mounted over it", async () => {
        await mount();
        expect(
            host()
                .calls("chattr")
                .map(({ line }) => line),
        ).toEqual([`+i ${point()}`]);
    });

    test("with files is refused, and fstab left alone", async () => {
        host().write(`${point()}/file`, "");
        expect(await mount()).toMatchObject({
            status: 1,
            stderr: expect.stringContaining(`${point()} is not empty`) as string,
        });
        expect(fstab()).toEqual([]);
    });

    test("on a file system that can't be closed is used, with a note", async () => {
        host().answer("chattr", { status: 1 });
        expect(await mount()).toMatchObject({
            status: 0,
            stdout: expect.stringContaining("can't close a folder to writes") as string,
        });
    });
});

describe("a mount that findmnt shows, but that takes no write,", () => {
    // Evicted by Ceph: every write fails.
    const evict = (): void => {
        rmSync(`${point()}/.harbor-ha-probe`, { recursive: true, force: true });
        host().write(`${point()}/.harbor-ha-probe`, "");
    };

    test("is mounted anew, and Harbor stopped for it", async () => {
        await mount();
        evict();
        host().answer("umount", { run: 'rm -r "${*: -1}"/.harbor*; . "$stand_ins/umount.sh"' });
        host().answer("docker", { to: "ps -q *", out: "c1\nc2\n" });
        host().forget();
        const { status, stdout } = await mount();
        expect({ status, said: stdout.includes("anew") }).toEqual({ status: 0, said: true });
        expect(host().calls("docker", "stop")[0]?.args.slice(-2)).toEqual(["c1", "c2"]);
        expect(host().calls("systemctl", "start ")).toHaveLength(1);
    });

    // What another deployment of this host has left would start Harbor with other keys, in the middle of an update.
    test.each([
        ["of this mount", () => point(), 1],
        ["of another mount", () => "/mnt/cephfs/before", 0],
    ])("restarts the service of a deployment %s only", async (_, mounted, restarts) => {
        host().write("/opt/harbor-ha/state/start-parameters", `mount_point: ${mounted()}\n`);
        await mount();
        expect(host().calls("systemctl", "restart --no-block harbor-ha.service")).toHaveLength(restarts);
    });

    // The node's watch and a step look at the same time.
    test("isn't seen where two look at once", async () => {
        await mount();
        const results = await Promise.all(Array.from({ length: 6 }, () => host().call(["probe", point()])));
        expect(results.map(({ status, stderr }) => ({ status, stderr }))).toEqual(
            results.map(() => ({ status: 0, stderr: "" })),
        );
        expect(readdirSync(`${point()}/.harbor-ha-probe`)).toEqual([]);
    });

    test("and doesn't come back is an error", async () => {
        await mount();
        evict();
        host().answer("umount");
        expect(await mount()).toMatchObject({ status: 1, stderr: expect.stringContaining(point()) as string });
    });

    test("because it is full isn't touched", async () => {
        await mount();
        host().answer(
            "timeout",
            { to: "* bash -c *", status: 1, err: "bash: line 1: x: No space left on device\n" },
            { run: 'exec "$root/usr/bin/timeout" "$@"' },
        );
        host().forget();
        expect(await mount()).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("No space left on device") as string,
        });
        expect(host().calls("umount")).toEqual([]);
    });
});

describe("refused", () => {
    test("another file system there", async () => {
        host().mount(point(), "xfs", "/dev/vdb");
        expect(await mount()).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("is a mount of type xfs already") as string,
        });
        expect(fstab()).toEqual([]);
    });

    test("another folder of the CephFS than before", async () => {
        await mount();
        const { status, stderr } = await mount({ path: "/apps/other" });
        expect(status).toBe(1);
        expect(stderr).toContain("is mounted from default:/apps/harbor, config says default:/apps/other");
    });

    test("a mount that fails, with its log and what to check", async () => {
        host().answer("systemctl", { to: "start *.mount", status: 1 });
        host().answer("journalctl", { out: "mount error: no mds server is up\n" });
        const { status, stderr } = await mount();
        expect(status).toBe(1);
        expect(stderr).toContain("mount error: no mds server is up\n");
        expect(stderr).toContain("check the monitors (192.0.2.21 192.0.2.22");
    });

    test("a mount that isn't one afterwards", async () => {
        host().answer("systemctl", { to: "start *.mount" });
        expect(await mount()).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("is not a mounted CephFS on this node") as string,
        });
    });

    test("a missing client, where nothing may be installed", async () => {
        host().lacks("ceph-fuse");
        expect(await mount()).toMatchObject({
            status: 1,
            stderr: "harbor-ha: missing on this host: ceph-fuse (harbor-ha:installPackages is false)\n",
        });
    });
});

describe("client: auto", () => {
    test.each([
        ["the kernel's module", () => host().answer("modprobe"), "ceph"],
        [
            "a kernel that has it built in",
            () => {
                host().answer("modprobe", { status: 1 });
                host().write("/proc/filesystems", "nodev\tsysfs\nnodev\tceph\n");
            },
            "ceph",
        ],
        ["neither", () => host().answer("modprobe", { status: 1 }), "fuse.ceph"],
    ])("%s", async (_, prepare, type) => {
        host().write("/proc/filesystems", "nodev\tsysfs\n");
        prepare();
        expect(await mount({ client: "auto" })).toMatchObject({ status: 0 });
        expect(fstab().map((line) => line.split(" ")[2])).toEqual([type]);
    });
});

// Protocol v2 (port 3300): Linux 5.11, or CentOS and RHEL 8.4; a mount speaks one protocol to all monitors.
describe("monitors by protocol, with the kernel's client", () => {
    test.each([
        ["6.1.0-18-amd64", ["192.0.2.21:3300"], "192.0.2.21:3300", true],
        ["5.11.0", ["a:3300", "b:3300"], "a:3300,b:3300", true],
        ["5.15.0-119-generic", ["a:3300", "b", "c:6789"], "a:3300,b:3300", true],
        ["4.18.0-305.el8.x86_64", ["a:3300"], "a:3300", true],
        ["6.1.0-18-amd64", ["a:6789", "b"], "a:6789,b", false],
        ["6.1.0-18-amd64", ["a:6790"], "a:6790", false],
        ["5.4.0-190-generic", ["a:3300", "b", "c:6789"], "b,c:6789", false],
        ["5.10.0-28-amd64", ["a:3300", "a:6789"], "a:6789", false],
        ["4.18.0-240.15.1.el8_3.x86_64", ["a:3300", "b:6789"], "b:6789", false],
    ])("Linux %s and %j: %s", async (version, monitors, device, v2) => {
        kernel(version);
        expect(await mount({ client: "kernel", monitors })).toMatchObject({ status: 0 });
        const [source, , , options] = fstab()[0]?.split(" ") ?? [];
        expect(source).toBe(`${device}:/apps/harbor`);
        expect(options?.split(",").includes("ms_mode=prefer-crc")).toBe(v2);
    });

    test.each(["5.4.0-190-generic", "5.10.0-28-amd64", "4.18.0-240.el8.x86_64", "3.10.0-1160.el7.x86_64"])(
        "Linux %s can't reach one of v2 only: refused with the reason, before anything",
        async (version) => {
            kernel(version);
            const { status, stdout, stderr } = await mount({
                client: "kernel",
                monitors: ["192.0.2.21:3300", "192.0.2.22:3300"],
            });
            expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
            expect(stderr).toContain(
                `the kernel of this host (${version}) reaches monitors by protocol v1 only, and 192.0.2.21:3300 192.0.2.22:3300 is v2`,
            );
            expect(stderr).toContain("harbor-ha:cephClient to fuse");
            expect(fstab()).toEqual([]);
            expect(host().has("/etc/ceph")).toBe(false);
        },
    );

    test("left to the node, such a kernel isn't chosen", async () => {
        kernel("5.4.0-190-generic");
        expect(await mount({ client: "auto", monitors: ["192.0.2.21:3300"] })).toMatchObject({ status: 0 });
        expect(fstab()[0]).toContain("fuse.ceph");
    });
});
