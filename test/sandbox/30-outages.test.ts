import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { hub, registryCall, request, tokenOf } from "./support/registry";
import { delay, eventually, must } from "./support/run";
import { hostOf, nodes, on, sandbox, tryOn } from "./support/sandbox";
import { dev, failedRows, startTimes } from "./support/stack";

jest.setTimeout(600_000);

const containers = 6;
let password = "";

const boots = (node: string): Promise<string> => on(node, "cut -d' ' -f22 /proc/1/stat");
const docker = (...args: string[]): Promise<string> => must("docker", args, { seconds: 180 });
const restart = (...names: string[]): Promise<string> => docker("restart", ...names.map((name) => hostOf(name).container));

/** Green again, with nobody's help. */
const verified = (seconds: number): Promise<void> =>
    eventually(seconds, async () => {
        for (const node of nodes) expect((await request(hub, node, "/api/systeminfo")).status).toBe(200);
        const { code, output } = await dev.verify();
        if (code !== 0) throw new Error(output);
    });

beforeAll(async () => {
    await dev.ensure();
    password = await dev.output<string>("adminPassword");
});

/** Whatever happened in between, the services run again. */
afterAll(() => docker("start", sandbox.ceph.container, sandbox.mysql.container, sandbox.redis.container));

describe("reboots", () => {
    test("a node comes back by itself, with the mount, Docker and Harbor", async () => {
        const before = [await boots("node2"), await startTimes("node2")];
        await restart("node2");
        await verified(120);
        expect(await boots("node2")).not.toBe(before[0]);
        const times = await startTimes("node2");
        expect(times.split("\n")).toHaveLength(containers);
        expect(times).not.toBe(before[1]);
    });

    test("two nodes at once", async () => {
        await restart("node1", "node3");
        await verified(150);
        for (const node of ["node1", "node3"]) expect((await startTimes(node)).split("\n")).toHaveLength(containers);
    });

    test("with Ceph away at boot nothing is written under the mount point; the node comes back when Ceph does", async () => {
        // Cut off rather than shut down, which would wait for the storage.
        await docker("kill", hostOf("node3").container);
        await docker("stop", sandbox.ceph.container);
        await docker("start", hostOf("node3").container);
        await eventually(60, async () => expect(await on("node3", "systemctl show -p ActiveState --value harbor-ha docker || true")).toMatch(/activ/));
        await delay(15_000);
        expect((await tryOn("node3", "findmnt --mountpoint /mnt/cephfs/harbor")).code).not.toBe(0);
        expect(await on("node3", "ls -A /mnt/cephfs/harbor")).toBe("");
        expect(await on("node3", "lsattr -d /mnt/cephfs/harbor")).toMatch(/^----i/);
        expect(await on("node3", "systemctl is-active docker || true")).not.toBe("active");
        expect((await tryOn("node3", "touch /mnt/cephfs/harbor/x")).code).not.toBe(0);

        await docker("start", sandbox.ceph.container);
        await verified(240);
        expect(await on("node3", "findmnt -n -o FSTYPE --mountpoint /mnt/cephfs/harbor")).toMatch(/ceph/);
        expect((await startTimes("node3")).split("\n")).toHaveLength(containers);
    });
});

describe("services away", () => {
    test("MySQL: verify names it", async () => {
        await docker("stop", "-t", "20", sandbox.mysql.container);
        const { code, output } = await dev.verify();
        expect(code).toBe(1);
        expect(failedRows(output)).toEqual(
            expect.arrayContaining([expect.objectContaining({ check: "login", detail: `login refused: MySQL at ${sandbox.mysql.address}:3306 is down` })]),
        );
    });

    test("Redis: verify names it; tokens go on", async () => {
        await docker("start", sandbox.mysql.container);
        await verified(60);
        await docker("stop", sandbox.redis.container);
        const { code, output } = await dev.verify();
        expect(code).toBe(1);
        const sessions = failedRows(output).filter(({ check }) => check === "session");
        expect(sessions).toHaveLength(9);
        expect(sessions[0]?.detail).toContain(`Redis at ${sandbox.redis.address}:6379`);
        expect(failedRows(output).filter(({ check }) => check === "token")).toEqual([]);
        expect(await registryCall(hub, "node2", await tokenOf(hub, "node1", password))).toBe(200);
    });

    test("a ui that was restarted meanwhile, and one with another address afterwards, heal without an update", async () => {
        await on("node1", "docker restart harbor-ui harbor-jobservice >/dev/null");
        // While the ui of node2 is away, something else takes its address; nginx looked it up at its own start.
        const network = await on("node2", "docker inspect -f '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}' harbor-ui");
        const address = (): Promise<string> => on("node2", "docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' harbor-ui");
        const before = await address();
        await on("node2", `docker stop harbor-ui >/dev/null; docker run -d --name squatter --network ${network} --ip ${before} --entrypoint sleep $(docker inspect -f '{{.Image}}' nginx) 600 >/dev/null || docker run -d --name squatter --network ${network} --entrypoint sleep $(docker inspect -f '{{.Image}}' nginx) 600 >/dev/null`);
        await docker("start", sandbox.redis.container);
        await on("node2", "docker start harbor-ui >/dev/null");
        await eventually(20, async () => expect(await address()).not.toBe(""));
        expect(await address()).not.toBe(before);
        await on("node2", "docker rm -f squatter >/dev/null");
        await verified(120);
    });
});
