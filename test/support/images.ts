import { gzipSync } from "node:zlib";
import * as tar from "tar-stream";

/** What a layer does: a file's text, a link, or with undefined a file that is taken away. */
export type LayerEntry = string | undefined | { readonly link: string } | { readonly symlink: string };

export interface TestImage {
    readonly tags: readonly string[] | null;
    readonly layers: readonly (Readonly<Record<string, LayerEntry>> | Buffer)[];
}

type Entry = readonly [Partial<tar.Header> & { name: string }, string | Buffer];

async function packed(entries: readonly Entry[]): Promise<Buffer> {
    const pack = tar.pack();
    for (const [header, content] of entries) pack.entry(header, content as string);
    pack.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of pack) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
}

export function layer(files: Readonly<Record<string, LayerEntry>>): Promise<Buffer> {
    return packed(
        Object.entries(files).map(([name, entry]): Entry => {
            if (typeof entry === "string") return [{ name }, entry];
            if (entry === undefined) return [{ name: name.replace(/([^/]*)$/, ".wh.$1") }, ""];
            if ("link" in entry) return [{ name, type: "link", linkname: entry.link }, ""];
            return [{ name, type: "symlink", linkname: entry.symlink }, ""];
        }),
    );
}

/** How an archive of images may be written. */
export interface SaveForm {
    /** `folders`: a folder for each layer, as Docker wrote before 25; `blobs`: as since then. */
    readonly form: "folders" | "blobs";
    /** Whether blobs are packed, as from an image store of containerd. */
    readonly gzip?: boolean;
    readonly manifestFirst?: boolean;
}

/** What `docker save … | gzip` writes, as far as a reader looks at it. */
export async function savedImages(
    images: readonly TestImage[],
    { form, gzip, manifestFirst }: SaveForm,
): Promise<Buffer> {
    const entries: Entry[] = [];
    const seen = new Map<string, string>();
    const manifest: object[] = [];
    let count = 0;
    for (const { tags, layers } of images) {
        const paths: string[] = [];
        for (const one of layers) {
            const plain = Buffer.isBuffer(one) ? one : await layer(one);
            const id = String(++count).repeat(8);
            const same = seen.get(plain.toString("latin1"));
            const path = form === "folders" ? `${id}/layer.tar` : (same ?? `blobs/sha256/${id}`);
            if (same === undefined) entries.push([{ name: path }, gzip ? gzipSync(plain) : plain]);
            // The second of two equal layers is a link to the first.
            else if (form === "folders") entries.push([{ name: path, type: "symlink", linkname: `../${same}` }, ""]);
            seen.set(plain.toString("latin1"), same ?? path);
            paths.push(path);
        }
        entries.push([{ name: form === "folders" ? `${++count}.json` : `blobs/sha256/${++count}f` }, '{"os":"linux"}']);
        manifest.push({ Config: "config.json", RepoTags: tags, Layers: paths });
    }
    const list: Entry = [{ name: "manifest.json" }, JSON.stringify(manifest)];
    return gzipSync(await packed(manifestFirst ? [list, ...entries] : [...entries, list]));
}

export async function tgz(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
    return gzipSync(await packed(Object.entries(files).map(([name, content]): Entry => [{ name }, content])));
}
