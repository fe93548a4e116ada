import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { asAdmin, hub, registryCall, request, tokenOf } from "./support/registry";
import { delay, eventually, must } from "./support/run";
import { hostOf, on, sandbox } from "./support/sandbox";
import { dev } from "./support/stack";

jest.setTimeout(600_000);

const ceph = (...words: string[]): Promise<string> => must("docker", ["exec", sandbox.ceph.container, "timeout", "30", "ceph", ...words]);
const node3 = hostOf("node3");
let password: string;

beforeAll(async () => {
    await dev.ensure();
    password = await dev.output<string>("adminPassword");
});
afterAll(() => must("docker", ["unpause", node3.container]).catch(() => ""));

/** A token of the node works there, and its registry takes a write. */
async function healthy(): Promise<void> {
    const token = await tokenOf(hub, "node3", password);
    expect(await registryCall(hub, "node3", token)).toBe(200);
    const upload = { config: `header = "Authorization: Bearer ${token}"\n`, method: "POST" };
    expect((await request(hub, "node3", "/v2/library/hello/blobs/uploads/", upload)).status).toBe(202);
    expect((await request(hub, "node3", "/api/users/current", { config: asAdmin(password) })).status).toBe(200);
}

// D5: by default such a mount stays dead, though findmnt goes on to show it.
test("a host that was paused until Ceph evicted it is healthy again within 30 s, by itself", async () => {
    await healthy();
    await must("docker", ["pause", node3.container]);
    await eventually(180, async () => expect(await ceph("osd", "blocklist", "ls")).toContain(`${node3.address}:`));
    await delay(3000);
    await must("docker", ["unpause", node3.container]);
    await eventually(30, healthy);
    expect(await on("node3", "findmnt -n -o FSTYPE --mountpoint /mnt/cephfs/harbor")).toMatch(/ceph/);
});

test("a mount that doesn't come back by itself is made anew by the node's watch, and Harbor with it", async () => {
    await on("node3", "pkill -9 ceph-fuse");
    await eventually(10, async () => expect((await on("node3", "touch /mnt/cephfs/harbor/x 2>&1 || true"))).toContain("Transport endpoint is not connected"));
    await eventually(90, healthy);
    expect(await on("node3", "journalctl -u harbor-ha --no-pager -o cat -n 20")).toContain("mounted anew: /mnt/cephfs/harbor");
    expect((await dev.verify()).code).toBe(0);
});
