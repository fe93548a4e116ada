import { spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";

export interface Result {
    readonly code: number;
    /** Standard output and error, in the order in which they came. */
    readonly output: string;
    readonly stdout: string;
}

export interface RunOptions {
    readonly input?: string;
    readonly env?: NodeJS.ProcessEnv;
    /** @default 120 */
    readonly seconds?: number;
}

/** Runs a program to its end; a program that can't be started or that takes too long is an error. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Result> {
    const { input, env = process.env, seconds = 120 } = options;
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, { env, stdio: ["pipe", "pipe", "pipe"] });
        let output = "";
        let stdout = "";
        const limit = setTimeout(() => {
            child.kill("SIGKILL");
            reject(new Error(`${program} ${args.join(" ")} took longer than ${seconds} s:\n${output.slice(-4000)}`));
        }, seconds * 1000);
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
            output += text;
            stdout += text;
        });
        child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
        child.on("error", reject);
        // A program that doesn't read its input closes the pipe; its exit code says more than that.
        child.stdin.on("error", () => undefined).end(input ?? "");
        child.on("close", (code) => {
            clearTimeout(limit);
            resolve({ code: code ?? -1, output, stdout });
        });
    });
}

/** Like `run`, for what has to succeed: returns standard output without the last line break. */
export async function must(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
    const { code, output, stdout } = await run(program, args, options);
    if (code !== 0) {
        throw new Error(`${[program, ...args].join(" ").slice(0, 2000)}: exit status ${code}\n${output.slice(-4000)}`);
    }
    return stdout.trimEnd();
}

/** Polls until the check no longer throws; then returns what it returned. Its last error is the one reported. */
export async function eventually<T>(seconds: number, check: () => Promise<T>): Promise<T> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
        try {
            return await check();
        } catch (error) {
            if (Date.now() >= end) throw error;
        }
        await delay(500);
    }
}

export { delay };
