import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../base/errors";
import { cacheDir } from "../../releases/archive";
import { locateRelease } from "../../releases/locate";
import { type Pin, pinOf } from "../../releases/pin";
import { writePin } from "../../releases/pins";
import type { HarborRelease } from "../../releases/release";
import { installer, writeArchive } from "../support/archive";
import { release } from "../support/release";

const url = "https://downloads.example.com/harbor-offline-installer-v1.1.2.tgz?x=1";
const cacheHome = process.env.XDG_CACHE_HOME;
let folder: string;
let path: string;
let sha256: string;
const fetchMock = jest.spyOn(globalThis, "fetch");

beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "harbor-ha-test-"));
    path = join(folder, "harbor.tgz");
    process.env.XDG_CACHE_HOME = join(folder, "cache");
    sha256 = await writeArchive(path, installer);
    fetchMock.mockReset();
});

afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    if (cacheHome === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = cacheHome;
});

const settings = (source: string, more: { sha256?: string; version?: string } = {}) => ({
    source,
    archive: undefined,
    sha256: more.sha256,
    version: more.version,
});
const refusal = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);
const answer = (status = 200): void => {
    fetchMock.mockImplementation(() =>
        Promise.resolve(new Response(status === 200 ? readFileSync(path) : null, { status })),
    );
};
const downloads = (): string[] =>
    readdirSync(join(cacheDir(), "downloads"), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name);

test("a path is opened where it is", async () => {
    expect(await locateRelease(settings(path))).toMatchObject({ version: "v1.1.2", sha256, archive: path });
    expect(await locateRelease(settings(path, { sha256, version: "v1.1.2" }))).toMatchObject({ sha256 });
    expect(fetchMock).not.toHaveBeenCalled();
});

test("another checksum", async () => {
    const wanted = "0".repeat(64);
    const message = `harbor-ha:releaseSha256: ${wanted} is not allowed: ${path} has ${sha256}`;
    expect(await refusal(locateRelease(settings(path, { sha256: wanted })))).toEqual(new UserError(message));
});

test("another version", async () => {
    const message = `harbor-ha:harborVersion: v1.2.2 is not allowed: ${path} is v1.1.2`;
    expect(await refusal(locateRelease(settings(path, { version: "v1.2.2" })))).toEqual(new UserError(message));
});

test("a URL is downloaded once, under the name that it has there", async () => {
    answer();
    const release = await locateRelease(settings(url, { sha256 }));
    expect(release).toMatchObject({
        sha256,
        archive: join(cacheDir(), "downloads", sha256, "harbor-offline-installer-v1.1.2.tgz"),
    });
    expect(await locateRelease(settings(url, { sha256 }))).toEqual(release);
    expect(fetchMock).toHaveBeenCalledTimes(1);
    expect(fetchMock.mock.calls[0]?.[0]).toBe(url);
    expect(downloads()).toEqual(["harbor-offline-installer-v1.1.2.tgz"]);
});

describe("a download that can't be used leaves nothing behind", () => {
    const refused = async (wanted: string, message: string): Promise<void> => {
        const error = await refusal(locateRelease(settings(url, { sha256: wanted })));
        expect(error).toBeInstanceOf(UserError);
        expect((error as Error).message).toBe(`harbor-ha:release: ${url} can't be used: ${message}`);
        expect(downloads()).toEqual([]);
    };

    test("with another checksum", async () => {
        answer();
        const wanted = "0".repeat(64);
        await refused(wanted, `its SHA-256 is ${sha256}, releaseSha256 is ${wanted}`);
    });

    test("that isn't there", async () => {
        answer(404);
        await refused(sha256, "status 404");
    });

    test("from a server that can't be reached", async () => {
        fetchMock.mockRejectedValue(new Error("fetch failed"));
        await refused(sha256, "fetch failed");
    });
});

describe("the archive of a pinned release", () => {
    const pinned = (): Promise<HarborRelease> =>
        locateRelease({ source: "v1.1.2", archive: url, sha256: undefined, version: undefined });
    let pin: Pin;
    let project: string;

    beforeEach(async () => {
        project = process.cwd();
        process.chdir(folder);
        sha256 = await writeArchive(path, {
            "harbor/harbor.v1.1.2.tar.gz": "images",
            ...Object.fromEntries([...release.files].map(([name, text]) => [`harbor/${name}`, text])),
        });
        pin = pinOf(await locateRelease(settings(path)), statSync(path).size);
        writePin(pin);
    });

    afterEach(() => process.chdir(project));

    test("is downloaded by the pin's checksum", async () => {
        answer();
        expect((await pinned()).pinned?.archive).toBe(
            join(cacheDir(), "downloads", sha256, "harbor-offline-installer-v1.1.2.tgz"),
        );
    });

    test("that is another one is refused with both values", async () => {
        await writeArchive(path, installer);
        answer();
        const error = await refusal(pinned());
        expect(error).toBeInstanceOf(UserError);
        expect((error as Error).message).toMatch(
            /^harbor-ha:releaseSource: .* its SHA-256 is [0-9a-f]{64}, the pin has /,
        );
        expect((error as Error).message).toContain(`the pin has ${sha256}`);
    });

    test("that its server doesn't give is said, and no more", async () => {
        answer(503);
        expect((await pinned()).pinned).toMatchObject({
            archive: undefined,
            missing: `harbor-ha:releaseSource: ${url} can't be used: status 503`,
        });
    });
});
