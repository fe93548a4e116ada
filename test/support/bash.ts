import { spawnSync } from "node:child_process";
import { projectDir } from "./files";

export interface BashResult {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

/** Runs a Bash program in the project's folder. */
export function bash(program: string, input: string | Buffer = "", args: readonly string[] = []): BashResult {
    const { status, stdout, stderr } = spawnSync("bash", ["-c", program, "bash", ...args], {
        cwd: projectDir,
        input,
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
    });
    return { status, stdout, stderr };
}
