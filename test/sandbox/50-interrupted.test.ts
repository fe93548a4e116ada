import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { join } from "node:path";
import { hub, login, pinClient } from "./support/registry";
import { must } from "./support/run";
import { nodes, on, onAll, projectDir, sql, tryOn } from "./support/sandbox";
import { dev } from "./support/stack";

jest.setTimeout(900_000);

/** Steps of a first deployment at which it is killed, one after the other. */
const points = [
    "harbor-node1-host-ready",
    "harbor-store-release-upload",
    "harbor-node2-stage",
    "harbor-mysql-schema",
    "harbor-node3-prepare",
    "harbor-certs-sync-node2",
    "harbor-up-node2",
    "harbor-dns-records",
];

const shared = "/mnt/cephfs/harbor/harbor-ha";

/** What must never change again once it is there. */
async function treasures(): Promise<Record<string, string>> {
    const read = async (name: string, command: string): Promise<[string, string][]> => {
        const { code, stdout } = await tryOn("node1", command);
        return code === 0 && stdout.trim() !== "" ? [[name, stdout.trim()]] : [];
    };
    return Object.fromEntries([
        ...(await read("secretkey", "sha256sum </mnt/cephfs/harbor/data/secretkey")),
        ...(await read("key pair", `sha256sum <${shared}/keys/current/private_key.pem`)),
        ...(await read("release", `stat -c '%i %s' ${shared}/releases/*.tgz`)),
    ]);
}

beforeAll(async () => {
    await must(join(projectDir, "sandbox/hosts/wipe"), [], { seconds: 180 });
    await dev.create();
});

afterAll(() => dev.ensure());

test("a first deployment that is killed again and again ends in the same good state", async () => {
    let seen: Record<string, string> = {};
    for (const point of points) {
        const { steps } = await dev.killedAt(point);
        expect(steps.map(({ name }) => name)).toContain(point);
        const now = await treasures();
        expect(now).toMatchObject(seen);
        seen = { ...seen, ...now };
    }
    expect(Object.keys(seen).sort()).toEqual(["key pair", "release", "secretkey"]);

    await dev.up();
    expect(await treasures()).toEqual(seen);
    expect(await dev.verify()).toMatchObject({ code: 0 });
    await dev.forgetInterrupted();
    const preview = await dev.preview({}, "--expect-no-changes");
    expect(preview).toMatchObject({ code: 0 });
    expect(preview.output).not.toContain("interrupted while creating");
});

test("nothing half-made is left behind", async () => {
    const left = "find /opt/harbor-ha /etc/systemd/system /etc/docker /etc/ceph /var/tmp \\( -name '.harbor-ha.*' -o -name '*.new' -o -name 'harbor-ha-*.tgz' \\)";
    expect(await onAll(left)).toEqual(["", "", ""]);
    expect(await on("node1", `find ${shared} /mnt/cephfs/harbor/data \\( -name '*.new' -o -name 'new.*' -o -name '.harbor-ha*' \\)`)).toBe("");
    // Whole pairs only, and one of them in use.
    expect(await on("node1", `cd ${shared}/keys; for pair in pair-*; do ls $pair | tr '\\n' ' '; done; readlink current`)).toMatch(
        /^(private_key\.pem root\.crt )+\n?pair-/,
    );
    // No step is at work any more; what watches over the proxy always is.
    expect(await onAll("pgrep -af '[/]opt/harbor-ha/bin/harbor-ha' | grep -v 'harbor-ha watch$' || true")).toEqual(["", "", ""]);
});

test("the schema was loaded once, and the registry works", async () => {
    expect(await sql("SELECT version_num FROM registry.alembic_version;")).toBe("0.4.0");
    expect(await sql("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'registry' AND table_name = 'harbor_ha_import';")).toBe("0");
    const password = await dev.output<string>("adminPassword");
    for (const node of nodes) {
        await pinClient(hub, node);
        expect(await login("client", hub, password)).toMatchObject({ code: 0 });
    }
    await pinClient(hub, undefined);
});
