import type { ConfigValues } from "../../config/keys";
import { ssh } from "../support/files";
import { changed, hostKey, minimalHttp, parse } from "../support/settings";

const nodes = (...list: object[]): string => JSON.stringify(list);

test("a node takes what it doesn't have from the keys for all nodes", () => {
    const raw = changed(minimalHttp, {
        sshUser: "ops",
        sshPort: "2222",
        sshKnownHosts: `[192.0.2.11]:2222 ${hostKey}\nnode2.example.com ${hostKey}`,
        nodes: nodes(
            { name: "a", address: "192.0.2.11" },
            { name: "b", address: "node2.example.com", serviceAddress: "192.0.2.12", port: 22, user: "root" },
        ),
    });
    expect(parse(raw).nodes).toEqual([
        { name: "a", address: "192.0.2.11", serviceAddress: "192.0.2.11", port: 2222, user: "ops", hostKey },
        { name: "b", address: "node2.example.com", serviceAddress: "192.0.2.12", port: 22, user: "root", hostKey },
    ]);
});

test("a node's own key goes before that of known_hosts", () => {
    const own = ssh("ecdsa.pub");
    const raw = changed(minimalHttp, {
        sshKnownHosts: `192.0.2.11 ${hostKey}`,
        nodes: nodes({ name: "a", address: "192.0.2.11", hostKey: own }),
    });
    expect(parse(raw).nodes[0]?.hostKey).toBe(own);
});

test("without a key only where the operator says so", () => {
    const raw = changed(minimalHttp, {
        allowUnknownHostKeys: "true",
        nodes: nodes({ name: "a", address: "192.0.2.11" }),
    });
    expect(parse(raw).nodes[0]).toHaveProperty("hostKey", undefined);
});

test("the blob cache has the index after that of the sessions", () => {
    expect(parse(changed(minimalHttp, { redisDatabase: "5" })).redis).toMatchObject({ database: 5, cacheDatabase: 6 });
});

test("a container's settings only in container mode, its password generated unless given", () => {
    const dockerHost = "ssh://root@db.example.com";
    const raw = changed(minimalHttp, { mysqlMode: "container", mysqlDockerHost: dockerHost, mysqlPassword: undefined });
    expect(parse(raw).database).toMatchObject({
        password: undefined,
        container: { dockerHost, image: "mariadb:10.11" },
    });
    expect(parse(raw).redis).toMatchObject({ password: { secret: "redis-Secret-2" }, container: undefined });
});

test("without managed records there is no DNS update", () => {
    const off = {
        dnsMode: "none",
        dnsServer: undefined,
        dnsZone: undefined,
        dnsKeyName: undefined,
        dnsKeySecret: undefined,
    };
    expect(parse(changed(minimalHttp, off)).dns).toEqual({ ttl: 60, update: undefined });
});

test("what companies and homes have: a zone of one label, a login with a dot, a presigned URL", () => {
    const raw = changed(minimalHttp, {
        domain: "hub.corp",
        dnsZone: "corp",
        sshUser: "first.last",
        sshProxy: "first.last@jump.example.com:2222",
        sshKnownHosts: `[jump.example.com]:2222 ${hostKey}`,
        release: "https://store.example.com/harbor-offline-installer-v1.1.2.tgz?X-Amz-Signature=0a",
        releaseSha256: "0".repeat(64),
    });
    const settings = parse(raw);
    expect(settings.dns.update?.zone).toBe("corp");
    expect(settings.ssh.proxy).toEqual({ user: "first.last", address: "jump.example.com", port: 2222, hostKey });
    expect(settings.release.source).toBe(raw.release);
});

test("one host alone may be its own name server and monitor", () => {
    const raw = changed(minimalHttp, { dnsServer: "127.0.0.1", cephMonitors: '["localhost:6789"]' });
    expect(parse(raw).storage).toMatchObject({ mode: "cephfs", monitors: ["localhost:6789"] });
});

test("the values have the types of their rules, and those with a default are always there", () => {
    type Is<A, B> = [A, B] extends [B, A] ? true : false;
    const types: [
        Is<ConfigValues["mysqlPort"], number>,
        Is<ConfigValues["port"], number | undefined>,
        Is<ConfigValues["protocol"], "https" | "http">,
        Is<ConfigValues["installPackages"], boolean>,
        Is<ConfigValues["cephMonitors"], string[] | undefined>,
        Is<ConfigValues["mysqlHost"], string | undefined>,
    ] = [true, true, true, true, true, true];
    expect(types).not.toContain(false);
});
