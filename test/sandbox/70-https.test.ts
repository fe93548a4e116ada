import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { makeAuthority, makeCertificate } from "./support/pki";
import { login, pinClient, pull, push, type Registry, request, tokenMatrix, writeOn } from "./support/registry";
import { must, run } from "./support/run";
import { lookUp, nodes, on, onAll, prefix, runDir, sandbox } from "./support/sandbox";
import { dev, Stack } from "./support/stack";

jest.setTimeout(900_000);

const pki = join(runDir, "test", "pki");
const registry: Registry = { name: "registry.sandbox.test", protocol: "https", domain: "registry.sandbox.test", port: 443 };
const dockerHost = "unix:///var/run/docker.sock";
const gateway = `${prefix}.1`;

/** The same hosts, another registry: https with an authority of its own, MySQL and Redis as containers of the stack. */
const https = new Stack("https", {
    domain: registry.domain,
    dnsZone: registry.domain,
    protocol: "https",
    port: undefined,
    cephPath: "/apps/other",
    cephMountPoint: "/mnt/cephfs/other",
    httpsCertificateFile: join(pki, "server.crt"),
    httpsPrivateKeyFile: join(pki, "server.key"),
    httpsCaCertificateFile: join(pki, "ca.crt"),
    mysqlMode: "container",
    mysqlHost: gateway,
    mysqlPort: 13306,
    mysqlPasswordFile: undefined,
    mysqlDockerHost: dockerHost,
    mysqlImage: sandbox.images.mariadb,
    redisMode: "container",
    redisHost: gateway,
    redisPort: 16379,
    redisPasswordFile: undefined,
    redisDockerHost: dockerHost,
    redisImage: sandbox.images.redis,
});

const containers = ["harbor-mysql", "harbor-redis"];
const volumes = ["harbor-mysql-data", "harbor-redis-data"];

/** Nothing of an earlier run: a new password wouldn't fit an old volume. */
async function removeServices(): Promise<void> {
    await run("docker", ["rm", "-f", "-v", ...containers]);
    await run("docker", ["volume", "rm", ...volumes]);
}

beforeAll(async () => {
    mkdirSync(pki, { recursive: true });
    await makeAuthority(pki);
    await makeCertificate(pki, "server", registry.domain);
    await makeCertificate(pki, "wrong", "elsewhere.example");
    await dev.ensure();
    await removeServices();
    if ((await https.pulumi("stack", "select", https.name)).code !== 0) await https.create();
});

afterAll(async () => {
    await removeServices();
    await on("client", "rm -rf /etc/docker/certs.d");
    await dev.ensure();
});

test("a certificate for another name is refused before any host is touched", async () => {
    const seen = (): Promise<string[]> => onAll("journalctl -b -u ssh -o cat --no-pager | grep -c '^Accepted publickey'");
    const before = await seen();
    const refused = await https.tryUp({ httpsCertificateFile: join(pki, "wrong.crt"), httpsPrivateKeyFile: join(pki, "wrong.key") });
    expect(refused.code).not.toBe(0);
    expect(refused.output).toMatch(/httpsCertificate.*elsewhere\.example.*registry\.sandbox\.test/);
    expect(await seen()).toEqual(before);
    expect((await run("docker", ["inspect", ...containers])).code).not.toBe(0);
});

test("https and services in containers: deployed, verified, nothing left to do", async () => {
    // One Harbor per host: container names and systemd's unit are the same.
    await dev.destroy();
    await https.up();
    expect(await https.output("url")).toBe("https://registry.sandbox.test");
    expect(await https.output("verification")).toMatchObject({ realm: "3/3 nodes", token: "9/9 pairs", session: "9/9 pairs", pull: "6/6 pairs", name: "1/1 name" });
    expect(await https.preview({}, "--expect-no-changes")).toMatchObject({ code: 0 });
    expect(await lookUp(registry.domain)).toHaveLength(3);
    expect(await must("docker", ["inspect", "-f", "{{.State.Running}}", ...containers])).toBe("true\ntrue");
});

test("docker trusts the authority where the program or the customer has put it (the talk's other answer to problem 1)", async () => {
    const password = await https.output<string>("adminPassword");
    const stranger = await login("client", registry, password);
    expect(stranger.code).not.toBe(0);
    expect(stranger.output).toMatch(/x509: certificate signed by unknown authority/);
    for (const node of nodes) expect(await login(node, registry, password)).toMatchObject({ code: 0 });

    await writeOn("client", `/etc/docker/certs.d/${registry.name}/ca.crt`, readFileSync(join(pki, "ca.crt"), "utf8"));
    await pinClient(registry, "node1");
    expect(await login("client", registry, password)).toMatchObject({ code: 0 });
    const digest = await push(`${registry.name}/library/hello:https`);
    await pinClient(registry, "node3");
    await pull(`${registry.name}/library/hello`, digest);
    await pinClient(registry, undefined);
    expect(Object.values(await tokenMatrix(registry, nodes, password))).toEqual(Array.from({ length: 9 }, () => 200));
});

test("another port: every node publishes it, and it is part of the name", async () => {
    await https.up({ port: 8443 });
    const moved = { ...registry, name: `${registry.domain}:8443`, port: 8443 };
    expect(await https.output("url")).toBe(`https://${moved.name}`);
    for (const node of nodes) expect((await request(moved, node, "/api/systeminfo")).status).toBe(200);
    expect(await login("node2", moved, await https.output<string>("adminPassword"))).toMatchObject({ code: 0 });
});

test("destroyed: containers go, volumes stay", async () => {
    await https.destroy({ port: 8443 });
    expect((await run("docker", ["inspect", "harbor-mysql"])).code).not.toBe(0);
    expect((await must("docker", ["volume", "ls", "-q"])).split("\n")).toEqual(expect.arrayContaining(volumes));
    expect(await lookUp(registry.domain)).toEqual([]);
    expect(await onAll("docker ps -aq")).toEqual(["", "", ""]);
    await onAll(
        `umount /mnt/cephfs/other; chattr -i /mnt/cephfs/other; rmdir /mnt/cephfs/other; sed -i '\\| /mnt/cephfs/other |d' /etc/fstab; systemctl daemon-reload`,
    );
    await https.remove();
});
