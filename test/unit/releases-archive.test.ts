import { createHash } from "node:crypto";
import {
    appendFileSync,
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

test("images are not read into memory", async () => {
    await writeArchive(path, {
        "harbor/harbor.v1.2.2.tar.gz": "x".repeat(300 * 1024),
        "harbor/prepare": "#!/usr/bin/python\n",
        "harbor/big": "y".repeat(256 * 1024),
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

    const changedBy = (change: (name: string) => string | undefined): Record<string, string> =>
        Object.fromEntries(
            Object.entries(installer).flatMap(([name, text]) => {
                const other = change(name);
                return other === undefined ? [] : [[other, text]];
            }),
        );
    const without = (missing: string) => changedBy((name) => (name === missing ? undefined : name));
    const images = (name: string) => changedBy((old) => (old.includes("tar.gz") ? `harbor/${name}` : old));
    const inFolder = (folder: string) => changedBy((name) => name.replace(/^harbor\//, folder));

    test.each<[string, Record<string, string>, string]>([
        ["online installer", without("harbor/harbor.v1.1.2.tar.gz"), "it has no images (harbor.v<version>.tar.gz)"],
        ["archive without prepare", without("harbor/prepare"), "it has no prepare"],
        [
            "build of a developer",
            images("harbor.dev.tar.gz"),
            "it has no images (harbor.v<version>.tar.gz); harbor.dev.tar.gz is of no released version in this form",
        ],
        [
            "archive with images that the nodes don't look for",
            images("harbor.v1.1.2.tgz"),
            "it has no images (harbor.v<version>.tar.gz); harbor.v1.1.2.tgz is of no released version in this form",
        ],
        [
            "version that can't be a folder's name",
            images("harbor.v1.1.2 #2.tar.gz"),
            "it has no images (harbor.v<version>.tar.gz); harbor.v1.1.2 #2.tar.gz is of no released version in this form",
        ],
        [
            "source archive",
            { "harbor-1.1.2/make/prepare": "", "harbor-1.1.2/make/docker-compose.tpl": "" },
            "it has no images (harbor.v<version>.tar.gz)",
        ],
        [
            "two versions in one",
            { ...installer, "harbor/harbor.v1.1.1.tar.gz": "images" },
            "it has the images of several versions (v1.1.2, v1.1.1)",
        ],
        [
            "tar czf FILE ./harbor",
            inFolder("./harbor/"),
            "its files lie in ./harbor, and the nodes take away one folder only; pack it as: tar czf FILE harbor",
        ],
        [
            "tar czf FILE release/harbor",
            inFolder("release/harbor/"),
            "its files lie in release/harbor, and the nodes take away one folder only; pack it as: tar czf FILE harbor",
        ],
        ["tar czf FILE *", inFolder(""), "it has no images (harbor.v<version>.tar.gz)"],
        [
            "files in no folder",
            { "harbor.v1.1.2.tar.gz": "images", prepare: "" },
            "its files lie in no folder; pack the folder itself: tar czf FILE harbor",
        ],
        [
            "files in two folders",
            { ...installer, "harbor-1.1.1/harbor.cfg": "hostname = old\n" },
            "its files lie in several folders (harbor, harbor-1.1.1) instead of in one, harbor",
        ],
        [
            "names of which tar leaves nothing",
            inFolder("harbor//"),
            "its files lie in no folder; pack the folder itself: tar czf FILE harbor",
        ],
    ])("%s", async (_, files, why) => {
        await writeArchive(path, files);
        await refused(
            `harbor-ha:release: ${path} can't be used: ${why}. The offline installer of a Harbor version is needed, harbor-offline-installer-v<version>.tgz`,
        );
    });

    test("a name with which tar fails", async () => {
        await writeArchive(path, { ...installer, "harbor/../../etc/x": "" });
        await refused(`harbor-ha:release: ${path} can't be read as .tgz: tar refuses its entry harbor/../../etc/x`);
    });

    test("something behind the archive, with which gzip fails", async () => {
        await writeArchive(path, installer);
        appendFileSync(path, "garbage");
        await refused(/^harbor-ha:release: .* can't be read as \.tgz: /);
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
