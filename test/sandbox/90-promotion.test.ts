import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { login } from "./support/registry";
import { must, run } from "./support/run";
import { hostOf, on, onAll, prefix, sandbox } from "./support/sandbox";
import { dev, Stack } from "./support/stack";

jest.setTimeout(900_000);

const release = (version: string): { release: string } => ({
    release: `sandbox/.run/release/harbor-sandbox-offline-installer-${version}.tgz`,
});
const nodesOf = (...names: string[]): { name: string; address: string }[] =>
    names.map((name) => ({ name, address: hostOf(name).address }));

const domain = "registry.sandbox.test";
const dockerHost = "unix:///var/run/docker.sock";

/** Two small registries of their own: staging on one host, prod on two, with its own storage, database, Redis and name. */
const staging = new Stack("staging", { nodes: nodesOf("node1") });
const prod = new Stack("prod", {
    nodes: nodesOf("node2", "node3"),
    promoteFrom: "staging",
    domain,
    dnsZone: domain,
    cephPath: "/apps/other",
    cephMountPoint: "/mnt/cephfs/other",
    mysqlMode: "container",
    mysqlHost: `${prefix}.1`,
    mysqlPort: 13306,
    mysqlPasswordFile: undefined,
    mysqlDockerHost: dockerHost,
    mysqlImage: sandbox.images.mariadb,
    redisMode: "container",
    redisHost: `${prefix}.1`,
    redisPort: 16379,
    redisPasswordFile: undefined,
    redisDockerHost: dockerHost,
    redisImage: sandbox.images.redis,
});

/** A new password wouldn't fit the volume of an earlier run. */
async function removeServices(): Promise<void> {
    await run("docker", ["rm", "-f", "-v", "harbor-mysql", "harbor-redis"]);
    await run("docker", ["volume", "rm", "harbor-mysql-data", "harbor-redis-data"]);
}

beforeAll(async () => {
    await dev.ensure();
    await removeServices();
    for (const stack of [staging, prod]) {
        if ((await stack.pulumi("stack", "select", stack.name)).code !== 0) await stack.create();
    }
    // One Harbor per host: container names and systemd's unit are the same.
    await dev.destroy();
});

afterAll(async () => {
    for (const stack of [prod, staging]) {
        await stack.destroy();
        await stack.remove();
    }
    await removeServices();
    await onAll(
        `umount /mnt/cephfs/other; chattr -i /mnt/cephfs/other; rmdir /mnt/cephfs/other; sed -i '\\| /mnt/cephfs/other |d' /etc/fstab; systemctl daemon-reload`,
        ["node2", "node3"],
    );
    await on("node2", "! findmnt /mnt/cephfs/other");
    await dev.ensure();
});

test("prod takes nothing that staging hasn't verified", async () => {
    await staging.up(release("v1.1.1"));
    expect(await staging.output("verifiedRelease")).toMatchObject({ version: "v1.1.1" });
    const refused = await prod.tryUp(release("v1.1.2"));
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain("Harbor version: staging verified v1.1.1, this stack wants v1.1.2");
    expect(await onAll("docker ps -aq", ["node2", "node3"])).toEqual(["", ""]);
});

test("what staging has verified is deployed in prod, and works there", async () => {
    await staging.up(release("v1.1.2"));
    await prod.up(release("v1.1.2"));
    expect(await prod.output("verifiedRelease")).toEqual(await staging.output("verifiedRelease"));
    expect(await prod.output("verification")).toMatchObject({ token: "4/4 pairs", session: "4/4 pairs", name: "1/1 name" });
    const registry = { name: `${domain}:8070`, protocol: "http", domain, port: 8070 } as const;
    expect(await login("node3", registry, await prod.output<string>("adminPassword"))).toMatchObject({ code: 0 });
    expect(await must("docker", ["inspect", "-f", "{{.State.Running}}", "harbor-mysql", "harbor-redis"])).toBe("true\ntrue");
});
