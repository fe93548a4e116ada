import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { eventually, must, run } from "./support/run";
import { nodes, on, onAll, prefix, projectDir, runDir, sandbox, secretOf, sql, tryOn } from "./support/sandbox";
import { changed, dev, releaseDir, startTimes } from "./support/stack";

jest.setTimeout(600_000);

const data = "/mnt/cephfs/harbor/data";
const shared = "/mnt/cephfs/harbor/harbor-ha";
let times: string[] = [];
const allTimes = (): Promise<string[]> => Promise.all(nodes.map(startTimes));

beforeAll(async () => {
    await dev.ensure();
    times = await allTimes();
});

describe("the database", () => {
    // A second server, to be filled with what shouldn't be there.
    const container = "harbor-ha-test-mysql";
    const host = `${prefix}.41`;
    const schema = (): Promise<{ code: number; output: string }> => dev.step("harbor-mysql-schema", "node2", { host });
    const tables = (): Promise<string> => sql("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'registry'", container);

    beforeAll(async () => {
        await run("docker", ["rm", "-f", "-v", container]);
        const password = secretOf(sandbox.mysql.passwordFile);
        const marks = ["--label", `harbor-ha.made=${container}`, "--label", `harbor-ha.copy=${runDir}`];
        const args = ["run", "-d", "--name", container, ...marks, "--network", sandbox.network, "--ip", host];
        const env = ["-e", "MARIADB_RANDOM_ROOT_PASSWORD=1", "-e", `MARIADB_USER=${sandbox.mysql.user}`, "-e", "MARIADB_PASSWORD", "-e", "MARIADB_DATABASE=registry"];
        await must("docker", [...args, ...env, sandbox.images.mariadb], { env: { ...process.env, MARIADB_PASSWORD: password } });
        await eventually(90, () => must("docker", ["exec", "-e", `MYSQL_PWD=${password}`, container, "mariadb", "--no-defaults", "-h", host, "-u", sandbox.mysql.user, "-e", "SELECT 1"]));
    });
    afterAll(() => must("docker", ["rm", "-f", "-v", container]));

    test("an empty one gets the schema, once: a second run leaves what was written since", async () => {
        expect(await tables()).toBe("0");
        expect(await schema()).toMatchObject({ code: 0, output: expect.stringContaining("schema loaded") });
        await sql("INSERT INTO registry.properties (k, v) VALUES ('of the test', 'stays')", container);
        const again = await schema();
        expect(again).toMatchObject({ code: 0 });
        expect(again.output).not.toContain("loaded");
        expect(await sql("SELECT v FROM registry.properties WHERE k = 'of the test'", container)).toBe("stays");
        expect(Number(await tables())).toBeGreaterThan(10);
    });

    test("the schema of another release is refused", async () => {
        const version = await sql("SELECT version_num FROM registry.alembic_version", container);
        await sql("UPDATE registry.alembic_version SET version_num = '9.9.9'", container);
        const refused = await schema();
        expect(refused.code).toBe(1);
        expect(refused.output).toContain(`the database has schema 9.9.9, Harbor v1.1.2 needs ${version}`);
        expect(await sql("SELECT v FROM registry.properties WHERE k = 'of the test'", container)).toBe("stays");
    });

    test("one that stopped half-way is finished", async () => {
        await sql("DROP TABLE registry.alembic_version, registry.properties; CREATE TABLE registry.harbor_ha_import (started timestamp)", container);
        expect(await schema()).toMatchObject({ code: 0, output: expect.stringContaining("schema loaded") });
        expect(await sql("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'registry' AND table_name IN ('properties', 'harbor_ha_import')", container)).toBe("1");
    });

    test("somebody else's tables are refused and stay", async () => {
        await sql("DROP DATABASE registry; CREATE DATABASE registry; CREATE TABLE registry.theirs (a int); INSERT INTO registry.theirs VALUES (7)", container);
        expect(await schema()).toMatchObject({ code: 1, output: expect.stringContaining("not a Harbor database") });
        expect(await sql("SELECT a FROM registry.theirs", container)).toBe("7");
    });
});

describe("keys", () => {
    test("a secretkey in the config that differs from the stored one is refused, and nothing changes", async () => {
        const before = await onAll(`sha256sum ${data}/secretkey`);
        const file = join(runDir, "test", "secretkey");
        writeFileSync(file, "0123456789abcdef");
        const refused = await dev.tryUp({ secretkeyFile: file });
        expect(refused.code).not.toBe(0);
        expect(refused.output).toContain("differs from harbor-ha:secretkey");
        expect(await onAll(`sha256sum ${data}/secretkey`)).toEqual(before);
        expect(await allTimes()).toEqual(times);
        await dev.up();
        expect(await allTimes()).toEqual(times);
    });

    test("a host with another key than the known one stops everything", async () => {
        const file = join(runDir, "test", "known_hosts");
        const known = readFileSync(join(projectDir, sandbox.ssh.knownHostsFile), "utf8").split("\n");
        const keyOf = (address: string): string => known.find((line) => line.startsWith(`${address} `))?.slice(address.length) ?? "";
        writeFileSync(file, known.map((line) => (line.startsWith(`${prefix}.12 `) ? `${prefix}.12${keyOf(`${prefix}.11`)}` : line)).join("\n"));
        const refused = await dev.tryUp({ sshKnownHostsFile: file, prepareGeneration: 999_999 });
        expect(refused.code).not.toBe(0);
        expect(refused.output).toMatch(/host key|knownhosts|ssh: handshake failed/i);
        expect(refused.output).toContain("harbor-node2-");
        expect(changed(refused).filter((name) => name.startsWith("harbor-node2-") || /^harbor-(certs|up)-/.test(name))).toEqual([]);
        expect(await allTimes()).toEqual(times);
    });

    test("the token key of the public release is refused", async () => {
        const dir = await releaseDir("node1");
        await on("node1", `cd ${shared}/keys && mkdir public && cp ${dir}/common/templates/ui/private_key.pem ${dir}/common/templates/registry/root.crt public/ &&
            readlink current >/tmp/current && ln -sfn public current`);
        const refused = await dev.step("harbor-certs-token-key", "node1");
        await on("node1", `cd ${shared}/keys && ln -sfn "$(</tmp/current)" current && rm -r public /tmp/current`);
        expect(refused).toMatchObject({ code: 1, output: expect.stringMatching(/the one of the public release|no PKCS#1 key/) });
        expect(await dev.step("harbor-certs-token-key", "node1")).toMatchObject({ code: 0, output: expect.stringContaining(await dev.output<string>("tokenKeyFingerprint")) });
    });
});

describe("mount points", () => {
    const mount = (parameters: Record<string, string>): Promise<{ code: number; output: string }> => dev.step("harbor-node3-cephfs-fstab", "node3", parameters);

    test("one that holds files, one that is something else, one that holds another folder: refused, untouched", async () => {
        const fstab = await on("node3", "cat /etc/fstab");
        await on("node3", "mkdir -p /mnt/full /mnt/foreign && touch /mnt/full/file && mount -t tmpfs tmpfs /mnt/foreign");
        expect(await mount({ mount_point: "/mnt/full" })).toMatchObject({ code: 1, output: expect.stringContaining("/mnt/full is not empty") });
        expect(await mount({ mount_point: "/mnt/foreign" })).toMatchObject({ code: 1, output: expect.stringContaining("a mount of type tmpfs already") });
        expect(await mount({ path: "/apps/other" })).toMatchObject({ code: 1, output: expect.stringContaining("is mounted from default:/apps/harbor, config says default:/apps/other") });
        expect(await on("node3", "cat /etc/fstab")).toBe(fstab);
        expect(await on("node3", "ls /mnt/full; findmnt -n -o FSTYPE /mnt/foreign")).toBe("file\ntmpfs");
        await on("node3", "umount /mnt/foreign && rm -r /mnt/full /mnt/foreign");
    });

    test("a missing ceph-fuse is installed; a second folder mounted beside the first leaves that alone", async () => {
        await on("node3", "apt-get remove -y -qq ceph-fuse >/dev/null 2>&1", { seconds: 180 });
        expect((await tryOn("node3", "command -v ceph-fuse")).code).not.toBe(0);
        const mounted = await mount({ mount_point: "/mnt/second", path: "/apps/other", client: "fuse" });
        expect(mounted).toMatchObject({ code: 0, output: expect.stringContaining("installing: ceph-fuse") });
        expect(await on("node3", "command -v ceph-fuse; findmnt -n -o FSTYPE --mountpoint /mnt/second")).toMatch(/ceph-fuse\nfuse/);
        await on("node3", "umount /mnt/second && chattr -i /mnt/second && rmdir /mnt/second && sed -i '\\| /mnt/second |d' /etc/fstab && systemctl daemon-reload");
        expect(await dev.step("harbor-node3-cephfs-fstab", "node3")).toMatchObject({ code: 0 });
        await on("node3", "findmnt --mountpoint /mnt/cephfs/harbor");
    });
});

test("MySQL with another user: the settings are read anew once, by one node, and RESET is off again everywhere", async () => {
    const password = secretOf(sandbox.mysql.passwordFile);
    await sql(`CREATE OR REPLACE USER 'harbor2'@'%' IDENTIFIED BY '${password}'; GRANT ALL ON registry.* TO 'harbor2'@'%';`);
    const database = (): Promise<string> => on("node1", `jq -r '.mysql_username // .mysql.username' ${data}/config/config.json`);
    expect(await database()).toBe("harbor");
    const moved = await dev.up({ mysqlUser: "harbor2" });
    expect(await database()).toBe("harbor2");
    expect(moved.output).not.toContain(password);
    expect(await onAll("grep -c '^RESET=false' $(cat /opt/harbor-ha/state/release-dir)/common/config/adminserver/env")).toEqual(["1", "1", "1"]);
    expect(await sql("SELECT COUNT(DISTINCT user) FROM information_schema.processlist WHERE db = 'registry' AND user <> 'harbor2'")).toBe("0");
    await dev.up();
    expect(await database()).toBe("harbor");
    expect((await dev.verify()).code).toBe(0);
    await sql("DROP USER 'harbor2'@'%'");
});
