import { createHash, randomUUID } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReleaseSettings } from "../base/settings";
import { cacheDir, openArchive } from "./archive";
import { UserError } from "../base/errors";
import type { HarborRelease } from "./release";

/** A download that stands still this long has failed. */
const downloadTimeoutMs = 30 * 60 * 1000;

/**
 * The release that the settings name: a local archive, or one from a URL, which is downloaded once into the cache.
 * @throws Error when checksum or version differ from the settings.
 */
export async function locateRelease(settings: ReleaseSettings): Promise<HarborRelease> {
    const path = /^https:/i.test(settings.source)
        ? await download(settings.source, settings.sha256 ?? "")
        : settings.source;
    const release = await openArchive(path);
    if (settings.sha256 !== undefined && release.sha256 !== settings.sha256) {
        throw new UserError(
            `harbor-ha:releaseSha256: ${settings.sha256} is not allowed: ${release.archive} has ${release.sha256}`,
        );
    }
    if (settings.version !== undefined && release.version !== settings.version) {
        throw new UserError(
            `harbor-ha:harborVersion: ${settings.version} is not allowed: ${release.archive} is ${release.version}`,
        );
    }
    return release;
}

async function download(url: string, sha256: string): Promise<string> {
    const target = join(cacheDir(), "downloads", sha256, basename(new URL(url).pathname));
    if (existsSync(target)) return target;
    mkdirSync(dirname(target), { recursive: true });
    const temporary = `${target}.${randomUUID()}`;
    try {
        const response = await fetch(url, { signal: AbortSignal.timeout(downloadTimeoutMs) });
        if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
        const hash = createHash("sha256");
        const body = Readable.fromWeb(response.body);
        body.on("data", (chunk: Buffer) => hash.update(chunk));
        await pipeline(body, createWriteStream(temporary));
        const found = hash.digest("hex");
        if (found !== sha256) throw new Error(`its SHA-256 is ${found}, releaseSha256 is ${sha256}`);
        renameSync(temporary, target);
        return target;
    } catch (error) {
        throw new UserError(
            `harbor-ha:release: ${url} can't be used: ${error instanceof Error ? error.message : String(error)}`,
        );
    } finally {
        rmSync(temporary, { force: true });
    }
}
