import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { clientTrusts, hub2, login, pinClient } from "./support/registry";
import { must } from "./support/run";
import { nodes, on, onAll, postgresSql, projectDir, tryOn } from "./support/sandbox";
import { dev2 } from "./support/stack";

jest.setTimeout(900_000);

// Harbor 2.x, from bare hosts and an empty database.

/** Steps of a first deployment at which it is killed, one after the other. */
const points = [
    "harbor-node1-host-ready",
    "harbor-node2-cephfs-fstab",
    "harbor-store-release-upload",
    "harbor-store-fill",
    "harbor-node2-stage",
    "harbor-postgres-schema",
    "harbor-node3-prepare",
    "harbor-certs-token-key",
    "harbor-certs-sync-node2",
    "harbor-up-node1",
];

const shared = "/mnt/cephfs/harbor/harbor-ha";
const data = "/mnt/cephfs/harbor/data";

/** What must never change again once it is there. */
async function treasures(): Promise<Record<string, string>> {
    const read = async (name: string, command: string): Promise<[string, string][]> => {
        const { code, stdout } = await tryOn("node1", command);
        return code === 0 && stdout.trim() !== "" ? [[name, stdout.trim()]] : [];
    };
    return Object.fromEntries([
        ...(await read("secretkey", `sha256sum <${data}/secret/keys/secretkey`)),
        ...(await read("key pair", `sha256sum <${shared}/keys/current/private_key.pem`)),
        ...(await read("pinned values", `cat ${shared}/keys/pinned/* | sha256sum && test -d ${shared}/keys/pinned`)),
        ...(await read("release", `stat -c '%i %s' ${shared}/releases/*.tgz`)),
    ]);
}

beforeAll(async () => {
    await must(join(projectDir, "sandbox/release/build"), ["v2.14.4", "v2.15.2"], { seconds: 600 });
    await must(join(projectDir, "sandbox/hosts/wipe"), [], { seconds: 180 });
    await dev2.create();
});

afterAll(() => dev2.ensure());

test("a first deployment that is killed again and again ends in the same good state", async () => {
    let seen: Record<string, string> = {};
    for (const point of points) {
        const { steps } = await dev2.killedAt(point);
        expect(steps.map(({ name }) => name)).toContain(point);
        const now = await treasures();
        expect(now).toMatchObject(seen);
        seen = { ...seen, ...now };
    }
    expect(Object.keys(seen).sort()).toEqual(["key pair", "pinned values", "release", "secretkey"]);

    await dev2.up();
    expect(await treasures()).toEqual(seen);
    expect(await dev2.verify()).toMatchObject({ code: 0 });
    await dev2.forgetInterrupted();
    expect(await dev2.preview({}, "--expect-no-changes")).toMatchObject({ code: 0 });
});

test("nothing half-made is left behind, no input of prepare and no container of a migration", async () => {
    const left = "find /opt/harbor-ha /etc/systemd/system /etc/docker /etc/ceph /var/tmp \\( -name '.harbor-ha.*' -o -name '*.new' -o -name 'harbor-ha-*.tgz' -o -path /opt/harbor-ha/prepare -o -name input \\)";
    expect(await onAll(left)).toEqual(["", "", ""]);
    expect(await onAll("docker ps -a --format '{{.Names}}' | grep harbor-ha- || true")).toEqual(["", "", ""]);
    expect(await on("node1", `find ${shared} ${data} \\( -name '*.new' -o -name 'new.*' -o -name '*.new.*' -o -name '.harbor-ha.*' \\)`)).toBe("");
});

test("the database is migrated once and clean, and nothing of the configuration differs between nodes", async () => {
    expect(await postgresSql("SELECT version, dirty FROM schema_migrations")).toBe("180|f");
    const hashes = await onAll('cd "$(cat /opt/harbor-ha/state/release-dir)" && find docker-compose*.yml common/config -type f ! -empty -print0 | sort -z | xargs -0 sha256sum | sha256sum');
    expect(new Set(hashes).size).toBe(1);
});

test("no secret lies open on a host, and the registry takes a login through every node", async () => {
    const password = await dev2.output<string>("adminPassword");
    await clientTrusts([hub2.name]);
    for (const node of nodes) {
        expect(await on(node, 'stat -c "%a %U" "$(cat /opt/harbor-ha/state/release-dir)" "$(cat /opt/harbor-ha/state/release-dir)/harbor.yml"')).toBe("700 root\n600 root");
        // As another user would see it.
        const open = await on(node, 'cd /; setpriv --reuid=65534 --regid=65534 --clear-groups grep -rlsF -f - /opt/harbor-ha /etc /var/log 2>/dev/null || true', { input: password });
        expect(open).toBe("");
        await pinClient(hub2, node);
        expect(await login("client", hub2, password)).toMatchObject({ code: 0 });
    }
    await pinClient(hub2, undefined);
});
