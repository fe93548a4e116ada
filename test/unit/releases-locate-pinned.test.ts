import { mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import * as https from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pinRelease } from "../../cli/release-pin";
import { cacheDir } from "../../releases/archive";
import { locateRelease } from "../../releases/locate";
import { findPin, pinsFolder } from "../../releases/pins";
import { writeArchive } from "../support/archive";
import { pki } from "../support/files";
import { release } from "../support/release";
import { file, Servers } from "../support/servers";

const before = { folder: process.cwd(), environment: { ...process.env }, ca: https.globalAgent.options.ca };
const servers = new Servers();
const installer = {
    "harbor/harbor.v1.1.2.tar.gz": "images",
    ...Object.fromEntries([...release.files].map(([path, text]): [string, string] => [`harbor/${path}`, text])),
};
let folder: string;
let archive: string;
let sha256: string;

beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "harbor-ha-test-"));
    process.chdir(folder);
    const others = Object.entries(before.environment).filter(([variable]) => !/_proxy$/i.test(variable));
    process.env = { ...Object.fromEntries(others), XDG_CACHE_HOME: join(folder, "cache") };
    https.globalAgent.options.ca = pki("ca.crt");
    archive = join(folder, "harbor-offline-installer-v1.1.2.tgz");
    sha256 = await writeArchive(archive, installer);
    await pinRelease([archive]);
});

afterEach(async () => {
    await servers.end();
    process.chdir(before.folder);
    process.env = { ...before.environment };
    https.globalAgent.options.ca = before.ca;
    rmSync(folder, { recursive: true, force: true });
});

const settings = (more: { archive?: string; sha256?: string; version?: string } = {}) => ({
    source: "v1.1.2",
    archive: more.archive,
    sha256: more.sha256,
    version: more.version,
});
const refusal = async (promise: Promise<unknown>): Promise<string> =>
    promise.then(
        () => "nothing refused",
        (error: unknown) => (error as Error).message,
    );

describe("release:pin", () => {
    test("writes the pin and says where, and how to go on", async () => {
        const text = await pinRelease([archive, "--sha256", sha256.toUpperCase()]);
        const name = `v1.1.2-${sha256.slice(0, 8)}`;
        expect(readdirSync(pinsFolder)).toEqual([`${name}.json`]);
        expect(text).toBe(
            [
                `releases/pins/${name}.json: Harbor v1.1.2, harbor-offline-installer-v1.1.2.tgz, ${statSync(archive).size} bytes, SHA-256 ${sha256}`,
                "",
                `Next: commit it, and pulumi config set release ${name} --stack STACK`,
            ].join("\n"),
        );
        expect(findPin("v1.1.2")).toMatchObject({ sha256, size: statSync(archive).size });
    });

    test.each([
        ["nothing", [], "usage: npm run release:pin"],
        ["two archives", ["a.tgz", "b.tgz"], "usage: npm run release:pin"],
        ["a URL without checksum", ["https://example.com/a.tgz"], "(a URL needs the SHA-256)"],
        ["http", ["http://example.com/a.tgz"], "http://example.com/a.tgz: an https:// URL is needed"],
        [
            "http, whose query isn't shown",
            ["http://example.com/a.tgz?sig=s3cr3t"],
            "http://example.com/a.tgz?…: an https",
        ],
        [
            "a checksum that is none",
            ["a.tgz", "--sha256", "abc"],
            "--sha256: abc is not allowed: 64 hexadecimal digits",
        ],
        ["a pin", ["v1.1.2"], "v1.1.2 is no archive"],
        ["an unknown option", ["a.tgz", "--md5", "abc"], "--md5"],
        ["a file that isn't there", ["gone.tgz"], "gone.tgz is not a file"],
    ])("%s is refused", async (_what, args, message) => {
        expect(await refusal(pinRelease(args))).toContain(message);
    });

    test("another archive than the checksum says is refused with both values, and no pin is written", async () => {
        rmSync(pinsFolder, { recursive: true });
        const wanted = "0".repeat(64);
        expect(await refusal(pinRelease([archive, "--sha256", wanted]))).toBe(
            `harbor-ha:releaseSha256: ${wanted} is not allowed: ${archive} has ${sha256}`,
        );
        expect(() => readdirSync(pinsFolder)).toThrow("ENOENT");
    });
});

describe("a pinned release", () => {
    test("is known without any archive", async () => {
        rmSync(archive);
        const found = await locateRelease(settings());
        expect(found).toMatchObject({ version: "v1.1.2", sha256, archive: "harbor-offline-installer-v1.1.2.tgz" });
        expect(found.pinned).toMatchObject({ archive: undefined, missing: undefined });
    });

    test("is sent from where its archive is, whatever its name there", async () => {
        const renamed = join(folder, "harbor.tgz");
        renameSync(archive, renamed);
        const found = await locateRelease(settings({ archive: renamed }));
        expect(found.archive).toBe("harbor-offline-installer-v1.1.2.tgz");
        expect(found.pinned).toMatchObject({ archive: renamed, missing: undefined });
    });

    test("a preview doesn't look for the archive, even where it is wrong", async () => {
        await writeArchive(archive, { "harbor/other": "" });
        const { pinned } = await locateRelease(settings({ archive }), true);
        expect(pinned).toMatchObject({ archive: "harbor-offline-installer-v1.1.2.tgz" });
    });

    test("an archive that isn't there is said, and no more", async () => {
        const { pinned } = await locateRelease(settings({ archive: "gone.tgz" }));
        expect(pinned).toMatchObject({
            archive: undefined,
            missing: { message: "harbor-ha:releaseSource: gone.tgz isn't there" },
        });
    });

    test("another archive is refused with both values", async () => {
        const other = await writeArchive(archive, { ...installer, "harbor/install.sh": "#!/bin/bash\n" });
        const { size } = findPin("v1.1.2");
        expect(await refusal(locateRelease(settings({ archive })))).toBe(
            [
                `harbor-ha:releaseSource: ${archive} is not what v1.1.2-${sha256.slice(0, 8)} pins:`,
                `  sha256: the pin has ${sha256}, the archive ${other}`,
                `  size: the pin has ${size}, the archive ${statSync(archive).size}`,
            ].join("\n"),
        );
    });

    test.each([
        ["releaseSha256", { sha256: "0".repeat(64) }],
        ["harborVersion", { version: "v1.2.2" }],
    ])("%s holds for a pin, too", async (key, more) => {
        expect(await refusal(locateRelease(settings(more), true))).toContain(`harbor-ha:${key}: `);
    });
});

describe("the archive of a pinned release at a URL", () => {
    const name = "harbor-offline-installer-v1.1.2.tgz";
    const target = (): string => join(cacheDir(), "downloads", sha256, name);
    const served = async (answer = file(archive, `/${name}`)): Promise<string> =>
        `https://127.0.0.1:${await servers.web(answer)}/${name}`;
    const pinned = async (url: string): Promise<unknown> =>
        (await locateRelease(settings({ archive: `${url}?sig=s3cr3t` }))).pinned;

    test("is downloaded by the pin's checksum", async () => {
        expect(await pinned(await served())).toMatchObject({ archive: target(), missing: undefined });
        expect(readdirSync(dirname(target()))).toEqual([name]);
    });

    test("that is another one is refused with both values, and leaves nothing behind", async () => {
        const found = await writeArchive(archive, { ...installer, "harbor/install.sh": "#!/bin/bash\n" });
        const url = await served();
        expect(await refusal(pinned(url))).toBe(
            `harbor-ha:releaseSource: ${url}?… can't be used: its SHA-256 is ${found}, the pin has ${sha256}`,
        );
        expect(readdirSync(dirname(target()))).toEqual([]);
    });

    test("that its server doesn't give is said, and no more", async () => {
        const url = await served((_, response) => response.writeHead(503).end());
        const missing = `harbor-ha:releaseSource: ${url}?… can't be used: status 503`;
        expect(await pinned(url)).toMatchObject({ archive: undefined, missing: { message: missing } });
    });

    test("whose server can't be reached is said, and no more", async () => {
        const url = `https://127.0.0.1:1/${name}`;
        const why = "127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1";
        const missing = `harbor-ha:releaseSource: ${url}?… can't be used: ${why}`;
        expect(await pinned(url)).toMatchObject({ archive: undefined, missing: { message: missing } });
    });

    test("behind a proxy that doesn't lead there: said with the proxy, and no more", async () => {
        process.env.HTTPS_PROXY = "http://me:s3cr3t@127.0.0.1:1";
        const url = `https://hub.example.com/${name}`;
        const why = "hub.example.com through the proxy 127.0.0.1:1 (HTTPS_PROXY): connect ECONNREFUSED 127.0.0.1:1";
        const missing = `harbor-ha:releaseSource: ${url}?… can't be used: ${why}`;
        expect(await pinned(url)).toMatchObject({ archive: undefined, missing: { message: missing } });
    });
});
