import { posix } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import * as tar from "tar-stream";
import { kindOf, linkOf, maxTextBytes, textOf } from "./tar-text";

/** A layer with more of what is looked for isn't Harbor's. */
const maxBytes = 16 * 1024 * 1024;

/** What is looked for in the layers of images: whether a path, without a leading slash, is, and whether its text is needed. */
export type Search = (path: string) => "text" | "name" | undefined;

/** What a layer does to the files that are looked for. The rest of it has only been passed by. */
export interface Layer {
    /** Texts by path, empty where only the name is needed; undefined: the layer takes the path away, with what is below. */
    readonly texts: ReadonlyMap<string, string | undefined>;
    /** Folders from which it takes all that was in them before. */
    readonly emptied: readonly string[];
}

/**
 * Reads a layer as `docker save` writes it, packed or not, a piece at a time.
 * @returns undefined for what is no layer.
 */
export async function readLayer(source: AsyncIterable<Buffer>, search: Search): Promise<Layer | undefined> {
    const { head, all } = await begun(source);
    if (head[0] === 0x1f && head[1] === 0x8b) {
        const gunzip = createGunzip();
        const unpacking = pipeline(Readable.from(all), gunzip);
        return (await Promise.all([readLayer(gunzip as AsyncIterable<Buffer>, search), unpacking]))[0];
    }
    if (head.toString("latin1", 257, 262) === "ustar") return readTar(all, search);
    // To its end: what it comes from waits for that.
    const left = all[Symbol.asyncIterator]();
    while (!(await left.next()).done);
    return undefined;
}

/** The first bytes of a stream, by which its kind is known, and the whole of it. */
async function begun(source: AsyncIterable<Buffer>): Promise<{ head: Buffer; all: AsyncIterable<Buffer> }> {
    const chunks = source[Symbol.asyncIterator]();
    let head = Buffer.alloc(0);
    let ended = false;
    while (head.length < 512 && !ended) {
        const next = await chunks.next();
        if (next.done) ended = true;
        else head = Buffer.concat([head, next.value]);
    }
    const rest: AsyncIterable<Buffer> = { [Symbol.asyncIterator]: () => chunks };
    async function* all(): AsyncGenerator<Buffer> {
        yield head;
        if (!ended) yield* rest;
    }
    return { head, all: all() };
}

async function readTar(source: AsyncIterable<Buffer>, search: Search): Promise<Layer> {
    const extract = tar.extract();
    const found = new Found(search);
    const entries = async (): Promise<void> => {
        for await (const entry of extract) {
            const read = found.add(entry.header);
            if (read !== undefined) found.put(read, await textOf(entry));
            entry.resume();
        }
    };
    await Promise.all([pipeline(Readable.from(source), extract), entries()]);
    return found;
}

class Found implements Layer {
    readonly texts = new Map<string, string | undefined>();
    readonly emptied: string[] = [];
    private bytes = 0;

    constructor(private readonly search: Search) {}

    /** Takes an entry; returns its path when its text is needed. */
    add(header: tar.Header): string | undefined {
        const path = plain(header.name);
        const [folder, file] = [posix.dirname(path), posix.basename(path)];
        // What a layer takes away it names so (OCI image specification, layer.md).
        if (file === ".wh..wh..opq") {
            this.emptied.push(folder);
            return undefined;
        }
        if (file.startsWith(".wh.")) {
            this.texts.set(posix.join(folder, file.slice(".wh.".length)), undefined);
            return undefined;
        }
        const wanted = this.search(path);
        const kind = kindOf(header);
        if (wanted === undefined || kind === "other") return undefined;
        if (kind === "link") this.texts.set(path, this.texts.get(plain(linkOf(header))));
        else if (kind === "file" && wanted === "name") this.texts.set(path, "");
        else if (kind === "file" && header.size <= maxTextBytes) return path;
        else this.texts.set(path, undefined);
        return undefined;
    }

    put(path: string, text: string): void {
        this.bytes += text.length;
        if (this.bytes > maxBytes) throw new Error(`more than ${maxBytes} bytes of texts in a layer`);
        this.texts.set(path, text);
    }
}

function plain(name: string): string {
    return posix.normalize(name).replace(/^(?:\.?\/)+/, "");
}

/** The files that an image has, of those that were looked for: each layer lies on the ones before it. */
export function merged(layers: readonly Layer[]): Map<string, string> {
    const files = new Map<string, string>();
    const remove = (path: string): void => {
        for (const file of [...files.keys()]) if (file === path || file.startsWith(`${path}/`)) files.delete(file);
    };
    for (const { texts, emptied } of layers) {
        for (const folder of emptied)
            for (const file of [...files.keys()]) if (file.startsWith(`${folder}/`)) files.delete(file);
        for (const [path, text] of texts) {
            if (text === undefined) remove(path);
            else files.set(path, text);
        }
    }
    return files;
}
