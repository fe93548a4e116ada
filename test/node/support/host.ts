import { spawn } from "node:child_process";
import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ParameterValue } from "../../../plan/parameters";
import { toolkitFile } from "../../../plan/toolkit";
import type { LineId } from "../../../releases/release";
import { parametersFor, usualValues, type Values } from "./samples";
import { type Answer, type Call, callsOf, forgetCalls, writeStandIn } from "./stand-in";
import { ownTools, removeTools, sharedTools } from "./tools";

export interface Result {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

const folders = [
    ".answers",
    "etc",
    "mnt",
    "opt",
    "proc",
    "root",
    "run/lock",
    "run/systemd/system",
    "tmp",
    "usr/local/bin",
    "var/log",
];

/**
 * Bash takes functions from its environment: no second is slept, but the shell's clock goes on, further than it would, so that
 * whatever waits in vain asks some times and not fifty.
 */
const jumpingClock = "() { SECONDS=$((SECONDS + ${1%.*} + 3)); }";

/**
 * A host under a folder of its own, with the node's command as the program would send it, and stand-ins for the tools
 * that act on a host. `file` gives the tools that are real in these tests.
 */
export class Host {
    readonly root = mkdtempSync(join(tmpdir(), "harbor-ha-node-"));
    readonly home = this.path("/opt/harbor-ha");
    readonly usual: Values;

    /** @param line Release line whose command the host has. */
    constructor(readonly line: LineId = "v1") {
        this.usual = usualValues(this.root, line);
        for (const folder of folders) mkdirSync(join(this.root, folder), { recursive: true });
        for (const [folder, shared] of Object.entries(sharedTools())) symlinkSync(shared, join(this.root, folder));
        this.write("/proc/4711/cmdline", "/usr/sbin/dockerd\0-H\0fd://\0");
        this.write("/run/docker.pid", "4711");
        this.write("/opt/harbor-ha/bin/harbor-ha", toolkitFile(this.line, "harbor-ha"), 0o755);
    }

    /** A path of the host, on this machine. */
    path(path: string): string {
        return join(this.root, path);
    }

    /** A path as the host or as this machine has it. */
    private full(path: string): string {
        return path.startsWith(this.root) ? path : this.path(path);
    }

    /** One of the parameters that every command gets alike, for example `release_dir`. */
    value(name: string): string {
        const value = this.usual[name];
        if (typeof value !== "string") throw new Error(`no usual value of ${name} is a text`);
        return value;
    }

    /** Writes a file of the host. */
    write(path: string, text: string | Buffer, mode = 0o644): string {
        const full = this.full(path);
        mkdirSync(dirname(full), { recursive: true });
        writeFileSync(full, text);
        chmodSync(full, mode);
        return full;
    }

    read(path: string): string {
        return readFileSync(this.full(path), "utf8");
    }

    has(path: string): boolean {
        return existsSync(this.full(path));
    }

    secret(name: string, value: string): void {
        this.write(`/opt/harbor-ha/secrets/${name}`, value, 0o600);
    }

    /** What a tool says; without answers it does what it usually does. */
    answer(tool: string, ...answers: Answer[]): void {
        writeStandIn(this.path("/usr/local/bin"), tool, answers);
    }

    /** Keeps a stand-in as it is now under /kept, from where a package manager can bring it back. */
    keep(tool: string): void {
        this.write(`/kept/${tool}`, readFileSync(this.toolPath(tool)), 0o755);
    }

    /** Names of the files in a folder of the host. */
    files(folder: string): string[] {
        return readdirSync(this.full(folder));
    }

    removePath(path: string): void {
        rmSync(this.full(path), { recursive: true });
    }

    stopDocker(): void {
        rmSync(this.path("/run/docker.pid"), { force: true });
    }

    /** Asks one of the host's tools itself. */
    tool(name: string, ...args: string[]): Promise<Result> {
        return this.spawn(this.toolPath(name), args);
    }

    private toolPath(tool: string): string {
        const own = this.path(`/usr/local/bin/${tool}`);
        return existsSync(own) ? own : this.path(`/usr/sbin/${tool}`);
    }

    /** The host lacks a tool. */
    lacks(...tools: string[]): void {
        for (const folder of ["/usr/sbin", "/usr/bin"]) ownTools(this.path(folder));
        for (const tool of tools) {
            for (const folder of ["/usr/local/bin", "/usr/sbin", "/usr/bin"]) {
                rmSync(this.path(`${folder}/${tool}`), { force: true });
            }
        }
    }

    /** Flags with which the Docker of this host runs. */
    dockerdFlags(...flags: string[]): void {
        this.write("/proc/4711/cmdline", ["/usr/sbin/dockerd", "-H", "fd://", ...flags, ""].join("\0"));
    }

    /** Something is mounted; `findmnt` and its stand-in for `systemctl start` read and write the same list. */
    mount(target = this.value("mount_point"), type = "fuse.ceph", source = "ceph-fuse", options = "rw"): void {
        mkdirSync(target, { recursive: true });
        writeFileSync(this.path("/.mounts"), `${target} ${type} ${source} ${options}\n`, { flag: "a" });
    }

    /** Runs a command that reads parameters; those that the test doesn't give get a sample. */
    run(command: string, given: Readonly<Record<string, ParameterValue | undefined>> = {}): Promise<Result> {
        return this.call([command], parametersFor(command, this.usual, given, this.line));
    }

    /** Runs the node's command with these words and this standard input. */
    call(words: readonly string[], input: string | Buffer = "", sleep = jumpingClock): Promise<Result> {
        return this.spawn(join(this.home, "bin", "harbor-ha"), words, input, sleep);
    }

    private spawn(
        program: string,
        words: readonly string[],
        input: string | Buffer = "",
        sleep = jumpingClock,
    ): Promise<Result> {
        const child = spawn(program, words, {
            cwd: this.root,
            env: {
                HARBOR_HA_ROOT: this.root,
                HOME: this.path("/root"),
                PATH: process.env.PATH,
                TMPDIR: this.path("/tmp"),
                "BASH_FUNC_sleep%%": sleep,
            },
        });
        const texts = { stdout: "", stderr: "" };
        for (const name of ["stdout", "stderr"] as const) {
            child[name].setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
        }
        // A command may end without reading all of it.
        child.stdin.on("error", () => undefined).end(input);
        return new Promise((resolve, reject) => {
            child.on("error", reject).on("close", (status) => resolve({ status, ...texts }));
        });
    }

    /** Calls of a tool, or of all, whose arguments contain a text. */
    calls(tool?: string, part = ""): Call[] {
        return callsOf(this.root).filter(
            (call) => (tool === undefined || call.tool === tool) && call.line.includes(part),
        );
    }

    forget(): void {
        forgetCalls(this.root);
    }

    remove(): void {
        rmSync(this.root, { recursive: true, force: true });
    }
}

// Nothing here is timed; a machine that does other work too may take long.
jest.setTimeout(60_000);

/** A new host for each test of a file, with the command of a release line. */
export function hostForEachTest(line: LineId = "v1"): () => Host {
    let host: Host | undefined;
    beforeEach(() => {
        host = new Host(line);
    });
    afterEach(() => host?.remove());
    afterAll(removeTools);
    return () => {
        if (!host) throw new Error("no test runs");
        return host;
    };
}
