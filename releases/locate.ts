import { createHash, randomUUID } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError } from "../base/errors";
import { setting } from "../base/naming";
import { isPinName } from "../base/pin-name";
import { reasonOf } from "../base/reason";
import type { ReleaseSettings } from "../base/settings";
import { shownUrl } from "../base/url";
import { cacheDir, openArchive } from "./archive";
import { openUrl } from "./download";
import { asRelease, differences, nameOf, type Pin, pinOf } from "./pin";
import { findPin } from "./pins";
import type { HarborRelease, PinnedParts } from "./release";

/** A download that takes longer has failed. */
const downloadTimeoutMs = 30 * 60 * 1000;

/** The archive isn't there, or its server doesn't give it; nothing is said against what it holds. */
class Unreachable extends UserError {}

class WrongContent extends Error {}

/**
 * The release that the settings name: a local archive, one from a URL, which is downloaded once into the cache, or a pin.
 * @param isPreview Whether the archive isn't going to be sent: of a pinned release it isn't looked for then.
 * @throws UserError when checksum or version differ from the settings, or an archive from its pin.
 */
export async function locateRelease(settings: ReleaseSettings, isPreview = false): Promise<HarborRelease> {
    if (!isPinName(settings.source)) {
        const path = isUrl(settings.source)
            ? await download(settings.source, settings.sha256 ?? "", "release")
            : settings.source;
        return asWanted(await openArchive(path), settings);
    }
    const pin = findPin(settings.source);
    // A preview takes it that up will have what the settings name.
    const assumed = settings.archive === undefined ? undefined : { archive: pin.file, missing: undefined };
    const archive = isPreview ? assumed : await archiveOf(pin, settings.archive);
    return asWanted(asRelease(pin, archive), settings);
}

const isUrl = (source: string): boolean => /^https:/i.test(source);

function asWanted(release: HarborRelease, settings: ReleaseSettings): HarborRelease {
    if (settings.sha256 !== undefined && release.sha256 !== settings.sha256) {
        throw new UserError(
            `${setting("releaseSha256")}: ${settings.sha256} is not allowed: ${release.archive} has ${release.sha256}`,
        );
    }
    if (settings.version !== undefined && release.version !== settings.version) {
        throw new UserError(
            `${setting("harborVersion")}: ${settings.version} is not allowed: ${release.archive} is ${release.version}`,
        );
    }
    return release;
}

/** The archive of a pinned release, compared with its pin: it is what the pin was made from, and what a pin made now would be. */
async function archiveOf(
    pin: Pin,
    source: string | undefined,
): Promise<Pick<PinnedParts, "archive" | "missing"> | undefined> {
    if (source === undefined) return undefined;
    let path = source;
    try {
        if (isUrl(source)) path = await download(source, pin.sha256, "releaseSource");
        else if (!existsSync(source)) throw new Unreachable(`${setting("releaseSource")}: ${source} isn't there`);
    } catch (error) {
        if (error instanceof Unreachable) return { archive: undefined, missing: error };
        throw error;
    }
    const release = await openArchive(path);
    const found = differences(pin, pinOf(release, statSync(path).size));
    if (found.length === 0) return { archive: release.archive, missing: undefined };
    const lines = found.map((line) => `  ${line}`);
    throw new UserError(
        [`${setting("releaseSource")}: ${release.archive} is not what ${nameOf(pin)} pins:`, ...lines].join("\n"),
    );
}

async function download(source: string, sha256: string, key: "release" | "releaseSource"): Promise<string> {
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
        if (found !== sha256) {
            const wanted = key === "release" ? "releaseSha256 is" : "the pin has";
            throw new WrongContent(`its SHA-256 is ${found}, ${wanted} ${sha256}`);
        }
        renameSync(temporary, target);
        return target;
    } catch (error) {
        const Kind = error instanceof WrongContent ? UserError : Unreachable;
        throw new Kind(`${setting(key)}: ${shownUrl(source)} can't be used: ${reasonOf(error)}`);
    } finally {
        rmSync(temporary, { force: true });
    }
}
