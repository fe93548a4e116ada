import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { renderParameters } from "../../plan/parameters";
import { openArchive, remoteName } from "../../releases/archive";
import { type Entry, installer, writeEntries } from "../support/archive";
import { withFolder } from "../support/files";

describe("what tar --strip-components=1 makes of it on the nodes is what counts", () => {
    /** All files as the nodes' own tar unpacks them. */
    function unpacked(folder: string, path: string): Map<string, string> {
        const target = join(folder, "unpacked");
        mkdirSync(target);
        execFileSync("tar", ["-xzf", path, "-C", target, "--strip-components=1", "--no-same-owner"], {
            stdio: "ignore",
        });
        const files = readdirSync(target, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
        return new Map(
            files
                .map(({ parentPath, name }) => join(parentPath, name))
                .map((file): [string, string] => [relative(target, file), readFileSync(file, "utf8")])
                .sort(([a], [b]) => a.localeCompare(b)),
        );
    }

    const cacheHome = process.env.XDG_CACHE_HOME;

    afterAll(() => {
        if (cacheHome === undefined) delete process.env.XDG_CACHE_HOME;
        else process.env.XDG_CACHE_HOME = cacheHome;
    });

    const entries = Object.entries(installer);
    const inFolder = (name: string) => entries.map(([path, text]) => [path.replace(/^harbor\//, name), text] as const);

    test.each<[string, readonly (readonly [string, Entry])[]]>([
        ["as Harbor packs it", entries],
        ["with folders", [["harbor/", { type: "directory" }], ["harbor/common/", { type: "directory" }], ...entries]],
        ["another folder", inFolder("harbor-1.1.2/")],
        ["packed as .", inFolder("./")],
        ["an absolute folder", inFolder("/harbor/")],
        [
            "files beside the folder",
            [["README", "not unpacked"], ["prepare", "not unpacked"], ["._harbor", ""], ...entries],
        ],
        ["a name twice", [...entries, ["harbor/prepare", "the last one"]]],
        [
            "a name twice, the last one no file",
            [...entries, ["harbor/harbor.cfg", { type: "symlink", linkname: "none" }]],
        ],
        ["a hard link", [...entries, ["harbor/copy", { type: "link", linkname: "harbor/prepare" }]]],
        ["dots in the middle", [...entries, ["harbor/./common//templates/./x", "x"]]],
    ])("%s", async (_, list) => {
        await withFolder(async (folder) => {
            const path = join(folder, "harbor.tgz");
            process.env.XDG_CACHE_HOME = join(folder, "cache");
            await writeEntries(path, list);
            const { files } = await openArchive(path);
            expect(new Map([...files].sort(([a], [b]) => a.localeCompare(b)))).toEqual(unpacked(folder, path));
        });
    });
});

test.each([
    ["harbor-offline-installer-v1.1.2.tgz", "harbor-offline-installer-v1.1.2.tgz"],
    ["/x y/harbor_1.tar.gz", "harbor_1.tar.gz"],
    ["harbor-离线-v1.1.2.tgz", "harbor-offline-installer.tgz"],
    ["harbor #2 v1.1.2.tgz", "harbor-offline-installer.tgz"],
    ["-v.tgz", "harbor-offline-installer.tgz"],
    ["$(id).tgz", "harbor-offline-installer.tgz"],
    ["a:b.tgz", "harbor-offline-installer.tgz"],
])("%s is %s on a host", (archive, name) => {
    expect(remoteName(archive)).toBe(name);
    expect(() => renderParameters({ upload: `/var/tmp/harbor-ha-0123-${name}` })).not.toThrow();
});
