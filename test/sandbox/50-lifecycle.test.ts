import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import { clientTrusts, hub, login, pinClient, pull, push, request } from "./support/registry";
import { must } from "./support/run";
import { lookUp, nodes, on, onAll, prefix, projectDir, sandbox, sql } from "./support/sandbox";
import { changed, dev, startTimes } from "./support/stack";

jest.setTimeout(600_000);

const data = "/mnt/cephfs/harbor";
const image = `${hub.name}/library/kept`;
const kept = (): Promise<string> =>
    on("node1", `cd ${data} && sha256sum data/secretkey harbor-ha/keys/current/*; cat data/config/config.json | jq -r .mysql_host`);

const older = "sandbox/.run/release/harbor-sandbox-offline-installer-v1.1.1.tgz";
let password = "";

beforeAll(async () => {
    await dev.ensure();
    password = await dev.output<string>("adminPassword");
    await clientTrusts([hub.name]);
    await pinClient(hub, undefined);
});

describe("destroy, and up again", () => {
    let digest = "";
    let before = "";
    let fingerprint = "";

    test("destroy stops the containers and removes the name; data, database, keys and release stay", async () => {
        expect(await login("client", hub, password)).toMatchObject({ code: 0 });
        digest = await push(`${image}:1`);
        before = await kept();
        fingerprint = await dev.output<string>("tokenKeyFingerprint");
        await dev.destroy();
        expect(await lookUp(hub.domain)).toEqual([]);
        expect(await onAll("docker ps -aq")).toEqual(["", "", ""]);
        expect(await onAll("systemctl is-enabled harbor-ha 2>&1 || true; ls /etc/systemd/system/harbor-ha.service 2>&1 || true")).toEqual(
            nodes.map(() => expect.stringContaining("No such file")),
        );
        expect(await kept()).toBe(before);
        expect(await onAll("ls -d /opt/harbor-ha/releases/v1.1.2-*/docker-compose.yml | wc -l")).toEqual(["1", "1", "1"]);
        expect(await sql("SELECT COUNT(*) FROM registry.repository WHERE name = 'library/kept'")).toBe("1");
    });

    test("up serves the image of before, with the same keys; the password that was made anew is the admin's", async () => {
        await dev.up({ release: older });
        const now = await dev.output<string>("adminPassword");
        expect(now).not.toBe(password);
        expect(await login("client", hub, now)).toMatchObject({ code: 0 });
        await pull(image, digest);
        expect(await kept()).toBe(before);
        expect(await dev.output("tokenKeyFingerprint")).toBe(fingerprint);
        expect(await dev.output("release")).toMatchObject({ version: "v1.1.1" });
        // One attempt only: a wrong password locks the account for a moment.
        expect((await login("client", hub, password)).code).not.toBe(0);
        password = now;
    });

    test("v1.1.1 to v1.1.2 on the running stack: images and files change, data and keys stay", async () => {
        const images = "docker ps --format '{{.Image}}' | grep -o 'v1.*' | sort -u";
        expect(await onAll(images)).toEqual(["v1.1.1", "v1.1.1", "v1.1.1"]);
        const preview = await dev.preview({}, "--diff");
        expect(preview.output).toMatch(/\[[^\]]*v1\.1\.2|v1\.1\.1.*=>.*v1\.1\.2/);
        await dev.up();
        expect(await onAll(images)).toEqual(["v1.1.2", "v1.1.2", "v1.1.2"]);
        expect(await onAll("grep -c server_tokens $(docker inspect -f '{{range .Mounts}}{{.Source}}{{\"\\n\"}}{{end}}' nginx | grep nginx$ | head -1)/nginx.conf")).toEqual(["1", "1", "1"]);
        expect(await kept()).toBe(before);
        expect(await dev.output("verification")).toMatchObject({ token: "9/9 pairs" });
        await pull(image, digest);
    });
});

describe("a node more", () => {
    const address = `${prefix}.14`;

    test("node4 is added: the others aren't touched, the name has four addresses, all pairs are verified", async () => {
        await must(`${projectDir}/sandbox/hosts/add`, ["4"], { seconds: 240 });
        const times = await Promise.all(nodes.map(startTimes));
        const four = [...nodes, "node4"].map((name, i) => ({ name, address: `${prefix}.1${i + 1}` }));
        const added = await dev.up({ nodes: four });
        expect(await Promise.all(nodes.map(startTimes))).toEqual(times);
        const touched = changed(added).filter((name) => !name.startsWith("harbor-node4") && !name.endsWith("-node4"));
        expect(touched.sort()).toEqual(["harbor-dns-records", "harbor-ha-dev", "harbor-verification-checks"].filter((name) => touched.includes(name)));
        expect(await dev.output("verification")).toMatchObject({ token: "16/16 pairs", pull: "12/12 pairs" });
        expect(await lookUp(hub.domain)).toContain(address);
        const { status } = await request({ ...hub }, "node1", "/api/systeminfo");
        expect(status).toBe(200);
    });

    test("node4 is removed: its containers and its address go, the others aren't touched", async () => {
        const times = await Promise.all(nodes.map(startTimes));
        await dev.up();
        expect(await must("docker", ["exec", "harbor-ha-node4", "docker", "ps", "-aq"])).toBe("");
        expect(await lookUp(hub.domain)).toEqual(sandbox.nodes.map((node) => node.address).filter((one) => one !== address).sort());
        expect(await Promise.all(nodes.map(startTimes))).toEqual(times);
        expect((await dev.verify()).code).toBe(0);
        // A client that is cut off would keep its locks in the CephFS until its session runs out.
        await must("docker", ["exec", "harbor-ha-node4", "umount", "/mnt/cephfs/harbor"]);
        await must("docker", ["rm", "-f", "-v", "harbor-ha-node4"]);
        await must("docker", ["volume", "rm", "harbor-ha-node4-docker"]);
    });
});
