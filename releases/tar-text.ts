import type { Header } from "tar-stream";

/** Larger files of an archive are images and binaries. */
export const maxTextBytes = 256 * 1024;

/** What the entry of an archive is, as far as texts are read from it. */
export function kindOf({ type }: Header): "file" | "link" | "symlink" | "other" {
    if (type === "contiguous-file") return "file";
    return type === "file" || type === "link" || type === "symlink" ? type : "other";
}

/** What a link links to; a damaged one has nothing, which the types don't say. */
export function linkOf({ linkname }: { readonly linkname?: string | null }): string {
    return linkname ?? "";
}

/** All that a stream brings. */
export async function bytesOf(stream: AsyncIterable<unknown>): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
}

export async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
    return (await bytesOf(stream)).toString("utf8");
}
