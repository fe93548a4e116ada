import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { hub } from "./support/registry";
import { must } from "./support/run";
import { hostOf, lookUp, nodes, on, onAll, prefix, runDir, sandbox, secretOf, tryOn } from "./support/sandbox";
import { changed, dev, releaseDir, startTimes, succeeded } from "./support/stack";

jest.setTimeout(600_000);

const detect = { detectDrift: true };
const unit = "/etc/systemd/system/harbor-ha.service";
/** Steps of an update by name, without the stack itself, whose outputs may be written anew. */
const steps = (update: Parameters<typeof changed>[0]): string[] =>
    changed(update)
        .filter((name) => name !== "harbor-ha-dev")
        .sort();

beforeAll(() => dev.ensure());
afterAll(() => must("docker", ["unpause", hostOf("node3").container]).catch(() => ""));

test("hosts that are as they were deployed show nothing", async () => {
    succeeded("preview", await dev.preview(detect, "--expect-no-changes"));
});

test("a host that was set up anew is deployed anew by one up, and the next has nothing to do", async () => {
    const untouched = await startTimes("node1");
    await must("sandbox/hosts/wipe", ["--host", "node3"]);
    const preview = succeeded("preview", await dev.preview(detect));
    const found = steps(preview);
    expect(found).toEqual(expect.arrayContaining(["harbor-node3-host-toolkit", "harbor-node3-stage", "harbor-up-node3"]));
    expect(found.filter((name) => !name.includes("node3"))).toEqual(["harbor-verification-checks"]);
    succeeded("up", await dev.up(detect));
    expect(await startTimes("node1")).toBe(untouched);
    expect(await dev.verify()).toMatchObject({ code: 0 });
    succeeded("preview", await dev.preview(detect, "--expect-no-changes"));
});

test("what was changed by hand shows at its resource, and the next up repairs exactly that", async () => {
    const release = await releaseDir("node2");
    const untouched = await startTimes("node3");
    // node1: a file, and the mount, which the node's own watch would mend; node2: a key; node3: a container; and one DNS record.
    await on("node1", `systemctl stop harbor-ha.service; echo '# by hand' >>${unit}; umount -l /mnt/cephfs/harbor`);
    await on("node2", `cat ${release}/common/templates/registry/root.crt >${release}/common/config/registry/root.crt`);
    await on("node3", "docker stop nginx >/dev/null");
    const key = `key "harbor-ha" { algorithm hmac-sha256; secret "${secretOf(sandbox.dns.tsig.secretFile)}"; };`;
    const update = `server ${sandbox.dns.address}\\nzone hub.sandbox.test\\nupdate delete ${hub.domain}. A ${prefix}.12\\nsend\\n`;
    await on("client", `cat >/tmp/tsig; printf '${update}' | nsupdate -k /tmp/tsig; rm /tmp/tsig`, { input: key });

    const expected = [
        "harbor-certs-sync-node2",
        "harbor-dns-records",
        "harbor-node1-cephfs-fstab",
        "harbor-node1-unit",
        "harbor-up-node1",
        "harbor-up-node2",
        "harbor-up-node3",
        "harbor-verification-checks",
    ];
    const preview = succeeded("preview", await dev.preview(detect, "--diff"));
    expect(steps(preview)).toEqual(expected);
    for (const found of [
        "node1: was changed on the host (SHA-256",
        "node1: /mnt/cephfs/harbor is not mounted",
        "node2: root.crt has SHA256:",
        "cert-sync@node2 runs again",
        "@node1 runs again",
        "node3: not running: nginx",
        `node1: ${hub.domain} resolves to ${prefix}.11 ${prefix}.13`,
    ]) {
        expect(preview.output).toContain(found);
    }
    // Without looking, nobody knows.
    succeeded("preview", await dev.preview({}, "--expect-no-changes"));

    expect(steps(await dev.up(detect))).toEqual(expected);
    expect(await on("node1", `grep -c 'by hand' ${unit} || true`)).toBe("0");
    expect(await lookUp(hub.domain)).toHaveLength(3);
    // Containers that saw the bare folder are made anew; where one was stopped, all are.
    expect(await on("node1", "docker exec registry ls /storage/docker >/dev/null && echo there")).toBe("there");
    expect(await startTimes("node3")).not.toBe(untouched);
    expect(await dev.verify()).toMatchObject({ code: 0 });
});

test("after the repair nothing shows, whether one looks or not", async () => {
    succeeded("preview", await dev.preview(detect, "--expect-no-changes"));
    succeeded("preview", await dev.preview({}, "--expect-no-changes"));
});

test("a file of the release changed by hand brings prepare, cert sync and compose up of that node", async () => {
    await on("node3", `echo '# by hand' >>${await releaseDir("node3")}/docker-compose.yml`);
    const expected = ["harbor-certs-sync-node3", "harbor-node3-prepare", "harbor-up-node3", "harbor-verification-checks"];
    expect(steps(await dev.up(detect))).toEqual(expected);
    expect(await dev.verify()).toMatchObject({ code: 0 });
    succeeded("preview", await dev.preview(detect, "--expect-no-changes"));
});

// D2: what a repair makes stale follows, on all nodes.
test("a lost token key pair is made anew, synced to all nodes, and verified", async () => {
    const before = await dev.output<string>("tokenKeyFingerprint");
    await on("node2", "rm -r /mnt/cephfs/harbor/harbor-ha/keys/current /mnt/cephfs/harbor/harbor-ha/keys/pair-*");
    const all = (name: string): string[] => nodes.map((node) => `${name}-${node}`);
    const expected = ["harbor-certs-token-key", ...all("harbor-certs-sync"), ...all("harbor-up"), "harbor-verification-checks"].sort();
    expect(steps(await dev.up(detect))).toEqual(expected);
    const after = await dev.output<string>("tokenKeyFingerprint");
    expect(after).not.toBe(before);
    expect(await onAll(`/opt/harbor-ha/bin/harbor-ha facts | grep -c "${after}"`)).toEqual(["3", "3", "3"]);
    expect(await dev.verify()).toMatchObject({ code: 0 });
});

// D4: stored passwords are encrypted with it.
test("a lost secretkey that isn't this stack's is refused with the way out; the right one is put back", async () => {
    const key = "/mnt/cephfs/harbor/data/secretkey";
    const mark = "/mnt/cephfs/harbor/harbor-ha/state/secretkey";
    // After a destroy the stack's own is another one, and the existing one is kept: here it is the one in force for sure.
    const file = join(runDir, "test", "secretkey-in-force");
    writeFileSync(file, await on("node1", `cat ${key}`), { mode: 0o600 });
    const given = { ...detect, secretkeyFile: file };
    await dev.up(given);
    await on("node1", `cp -p ${mark} /root/mark && mv ${key} /root/secretkey && echo '00 00' >${mark}`);
    const refused = await dev.tryUp(given);
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain(`${key} is gone, and this stack's secretkey is another one than was in force`);
    expect(refused.output).toContain("set harbor-ha:secretkey to the key that was in force");
    expect((await tryOn("node1", `test -e ${key}`)).code).not.toBe(0);

    await on("node1", `cp -p /root/mark ${mark}`);
    const times = await startTimes("node2");
    expect(steps(await dev.up(given))).toEqual(["harbor-store-fill", "harbor-up-node1", "harbor-up-node2", "harbor-up-node3", "harbor-verification-checks"]);
    // It is the key that they have read.
    expect(await startTimes("node2")).toBe(times);
    expect(await on("node2", `cmp -s ${key} - && echo same`, { input: await on("node1", "cat /root/secretkey") })).toBe("same");
    await on("node1", "rm /root/mark /root/secretkey");
    rmSync(file);
    await dev.up();
});

test("a later change of a repaired resource runs its own command, not the repair of before", async () => {
    const port = { port: 8071 };
    await dev.up(port);
    expect(await on("node3", "docker port nginx 80")).toContain("8071");
    await dev.up();
    expect(await on("node3", "docker port nginx 80")).toContain("8070");
});

test("a host that doesn't answer is named within 15 s, the others are looked at", async () => {
    await must("docker", ["pause", hostOf("node3").container]);
    const began = Date.now();
    const preview = succeeded("preview", await dev.preview(detect));
    expect(Date.now() - began).toBeLessThan(25_000);
    expect(preview.output).toContain(`drift isn't known: node3: ${prefix}.13:22`);
    expect(steps(preview)).toEqual([]);
    await must("docker", ["unpause", hostOf("node3").container]);
});
