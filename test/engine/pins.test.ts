import { createHash } from "node:crypto";
import { readFileSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { pinRelease } from "../../cli/release-pin";
import { parseParameters } from "../../plan/parameters";
import type { Answer, Call, Record } from "./support/fake-host";
import { type TestCluster, testCluster } from "./support/cluster";
import { type PinnedProject, pinnedProject } from "./support/project";
import { type Config, succeeded } from "./support/stack";

jest.setTimeout(300_000);

const cacheHome = process.env.XDG_CACHE_HOME;
const upload = "harbor-store-release-upload";

/** Releases by their pins: the archives lie on one machine, previews and most updates run on others. */
describe("a pinned release", () => {
    let project: PinnedProject;
    let cluster: TestCluster;
    let sent: string;
    let later: string;
    /** Releases on the shared storage of the fake hosts. */
    const stored = new Set<string>();

    beforeAll(async () => {
        project = pinnedProject();
        cluster = await testCluster({ release: "v1.1.1" }, project.folder);
        // Away from where the stacks know them.
        sent = join(cluster.stack.folder, "renamed.tgz");
        later = join(cluster.stack.folder, basename(cluster.archives.v112));
        process.env.XDG_CACHE_HOME = join(cluster.stack.folder, "cache");
        await pinRelease([cluster.archives.v111], project.pins);
        await pinRelease([cluster.archives.v112], project.pins);
        renameSync(cluster.archives.v111, sent);
        renameSync(cluster.archives.v112, later);
        cluster.hosts.answer = storeOf;
    });

    afterAll(async () => {
        if (cacheHome === undefined) delete process.env.XDG_CACHE_HOME;
        else process.env.XDG_CACHE_HOME = cacheHome;
        await cluster.close();
        project.remove();
    });

    /** What node/core/store.sh does with the release, in short. */
    function storeOf({ step, stdin }: Call): Answer | undefined {
        if (step !== "store") return undefined;
        const given = parseParameters(stdin);
        const value = (name: string): string => given.get(name) ?? "";
        const hash = value("release_sha256");
        if (bytesOf(value("upload")) > 0) stored.add(hash);
        return stored.has(hash) ? { stdout: "ok\n" } : { status: 1, stderr: `${value("release")} wasn't sent\n` };
    }

    /** Of the file that was sent last to this path. */
    function bytesOf(path: string): number {
        return cluster.hosts.record.uploads.filter((upload) => upload.path === path).at(-1)?.content.length ?? 0;
    }

    const sentSince = (record: Record): number[] => record.uploads.map(({ content }) => content.length);

    test("previews a first deployment without any archive", async () => {
        const preview = succeeded(await cluster.stack.preview({ releaseSource: "gone.tgz" }));
        expect(preview.changes[upload]).toBe("create");
        expect(preview.output).toMatch(
            /source +: asset\(file:[0-9a-f]{7}\) \{ harbor-offline-installer-v1\.1\.1\.tgz \}/,
        );
        const without = succeeded(await cluster.stack.preview());
        expect(without.changes).toEqual(preview.changes);
        expect(cluster.hosts.record.connected).toBe(0);
    });

    test("a first up without an archive anywhere ends at the shared storage", async () => {
        const refused = await cluster.stack.up({ releaseSource: "gone.tgz" });
        expect(refused.code).not.toBe(0);
        expect(refused.output).toContain("harbor-ha:releaseSource: gone.tgz isn't there");
        expect(refused.output).toContain("v1.1.1 wasn't sent");
        expect(refused.steps.filter(({ name, at }) => name.endsWith("-stage") && at === "begin")).toEqual([]);
        expect(sentSince(cluster.hosts.forget())).toEqual([0]);
    });

    test("an archive that isn't the pinned one is refused with both values, before anything is touched", async () => {
        const refused = await cluster.stack.up({ releaseSource: later });
        expect(refused.code).not.toBe(0);
        expect(refused.output).toMatch(/installer-v1\.1\.2\.tgz is not what v1\.1\.1-[0-9a-f]{8} pins:/);
        expect(refused.output).toContain("version: the pin has v1.1.1, the archive v1.1.2");
        expect(refused.output).toMatch(/sha256: the pin has [0-9a-f]{64}, the archive [0-9a-f]{64}/);
        expect(refused.output).toMatch(/harbor\.cfg, line \d+: the pin has '.*2', the archive '.*3'/);
        expect(cluster.hosts.forget().connected).toBe(0);
    });

    test("up with the archive sends it, under the name that it was pinned with", async () => {
        succeeded(await cluster.stack.up({ releaseSource: sent }));
        const { uploads } = cluster.hosts.forget();
        expect(uploads.map(({ content }) => content.equals(readFileSync(sent)))).toEqual([true]);
        expect(uploads[0]?.path).toMatch(/-harbor-offline-installer-v1\.1\.1\.tgz$/);
    });

    test("from then on its pin is enough, for previews and for updates", async () => {
        rmSync(sent);
        expect(succeeded(await cluster.stack.preview({}, "--expect-no-changes")).changes).toEqual({});
        const named = { releaseSource: "https://downloads.example.com/harbor.tgz" };
        expect(succeeded(await cluster.stack.preview(named, "--expect-no-changes")).changes).toEqual({});
        const up = succeeded(await cluster.stack.up({ prepareGeneration: 2 }));
        expect(up.changes["harbor-node1-prepare"]).toBe("update");
        expect(up.changes[upload]).toBeUndefined();
        expect(sentSince(cluster.hosts.forget())).toEqual([]);
    });

    test.each<[string, () => Config]>([
        ["another login", () => ({ sshUser: "operator" })],
        ["another address of the node that it was sent to", () => ({ nodes: movedNodes() })],
    ])("%s needs no archive", async (_what, to) => {
        const changes = { prepareGeneration: 2, ...to() };
        succeeded(await cluster.stack.up(changes));
        expect(sentSince(cluster.hosts.forget())).toEqual([]);
        expect(succeeded(await cluster.stack.preview(changes, "--expect-no-changes")).changes).toEqual({});
        succeeded(await cluster.stack.up({ prepareGeneration: 2 }));
        cluster.hosts.forget();
    });

    function movedNodes(): Config[] {
        const [one, two, three, four] = cluster.hosts.nodes(4);
        return [{ ...one, address: four?.address }, { ...two }, { ...three }];
    }

    test("the next version shows in a preview that it will be sent, and isn't taken without being there", async () => {
        const preview = succeeded(await cluster.stack.preview({ release: "v1.1.2", releaseSource: "gone.tgz" }));
        expect(preview.changes[upload]).toBe("update");
        expect(preview.changes["harbor-store-fill"]).toBe("update");
        expect(preview.changes["harbor-node1-docker-compose.yml"]).toBe("update");
        const refused = await cluster.stack.up({ release: "v1.1.2" });
        expect(refused.output).toContain("v1.1.2 wasn't sent");
        expect(refused.steps.filter(({ name, at }) => name.endsWith("-prepare") && at === "begin")).toEqual([]);
        expect(sentSince(cluster.hosts.forget())).toEqual([]);
        succeeded(await cluster.stack.up({ release: "v1.1.2", releaseSource: later }));
        expect(sentSince(cluster.hosts.forget())).toEqual([readFileSync(later).length]);
    });

    test("a version that the shared storage has is taken without any archive, there and back", async () => {
        const back = succeeded(await cluster.stack.up({ release: "v1.1.1" }));
        expect(back.changes["harbor-up-node1"]).toBe("update");
        expect(succeeded(await cluster.stack.preview({ release: "v1.1.1" }, "--expect-no-changes")).changes).toEqual(
            {},
        );
        succeeded(await cluster.stack.up({ release: "v1.1.2" }));
        expect(sentSince(cluster.hosts.forget())).toEqual([]);
    });

    test("a stack that knew the archive by its path goes over to the pin without a change", async () => {
        const releaseSha256 = createHash("sha256").update(readFileSync(later)).digest("hex");
        const older = await cluster.another("older", { release: later, releaseSha256 });
        succeeded(await older.up());
        expect(sentSince(cluster.hosts.forget())).toEqual([readFileSync(later).length]);
        const pinned = { release: "v1.1.2", releaseSha256: undefined };
        expect(succeeded(await older.preview(pinned, "--expect-no-changes")).changes).toEqual({});
        const named = { ...pinned, releaseSource: later };
        expect(succeeded(await older.preview(named, "--expect-no-changes")).changes).toEqual({});
    });

    test("another stack takes what lies on the shared storage, without any archive", async () => {
        const other = await cluster.another("other", { release: "v1.1.2" });
        succeeded(await other.up());
        expect(succeeded(await other.preview({}, "--expect-no-changes")).changes).toEqual({});
    });
});
