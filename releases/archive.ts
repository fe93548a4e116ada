import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import * as tar from "tar-stream";
import { UserError } from "../base/errors";
import { setting } from "../base/naming";
import { reasonOf } from "../base/reason";
import { Contents } from "./contents";
import { readImages } from "./image-archive";
import type { HarborRelease, PrepareImage } from "./release";
import { kindOf, maxTextBytes, textOf } from "./tar-text";

interface Index {
    readonly version: string;
    readonly sha256: string;
    readonly files: Record<string, string>;
    readonly prepareImage?: Omit<PrepareImage, "templates"> & { readonly templates: Record<string, string> };
}

/** `$XDG_CACHE_HOME/harbor-ha`, by default `~/.cache/harbor-ha`. */
export function cacheDir(): string {
    return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "harbor-ha");
}

/**
 * Opens an installer archive (.tgz), of Harbor 2.x with the templates in its images. Reading through 100 MB takes a second,
 * so the texts are kept in the user's cache under the file's identity (path, inode, size, time).
 * @throws Error when the file isn't there or isn't a Harbor installer.
 */
export async function openArchive(path: string): Promise<HarborRelease> {
    const archive = resolve(path);
    const cacheFile = join(cacheDir(), "releases", `${identity(archive)}.json`);
    const index = readIndex(cacheFile) ?? (await buildIndex(archive, cacheFile));
    const { version, sha256, files, prepareImage } = index;
    return {
        ...{ archive, version, sha256, files: new Map(Object.entries(files)) },
        ...(prepareImage && {
            prepareImage: { ...prepareImage, templates: new Map(Object.entries(prepareImage.templates)) },
        }),
    };
}

function identity(archive: string): string {
    const stat = statSync(archive, { bigint: true, throwIfNoEntry: false });
    if (!stat?.isFile())
        throw new UserError(`${setting("release")}: ${archive} is not a file; give the path of a Harbor installer`);
    return createHash("sha256").update(["v3", archive, stat.ino, stat.size, stat.mtimeNs].join("\0")).digest("hex");
}

function readIndex(cacheFile: string): Index | undefined {
    try {
        return JSON.parse(readFileSync(cacheFile, "utf8")) as Index;
    } catch {
        return undefined; // not cached yet, or a cache that can't be read: the archive is the truth
    }
}

/**
 * Name of the archive on a host: its own, or, where that isn't plain (blanks, `#`, other alphabets), one that says
 * nothing. It travels as a parameter and in command lines.
 */
export function remoteName(archive: string): string {
    const name = basename(archive);
    return /^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/.test(name) ? name : "harbor-offline-installer.tgz";
}

async function buildIndex(archive: string, cacheFile: string): Promise<Index> {
    const fail = (problem: string): UserError => new UserError(`${setting("release")}: ${archive} ${problem}`);
    const hash = createHash("sha256");
    const contents = new Contents();
    const extract = tar.extract();
    const input = createReadStream(archive);
    input.on("data", (chunk) => hash.update(chunk));
    const reading = pipeline(input, createGunzip(), extract);
    let prepareImage: PrepareImage | undefined;
    let problem: string | undefined;
    const entries = async () => {
        for await (const entry of extract) {
            const { name, size, linkname } = entry.header;
            const kind = kindOf(entry.header);
            const isText = kind === "file" && size <= maxTextBytes && !holdsPrepare(name);
            contents.add(name, kind === "symlink" ? "other" : kind, isText ? await textOf(entry) : undefined, linkname);
            if (kind === "file" && holdsPrepare(name)) {
                prepareImage = await readImages(entry).catch((error: unknown) => {
                    problem = `${name}: ${reasonOf(error)}`;
                    throw error;
                });
            }
            entry.resume();
        }
    };
    await Promise.all([reading, entries()]).catch((error: unknown) => {
        if (problem !== undefined) throw fail(`can't be used: ${problem}. ${wanted}`);
        throw fail(`can't be read as .tgz: ${reasonOf(error)}`);
    });
    const index: Index = {
        version: versionOf(contents, fail),
        sha256: hash.digest("hex"),
        files: Object.fromEntries(contents.files),
        ...(prepareImage && {
            prepareImage: { ...prepareImage, templates: Object.fromEntries(prepareImage.templates) },
        }),
    };
    mkdirSync(join(cacheFile, ".."), { recursive: true });
    const temporary = `${cacheFile}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(index));
    renameSync(temporary, cacheFile);
    return index;
}

function versionOf(contents: Contents, fail: (problem: string) => UserError): string {
    try {
        return contents.version();
    } catch (error) {
        throw fail(`can't be used: ${reasonOf(error)}. ${wanted}`);
    }
}

const wanted = "The offline installer of a Harbor version is needed, harbor-offline-installer-v<version>.tgz";

/** From 2.0 on prepare is one of the images; before that, nothing is looked for in them. */
function holdsPrepare(name: string): boolean {
    return /(?:^|\/)harbor\.v(?:[2-9]|\d{2,})\.\d+\.\d+[^/]*\.tar\.gz$/.test(name);
}
