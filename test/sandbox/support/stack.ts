import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { delay, run, type Result } from "./run";
import { on, prefix, projectDir, runDir, tryOn } from "./sandbox";

/** Config keys without their namespace; undefined removes a key of the dev stack. */
export type Overrides = Readonly<Record<string, unknown>>;

interface Resource {
    readonly urn: string;
    readonly type: string;
    readonly inputs: Readonly<Record<string, unknown>> & { readonly create?: string; readonly stdin?: unknown; readonly triggers?: readonly string[] };
    readonly outputs: Readonly<Record<string, unknown>> & { readonly stdout?: string; readonly result?: unknown };
}

/** A step of an update in the engine's event log. */
export interface Step {
    readonly name: string;
    readonly op: string;
    readonly at: "start" | "end";
}

interface EngineEvent {
    readonly resourcePreEvent?: { readonly metadata: { readonly urn: string; readonly op: string } };
    readonly diagnosticEvent?: { readonly severity: string };
    readonly resOutputsEvent?: { readonly metadata: { readonly urn: string; readonly op: string } };
}

export interface Update extends Result {
    readonly steps: readonly Step[];
    /** The engine's events as text, without its debug messages. */
    readonly events: string;
}

const workDir = join(runDir, "test");
const nameOf = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);

/** A stack with the real engine; what isn't overridden is the dev stack's config. */
export class Stack {
    constructor(
        readonly name: string,
        private readonly base: Overrides = {},
        /** Its configuration without overrides. */
        private readonly file = "Pulumi.dev.yaml",
    ) {}

    private configFile(overrides: Overrides): string {
        const text = readFileSync(join(projectDir, this.file), "utf8").replaceAll("10.88.0.", `${prefix}.`);
        const file = parse(text) as { config: Record<string, unknown> };
        for (const [key, value] of Object.entries({ ...this.base, ...overrides })) {
            if (value === undefined) Reflect.deleteProperty(file.config, `harbor-ha:${key}`);
            else file.config[`harbor-ha:${key}`] = value;
        }
        mkdirSync(workDir, { recursive: true });
        const path = join(workDir, `Pulumi.${this.name}.yaml`);
        writeFileSync(path, stringify(file));
        return path;
    }

    private engine(args: readonly string[]): readonly [string, readonly string[]] {
        // The event log is one of the engine's options for those who look into it.
        const script = '. "$0" && export PULUMI_DEBUG_COMMANDS=1 && cd "$1" && shift && exec pulumi "$@"';
        return ["bash", ["-c", script, join(runDir, "engine.env"), projectDir, ...args]];
    }

    async pulumi(...args: readonly string[]): Promise<Result> {
        const [program, words] = this.engine(args);
        return run(program, words, { seconds: 600 });
    }

    private async update(command: "up" | "destroy" | "preview", overrides: Overrides, more: readonly string[]): Promise<Update> {
        const log = join(workDir, `events-${this.name}.json`);
        const config = this.configFile(overrides);
        rmSync(log, { force: true });
        const result = await this.pulumi(command, ...this.arguments(command, config, log), ...more);
        return { ...result, ...takeEvents(log) };
    }

    private arguments(command: string, config: string, log: string): string[] {
        return [
            ...["--stack", this.name, "--config-file", config, "--non-interactive", "--event-log", log],
            ...(command === "preview" ? [] : ["--yes", "--skip-preview"]),
            ...(command === "up" ? ["--suppress-outputs"] : []),
        ];
    }

    preview(overrides: Overrides = {}, ...more: readonly string[]): Promise<Update> {
        return this.update("preview", overrides, more);
    }

    /** `pulumi up`, whether it succeeds or not. */
    tryUp(overrides: Overrides = {}, ...more: readonly string[]): Promise<Update> {
        return this.update("up", overrides, more);
    }

    async up(overrides: Overrides = {}, ...more: readonly string[]): Promise<Update> {
        return succeeded("pulumi up", await this.tryUp(overrides, ...more));
    }

    async destroy(overrides: Overrides = {}): Promise<Update> {
        return succeeded("pulumi destroy", await this.update("destroy", overrides, []));
    }

    /** Starts `pulumi up` and kills it, with everything that it has started, when the resource's step begins. */
    async killedAt(resource: string, overrides: Overrides = {}): Promise<Update> {
        const log = join(workDir, `events-${this.name}.json`);
        const config = this.configFile(overrides);
        rmSync(log, { force: true });
        const [program, words] = this.engine(["up", ...this.arguments("up", config, log)]);
        const child = spawn(program, words, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
        const done = collect(child);
        while (child.exitCode === null && child.signalCode === null) {
            if (readSteps(log).some(({ name, at }) => name === resource && at === "start")) {
                await delay(300);
                break;
            }
            await delay(50);
        }
        if (child.exitCode !== null || child.pid === undefined) {
            throw new Error(`the update ended before ${resource} began:\n${(await done).output.slice(-4000)}`);
        }
        process.kill(-child.pid, "SIGKILL");
        const result = await done;
        this.mendState();
        // As the operator does after a crash: the state's lock is given up by hand.
        succeeded("pulumi cancel", await this.pulumi("cancel", "--stack", this.name, "--yes"));
        return { ...result, ...takeEvents(log) };
    }

    /** Deployed and current: what every file begins with. The hosts carry one Harbor at a time. */
    async ensure(overrides: Overrides = {}): Promise<Update> {
        for (const other of [dev, dev2]) if (other.name !== this.name && other.file !== this.file && other.isDeployed()) await other.destroy();
        if ((await this.pulumi("stack", "select", this.name)).code !== 0) await this.create();
        // A run that was killed has left its lock.
        const cancelled = await this.pulumi("cancel", "--stack", this.name, "--yes");
        if (cancelled.code !== 0 && !/not.*(locked|running)|no.*update/i.test(cancelled.output)) {
            throw new Error(`pulumi cancel: ${cancelled.output}`);
        }
        return this.up(overrides);
    }

    /** The engine remembers what it was doing when it was killed, and warns of it at each run until it is told to forget. */
    async forgetInterrupted(): Promise<void> {
        const config = this.configFile({});
        const args = ["--stack", this.name, "--config-file", config, "--clear-pending-creates", "--skip-preview", "--yes", "--non-interactive"];
        succeeded("pulumi refresh", await this.pulumi("refresh", ...args));
    }

    /** Made with the dev stack's encryption, in a folder of its own: the engine writes a new stack's file beside Pulumi.yaml. */
    async create(): Promise<void> {
        const folder = join(workDir, "project");
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, "Pulumi.yaml"), readFileSync(join(projectDir, "Pulumi.yaml")));
        const { encryptionsalt } = parse(readFileSync(join(projectDir, "Pulumi.dev.yaml"), "utf8")) as { encryptionsalt: string };
        writeFileSync(join(folder, `Pulumi.${this.name}.yaml`), stringify({ encryptionsalt }));
        succeeded("pulumi stack init", await this.pulumi("--cwd", folder, "stack", "init", this.name));
    }

    async remove(): Promise<void> {
        succeeded("pulumi stack rm", await this.pulumi("stack", "rm", this.name, "--yes", "--preserve-config"));
    }

    async output<T>(name: string): Promise<T> {
        const shown = await this.pulumi("stack", "output", name, "--stack", this.name, "--json", "--show-secrets");
        return JSON.parse(succeeded("pulumi stack output", shown).stdout) as T;
    }

    async resources(showSecrets = false): Promise<readonly Resource[]> {
        const more = showSecrets ? ["--show-secrets"] : [];
        const exported = succeeded("export", await this.pulumi("stack", "export", "--stack", this.name, ...more));
        const state = JSON.parse(exported.stdout) as { deployment: { resources?: Resource[] } };
        return state.deployment.resources ?? [];
    }

    private isDeployed(): boolean {
        const path = join(runDir, "state", ".pulumi", "stacks", "harbor-ha", `${this.name}.json`);
        if (!existsSync(path)) return false;
        const { checkpoint } = JSON.parse(readFileSync(path, "utf8")) as { checkpoint: { latest?: { resources?: unknown[] } } };
        return (checkpoint.latest?.resources?.length ?? 0) > 1;
    }

    /** Files in which the engine keeps this stack's state. */
    stateFile(): string {
        const path = join(runDir, "state", ".pulumi", "stacks", "harbor-ha", `${this.name}.json`);
        if (!existsSync(path)) throw new Error(`${path} isn't there`);
        return path;
    }

    /** A kill while the engine's file backend writes: what it says of the state's file is empty then, and can do without. */
    private mendState(): void {
        const attributes = `${this.stateFile()}.attrs`;
        if (existsSync(attributes) && readFileSync(attributes, "utf8") === "") rmSync(attributes);
    }

    /** Runs a step of the stack by hand, on the host and with the parameters that the stack has for it. */
    async step(resource: string, host: string, parameters: Readonly<Record<string, string>> = {}): Promise<Result> {
        const found = (await this.resources()).find(({ urn }) => nameOf(urn) === resource);
        if (!found || typeof found.inputs.stdin !== "string" || found.inputs.create === undefined) {
            throw new Error(`${resource} is no step with plain parameters`);
        }
        let { stdin } = found.inputs;
        for (const [name, value] of Object.entries(parameters)) {
            const line = new RegExp(`^${name}: .*$`, "m");
            if (!line.test(stdin)) throw new Error(`${resource} has no parameter ${name}`);
            stdin = stdin.replace(line, `${name}: ${value}`);
        }
        return tryOn(host, found.inputs.create, { input: stdin, seconds: 300 });
    }

    /** The cluster's verification, run by hand on node2. */
    verify(): Promise<Result> {
        return this.step("harbor-verification-checks", "node2");
    }
}

/** Names, as in the program, of the steps that an update ran, with everything that it left alone taken out. */
export function changed({ steps }: Update): string[] {
    return steps.filter(({ at, op }) => at === "end" && op !== "same" && op !== "read").map(({ name }) => name);
}

export function succeeded<T extends Result>(what: string, result: T): T {
    if (result.code !== 0) throw new Error(`${what}: exit status ${result.code}\n${result.output.slice(-6000)}`);
    return result;
}

function readEvents(log: string): { line: string; event: EngineEvent }[] {
    if (!existsSync(log)) return [];
    // The last line may still be written.
    const lines = readFileSync(log, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => ({ line, event: JSON.parse(line) as EngineEvent }));
}

function readSteps(log: string): Step[] {
    return readEvents(log).flatMap(({ event }): Step[] => {
        const pre = event.resourcePreEvent?.metadata;
        const post = event.resOutputsEvent?.metadata;
        if (pre) return [{ name: nameOf(pre.urn), op: pre.op, at: "start" }];
        return post ? [{ name: nameOf(post.urn), op: post.op, at: "end" }] : [];
    });
}

/** Reads and removes the event log: the language host's debug messages in it have every secret in plain text. */
function takeEvents(log: string): { steps: Step[]; events: string } {
    const steps = readSteps(log);
    const shown = readEvents(log).filter(({ event }) => event.diagnosticEvent?.severity !== "debug");
    rmSync(log, { force: true });
    return { steps, events: shown.map(({ line }) => line).join("\n") };
}

function collect(child: ChildProcess): Promise<Result> {
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (output += text));
    return new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code) => resolve({ code: code ?? -1, output, stdout: output }));
    });
}

export const dev = new Stack("dev");
/** Harbor 2.x on the same hosts. */
export const dev2 = new Stack("dev2", {}, "Pulumi.dev2.yaml");

/** A check that failed, as the verification names it. */
export interface FailedCheck {
    readonly check: string;
    readonly from: string;
    /** "-" for a check of one node. */
    readonly to: string;
    readonly detail: string;
}

/** What failed of a verification: the lines below its table. */
export function failedRows(output: string): FailedCheck[] {
    const lines = output.split("\n");
    const kinds = lines.flatMap((line) => /^([a-z-]+) +\d+\/\d+ (?:pairs|nodes|name) +(?:ok|FAILED)$/.exec(line)?.[1] ?? []);
    if (kinds.length === 0) throw new Error(`no checks in:\n${output}`);
    return lines.flatMap((line): FailedCheck[] => {
        const [, check = "", from = "", to = "-", detail = ""] = /^([a-z-]+) (\S+?)(?: -> (\S+?))?: (.*)$/.exec(line) ?? [];
        return kinds.includes(check) ? [{ check, from, to, detail: detail.trim() }] : [];
    });
}

/** The release folder that a node runs. */
export const releaseDir = (host: string): Promise<string> => on(host, "cat /opt/harbor-ha/state/release-dir");

/** When each container of Harbor on a host was started. */
export const startTimes = (host: string): Promise<string> =>
    on(host, "docker inspect -f '{{.Name}} {{.State.StartedAt}}' $(docker ps -q) | sort");
