import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import * as tar from "tar-stream";

/** A file's text, or a link. */
export type Entry = string | { readonly type: "link" | "symlink" | "directory"; readonly linkname?: string };

/** A .tgz with these files; returns its SHA-256. */
export async function writeArchive(path: string, files: Readonly<Record<string, Entry>>): Promise<string> {
    return writeEntries(path, Object.entries(files));
}

/** The same with a list, in which a name may stand several times. */
export async function writeEntries(path: string, entries: readonly (readonly [string, Entry])[]): Promise<string> {
    const pack = tar.pack();
    for (const [name, entry] of entries) {
        if (typeof entry === "string") pack.entry({ name }, entry);
        else pack.entry({ name, ...entry });
    }
    pack.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of pack) chunks.push(chunk as Buffer);
    const bytes = gzipSync(Buffer.concat(chunks));
    writeFileSync(path, bytes);
    return createHash("sha256").update(bytes).digest("hex");
}

/** Files of the smallest Harbor installer. */
export const installer: Readonly<Record<string, string>> = {
    "harbor/harbor.v1.1.2.tar.gz": "images",
    "harbor/prepare": "#!/usr/bin/python\n",
    "harbor/harbor.cfg": "hostname = reg.mydomain.com\n",
    "harbor/common/templates/ui/env": "LOG_LEVEL=debug\n",
};
