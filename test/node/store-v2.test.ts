import { readdirSync, statSync } from "node:fs";
import { secretkey } from "./support/deployed";
import { stagedV2, storageV2 } from "./support/deployed-v2";
import { hostForEachTest, type Result } from "./support/host";

const host = hostForEachTest("v2");
const data = (file: string): string => `${host().value("data_dir")}/${file}`;
const shared = (file: string): string => `${host().value("shared_dir")}/${file}`;
const owner = async (path: string): Promise<string> =>
    (await host().tool("stat", "-c", "%u:%g %a", path)).stdout.trim();

describe("store", () => {
    const store = (): Promise<Result> =>
        host().run("store", { secretkey: "generated", upload: host().path("/opt/harbor-ha/release.tgz") });

    beforeEach(async () => {
        await storageV2(host(), "none");
        host().removePath(host().value("data_dir"));
        host().secret("secretkey", secretkey);
        host().write(shared(`releases/${host().value("release_sha256")}.tgz`), "an installer");
    });

    test("makes the folders and the secretkey as Harbor's containers own them; no database, no redis", async () => {
        expect(await store()).toMatchObject({
            status: 0,
            stdout: expect.stringContaining("secretkey: placed\n") as string,
        });
        expect(host().read(data("secret/keys/secretkey"))).toBe(secretkey);
        expect(await owner(data("secret/keys/secretkey"))).toBe("10000:10000 600");
        expect(await Promise.all(["registry", "ca_download", "job_logs"].map((name) => owner(data(name))))).toEqual(
            Array(3).fill("10000:10000 755"),
        );
        expect(await owner(data("secret/core"))).toBe("10000:10000 700");
        expect(readdirSync(host().value("data_dir")).sort()).toEqual(["ca_download", "job_logs", "registry", "secret"]);
    });

    test("a second time nothing is touched", async () => {
        await store();
        host().forget();
        const before = statSync(data("secret/keys/secretkey"));
        expect(await store()).toMatchObject({ status: 0 });
        expect(host().calls("chown")).toEqual([]);
        expect(statSync(data("secret/keys/secretkey"))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
    });

    test.each<[string, () => void, string]>([
        ["17 bytes", () => host().write(data("secret/keys/secretkey"), `${secretkey}\n`), "has 17 bytes"],
        [
            "another key than was in force, which the node hasn't either",
            () => {
                host().write(data("secret/keys/secretkey"), "fedcba9876543210");
                host().secret("secretkey", "somebodyelse1234");
            },
            "is another secretkey than the one in force",
        ],
    ])("a secretkey of %s is refused, with the way out", async (_, change, message) => {
        await store();
        change();
        expect(await store()).toMatchObject({ status: 1, stderr: expect.stringContaining(message) as string });
    });

    test("one that is lost is never replaced by another", async () => {
        await store();
        host().removePath(data("secret/keys/secretkey"));
        host().secret("secretkey", "fedcba9876543210");
        expect(await store()).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("Put the file back from a backup") as string,
        });
        expect(host().has(data("secret/keys/secretkey"))).toBe(false);
    });
});

test("stage takes an installer of 2.x, which has no docker-compose.yml", async () => {
    await storageV2(host());
    stagedV2(host());
    host().removePath(host().value("release_dir"));
    host().write(shared(`releases/${host().value("release_sha256")}.tgz`), "an installer");
    host().answer("tar", {
        run: `folder="$4/harbor"; mkdir -p "$folder"; for f in prepare harbor.yml.tmpl; do echo x >"$folder/$f"; done; echo goharbor/prepare:v2.15.2 >"$folder/harbor.v2.15.2.tar.gz"`,
    });
    expect(await host().run("stage", { images: ["goharbor/prepare:v2.15.2"] })).toMatchObject({
        status: 0,
        stdout: "staged: v2.15.2\n",
    });
});
