import { existsSync, rmSync } from "node:fs";
import { clusterPair, containers, prepared, storage } from "./support/deployed";
import { hostForEachTest, type Result } from "./support/host";
import { parametersFor } from "./support/samples";

/** storageMode mounted: what the operator has mounted is looked at, and nothing else is done to the host. */

const host = hostForEachTest();
const point = (): string => host().value("mount_point");
const nothing = { monitors: ["none"], path: "none", client_name: "none", fs_name: "none", client: "none", key: "none" };
const mount = (given: Readonly<Record<string, string>> = {}): Promise<Result> =>
    host().run("mount", { mode: "mounted", after_eviction: "none", install_packages: true, ...nothing, ...given });
const loaded = (): void =>
    host().answer("systemctl", { to: "show -p LoadState *", out: "loaded\n" }, { run: '. "$stand_ins/systemctl.sh"' });

// Owners are noted, not given: nobody but root could.
beforeEach(() => {
    host().answer("chown");
    host().answer("stat");
});

test.each([
    ...["nfs", "nfs4", "glusterfs", "fuse.glusterfs", "ceph", "fuse.ceph", "fuse.ceph-fuse"],
    ...["gfs2", "ocfs2", "lustre", "beegfs"],
])("a mount of type %s is taken as it is", async (type) => {
    host().mount(point(), type, "somewhere");
    expect(await mount()).toEqual({ status: 0, stdout: `mounted: ${point()} (${type})\n`, stderr: "" });
});

test("nothing is installed, mounted or written outside: no fstab, no files of Ceph", async () => {
    host().write("/etc/fstab", "# the operator's\n");
    host().lacks("ceph-fuse", "mount.ceph");
    host().mount(point(), "nfs4", "filer:/harbor");
    host().forget();
    expect(await mount()).toMatchObject({ status: 0 });
    expect(host().read("/etc/fstab")).toBe("# the operator's\n");
    expect(host().has("/etc/ceph")).toBe(false);
    for (const tool of ["apt-get", "mount", "umount", "systemctl", "chattr"]) expect(host().calls(tool)).toEqual([]);
    expect(existsSync(`${point()}/.harbor-ha-owner`)).toBe(false);
});

describe("refused, with the reason", () => {
    const alone = "which this host has alone; all nodes must see the same files";
    const owners = "which keeps no owner and mode of a file; Harbor's containers and keys need both";
    test.each([
        ...["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay"].map((type) => [type, alone]),
        ...["cifs", "smb3", "vfat", "ntfs3"].map((type) => [type, owners]),
        ["fuse.sshfs", "of which isn't known that several hosts may share it; known: ceph, nfs, glusterfs, gfs2"],
    ])("%s", async (type, reason) => {
        host().mount(point(), type, "/dev/vdb");
        const { status, stderr } = await mount();
        expect(status).toBe(1);
        expect(stderr).toContain(`harbor-ha: ${point()} is a mount of type ${type}, ${reason}`);
    });

    test("nothing mounted there, although fstab has it: a step doesn't mount for the operator", async () => {
        host().write("/etc/fstab", `filer:/harbor ${point()} nfs4 defaults 0 0\n`);
        loaded();
        expect(await mount()).toEqual({
            status: 1,
            stdout: "",
            stderr: `harbor-ha: ${point()} is not mounted on this node (harbor-ha:storageMode is mounted): mount it, and see to it that fstab or a unit mounts it at boot\n`,
        });
    });

    test("a server that makes root nobody", async () => {
        host().mount(point(), "nfs4", "filer:/harbor");
        host().answer("chown", { status: 1, err: "chown: changing ownership of 'x': Operation not permitted\n" });
        const { status, stderr } = await mount();
        expect(status).toBe(1);
        expect(stderr).toContain("to another owner (wanted 10000:10000 640, got: chown: changing ownership");
        expect(stderr).toContain("the export needs no_root_squash");
    });

    test("a server that says nobody for every owner", async () => {
        host().mount(point(), "nfs4", "filer:/harbor");
        host().answer("stat", { out: "65534:65534 640\n" });
        expect(await mount()).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("got: 65534:65534 640") as string,
        });
    });

    test("one that is there, and hangs", async () => {
        host().mount(point(), "nfs4", "filer:/harbor");
        host().answer("timeout", { to: "*findmnt*", status: 124 }, { run: 'exec "$root/usr/bin/timeout" "$@"' });
        expect(await mount()).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("is the server of the storage healthy?") as string,
        });
    });
});

test("an automount is looked behind", async () => {
    host().mount(point(), "autofs", "systemd-1");
    host().answer("ls", { run: `echo '${point()} nfs4 filer:/harbor rw' >>"$root/.mounts"` });
    expect(await mount()).toMatchObject({ status: 0, stdout: `mounted: ${point()} (nfs4)\n` });
});

test("of several mounts on one another the last one counts", async () => {
    host().answer("findmnt", { out: "autofs\nnfs4\n" });
    expect(await mount()).toMatchObject({ status: 0, stdout: `mounted: ${point()} (nfs4)\n` });
});

test("after a CephFS that the program had mounted, no new options of it are waited for", async () => {
    host().secret("ceph_key", "AQBxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxw==");
    const cephfs = { ...nothing, mode: "cephfs", client: "fuse", after_eviction: "reconnect" };
    expect(await mount({ ...cephfs, monitors: "a" })).toMatchObject({ status: 0 });
    const kept = (): string[] =>
        ["mount-form", "ceph-source"].filter((name) => found().some((file) => file.startsWith(name)));
    const found = (): string[] => host().files("/opt/harbor-ha/state");
    expect(kept()).toEqual(["mount-form", "ceph-source"]);
    expect(await mount()).toMatchObject({ status: 0 });
    expect(kept()).toEqual([]);
});

describe("later", () => {
    const evict = (): void => {
        rmSync(`${point()}/.harbor-ha-probe`, { recursive: true, force: true });
        host().write(`${point()}/.harbor-ha-probe`, "");
    };

    beforeEach(async () => {
        storage(host());
        host().removePath("/.mounts");
        host().mount(point(), "nfs4", "filer:/harbor");
        prepared(host());
        await mount();
        const parameters = parametersFor("start", host().usual, { containers, log_address: "127.0.0.1:1" });
        host().write("/opt/harbor-ha/state/start-parameters", parameters);
        host().forget();
    });

    test("Docker's start waits for it, whatever the type", async () => {
        expect(await host().call(["probe", point()])).toEqual({ status: 0, stdout: "", stderr: "" });
        host().removePath("/.mounts");
        host().mount(point(), "ext4", "/dev/vdb");
        expect(await host().call(["probe", point()])).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("which this host has alone") as string,
        });
    });

    test("the start mounts it by the unit or line of fstab that there is", async () => {
        host().removePath("/.mounts");
        host().write("/etc/fstab", `filer:/harbor ${point()} nfs4 rw 0 0\n`);
        loaded();
        await host().call(["start"]);
        expect(
            host()
                .calls("systemctl", "start ")
                .map(({ line }) => line),
        ).toEqual([expect.stringMatching(/^start .*\.mount$/)]);
        expect(host().calls("findmnt").length).toBeGreaterThan(1);
    });

    test("where nothing says how, the start says to mount it", async () => {
        host().removePath("/.mounts");
        host().answer(
            "systemctl",
            { to: "show -p LoadState *", out: "not-found\n" },
            { run: '. "$stand_ins/systemctl.sh"' },
        );
        expect(await host().call(["start"])).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("is not mounted on this node (harbor-ha:storageMode is mounted)") as string,
        });
        expect(host().calls("systemctl", "start ")).toEqual([]);
    });

    test("one that takes no write is left to the operator: neither taken away nor mounted anew", async () => {
        evict();
        expect(await host().call(["start"])).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("takes no write") as string,
        });
        expect(await host().call(["remount"])).toMatchObject({ status: 0 });
        expect([...host().calls("umount"), ...host().calls("systemctl", "start ")]).toEqual([]);
        expect(host().calls("docker", "stop")).toEqual([]);
    });

    test("drift detection and facts take it for what it is", async () => {
        const facts = await host().call(["facts"]);
        expect(facts.stdout).toContain("mount: nfs4\n");
        expect(facts.stdout).toContain(`cluster key: SHA256:${clusterPair.fingerprint}\n`);
        const inspect = (): Promise<Result> => host().run("inspect", { files: "none", slots: "none", secrets: "none" });
        expect((await inspect()).stdout).not.toContain("mount\t");
        host().removePath("/.mounts");
        host().mount(point(), "xfs", "/dev/vdb");
        expect((await inspect()).stdout).toContain(`mount\t${point()} is not mounted\n`);
    });
});
