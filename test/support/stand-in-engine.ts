import { execFile } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectDir } from "./files";
import { clientProgram, serve, stateOf } from "./stand-in-docker";

export type Labels = Readonly<Record<string, string>>;

export interface Container {
    readonly name: string;
    readonly image?: string;
    /** Its own; it has those of its image, too. */
    readonly labels?: Labels;
    /** @default true */
    readonly running?: boolean;
    readonly networks?: readonly string[];
    readonly volumes?: readonly string[];
}

export interface Labelled {
    readonly name: string;
    readonly labels?: Labels;
}

export interface Image {
    readonly id: string;
    readonly refs: readonly string[];
    readonly labels: Labels;
    /** Id of the image that it was made from. */
    readonly parent?: string;
}

/** What is on a Docker engine, as far as the sandbox's scripts look at it. */
export interface Engine {
    readonly containers: readonly Container[];
    readonly volumes: readonly Labelled[];
    readonly networks: readonly Labelled[];
    readonly images: readonly Image[];
    /** Commands of the client that fail. */
    readonly broken?: readonly string[];
}

export const names = (things: readonly Labelled[]): string[] => things.map(({ name }) => name);

export interface Ended {
    readonly code: number;
    /** Standard output, then standard error. */
    readonly output: string;
    /** Names of what is on the engine afterwards. */
    readonly left: { readonly containers: string[]; readonly volumes: string[]; readonly networks: string[] };
    readonly images: readonly string[];
}

/**
 * A copy of the sandbox's scripts in a folder of its own, with a `docker` (stand-in-docker.ts) whose engine is the test's
 * own, so that a test can't touch a real one.
 */
export class SandboxCopy {
    readonly folder = mkdtempSync(join(tmpdir(), "harbor-ha-test-"));
    readonly runDir = join(this.folder, "copy", "sandbox", ".run");
    private readonly bin = join(this.folder, "bin");

    constructor() {
        mkdirSync(this.runDir, { recursive: true });
        for (const part of ["down", "lib"]) {
            cpSync(join(projectDir, "sandbox", part), join(this.runDir, "..", part), { recursive: true });
        }
        mkdirSync(this.bin);
        this.program("docker", clientProgram);
        this.program("id", "echo 0");
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }

    /** Puts a Bash program on the scripts' path; returns its own. */
    program(name: string, text: string): string {
        const path = join(this.bin, name);
        // Named in full, so that the process has the program's name.
        writeFileSync(path, `#!/bin/bash\n${text}\n`);
        chmodSync(path, 0o755);
        return path;
    }

    down(engine: Engine, options: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
        return this.run(engine, ["./down", ...options], env);
    }

    /** Functions of sandbox/lib, as `sandbox/up` calls them. */
    library(engine: Engine, call: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
        const parts = "sandbox steps ours docker remove images secrets containers hosts";
        const program = `set -Eeuo pipefail; for part in ${parts}; do . lib/$part.sh; done; ${call}`;
        return this.run(engine, ["-c", program], env);
    }

    private async run(engine: Engine, words: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
        const after = stateOf(engine);
        const { port, close } = await serve(after);
        const own = { PATH: `${this.bin}:${process.env.PATH ?? ""}`, XDG_CACHE_HOME: this.folder };
        const options = {
            cwd: join(this.runDir, ".."),
            env: { ...process.env, CI: "", SANDBOX_REPLACE: "", ...own, STAND_IN_PORT: String(port), ...env },
        };
        return new Promise((resolve) => {
            execFile("bash", words, options, (error, stdout, stderr) => {
                close();
                resolve({
                    code: error === null ? 0 : Number(error.code),
                    output: stdout + stderr,
                    left: {
                        containers: names(after.containers),
                        volumes: names(after.volumes),
                        networks: names(after.networks).filter((name) => name !== "bridge"),
                    },
                    images: after.images.flatMap(({ refs }) => refs),
                });
            });
        });
    }
}

const images = (labels: Labels): Image[] =>
    ["base:bookworm", "host:bookworm", "ceph:16", "mariadb:10.11", "redis:7", "bind:9"].map((name, i) => ({
        id: `image${i}`,
        refs: [name, ...(i === 0 ? [] : [name.replace(/:.*/, ":h-0123456789ab")])].map((r) => `harbor-ha-sandbox/${r}`),
        labels,
    }));

/** Containers of the sandboxes below. */
export const parts = ["node1", "node4", "client", "dns", "mysql"].map((part) => `harbor-ha-${part}`);
const volumeOf = (name: string): string => (/node|client/.test(name) ? `${name}-docker` : name);
/** What every container of a sandbox is labelled with, in all versions, and no image. */
export const configuration = { "harbor-ha.config": "9d8a47f1d6a4fabb" };

/** A sandbox that the `up` of a copy has made. */
export function standing(copy: string): Engine {
    const marks = (name: string): Labels => ({ "harbor-ha.made": name, "harbor-ha.copy": copy });
    return {
        containers: parts.map((name) => ({
            name,
            image: "harbor-ha-sandbox/host:bookworm",
            labels: { ...marks(name), ...configuration },
            networks: ["harbor-ha-sandbox"],
            volumes: [volumeOf(name)],
        })),
        volumes: parts.map(volumeOf).map((name) => ({ name, labels: marks(name) })),
        networks: [{ name: "bridge" }, { name: "harbor-ha-sandbox", labels: marks("harbor-ha-sandbox") }],
        images: images({ "harbor-ha.image": "sandbox" }),
    };
}

/** The same by a version before: one label on everything, images too. */
export function standingOfBefore(copy: string): Engine {
    const old = { "harbor-ha.sandbox": "1" };
    const engine = standing(copy);
    return {
        containers: engine.containers.map((c) => ({ ...c, labels: { ...old, ...configuration } })),
        volumes: engine.volumes.map(({ name }) => ({ name, labels: old })),
        networks: [{ name: "bridge" }, { name: "harbor-ha-sandbox", labels: { ...old, "harbor-ha.copy": copy } }],
        images: images(old),
    };
}

/** An engine that holds more. */
export function beside(engine: Engine, more: Partial<Engine>): Engine {
    return {
        ...engine,
        containers: [...engine.containers, ...(more.containers ?? [])],
        volumes: [...engine.volumes, ...(more.volumes ?? [])],
        networks: [...engine.networks, ...(more.networks ?? [])],
        images: [...engine.images, ...(more.images ?? [])],
    };
}
