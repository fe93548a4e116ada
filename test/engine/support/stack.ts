import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { type Result, run } from "../../sandbox/support/run";
import { projectDir } from "../../support/files";
import { engineEnvironment, readSteps, type Step } from "./engine";

/** Config keys without their namespace; undefined takes one away. */
export type Config = Readonly<Record<string, unknown>>;

export interface Update extends Result {
    readonly steps: readonly Step[];
    /** By name of the resource: what was, or would be, done with it; nothing that stays as it is. */
    readonly changes: Readonly<Record<string, string>>;
}

export interface Resource {
    readonly urn: string;
    readonly type: string;
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly outputs: Readonly<Record<string, unknown>>;
}

interface StackFile {
    readonly config: Record<string, unknown>;
}

/** A stack of the real project with the real engine, whose state, config and cache lie in a folder of its own. */
export class Stack {
    /** Namespace of the project's own config keys. */
    private readonly prefix: string;

    private constructor(
        readonly folder: string,
        private readonly env: NodeJS.ProcessEnv,
        readonly name = "test",
        private readonly project = projectDir,
    ) {
        const { name: namespace } = parse(readFileSync(join(project, "Pulumi.yaml"), "utf8")) as { name: string };
        this.prefix = `${namespace}:`;
    }

    /** Secrets are encrypted by `pulumi config`, everything else is written as it is. */
    static async create(config: Config, secrets: Readonly<Record<string, string>>, project?: string): Promise<Stack> {
        const folder = mkdtempSync(join(tmpdir(), "harbor-ha-engine-"));
        const stack = new Stack(folder, engineEnvironment(folder), undefined, project);
        // The engine writes a new stack's file beside Pulumi.yaml, so that is a copy here, and only here.
        mkdirSync(join(folder, "state"));
        copyFileSync(join(stack.project, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
        return stack.init(config, secrets);
    }

    /** A stack of an earlier version of the program, from its exported state and its file; `changes` to its config. */
    static async imported(state: string, file: string, changes: Config): Promise<Stack> {
        const folder = mkdtempSync(join(tmpdir(), "harbor-ha-engine-"));
        const stack = new Stack(folder, engineEnvironment(folder));
        mkdirSync(join(folder, "state"));
        copyFileSync(join(projectDir, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
        // With the state's own encryption: `stack init` takes the salt that it finds.
        writeFileSync(stack.configFile, file);
        await stack.must("--cwd", folder, "stack", "init", stack.name, "--no-select");
        writeFileSync(stack.configFile, file);
        stack.write(changes);
        await stack.must("stack", "import", "--stack", stack.name, "--file", state);
        return stack;
    }

    /** Another stack in the same backend. */
    beside(name: string, config: Config, secrets: Readonly<Record<string, string>>): Promise<Stack> {
        return new Stack(this.folder, this.env, name, this.project).init(config, secrets);
    }

    private async init(config: Config, secrets: Readonly<Record<string, string>>): Promise<Stack> {
        await this.must("--cwd", this.folder, "stack", "init", this.name, "--no-select");
        this.write(config);
        await this.encrypt(secrets);
        return this;
    }

    /** Adds secrets to the stack's config. */
    async encrypt(secrets: Readonly<Record<string, string>>): Promise<void> {
        const words = Object.entries(secrets).flatMap(([key, value]) => ["--secret", `${this.prefix}${key}=${value}`]);
        await this.must("config", "set-all", "--stack", this.name, "--config-file", this.configFile, ...words);
    }

    /** `pulumi preview --diff`. */
    preview(changes: Config = {}, ...more: readonly string[]): Promise<Update> {
        return this.run("preview", changes, ["--diff", ...more]);
    }

    up(changes: Config = {}, ...more: readonly string[]): Promise<Update> {
        return this.run("up", changes, ["--yes", "--skip-preview", ...more]);
    }

    destroy(changes: Config = {}): Promise<Update> {
        return this.run("destroy", changes, ["--yes", "--skip-preview"]);
    }

    /** The state as the backend would show it to anybody who may read it. */
    exported(): Promise<string> {
        return this.must("stack", "export", "--stack", this.name);
    }

    async resources(): Promise<readonly Resource[]> {
        const text = await this.must("stack", "export", "--stack", this.name, "--show-secrets");
        return (JSON.parse(text) as { deployment: { resources?: Resource[] } }).deployment.resources ?? [];
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }

    get configFile(): string {
        return join(this.folder, `Pulumi.${this.name}.yaml`);
    }

    private write(changes: Config, file = this.configFile): void {
        const current = parse(readFileSync(this.configFile, "utf8")) as Partial<StackFile>;
        const config = { ...current.config };
        for (const [key, value] of Object.entries(changes)) config[`${this.prefix}${key}`] = value;
        const given = Object.entries(config).filter(([, value]) => value !== undefined);
        writeFileSync(file, stringify({ ...current, config: Object.fromEntries(given) }));
    }

    private async run(command: string, changes: Config, more: readonly string[]): Promise<Update> {
        const file = join(this.folder, "changed.yaml");
        const log = join(this.folder, "events.json");
        this.write(changes, file);
        rmSync(log, { force: true });
        const words = [command, "--stack", this.name, "--config-file", file, "--event-log", log, ...more];
        const result = await this.pulumi(words);
        const steps = readSteps(log);
        return { ...result, steps, changes: changesOf(steps) };
    }

    private async must(...words: readonly string[]): Promise<string> {
        const { code, output, stdout } = await this.pulumi(words);
        if (code !== 0) throw new Error(`pulumi ${words.join(" ")}: exit status ${code}\n${output}`);
        return stdout;
    }

    private pulumi(words: readonly string[]): Promise<Result> {
        const args = ["--cwd", this.project, "--non-interactive", "--color", "never", ...words];
        return run("pulumi", args, { env: this.env, seconds: 150 });
    }
}

function changesOf(steps: readonly Step[]): Record<string, string> {
    const done = steps.filter(({ at, op, type }) => at === "begin" && op !== "same" && type !== "pulumi:pulumi:Stack");
    return Object.fromEntries(done.map(({ name, op }) => [name, op]));
}

/** For what has to succeed. */
export function succeeded(update: Update): Update {
    if (update.code !== 0) throw new Error(`exit status ${update.code}\n${update.output.slice(-6000)}`);
    return update;
}

export function projectStackFiles(): string {
    return ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.staging.yaml", "Pulumi.prod.yaml", "Pulumi.test.yaml"]
        .map((name) => join(projectDir, name))
        .map((file) => (existsSync(file) ? readFileSync(file, "utf8") : "absent"))
        .join("\n");
}
