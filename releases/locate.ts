import { createHash, randomUUID } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError } from "../base/errors";
import { reasonOf } from "../base/reason";
import type { ReleaseSettings } from "../base/settings";
import { shownUrl } from "../base/url";
import { cacheDir, openArchive } from "./archive";
import { openUrl } from "./download";
import type { HarborRelease } from "./release";

/** A download that takes longer has failed. */
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

async function download(source: string, sha256: string): Promise<string> {
    const url = new URL(source);
    const target = join(cacheDir(), "downloads", sha256, basename(url.pathname));
    if (existsSync(target)) return target;
    mkdirSync(dirname(target), { recursive: true });
    const temporary = `${target}.${randomUUID()}`;
    try {
        const body = await openUrl(url, process.env, AbortSignal.timeout(downloadTimeoutMs));
        const hash = createHash("sha256");
        body.on("data", (chunk: Buffer) => hash.update(chunk));
        await pipeline(body, createWriteStream(temporary));
        const found = hash.digest("hex");
        if (found !== sha256) throw new Error(`its SHA-256 is ${found}, releaseSha256 is ${sha256}`);
        renameSync(temporary, target);
        return target;
    } catch (error) {
        throw new UserError(`harbor-ha:release: ${shownUrl(source)} can't be used: ${reasonOf(error)}`);
    } finally {
        rmSync(temporary, { force: true });
    }
}
