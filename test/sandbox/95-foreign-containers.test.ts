import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { must, run } from "./support/run";
import { projectDir, sandbox } from "./support/sandbox";

jest.setTimeout(180_000);

// `sandbox/down` of another copy of the project, on the same engine and with names of its own, so that the sandbox that
// stands here isn't touched, nor anything else.

const own = "test95-harbor-ha";
const hostImage = "harbor-ha-sandbox/host:bookworm";
const committed = "test95-committed:1";
const unrelated = "test95-unrelated:1";
/** Container by image; each is somebody else's, whatever it is called. */
const foreign: Readonly<Record<string, string>> = {
    "test95-tool": hostImage,
    "test95-data": sandbox.images.redis,
    "test95-unrelated": unrelated,
    [`${own}-node3`]: sandbox.images.mariadb,
    [`${own}-redis`]: committed,
};

let folder: string;
let scripts: string;
let engine: ChildProcess;
const docker = (...args: string[]): Promise<string> => must("docker", args);
const lines = async (...args: string[]): Promise<string[]> => (await docker(...args)).split("\n").filter(Boolean).sort();

/** Functions of sandbox/lib, as the copy's `sandbox/up` calls them. */
const library = (call: string): Promise<string> =>
    must("bash", ["-c", `set -Eeuo pipefail; for part in sandbox steps ours docker remove images secrets containers hosts; do . ${scripts}/lib/$part.sh; done; ${call}`], {
        env: { ...process.env, SANDBOX_SUBNET: "10.95.95.0/24" },
    });

async function clean(): Promise<void> {
    const left = await lines("ps", "-a", "--filter", "name=^test95-", "--format", "{{.Names}}");
    if (left.length > 0) await docker("rm", "-f", "-v", ...left);
    for (const volume of await lines("volume", "ls", "-q", "--filter", `name=^${own}-`)) await docker("volume", "rm", volume);
    await run("docker", ["network", "rm", own]);
    await run("docker", ["rmi", committed, unrelated]);
}

/** Of every container that isn't the copy's: whether it runs, and which volumes it has that are there. */
async function others(): Promise<string[]> {
    const { nodes, client, ceph, mysql, redis, dns } = sandbox;
    // A node that an earlier test has added and removed is still listed.
    const there = await lines("ps", "-a", "--format", "{{.Names}}");
    const standing = [...nodes, client, ceph, mysql, redis, dns].map(({ container }) => container).filter((name) => there.includes(name));
    const containers = [...Object.keys(foreign), ...standing];
    const volumes = await lines("volume", "ls", "-q");
    const format = "{{.Name}} {{.Id}} {{.State.Status}}{{range .Mounts}}{{if eq .Type \"volume\"}} {{.Name}}{{end}}{{end}}";
    const found = await lines("inspect", "--type", "container", "--format", format, ...containers);
    return found.map((line) => {
        const [name = "", id = "", state = "", ...mounted] = line.split(" ");
        return [name, id, state, ...mounted.filter((volume) => volumes.includes(volume)).sort()].join(" ");
    });
}

beforeAll(async () => {
    await clean();
    folder = mkdtempSync(join(tmpdir(), "harbor-ha-test-"));
    scripts = join(folder, "sandbox");
    for (const part of ["down", "lib"]) cpSync(join(projectDir, "sandbox", part), join(scripts, part), { recursive: true });
    const names = readFileSync(join(scripts, "lib", "sandbox.sh"), "utf8");
    const renamed = names.replace(/^NETWORK=harbor-ha-sandbox$/m, `NETWORK=${own}`).replace(/^CONTAINER_PREFIX=harbor-ha$/m, `CONTAINER_PREFIX=${own}`);
    if (renamed.match(new RegExp(`=${own}$`, "gm"))?.length !== 2) throw new Error("sandbox.sh names its things in another way");
    writeFileSync(join(scripts, "lib", "sandbox.sh"), renamed);

    // A container as it is made now, and one of a version before.
    await library("ensure_network; ensure_volume $(volume_of dns); ensure_container dns $REDIS_IMAGE -v $(volume_of dns):/data --entrypoint redis-server");
    const before = ["--label", "harbor-ha.sandbox=1", "--label", "harbor-ha.config=9d8a47f1d6a4fabb"];
    await docker("volume", "create", "--label", "harbor-ha.sandbox=1", `${own}-node1-docker`);
    await docker("run", "-d", "--name", `${own}-node1`, ...before, "-v", `${own}-node1-docker:/x`, "--entrypoint", "sleep", hostImage, "600");

    // Others' images: one made of the sandbox's container, with all its labels, and one that has nothing of it.
    await docker("commit", `${own}-dns`, committed);
    await must("bash", ["-c", `mkdir ${folder}/bin && docker run --rm --entrypoint cat ${hostImage} /bin/busybox >${folder}/bin/sleep && chmod 755 ${folder}/bin/sleep && tar -c -C ${folder} bin | docker import - ${unrelated}`]);
    for (const [name, image] of Object.entries(foreign)) {
        const labels = name.startsWith(own) ? ["--label", "harbor-ha.sandbox=1"] : [];
        await docker("run", "-d", "--name", name, ...labels, "-v", "/of-mine", "--entrypoint", "/bin/sleep", image, "600");
    }

    // In the place of the engine: a process that the copy would take for one that it has started.
    const program = join(folder, "dockerd");
    writeFileSync(program, "#!/bin/bash\nwhile :; do sleep 0.2; done\n");
    chmodSync(program, 0o755);
    const pidfile = join(scripts, ".run", "dockerd.pid");
    mkdirSync(join(scripts, ".run"), { recursive: true });
    engine = spawn(program, [`--pidfile=${pidfile}`], { stdio: "ignore" });
    writeFileSync(pidfile, `${engine.pid}\n`);
});

afterAll(async () => {
    engine.kill("SIGKILL");
    await clean();
    rmSync(folder, { recursive: true, force: true });
});

test("down takes away what its own copy has made; others' containers and volumes stay, and the engine goes on", async () => {
    const before = await others();
    // Each with a volume of its own at least: a lost one would show.
    for (const line of before) expect(line).toMatch(/^\/\S+ [0-9a-f]{64} running \S+/);

    const { code, output } = await run(join(scripts, "down"), []);

    expect(output).toContain("removed: 2 containers\nremoved: 1 networks\nremoved: 2 volumes\n");
    expect(await others()).toEqual(before);
    expect(await lines("ps", "-a", "--filter", `name=^${own}-`, "--format", "{{.Names}}")).toEqual([`${own}-node3`, `${own}-redis`]);
    expect(await lines("volume", "ls", "-q", "--filter", `name=^${own}-`)).toEqual([]);
    expect(await lines("network", "ls", "-q", "--filter", `name=^${own}$`)).toEqual([]);

    expect(output).toMatch(/left running: the Docker engine that the sandbox started \(pid \d+\), since others use it\n {2}containers: /);
    expect(engine.exitCode).toBeNull();
    expect(existsSync(join(scripts, ".run", "dockerd.pid"))).toBe(true);
    expect(code).toBe(0);
});

test("down of a copy that has made nothing takes nothing away", async () => {
    const before = await others();
    expect((await run(join(scripts, "down"), [])).output).toContain("removed: 0 containers\nremoved: 0 networks\nremoved: 0 volumes\n");
    expect(await others()).toEqual(before);
});

test("up of that copy refuses a name that somebody else has taken", async () => {
    const call = library("require_ours container $(container_of node3)");
    await expect(call).rejects.toThrow(`there is a container ${own}-node3 that this sandbox hasn't made`);
});
