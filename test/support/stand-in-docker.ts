import { createServer, type AddressInfo, type Server } from "node:net";
import type { Container, Engine, Image, Labels } from "./stand-in-engine";

/**
 * A `docker` for tests: the few commands that the sandbox's scripts look and remove with. What it doesn't know is an error,
 * so a test can't pass by a command that does nothing.
 *
 * Containers have the labels of their image and their own, as in Docker.
 */

class Failure extends Error {}
const fail = (message: string): never => {
    throw new Failure(message);
};

/** What is on the engine. Containers know what they were made from, whatever names that has by now. */
export interface State {
    containers: (Container & { readonly id: string; readonly imageId: string | undefined })[];
    volumes: (Thing & { readonly id: string })[];
    networks: (Thing & { readonly id: string })[];
    images: Image[];
    readonly broken: readonly string[];
}
interface Thing {
    readonly name: string;
    readonly labels?: Labels;
}
type Kind = "container" | "volume" | "network";

export function stateOf(engine: Engine): State {
    const imageId = (ref?: string): string | undefined =>
        engine.images.find(({ refs }) => refs.includes(ref ?? ""))?.id;
    return {
        containers: engine.containers.map((c, i) => ({ id: `id${i}`, running: true, ...c, imageId: imageId(c.image) })),
        volumes: engine.volumes.map((volume) => ({ id: volume.name, ...volume })),
        networks: engine.networks.map((network, i) => ({ id: `id${i}`, ...network })),
        images: [...engine.images],
        broken: engine.broken ?? [],
    };
}

const labelled = (labels: Labels, wanted: string): boolean => {
    const [name = "", value] = wanted.split("=");
    return value === undefined ? name in labels : labels[name] === value;
};

interface Words {
    readonly filters: Map<string, string[]>;
    readonly flags: string[];
    readonly names: string[];
    readonly format: string | undefined;
}

/** Splits the words behind a command into options with a value, flags and the rest. */
function parsed(words: readonly string[]): Words {
    const filters = new Map<string, string[]>();
    const flags: string[] = [];
    const names: string[] = [];
    let format: string | undefined;
    for (let i = 0; i < words.length; i++) {
        const word = words[i] ?? "";
        if (word === "--format") format = words[++i];
        else if (word === "--filter") {
            const [name = "", ...value] = (words[++i] ?? "").split("=");
            filters.set(name, [...(filters.get(name) ?? []), value.join("=")]);
        } else if (word.startsWith("-")) flags.push(word);
        else names.push(word);
    }
    return { filters, flags, names, format };
}

const formatted = (format: string, fields: Labels, labels: Labels): string =>
    format.replace(/\{\{\.(?:Label "([^"]+)"|(\w+))\}\}/g, (_, label?: string, field?: string) =>
        label === undefined ? (fields[field ?? ""] ?? fail(`template: no field ${field}`)) : (labels[label] ?? ""),
    );

/** One call of the client; what it prints, line by line. */
class Client {
    readonly lines: string[] = [];

    constructor(private readonly engine: State) {}

    run(words: readonly string[]): void {
        const [command = "", ...rest] = words;
        const [sub = "", ...more] = rest;
        const { broken } = this.engine;
        if (broken.includes(`${command} ${sub}`) || broken.includes(command)) fail("the engine is broken");
        const kind = command === "volume" || command === "network" ? command : undefined;
        if (command === "version") this.lines.push("20.10.24");
        else if (command === "ps") this.list("container", rest);
        else if (command === "rm") this.remove("container", rest);
        else if (command === "rmi") this.removeImage(sub);
        else if (command === "image" && sub === "ls") this.images(more);
        else if (kind && sub === "ls") this.list(kind, more);
        else if (kind && sub === "rm") this.remove(kind, more);
        else fail(`docker: '${words.join(" ")}' is not a command of the stand-in`);
    }

    private all(kind: Kind): (Thing & { readonly id: string })[] {
        return this.engine[`${kind}s`];
    }

    private imageOf(thing: Partial<State["containers"][number]>): Image | undefined {
        return this.engine.images.find(({ id }) => id === thing.imageId);
    }

    private lineage(image: Image | undefined): string[] {
        if (!image) return [];
        return [image.id, ...this.lineage(this.engine.images.find(({ id }) => id === image.parent))];
    }

    private passes(thing: Thing & Partial<State["containers"][number]>, filter: string, value: string): boolean {
        const { networks = [], volumes = [], name } = thing;
        const network = this.engine.networks.find(({ id }) => id === value)?.name ?? value;
        if (filter === "network") return networks.includes(network);
        if (filter === "volume") return volumes.includes(value);
        if (filter === "ancestor") return this.lineage(this.imageOf(thing)).includes(value);
        if (filter === "type") return value === "custom" && !["bridge", "host", "none"].includes(name);
        if (filter === "label") return labelled(this.labelsOf(thing), value);
        return fail(`unknown filter ${filter}`);
    }

    private labelsOf(thing: Thing): Labels {
        return { ...this.imageOf(thing)?.labels, ...thing.labels };
    }

    private list(kind: Kind, words: readonly string[]): void {
        const { filters, flags, format } = parsed(words);
        for (const thing of this.all(kind)) {
            const passes = [...filters].every(([name, values]) =>
                values.some((value) => this.passes(thing, name, value)),
            );
            const stopped = kind === "container" && !(thing as Container).running;
            if (!passes || (stopped && !flags.some((flag) => flag.startsWith("-a")))) continue;
            const { name, id } = thing;
            const fields: Labels = kind === "container" ? { Names: name, ID: id } : { Name: name, ID: id };
            this.lines.push(format === undefined ? id : formatted(format, fields, this.labelsOf(thing)));
        }
    }

    private remove(kind: Kind, words: readonly string[]): void {
        for (const wanted of parsed(words).names) {
            const all = this.all(kind);
            const at = all.findIndex(({ id, name }) => id === wanted || name === wanted);
            const name = all[at]?.name ?? fail(`no such ${kind}: ${wanted}`);
            const has = (c: Container): boolean => kind !== "container" && (c[`${kind}s`] ?? []).includes(name);
            const users = this.engine.containers.filter(has).map((c) => c.name);
            if (users.length > 0) fail(`${kind} ${name} is in use: ${users.join(" ")}`);
            all.splice(at, 1);
        }
    }

    private images(words: readonly string[]): void {
        const { filters, flags, names, format } = parsed(words);
        for (const image of this.engine.images) {
            if (!(filters.get("label") ?? []).every((label) => labelled(image.labels, label))) continue;
            if (flags.some((flag) => flag.includes("q"))) this.lines.push(image.id);
            for (const ref of format === undefined ? [] : image.refs) {
                if (names.length > 0 && !names.some((name) => ref.startsWith(name.replace("*", "")))) continue;
                const [Repository = "", Tag = ""] = ref.split(":");
                this.lines.push(formatted(format ?? "", { Repository, Tag }, {}));
            }
        }
    }

    private removeImage(ref: string): void {
        const { images, containers } = this.engine;
        const at = images.findIndex(({ refs }) => refs.includes(ref));
        const image = images[at] ?? fail(`No such image: ${ref}`);
        const user = containers.find(({ imageId }) => imageId === image.id);
        if (image.refs.length === 1 && user) {
            fail(
                `conflict: unable to remove repository reference "${ref}" (must force) - container ${user.id} is using its referenced image`,
            );
        }
        images[at] = { ...image, refs: image.refs.filter((other) => other !== ref) };
    }
}

/** Status, standard output and standard error of one call, each with a NUL behind it. */
function answer(engine: State, words: readonly string[]): string {
    const client = new Client(engine);
    try {
        client.run(words);
        return `0\0${client.lines.map((line) => `${line}\n`).join("")}\0\0`;
    } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return `1\0${client.lines.map((line) => `${line}\n`).join("")}\0Error response from daemon: ${error.message}\n\0`;
    }
}

/**
 * The client's program, in Bash alone: the scripts call it dozens of times, and a Node.js for each would take most of the
 * tests' time. It sends the number of its words and the words, each with a NUL behind it.
 */
export const clientProgram = `exec 3<>"/dev/tcp/127.0.0.1/$STAND_IN_PORT"
printf '%s\\0' "$#" "$@" >&3
for part in status out err; do IFS= read -r -d '' "$part" <&3; done
printf %s "$out"
printf %s "$err" >&2
exit "$status"`;

/** An engine that the client asks on a port of this machine. */
export async function serve(engine: State): Promise<{ readonly port: number; readonly close: () => void }> {
    const server: Server = createServer((socket) => {
        let text = "";
        socket.setEncoding("utf8").on("data", (chunk: string) => {
            text += chunk;
            const [count = "", ...words] = text.split("\0").slice(0, -1);
            if (count !== "" && words.length === Number(count)) socket.end(answer(engine, words));
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}
