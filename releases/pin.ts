import { basename } from "node:path";
import * as z from "zod";
import { UserError } from "../base/errors";
import { setting } from "../base/naming";
import { anyEnvironment } from "./fingerprint";
import { releaseLine } from "./lines";
import { isImageReference } from "./docker-names";
import { committable } from "./pin-texts";
import { type HarborRelease, type PinnedParts, type PrepareImage, ReleaseError, type RenderedFile } from "./release";

/** What previews need of a release, to be committed: who has it needs no archive of 600 MB. */
export interface Pin {
    readonly version: string;
    /** SHA-256 of the archive, hexadecimal. */
    readonly sha256: string;
    /** Bytes of the archive. */
    readonly size: number;
    /** The archive's own name. */
    readonly file: string;
    /** Fingerprint of the token key that lies in the public release. */
    readonly publicTokenKey: string;
    /** Texts by path below `harbor/`, as `ReleaseLine.texts` reads them, without secrets. */
    readonly files: ReadonlyMap<string, string>;
    /** Of Harbor 2.x: the templates of prepare, and the names of the images. */
    readonly prepareImage?: PrepareImage;
}

/** `v1.1.2-1f2e3d4c`: its file's name without `.json`. */
export function nameOf({ version, sha256 }: Pick<Pin, "version" | "sha256">): string {
    return `${version}-${sha256.slice(0, 8)}`;
}

/**
 * The pin of an opened archive.
 * @param size Bytes of the archive.
 * @throws ReleaseError when something that has to be kept secret is needed: the pin of such a release would show it.
 */
export function pinOf(release: HarborRelease, size: number): Pin {
    const line = releaseLine(release.version);
    const texts = [...line.texts(release)].sort(byName);
    const committed = (path: string, text: string): [string, string] => [
        path,
        committable(path, text, (problem) => new ReleaseError(release, path, problem)),
    ];
    const { prepareImage: image } = release;
    const pin: Pin = {
        version: release.version,
        sha256: release.sha256,
        size,
        file: basename(release.archive),
        publicTokenKey: line.publicTokenKey(release),
        files: new Map(texts.map(([path, text]) => committed(path, text))),
        ...(image && {
            prepareImage: {
                ...image,
                templates: new Map([...image.templates].sort(byName).map(([path, text]) => committed(path, text))),
            },
        }),
    };
    requireSameResult(release, asRelease(pin));
    return pin;
}

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : 1);

/** A pinned release as the program takes it. */
export function asRelease(pin: Pin, archive?: Pick<PinnedParts, "archive" | "missing">): HarborRelease {
    const { version, sha256, file, publicTokenKey, files, prepareImage } = pin;
    const pinned = { publicTokenKey, archive: archive?.archive, missing: archive?.missing };
    return { version, sha256, archive: file, files, ...(prepareImage && { prepareImage }), pinned };
}

/** What has been left out of the pin must be nothing that counts. */
function requireSameResult(archive: HarborRelease, pinned: HarborRelease): void {
    const all = rendered(pinned);
    for (const file of rendered(archive)) {
        const same = all.find(({ path, protocol }) => path === file.path && protocol === file.protocol);
        const secret = Object.entries(file.secrets ?? {}).find(([name, value]) => valueIn(same, name) !== value);
        if (secret) {
            const way = `set it in Harbor instead of in the release, or name the archive itself in ${setting("release")}`;
            throw new ReleaseError(
                archive,
                file.path,
                `${secret[0]} looks like a secret, so it can't be pinned: ${way}`,
            );
        }
        if (same?.content !== file.content) {
            throw new ReleaseError(archive, file.path, "something in it looks like a secret, so it can't be pinned");
        }
    }
}

const valueIn = (file: RenderedFile | undefined, name: string): string | undefined =>
    new Map(Object.entries(file?.secrets ?? {})).get(name);

function rendered(release: HarborRelease): (RenderedFile & { readonly protocol: string })[] {
    const line = releaseLine(release.version);
    return (["http", "https"] as const).flatMap((protocol) =>
        line
            .render(release, { ...anyEnvironment(line, protocol, 8443), customizeCrt: true })
            .map((file) => ({ ...file, protocol })),
    );
}

/** As it is committed: texts as lists of lines, so that a review shows what differs between two releases. */
export function printPin(pin: Pin): string {
    const { prepareImage: image } = pin;
    const prepareImage = image && { ...image, templates: inLines(image.templates) };
    return `${JSON.stringify({ format: 1, ...pin, files: inLines(pin.files), prepareImage }, null, 2)}\n`;
}

const inLines = (texts: ReadonlyMap<string, string>): Record<string, string[]> =>
    Object.fromEntries([...texts].map(([path, text]) => [path, text.split("\n")]));
const joined = (texts: Readonly<Record<string, readonly string[]>>): Map<string, string> =>
    new Map(Object.entries(texts).map(([path, lines]) => [path, lines.join("\n")]));

const sha256 = /^[0-9a-f]{64}$/;

const format = z.strictObject({
    format: z.literal(1),
    version: z.string(),
    sha256: z.string().regex(sha256, "64 hexadecimal digits"),
    size: z.number().int().positive(),
    file: z.string().regex(/^[^/]+$/, "a name without folders"),
    publicTokenKey: z.string().regex(/^(?:[A-Za-z0-9+/]{43}|none)$/, "a SHA-256 in base64, or none"),
    files: z.record(z.string(), z.array(z.string())),
    prepareImage: z
        .strictObject({
            name: z.string().refine(isImageReference, "the name of an image"),
            images: z.array(z.string().refine(isImageReference, "the name of an image")),
            templates: z.record(z.string(), z.array(z.string())),
            schemaVersion: z.string().regex(/^\d+$/, "a number").exactOptional(),
        })
        .exactOptional(),
});

/** @param path For messages. @throws UserError naming the file and what is wrong with it. */
export function parsePin(text: string, path: string): Pin {
    const fail = (problem: string): UserError =>
        new UserError(`${setting("release")}: ${path} is no pin: ${problem}; make it anew with npm run release:pin`);
    const read = z.safeParse(format, json(text, fail));
    if (!read.success) {
        const [issue] = read.error.issues;
        throw fail(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
    }
    const { version, size, file, publicTokenKey } = read.data;
    const { prepareImage: image } = read.data;
    const pin: Pin = {
        ...{ version, sha256: read.data.sha256, size, file, publicTokenKey, files: joined(read.data.files) },
        ...(image && { prepareImage: { ...image, templates: joined(image.templates) } }),
    };
    const name = `${nameOf(pin)}.json`;
    if (basename(path) !== name) throw fail(`by what it holds its name is ${name}`);
    return pin;
}

function json(text: string, fail: (problem: string) => UserError): unknown {
    try {
        return JSON.parse(text);
    } catch (error) {
        throw fail(error instanceof Error ? error.message : String(error));
    }
}

/** Where a pin differs from that of an archive, with both values; nothing of it is secret. */
export function differences(pin: Pin, archive: Pin): string[] {
    const [own, other] = [valuesOf(pin), valuesOf(archive)];
    const values = Object.keys(own)
        .filter((key) => own[key] !== other[key])
        .map((key) => `${key}: the pin has ${own[key]}, the archive ${other[key]}`);
    return [
        ...values,
        ...textDifferences(pin.files, archive.files),
        ...textDifferences(templatesOf(pin), templatesOf(archive)),
    ];
}

function valuesOf(pin: Pin): Record<string, string> {
    const { version, sha256, size, publicTokenKey, prepareImage } = pin;
    const { name = "none", images = [], schemaVersion = "none" } = prepareImage ?? {};
    return {
        ...{ version, sha256, size: String(size), publicTokenKey },
        ...{ prepareImage: name, images: images.join(" "), schemaVersion },
    };
}

function templatesOf({ prepareImage }: Pin): ReadonlyMap<string, string> {
    return new Map([...(prepareImage?.templates ?? [])].map(([path, text]) => [`templates/${path}`, text]));
}

function textDifferences(pin: ReadonlyMap<string, string>, archive: ReadonlyMap<string, string>): string[] {
    const paths = [...new Set([...pin.keys(), ...archive.keys()])].sort();
    return paths.flatMap((path) => textDifference(path, pin.get(path), archive.get(path)));
}

function textDifference(path: string, pin: string | undefined, archive: string | undefined): string[] {
    if (pin === archive) return [];
    if (pin === undefined) return [`${path}: not in the pin`];
    if (archive === undefined) return [`${path}: not in the archive`];
    const [pinLines, archiveLines] = [pin.split("\n"), archive.split("\n")];
    const at = pinLines.findIndex((line, i) => line !== archiveLines[i]);
    const i = at < 0 ? pinLines.length : at;
    const shown = (line: string | undefined): string => (line === undefined ? "no such line" : `'${line}'`);
    return [`${path}, line ${i + 1}: the pin has ${shown(pinLines[i])}, the archive ${shown(archiveLines[i])}`];
}
