import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
    beside,
    configuration,
    type Engine,
    type Image,
    names,
    parts,
    SandboxCopy,
    standing,
    standingOfBefore,
} from "../support/stand-in-engine";

jest.setTimeout(60_000);

// What `sandbox/down` takes away and what it leaves, tried with the script as it is.

let copy: SandboxCopy;
beforeEach(() => (copy = new SandboxCopy()));
afterEach(() => copy.remove());

const nothing = { containers: [], volumes: [], networks: [] };
const text = (part: string): unknown => expect.stringContaining(part);

/** Images made by `docker commit` from a container of the sandbox, and by `docker build` from such an image. */
const committed: Image = {
    id: "committed",
    refs: ["mine/node:1"],
    labels: { "harbor-ha.made": "harbor-ha-node2", "harbor-ha.sandbox": "1", ...configuration },
};
const built: Image = { ...committed, id: "built", refs: ["mine/node:2"], parent: "committed" };

describe.each([
    ["by this version", standing],
    ["by a version before", standingOfBefore],
])("what was made %s", (_, made) => {
    test("is taken away, all of it; what others have made of its images stays", async () => {
        const foreign: Partial<Engine> = {
            containers: [
                { name: "tool", image: "harbor-ha-sandbox/host:bookworm", volumes: ["0a1b"] },
                { name: "harbor-ha-node9", image: "harbor-ha-sandbox/host:bookworm", running: false },
                { name: "copy-of-node2", image: "mine/node:1" },
                { name: "harbor-ha-node2", image: "mine/node:2" },
                { name: "web", image: "nginx:1" },
                { name: "labelled", labels: { "harbor-ha.sandbox": "1", ...configuration } },
            ],
            volumes: [{ name: "0a1b" }, { name: "harbor-ha-mine", labels: { "harbor-ha.sandbox": "1" } }],
            networks: [{ name: "mine" }],
            images: [committed, built],
        };
        const { code, output, left } = await copy.down(beside(made(copy.runDir), foreign));
        expect(left).toEqual({
            containers: names(foreign.containers ?? []),
            volumes: names(foreign.volumes ?? []),
            networks: ["mine"],
        });
        expect(output).toContain(
            "removed: 5 containers\nremoved: 1 networks\nremoved: 5 volumes\nremoved: sandbox/.run;",
        );
        expect({ code, runDir: existsSync(copy.runDir) }).toEqual({ code: 0, runDir: false });
    });

    test("by another copy of the project stays, and down says where that is", async () => {
        const other = join(copy.folder, "other", "sandbox", ".run");
        mkdirSync(other, { recursive: true });
        const { code, output, left, images } = await copy.down(made(other), ["--images"]);
        expect(left.containers).toEqual(parts);
        expect([left.volumes.length, left.networks.length, images.length]).toEqual([5, 1, 11]);
        expect(output).toContain(
            `the sandbox of another copy of the project (${join(copy.folder, "other")}) and its images`,
        );
        expect(code).toBe(0);
        expect((await copy.down(made(other), [], { SANDBOX_REPLACE: "1" })).left).toEqual(nothing);
    });

    test("by a copy that is gone is taken away", async () => {
        expect((await copy.down(made(join(copy.folder, "gone", ".run")))).left).toEqual(nothing);
    });

    test("makes way for another copy's up only when that is asked for, or its copy is gone", async () => {
        const call = "displace_other_copy";
        const kept = await copy.library(made(copy.folder), call);
        expect(kept).toMatchObject({ code: 1, output: text("SANDBOX_REPLACE=1 sandbox/up here") });
        expect(kept.left.containers).toEqual(parts);
        const asked = await copy.library(made(copy.folder), call, { SANDBOX_REPLACE: "1" });
        expect(asked).toMatchObject({ code: 0, left: nothing });
        const unattended = await copy.library(made(copy.folder), call, { CI: "true" });
        expect(unattended).toMatchObject({ code: 0, left: nothing });
        const gone = await copy.library(made(join(copy.folder, "gone")), call);
        expect(gone).toMatchObject({ code: 0, left: nothing });
        expect((await copy.library(made(copy.runDir), call)).left.containers).toEqual(parts);
    });

    test("is known to up as its own; what has only the name isn't, and is refused", async () => {
        const own = await copy.library(made(copy.runDir), "require_ours container harbor-ha-dns && echo known");
        expect(own.output).toBe("known\n");
        const volume = await copy.library(made(copy.runDir), "require_ours volume harbor-ha-redis");
        expect(volume).toMatchObject({
            code: 1,
            output: text("there is a volume harbor-ha-redis that this sandbox hasn't"),
        });
        const others = await copy.library(made(copy.folder), "require_ours network harbor-ha-sandbox");
        expect(others).toMatchObject({ code: 1, output: text("there is a network harbor-ha-sandbox that this") });
        const engine = beside(made(copy.runDir), {
            containers: [{ name: "harbor-ha-node5", image: "harbor-ha-sandbox/host:bookworm" }],
        });
        const nodes = await copy.library(engine, "known_nodes | xargs; require_ours container harbor-ha-node5");
        expect(nodes).toMatchObject({ code: 1, output: text("node1 node2 node3 node4\nthere is a container") });
    });
});

test("a network and volumes that others have taken into use stay, also while these are stopped", async () => {
    const engine = beside(standing(copy.runDir), {
        containers: [
            { name: "guest", networks: ["harbor-ha-sandbox"], running: false },
            { name: "reader", volumes: ["harbor-ha-mysql"] },
        ],
    });
    const { output, left } = await copy.down(engine);
    expect(left).toEqual({
        containers: ["guest", "reader"],
        volumes: ["harbor-ha-mysql"],
        networks: ["harbor-ha-sandbox"],
    });
    expect(output).toContain("left alone: the network harbor-ha-sandbox, in use by other containers: guest\n");
    expect(output).toContain("left alone: the volume harbor-ha-mysql, in use by other containers: reader\n");
});

test("--images takes the names that up has given, and leaves what others have given or use", async () => {
    const own: Image = { id: "own", refs: ["harbor-ha-sandbox/host:mine", "harbor-ha-sandbox/other:9"], labels: {} };
    const user = { name: "tool", image: "harbor-ha-sandbox/redis:7" };
    const engine = beside(standing(copy.runDir), { containers: [user], images: [own] });
    const { code, output, images } = await copy.down(engine, ["--images"]);
    expect(images).toEqual([expect.stringMatching(/\/redis:/), ...own.refs]);
    expect(output).toMatch(/^left alone: the image harbor-ha-sandbox\/redis:\S+, in use by other containers$/m);
    expect(output).toContain("removed: 10 image names\n");
    expect(code).toBe(0);
});

describe("the Docker engine that the sandbox has started", () => {
    let pid: number;
    let stop: () => Promise<void>;
    const running = (): boolean => existsSync(`/proc/${pid}`);

    beforeEach(() => {
        const pidfile = join(copy.runDir, "dockerd.pid");
        const program = copy.program("dockerd", "trap 'exit 0' TERM; while :; do sleep 0.05; done");
        const dockerd = spawn(program, [`--pidfile=${pidfile}`], { stdio: "ignore" });
        const ended = new Promise((resolve) => dockerd.on("exit", resolve));
        pid = dockerd.pid ?? 0;
        writeFileSync(pidfile, `${pid}\n`);
        stop = async () => {
            dockerd.kill("SIGTERM");
            await ended;
        };
    });
    afterEach(() => stop());

    test("is ended when nothing else is on it", async () => {
        const { code, output } = await copy.down(standing(copy.runDir));
        expect({ code, running: running() }).toEqual({ code: 0, running: false });
        expect(output).toContain("stopped: the Docker engine that the sandbox had started\n");
        expect(existsSync(copy.runDir)).toBe(false);
    });

    test.each<[string, Partial<Engine>, string]>([
        ["a container", { containers: [{ name: "web" }] }, "containers: web"],
        ["a stopped container", { containers: [{ name: "old", running: false }] }, "containers: old"],
        ["a volume", { volumes: [{ name: "data" }] }, "volumes: data"],
        ["a network", { networks: [{ name: "backend" }] }, "networks: backend"],
        [
            "many",
            { containers: ["a", "b", "c", "d", "e", "f", "g"].map((name) => ({ name })) },
            "containers: a b c d e and 2 more",
        ],
    ])("goes on for %s of others, and down says so", async (_, foreign, line) => {
        const { code, output } = await copy.down(beside(standing(copy.runDir), foreign));
        expect({ code, running: running() }).toEqual({ code: 0, running: true });
        expect(output).toContain(
            `left running: the Docker engine that the sandbox started (pid ${pid}), since others use it`,
        );
        expect(output).toContain(`\n  ${line}\n`);
        // A later run still finds it.
        expect(existsSync(join(copy.runDir, "dockerd.pid"))).toBe(true);
    });

    test.each(["ps", "volume ls", "network ls", "image ls"])(
        "goes on when docker %s fails, and nothing is removed",
        async (command) => {
            const { code, output, left } = await copy.down({ ...standing(copy.runDir), broken: [command] });
            expect({ code, running: running() }).toEqual({ code: 1, running: true });
            expect(output).toContain("the engine is broken");
            expect(left.containers).toEqual(parts);
        },
    );
});
