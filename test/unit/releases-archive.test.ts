import { createHash } from "node:crypto";
import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    truncateSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../base/errors";
import { cacheDir, openArchive } from "../../releases/archive";
import { installer, writeArchive } from "../support/archive";

let folder: string;
let path: string;
const cacheHome = process.env.XDG_CACHE_HOME;

beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "harbor-ha-test-"));
    path = join(folder, "harbor-offline-installer-v1.1.2.tgz");
    process.env.XDG_CACHE_HOME = join(folder, "cache");
});

afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    if (cacheHome === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = cacheHome;
});

const cached = (): string[] => {
    const releases = join(cacheDir(), "releases");
    return existsSync(releases) ? readdirSync(releases).map((name) => join(releases, name)) : [];
};

test("texts, version and checksum of an installer", async () => {
    const sha256 = await writeArchive(path, installer);
    const release = await openArchive(path);
    expect(release).toMatchObject({ version: "v1.1.2", sha256, archive: path });
    expect([...release.files.keys()].sort()).toEqual([
        "common/templates/ui/env",
        "harbor.cfg",
        "harbor.v1.1.2.tar.gz",
        "prepare",
    ]);
    expect(release.files.get("harbor.cfg")).toBe("hostname = reg.mydomain.com\n");
});

test("images are not read into memory, and names may begin with ./", async () => {
    await writeArchive(path, {
        "./harbor/harbor.v1.2.2.tgz": "x".repeat(300 * 1024),
        "./harbor/prepare": "#!/usr/bin/python\n",
        "./harbor/big": "y".repeat(256 * 1024),
    });
    const release = await openArchive(path);
    expect(release.version).toBe("v1.2.2");
    expect([...release.files.keys()].sort()).toEqual(["big", "prepare"]);
});

test("the second time the texts come from the cache", async () => {
    await writeArchive(path, installer);
    const first = await openArchive(path);
    const [file = "", ...others] = cached();
    expect(others).toEqual([]);
    const index = JSON.parse(readFileSync(file, "utf8")) as { version: string };
    writeFileSync(file, JSON.stringify({ ...index, version: "from the cache" }));
    expect(await openArchive(path)).toEqual({ ...first, version: "from the cache" });
});

test("an archive that has changed is read again, also with the same name and size", async () => {
    await writeArchive(path, installer);
    await openArchive(path);
    const other = { ...installer, "harbor/harbor.cfg": "hostname = REG.MYDOMAIN.COM\n" };
    const sha256 = await writeArchive(path, other);
    utimesSync(path, new Date(), new Date(Date.now() + 5000));
    expect(await openArchive(path)).toMatchObject({ sha256 });
    expect(cached()).toHaveLength(2);
});

test("a cache that can't be read is no error", async () => {
    await writeArchive(path, installer);
    await openArchive(path);
    for (const file of cached()) writeFileSync(file, "{half");
    expect((await openArchive(path)).version).toBe("v1.1.2");
    expect(JSON.parse(readFileSync(cached()[0] ?? "", "utf8"))).toMatchObject({ version: "v1.1.2" });
});

test("the cache lies in the user's cache folder", () => {
    expect(cacheDir()).toBe(join(folder, "cache", "harbor-ha"));
    delete process.env.XDG_CACHE_HOME;
    expect(cacheDir()).toBe(join(homedir(), ".cache", "harbor-ha"));
});

describe("errors say what is wrong, and nothing is cached", () => {
    const refused = async (message: string | RegExp): Promise<void> => {
        const error = await openArchive(path).catch((e: unknown) => e);
        expect(error).toBeInstanceOf(UserError);
        if (typeof message === "string") expect((error as Error).message).toBe(message);
        else expect((error as Error).message).toMatch(message);
        expect(cached()).toEqual([]);
    };

    test("no file", async () => {
        await refused(`harbor-ha:release: ${path} is not a file; give the path of a Harbor installer`);
    });

    test("a folder", async () => {
        mkdirSync(path);
        await refused(`harbor-ha:release: ${path} is not a file; give the path of a Harbor installer`);
    });

    test.each([
        ["no images", "harbor/harbor.v1.1.2.tar.gz"],
        ["no prepare", "harbor/prepare"],
    ])("an archive with %s", async (_, missing) => {
        await writeArchive(path, Object.fromEntries(Object.entries(installer).filter(([name]) => name !== missing)));
        await refused(`harbor-ha:release: ${path} is not a Harbor installer (no harbor.<version>.tar.gz and prepare)`);
    });

    test("no .tgz", async () => {
        writeFileSync(path, "<html>404 not found</html>");
        await refused(/^harbor-ha:release: .* can't be read as \.tgz: /);
    });

    test("a download that was cut off", async () => {
        const random = createHash("sha512").update("x").digest("hex").repeat(40);
        await writeArchive(path, { ...installer, "harbor/more": random });
        truncateSync(path, 300);
        await refused(/^harbor-ha:release: .* can't be read as \.tgz: /);
    });
});
