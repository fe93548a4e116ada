import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import * as tar from "tar-stream";
import { UserError } from "../base/errors";
import type { HarborRelease } from "./release";

/** Larger files of the archive are images and binaries. */
const maxTextBytes = 256 * 1024;

interface Index {
    readonly version: string;
    readonly sha256: string;
    readonly files: Record<string, string>;
}

/** `$XDG_CACHE_HOME/harbor-ha`, by default `~/.cache/harbor-ha`. */
export function cacheDir(): string {
    return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "harbor-ha");
}

/**
 * Opens an installer archive (.tgz). Reading through 100 MB takes a second, so the texts are kept in the user's cache
 * under the file's identity (path, inode, size, time).
 * @throws Error when the file isn't there or isn't a Harbor installer.
 */
export async function openArchive(path: string): Promise<HarborRelease> {
    const archive = resolve(path);
    const cacheFile = join(cacheDir(), "releases", `${identity(archive)}.json`);
    const index = readIndex(cacheFile) ?? (await buildIndex(archive, cacheFile));
    return { archive, version: index.version, sha256: index.sha256, files: new Map(Object.entries(index.files)) };
}

function identity(archive: string): string {
    const stat = statSync(archive, { bigint: true, throwIfNoEntry: false });
    if (!stat?.isFile())
        throw new UserError(`harbor-ha:release: ${archive} is not a file; give the path of a Harbor installer`);
    return createHash("sha256").update(["v1", archive, stat.ino, stat.size, stat.mtimeNs].join("\0")).digest("hex");
}

function readIndex(cacheFile: string): Index | undefined {
    try {
        return JSON.parse(readFileSync(cacheFile, "utf8")) as Index;
    } catch {
        return undefined; // not cached yet, or a cache that can't be read: the archive is the truth
    }
}

async function buildIndex(archive: string, cacheFile: string): Promise<Index> {
    const hash = createHash("sha256");
    const files: Record<string, string> = {};
    let version: string | undefined;
    const extract = tar.extract();
    const input = createReadStream(archive);
    input.on("data", (chunk) => hash.update(chunk));
    const reading = pipeline(input, createGunzip(), extract);
    const entries = async () => {
        for await (const entry of extract) {
            const name = entry.header.name.replace(/^\.\//, "").replace(/^harbor\//, "");
            version ??= /^harbor\.(v\d[^/]*)\.(tar\.gz|tgz)$/.exec(name)?.[1];
            if (entry.header.type === "file" && entry.header.size <= maxTextBytes) {
                files[name] = await text(entry);
            } else {
                entry.resume();
            }
        }
    };
    await Promise.all([reading, entries()]).catch((error: unknown) => {
        throw new UserError(`harbor-ha:release: ${archive} can't be read as .tgz: ${String(error)}`);
    });
    if (version === undefined || files.prepare === undefined) {
        throw new UserError(
            `harbor-ha:release: ${archive} is not a Harbor installer (no harbor.<version>.tar.gz and prepare)`,
        );
    }
    const index: Index = { version, sha256: hash.digest("hex"), files };
    mkdirSync(join(cacheFile, ".."), { recursive: true });
    const temporary = `${cacheFile}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(index));
    renameSync(temporary, cacheFile);
    return index;
}

async function text(entry: AsyncIterable<unknown>): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString("utf8");
}
