import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { clientTrusts, hub2, login, pinClient, pull, push } from "./support/registry";
import { must } from "./support/run";
import { nodes, on, onAll, prefix, projectDir, sandbox, secretOf, tryOn } from "./support/sandbox";
import { dev2 } from "./support/stack";

jest.setTimeout(900_000);

// A mount that the operator has made, and blobs in an S3 store (the sandbox's Ceph has one).

const mountPoint = "/mnt/shared";
const options = {
    storageMode: "mounted",
    storageMountPoint: mountPoint,
    cephMonitors: undefined,
    cephPath: undefined,
    cephKeyFile: undefined,
    blobStorage: "s3",
    s3Region: "default",
    s3AccessKeyFile: "sandbox/.run/secrets/rgw.access-key",
    s3SecretKeyFile: "sandbox/.run/secrets/rgw.secret-key",
};
let endpoint = "";
const wanted = () => ({ ...options, s3Bucket: "harbor", s3Endpoint: endpoint });

const mount = (node: string, folder: string): Promise<string> =>
    on(
        node,
        `umask 077; mkdir -p ${mountPoint} /etc/ceph; cat >/etc/ceph/by-hand.keyring; printf '[global]\\nmon_host = ${prefix}.21\\nkeyring = /etc/ceph/by-hand.keyring\\n' >/etc/ceph/by-hand.conf;
         findmnt --mountpoint ${mountPoint} >/dev/null || ceph-fuse -c /etc/ceph/by-hand.conf --id harbor -r ${folder} ${mountPoint} >/dev/null 2>&1`,
        { input: `[client.harbor]\n\tkey = ${secretOf(sandbox.ceph.keyFile)}\n`, seconds: 60 },
    );
const unmount = (node: string): Promise<unknown> => tryOn(node, `umount -l ${mountPoint}; rmdir ${mountPoint}; rm -f /etc/ceph/by-hand.*`);

beforeAll(async () => {
    await must(join(projectDir, "sandbox/hosts/wipe"), [], { seconds: 180 });
    endpoint = (await must(join(projectDir, "sandbox/services/ceph/rgw"), ["harbor"], { seconds: 300 })).trim();
    await dev2.create();
});

afterAll(async () => {
    await dev2.destroy(wanted());
    await Promise.all(nodes.map(unmount));
    // The database knows an admin's password of which nothing else is left.
    await must(join(projectDir, "sandbox/hosts/wipe"), [], { seconds: 180 });
});

test("a mount that is missing on one node is named, and nothing is put below it", async () => {
    await mount("node1", "/apps/other");
    await mount("node3", "/apps/other");
    const refused = await dev2.tryUp(wanted());
    expect(refused.code).not.toBe(0);
    expect(refused.output).toMatch(/harbor-node2-cephfs-fstab[^]*\/mnt\/shared/);
    expect((await tryOn("node2", `ls -A ${mountPoint} 2>/dev/null`)).stdout).toBe("");
});

test("another storage on one node is refused before anything is started there", async () => {
    await mount("node2", "/apps/harbor2");
    const refused = await dev2.tryUp(wanted());
    expect(refused.code).not.toBe(0);
    expect(refused.output).toMatch(/node2/);
    expect(await onAll("docker ps -q --filter name=harbor-core")).toEqual(["", "", ""]);
    await on("node2", `umount -l ${mountPoint}`);
    await mount("node2", "/apps/other");
});

test("with the same one everywhere it is deployed and verified; fstab stays as it was", async () => {
    await dev2.up(wanted());
    expect(await dev2.output("verification")).toMatchObject({ push: "3/3 nodes", pull: "6/6 pairs", token: "9/9 pairs", configuration: "3/3 nodes" });
    expect(await onAll("grep -c /mnt/shared /etc/fstab || true")).toEqual(["0", "0", "0"]);
    expect(await dev2.preview(wanted(), "--expect-no-changes")).toMatchObject({ code: 0 });
});

test("what is pushed through one node lies in the bucket, and is pulled through the others", async () => {
    await clientTrusts([hub2.name]);
    await pinClient(hub2, "node1");
    expect(await login("client", hub2, await dev2.output<string>("adminPassword"))).toMatchObject({ code: 0 });
    const digest = await push(`${hub2.name}/library/hello:s3`);
    await pinClient(hub2, "node3");
    await pull(`${hub2.name}/library/hello`, digest);
    await pinClient(hub2, undefined);
    expect(await on("node1", `find ${mountPoint}/data/registry -type f | wc -l`)).toBe("0");
    const objects = await must("docker", ["exec", sandbox.ceph.container, "radosgw-admin", "bucket", "stats", "--bucket=harbor"]);
    expect(Number(/"num_objects": (\d+)/.exec(objects)?.[1] ?? 0)).toBeGreaterThan(3);
    // The secret key stands where only the registry's own files are, for root and its user.
    const key = secretOf("sandbox/.run/secrets/rgw.secret-key");
    const open = await on("node2", "cd /; setpriv --reuid=65534 --regid=65534 --clear-groups grep -rlsF -f - /opt/harbor-ha /etc /var/log 2>/dev/null || true", { input: key });
    expect(open).toBe("");
});
