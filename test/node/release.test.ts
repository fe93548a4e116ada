import { mkdirSync, utimesSync } from "node:fs";
import { writeArchive } from "../support/archive";
import { composeFile, images, storage } from "./support/deployed";
import { hostForEachTest, type Result } from "./support/host";

const host = hostForEachTest();
const dir = (): string => host().value("release_dir");

/** The stand-in for Docker loads the images that the archive's text names. */
const whole: Readonly<Record<string, string>> = {
    "harbor.v1.1.2.tar.gz": `${images.join("\n")}\n`,
    prepare: "print('prepare')\n",
    "harbor.cfg": "hostname = reg.mydomain.com\n",
    "docker-compose.yml": composeFile,
    "common/templates/ui/env": "LOG_LEVEL=debug\n",
};
const without = (...names: string[]): Record<string, string> =>
    Object.fromEntries(Object.entries(whole).filter(([name]) => !names.includes(name)));

/** Publishes an archive with these files below a folder, as `store` would. */
async function publish(files: Readonly<Record<string, string>>, folder = "harbor/"): Promise<void> {
    const releases = `${host().value("shared_dir")}/releases`;
    mkdirSync(releases, { recursive: true });
    const entries = Object.entries(files).map(([name, text]) => [`${folder}${name}`, text]);
    await writeArchive(
        `${releases}/${host().value("release_sha256")}.tgz`,
        Object.fromEntries(entries) as Record<string, string>,
    );
}
const stage = (): Promise<Result> => host().run("stage", { images });
const loads = (): number => host().calls("docker", "load -i").length;

beforeEach(() => {
    storage(host());
});

describe("stage", () => {
    // goharbor/harbor #8002, #11630: people pack the installer anew.
    test.each(["harbor/", "./harbor/", "./", ""])(
        "an installer whose files lie in %j is unpacked, its images loaded",
        async (folder) => {
            await publish(whole, folder);
            expect(await stage()).toEqual({ status: 0, stdout: "staged: v1.1.2\n", stderr: "" });
            expect(host().read(`${dir()}/common/templates/ui/env`)).toBe("LOG_LEVEL=debug\n");
            expect(loads()).toBe(1);
            expect(host().has(`${dir()}/harbor`)).toBe(false);
            expect(host().has(`${dir()}/harbor.v1.1.2.tar.gz`)).toBe(false);
            expect(host().has(`${dir()}.new`)).toBe(false);
        },
    );

    test("images in a .tgz are loaded, too", async () => {
        await publish({ ...without("harbor.v1.1.2.tar.gz"), "harbor.v1.1.2.tgz": `${images.join("\n")}\n` });
        expect(await stage()).toMatchObject({ status: 0 });
        expect(loads()).toBe(1);
    });

    test("leaves a trace of the node on the shared storage, which a run on another day renews", async () => {
        await publish(whole);
        expect(await stage()).toMatchObject({ status: 0 });
        const id = host().read("/opt/harbor-ha/state/trace-id").trim();
        expect(id).toMatch(/^[0-9a-f]{12}$/);
        const trace = `${host().value("shared_dir")}/state/seen/${id}`;
        expect(Math.abs(Date.now() / 1000 - Number(host().read(trace)))).toBeLessThan(600);
        host().write(trace, "100\n");
        expect(await stage()).toMatchObject({ status: 0 });
        expect(host().read(trace)).toBe("100\n");
        const dayBefore = new Date(Date.now() - 25 * 3600_000);
        utimesSync(trace, dayBefore, dayBefore);
        expect(await stage()).toMatchObject({ status: 0 });
        expect(Number(host().read(trace))).toBeGreaterThan(100);
        expect(host().files(`${host().value("shared_dir")}/state/seen`)).toEqual([id]);
    });

    test("a second run unpacks and loads nothing", async () => {
        await publish(whole);
        await stage();
        host().write(`${dir()}/common/config/kept`, "");
        host().forget();
        expect(await stage()).toMatchObject({ status: 0, stdout: "staged: v1.1.2\n" });
        expect(loads()).toBe(0);
        expect(host().has(`${dir()}/common/config/kept`)).toBe(true);
    });

    test.each(["harbor.v1.1.2.tar.gz", "prepare", "harbor.cfg", "docker-compose.yml"])(
        "an archive without %s is never called staged",
        async (name) => {
            await publish(without(name));
            const { status, stdout, stderr } = await stage();
            expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
            expect(stderr).toMatch(
                new RegExp(`is not a whole offline installer of Harbor v1\\.1\\.2: it has no harbor/${name}\n$`),
            );
            expect(host().has(dir())).toBe(false);
            expect(loads()).toBe(0);
        },
    );

    test.each([
        ["a folder of another name", "harbor-1.1.2/"],
        ["two folders", "x/harbor/"],
    ])("one with its files in %s is none either", async (_, folder) => {
        await publish(whole, folder);
        expect(await stage()).toMatchObject({ status: 1, stdout: "" });
    });

    test("one that isn't an archive says so, and an older folder stays", async () => {
        await publish(whole);
        host().write(`${host().value("shared_dir")}/releases/${host().value("release_sha256")}.tgz`, "not an archive");
        host().write(`${dir()}/old`, "");
        expect(await stage()).toMatchObject({
            status: 1,
            stderr: expect.stringMatching(/can't be unpacked\n$/) as string,
        });
        expect(host().has(`${dir()}/old`)).toBe(true);
    });

    test("an archive that can't be seen on this node is waited for, then named", async () => {
        expect(await stage()).toMatchObject({
            status: 1,
            stderr: expect.stringMatching(/\.tgz can't be seen on this node\n$/) as string,
        });
    });

    test("images that can't be loaded, or lack one that is needed: not staged, and tried again next time", async () => {
        await publish(whole);
        host().answer("docker", { to: "load*", status: 1, err: "no space left on device\n" });
        expect(await stage()).toMatchObject({
            status: 1,
            stdout: "",
            stderr: expect.stringContaining("no space left on device") as string,
        });
        host().answer("docker", { to: `image inspect*${images[1]}*`, status: 1 });
        const missing = await stage();
        expect(missing).toMatchObject({ status: 1, stdout: "" });
        expect(missing.stderr).toContain(images[1]);
        host().answer("docker");
        expect(await stage()).toMatchObject({ status: 0 });
        expect(loads()).toBeGreaterThan(1);
    });
});
