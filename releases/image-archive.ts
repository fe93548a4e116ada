import { posix } from "node:path";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import * as tar from "tar-stream";
import { type Layer, merged, readLayer, type Search } from "./layers";
import type { PrepareImage } from "./release";
import { kindOf, linkOf, textOf } from "./tar-text";

const templates = "usr/src/app/templates/";
const migration = /^harbor\/migrations\/postgresql\/0*(\d+)_[^/]*\.up\.sql$/;

const search: Search = (path) => (path.startsWith(templates) ? "text" : migration.test(path) ? "name" : undefined);

/** A list of images with more than this is none of Docker's. */
const maxManifestBytes = 1024 * 1024;

interface Image {
    readonly names: readonly string[];
    /** Paths of its layers in the archive. */
    readonly layers: readonly string[];
}

/**
 * Reads what `docker save | gzip` has written: the image that makes Harbor 2.x's configuration. The list of the images may
 * come last, so every layer is looked through as it passes, and only what is looked for is kept.
 * @throws Error that says what is there instead.
 */
export async function readImages(source: AsyncIterable<unknown>): Promise<PrepareImage> {
    const extract = tar.extract();
    const layers = new Map<string, Layer>();
    const links = new Map<string, string>();
    let manifest: string | undefined;
    const entries = async (): Promise<void> => {
        for await (const entry of extract) {
            const { name, size } = entry.header;
            const path = posix.normalize(name);
            const kind = kindOf(entry.header);
            if (path === "manifest.json" && size <= maxManifestBytes) {
                manifest = await textOf(entry);
            } else if (kind === "file" && isLayer(path)) {
                const layer = await readLayer(entry as AsyncIterable<Buffer>, search);
                if (layer !== undefined && (layer.texts.size > 0 || layer.emptied.length > 0)) layers.set(path, layer);
            } else if (kind === "symlink" || kind === "link") {
                const base = kind === "symlink" ? posix.dirname(path) : "";
                links.set(path, posix.join(base, linkOf(entry.header)));
            }
            entry.resume();
        }
    };
    await Promise.all([pipeline(Readable.from(source), createGunzip(), extract), entries()]);
    if (manifest === undefined) throw new Error("it has no manifest.json, so it is not what docker save writes");
    return chosen(imagesOf(manifest), (path) => layers.get(followed(path, links)));
}

/** Of both forms: a folder for each layer (before Docker 25), and one for all blobs. */
function isLayer(path: string): boolean {
    return path.endsWith(".tar") || path.startsWith("blobs/");
}

/** A layer that two images share stands once; the other one links to it, `../<id>/layer.tar`. */
function followed(path: string, links: ReadonlyMap<string, string>): string {
    let target = path;
    for (let steps = 0; steps <= links.size; steps++) target = links.get(target) ?? target;
    return target;
}

function imagesOf(manifest: string): Image[] {
    const list = JSON.parse(manifest) as unknown;
    const texts = (value: unknown): string[] =>
        Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
    if (!Array.isArray(list)) throw new Error("its manifest.json is no list of images");
    return (list as Record<string, unknown>[]).map(({ RepoTags, Layers }) => ({
        names: texts(RepoTags),
        layers: texts(Layers).map((path) => posix.normalize(path)),
    }));
}

function chosen(images: readonly Image[], layerOf: (path: string) => Layer | undefined): PrepareImage {
    const called = (name: string): { readonly tag: string; readonly image: Image }[] =>
        images.flatMap((image) =>
            image.names.filter((tag) => repositoryOf(tag) === name).map((tag) => ({ tag, image })),
        );
    const filesOf = (image: Image): Map<string, string> => merged(image.layers.flatMap((path) => layerOf(path) ?? []));
    const [prepare, ...others] = called("prepare");
    const names = images.flatMap((image) => image.names).sort();
    if (prepare === undefined) {
        throw new Error(
            `none of its images is called prepare (${names.length > 0 ? names.join(", ") : "none has a name"})`,
        );
    }
    if (others.length > 0) {
        throw new Error(
            `several of its images are called prepare (${[prepare, ...others].map(({ tag }) => tag).join(", ")})`,
        );
    }
    const found = [...filesOf(prepare.image)].filter(([path]) => path.startsWith(templates));
    if (found.length === 0) throw new Error(`its image ${prepare.tag} has no templates in /${templates}`);
    const [core] = called("harbor-core");
    const numbers =
        core === undefined ? [] : [...filesOf(core.image).keys()].flatMap((path) => migration.exec(path)?.[1] ?? []);
    const newest = Math.max(0, ...numbers.map(Number));
    return {
        name: prepare.tag,
        images: names,
        templates: new Map(found.map(([path, text]): [string, string] => [path.slice(templates.length), text]).sort()),
        ...(newest > 0 && { schemaVersion: String(newest) }),
    };
}

/** `prepare` of `hub.example.com:5000/goharbor/prepare:v2.15.2`. */
function repositoryOf(tag: string): string {
    return (
        tag
            .replace(/:[^:/]*$/, "")
            .split("/")
            .at(-1) ?? ""
    );
}
