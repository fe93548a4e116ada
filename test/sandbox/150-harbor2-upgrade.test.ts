import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { makeAuthority, makeCertificate } from "./support/pki";
import { clientTrusts, hub2, login, pinClient, pull, push, type Registry, writeOn } from "./support/registry";
import { must } from "./support/run";
import { nodes, on, onAll, postgresSql, projectDir, runDir } from "./support/sandbox";
import { changed, dev2 } from "./support/stack";

jest.setTimeout(900_000);

const older = { release: "sandbox/.run/release/harbor-sandbox-offline-installer-v2.14.4.tgz" };
const pki = join(runDir, "test", "pki2");
const secure: Registry = { name: hub2.domain, protocol: "https", domain: hub2.domain, port: 443 };
const overHttps = (certificate: string) => ({
    protocol: "https",
    port: undefined,
    httpsCertificateFile: join(pki, `${certificate}.crt`),
    httpsPrivateKeyFile: join(pki, `${certificate}.key`),
    httpsCaCertificateFile: join(pki, "ca.crt"),
});

/** What must outlive every upgrade. */
const treasures = (): Promise<string> =>
    on("node1", "cd /mnt/cephfs/harbor && cat data/secret/keys/secretkey harbor-ha/keys/current/private_key.pem harbor-ha/keys/pinned/secrets.env harbor-ha/keys/pinned/passwd | sha256sum");
const schema = (): Promise<string> => postgresSql("SELECT version, dirty FROM schema_migrations");
const images = (): Promise<string[]> => onAll("docker inspect -f '{{.Config.Image}}' harbor-core | sed 's/.*://'");

let kept = "";
let digest = "";

beforeAll(async () => {
    mkdirSync(pki, { recursive: true });
    await makeAuthority(pki);
    await makeCertificate(pki, "first", hub2.domain);
    await makeCertificate(pki, "second", hub2.domain);
    await must(join(projectDir, "sandbox/release/build"), ["v2.14.4", "v2.15.2"], { seconds: 600 });
    await must(join(projectDir, "sandbox/hosts/wipe"), [], { seconds: 180 });
    await dev2.create();
});

afterAll(async () => {
    await on("client", "rm -rf /etc/docker/certs.d");
    await dev2.ensure();
});

test("2.14.4 is deployed, all nodes at once but the first", async () => {
    await dev2.up({ ...older, rollout: "parallel" });
    expect(await dev2.output("verifiedRelease")).toMatchObject({ version: "v2.14.4" });
    expect(await schema()).toBe("171|f");
    await clientTrusts([hub2.name]);
    await pinClient(hub2, "node1");
    expect(await login("client", hub2, await dev2.output<string>("adminPassword"))).toMatchObject({ code: 0 });
    digest = await push(`${hub2.name}/library/hello:before`);
    kept = await treasures();
});

test("2.15.2: node 1 migrates alone, the others follow; keys, values and images stay", async () => {
    const update = await dev2.up();
    const ended = update.steps.filter(({ at }) => at === "end").map(({ name }) => name);
    expect(ended.indexOf("harbor-up-node1")).toBeLessThan(ended.indexOf("harbor-up-node2"));
    expect(changed(update)).not.toContain("harbor-dns-records");
    expect(await images()).toEqual(["v2.15.2", "v2.15.2", "v2.15.2"]);
    expect(await schema()).toBe("180|f");
    expect(await treasures()).toBe(kept);
    expect(await dev2.output("verifiedRelease")).toMatchObject({ version: "v2.15.2" });
    await pinClient(hub2, "node3");
    await pull(`${hub2.name}/library/hello`, digest);
    await pinClient(hub2, undefined);
});

test("back to 2.14.4 is refused before a container is touched: its core would find a newer schema", async () => {
    const refused = await dev2.tryUp(older);
    expect(refused.code).not.toBe(0);
    expect(refused.output).toMatch(/180/);
    expect(refused.output).toMatch(/harbor-postgres-schema/);
    expect(await images()).toEqual(["v2.15.2", "v2.15.2", "v2.15.2"]);
    await dev2.up();
    expect(await dev2.verify()).toMatchObject({ code: 0 });
});

test("https, and then another certificate: the pair lies once on the shared storage, every node serves it", async () => {
    await dev2.up(overHttps("first"));
    expect(await dev2.output("url")).toBe(`https://${hub2.domain}`);
    expect(await dev2.output("verification")).toMatchObject({ csrf: "9/9 pairs", token: "9/9 pairs", configuration: "3/3 nodes" });
    await writeOn("client", `/etc/docker/certs.d/${secure.name}/ca.crt`, readFileSync(join(pki, "ca.crt"), "utf8"));
    const password = await dev2.output<string>("adminPassword");
    for (const node of nodes) {
        await pinClient(secure, node);
        expect(await login("client", secure, password)).toMatchObject({ code: 0 });
    }
    await pull(`${secure.name}/library/hello`, digest);

    const serial = (file: string): Promise<string> => must("openssl", ["x509", "-in", file, "-noout", "-serial"]);
    const served = (): Promise<string[]> =>
        onAll(`openssl s_client -connect 127.0.0.1:443 -servername ${secure.domain} </dev/null 2>/dev/null | openssl x509 -noout -serial`);
    const first = (await serial(join(pki, "first.crt"))).trim();
    expect(await served()).toEqual([first, first, first]);
    await dev2.up(overHttps("second"));
    const second = (await serial(join(pki, "second.crt"))).trim();
    expect(second).not.toBe(first);
    expect(await served()).toEqual([second, second, second]);
    expect(await on("node1", "stat -c '%a %u' /mnt/cephfs/harbor/data/secret/cert/server.key")).toBe("600 10000");
    expect(await dev2.preview(overHttps("second"), "--expect-no-changes")).toMatchObject({ code: 0 });
    await pinClient(secure, undefined);
});
