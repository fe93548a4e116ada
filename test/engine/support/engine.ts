import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectDir } from "../../support/files";

/** Environment for the engine that sandbox/engine/install has put up, with nothing of the sandbox's stacks in it. */
export function engineEnvironment(folder: string): NodeJS.ProcessEnv {
    const file = join(projectDir, "sandbox", ".run", "engine.env");
    if (!existsSync(file)) throw new Error("the engine isn't there: run sandbox/engine/install first");
    const { stdout } = spawnSync("bash", ["-c", '. "$0" && env -0', file], { encoding: "utf8" });
    const installed = Object.fromEntries(
        stdout
            .split("\0")
            .filter(Boolean)
            .map((entry) => splitOnce(entry)),
    );
    return {
        ...installed,
        PULUMI_BACKEND_URL: `file://${folder}/state`,
        PULUMI_CONFIG_PASSPHRASE: "engine-tests",
        PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
        // The event log is one of the engine's options for those who look into it.
        PULUMI_DEBUG_COMMANDS: "true",
        XDG_CACHE_HOME: join(folder, "cache"),
    };
}

function splitOnce(entry: string): [string, string] {
    const at = entry.indexOf("=");
    return [entry.slice(0, at), entry.slice(at + 1)];
}

/** A step of an update or of a preview, as the engine's event log has it. */
export interface Step {
    /** Name of the resource. */
    readonly name: string;
    readonly type: string;
    /** `create`, `update`, `same`, `delete`, `replace`, `create-replacement` … */
    readonly op: string;
    readonly at: "begin" | "end" | "failed";
}

interface Metadata {
    readonly metadata: { readonly urn: string; readonly type: string; readonly op: string };
}

interface EngineEvent {
    readonly resourcePreEvent?: Metadata;
    readonly resOutputsEvent?: Metadata;
    readonly resOpFailedEvent?: Metadata;
}

export function readSteps(log: string): Step[] {
    if (!existsSync(log)) return [];
    const lines = readFileSync(log, "utf8").split("\n").slice(0, -1);
    return lines.flatMap((line) => {
        const event = JSON.parse(line) as EngineEvent;
        return [
            ...step("begin", event.resourcePreEvent),
            ...step("end", event.resOutputsEvent),
            ...step("failed", event.resOpFailedEvent),
        ];
    });
}

function step(at: Step["at"], event: Metadata | undefined): Step[] {
    if (!event) return [];
    const { urn, type, op } = event.metadata;
    return [{ name: urn.slice(urn.lastIndexOf("::") + 2), type, op, at }];
}
