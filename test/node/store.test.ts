import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { secretkey } from "./support/deployed";
import { hostForEachTest, type Result } from "./support/host";

const host = hostForEachTest();
const data = (): string => host().value("data_dir");
const shared = (): string => host().value("shared_dir");
const archive = "an installer";
const sha256 = createHash("sha256").update(archive).digest("hex");
const upload = (): string => host().path("/opt/harbor-ha/release.tgz");
const published = (): string => `${shared()}/releases/${sha256}.tgz`;
const mode = (path: string): number => statSync(path).mode & 0o777;
const store = (given: Readonly<Record<string, string>> = {}): Promise<Result> =>
    host().run("store", { secretkey: "generated", release_sha256: sha256, upload: upload(), ...given });

beforeEach(() => {
    host().mount();
    host().secret("secretkey", secretkey);
    host().write(upload(), archive);
});

describe("the first run", () => {
    test("makes the folders that containers can look into, places the secretkey and publishes the release", async () => {
        const { status, stdout } = await store();
        expect(status).toBe(0);
        expect(stdout).toContain("secretkey: placed\n");
        expect(stdout).toContain("release: published\n");
        expect(host().read(`${data()}/secretkey`)).toBe(secretkey);
        expect([data(), `${data()}/registry`, `${data()}/config`, shared(), `${data()}/secretkey`].map(mode)).toEqual([
            0o755, 0o755, 0o755, 0o700, 0o600,
        ]);
        expect(host().read(published())).toBe(archive);
        expect(host().has(upload())).toBe(false);
    });

    test("gives the storage an id of its own, once", async () => {
        await store();
        const id = host().read(`${shared()}/state/storage-id`);
        expect(id).toMatch(/^[0-9a-f]{32}\n$/);
        await store();
        expect(host().read(`${shared()}/state/storage-id`)).toBe(id);
    });

    test.each([
        ["without a mount", () => host().removePath("/.mounts"), "is not a mounted CephFS"],
        [
            "with another archive than the pinned one",
            () => host().write(upload(), "another"),
            "the uploaded release has SHA-256",
        ],
        ["without the archive", () => host().removePath("/opt/harbor-ha/release.tgz"), "isn't there any more"],
        [
            "without anything that was sent, where the program had no archive",
            () => host().write(upload(), ""),
            "wasn't sent, since its archive wasn't at hand: set harbor-ha:releaseSource to the archive",
        ],
        ["without a secretkey of its own", () => host().removePath("/opt/harbor-ha/secrets/secretkey"), "secretkey"],
    ])("%s is refused", async (_, prepare, message) => {
        prepare();
        expect(await store()).toMatchObject({ status: 1, stderr: expect.stringContaining(message) as string });
        expect(host().has(published())).toBe(false);
    });
});

describe("a later run", () => {
    beforeEach(() => store());

    test("changes nothing", async () => {
        const before = statSync(`${data()}/secretkey`);
        const { status, stdout } = await store();
        expect({ status, placed: stdout.includes("placed") || stdout.includes("published") }).toEqual({
            status: 0,
            placed: false,
        });
        expect(statSync(`${data()}/secretkey`)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
    });

    test("with a generated key of another stack keeps the one in force", async () => {
        host().secret("secretkey", "fedcba9876543210");
        expect(await store()).toMatchObject({ status: 0 });
        expect(host().read(`${data()}/secretkey`)).toBe(secretkey);
    });

    test("with another key that is configured is refused", async () => {
        host().secret("secretkey", "fedcba9876543210");
        expect(await store({ secretkey: "given" })).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("harbor-ha:secretkey") as string,
        });
        expect(host().read(`${data()}/secretkey`)).toBe(secretkey);
    });

    test("finds another key in its place: the one in force, which it has, is put back in place, the other kept beside", async () => {
        const file = `${data()}/secretkey`;
        const before = statSync(file).ino;
        host().write(file, "somebodyelse1234");
        const { status, stdout } = await store();
        expect(status).toBe(0);
        expect(host().read(file)).toBe(secretkey);
        expect(statSync(file).ino).toBe(before);
        const [, kept = ""] = /what lay there is kept as (\S+)/.exec(stdout) ?? [];
        expect(readFileSync(kept, "utf8")).toBe("somebodyelse1234");
    });

    test("finds another key in its place, and has none that was in force: refused, untouched", async () => {
        host().write(`${data()}/secretkey`, "somebodyelse1234");
        host().secret("secretkey", "fedcba9876543210");
        expect(await store()).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("another secretkey than the one in force") as string,
        });
        expect(host().read(`${data()}/secretkey`)).toBe("somebodyelse1234");
    });

    test.each([
        ["generated", "fedcba9876543210", 1],
        ["given", "fedcba9876543210", 1],
        ["generated", secretkey, 0],
    ])("finds the key gone: %s %s ends with %s, and never puts another in its place", async (source, own, status) => {
        host().removePath(`${data()}/secretkey`);
        host().secret("secretkey", own);
        expect(await store({ secretkey: source })).toMatchObject({ status });
        expect(host().has(`${data()}/secretkey`)).toBe(status === 0);
    });
});

// goharbor/harbor #11166: 17 bytes. Docker makes a folder where a file that is mounted isn't there.
test.each([
    ["17 bytes", (file: string) => host().write(file, `${secretkey}\n`), 1, /has 17 bytes/],
    ["a folder with something in it", (file: string) => host().write(`${file}/x`, ""), 1, /is a folder/],
])("a secretkey of %s is refused", async (_, make, status, message) => {
    make(`${data()}/secretkey`);
    expect(await store()).toMatchObject({ status, stderr: expect.stringMatching(message) as string });
});
