import { readdirSync, statSync } from "node:fs";
import { clusterPair, otherPair, secretkey } from "./support/deployed";
import { give, pin, pinned, pinnedPasswd, preparedV2, storageV2 } from "./support/deployed-v2";
import { hostForEachTest, type Result } from "./support/host";
import { projectFile } from "../support/files";

const host = hostForEachTest("v2");
const data = (file: string): string => `${host().value("data_dir")}/${file}`;
const shared = (file: string): string => `${host().value("shared_dir")}/${file}`;
const config = (file: string): string => `${host().value("release_dir")}/common/config/${file}`;
const owner = async (path: string): Promise<string> =>
    (await host().tool("stat", "-c", "%u:%g %a", path)).stdout.trim();
const own = { JOBSERVICE_SECRET: "ownjobownjobown1", CSRF_KEY: "owncsrfowncsrfowncsrfowncsrf1234" };

describe("token-key", () => {
    const tokenKey = (given: Readonly<Record<string, string>> = {}): Promise<Result> =>
        host().run("token-key", { source: "generated", public_release_key: "none", https: "none", ...given });

    beforeEach(async () => {
        await storageV2(host());
        for (const path of [
            shared("keys/pinned"),
            data("secret/core/private_key.pem"),
            data("secret/registry/root.crt"),
        ])
            host().removePath(path);
        preparedV2(host(), own);
    });

    test("puts the pair where the containers read it, and keeps this node's values for all", async () => {
        expect(await tokenKey()).toEqual({
            status: 0,
            stdout: `pinned values: made\nfingerprint: SHA256:${clusterPair.fingerprint}\n`,
            stderr: "",
        });
        expect(host().read(data("secret/core/private_key.pem"))).toBe(clusterPair.key);
        expect(host().read(data("secret/registry/root.crt"))).toBe(clusterPair.certificate);
        expect(await owner(data("secret/core/private_key.pem"))).toBe("10000:10000 600");
        const lines = host().read(shared("keys/pinned/secrets.env")).trimEnd().split("\n");
        expect(lines.sort()).toEqual(
            Object.entries({ ...pinned, ...own })
                .map(([name, value]) => `${name}=${value}`)
                .sort(),
        );
        expect(host().read(shared("keys/pinned/passwd"))).toBe(pinnedPasswd);
        expect(
            ["", "/secrets.env", "/passwd", "/salt"].map((name) => statSync(shared(`keys/pinned${name}`)).mode & 0o077),
        ).toEqual([0, 0, 0, 0]);
    });

    test("they are kept for ever after, and the same files stay", async () => {
        await tokenKey();
        const inode = statSync(data("secret/core/private_key.pem")).ino;
        preparedV2(host(), { JOBSERVICE_SECRET: "anotheranother12" });
        host().write(data("secret/core/private_key.pem"), "torn", 0o600);
        expect(await tokenKey()).toMatchObject({ status: 0, stdout: expect.not.stringContaining("made") as string });
        expect(host().read(shared("keys/pinned/secrets.env"))).toContain(
            `JOBSERVICE_SECRET=${own.JOBSERVICE_SECRET}\n`,
        );
        expect(host().read(data("secret/core/private_key.pem"))).toBe(clusterPair.key);
        expect(statSync(data("secret/core/private_key.pem")).ino).toBe(inode);
    });

    test("a run that was killed in between begins again", async () => {
        host().write(shared("keys/pinned.new.4711/secrets.env"), "JOBSERVICE_SECRET=half\n");
        expect(await tokenKey()).toMatchObject({ status: 0 });
        expect(readdirSync(shared("keys")).sort()).toEqual(["current", "pair-1", "pinned"]);
    });

    test("https: the pair of the registry is there, and follows a new one in place", async () => {
        host().write("/opt/harbor-ha/files/server.crt", "CERTIFICATE 1\n");
        host().secret("https_key", "KEY 1\n");
        await tokenKey({ https: "sha256:1" });
        expect(host().read(data("secret/cert/server.key"))).toBe("KEY 1\n");
        expect(await owner(data("secret/cert/server.key"))).toBe("10000:10000 600");
        const inode = statSync(data("secret/cert/server.crt")).ino;
        host().write("/opt/harbor-ha/files/server.crt", "CERTIFICATE 2\n");
        await tokenKey({ https: "sha256:2" });
        expect(host().read(data("secret/cert/server.crt"))).toBe("CERTIFICATE 2\n");
        expect(statSync(data("secret/cert/server.crt")).ino).toBe(inode);
    });

    test.each<[string, () => void, string]>([
        [
            "a CSRF key of 33 characters",
            () => preparedV2(host(), { CSRF_KEY: "x".repeat(33) }),
            "has 33 characters; Harbor needs exactly 32",
        ],
        ["a value that isn't there", () => preparedV2(host(), { JOBSERVICE_SECRET: "" }), "has no JOBSERVICE_SECRET"],
        [
            "a node that isn't prepared",
            () => host().removePath(`${host().value("release_dir")}/.prepared`),
            "is not prepared",
        ],
        [
            "a folder in the key's place",
            () => host().write(`${data("secret/core/private_key.pem")}/x`, ""),
            "is a folder; Docker makes one",
        ],
    ])("refuses %s", async (_, change, message) => {
        change();
        expect(await tokenKey()).toMatchObject({ status: 1, stderr: expect.stringContaining(message) as string });
        expect(host().has(shared("keys/pinned"))).toBe(false);
    });
});

describe("cert-sync", () => {
    const certSync = (): Promise<Result> => host().run("cert-sync");

    beforeEach(async () => {
        await storageV2(host());
        preparedV2(host(), own);
        host().write(config("registry/passwd"), "harbor_registry_user:$2y$05$own\n");
    });

    test("puts the cluster's values in place of prepare's, and tells what is to be equal on all nodes", async () => {
        const modes = (): number[] => ["core/env", "registry/passwd"].map((file) => statSync(config(file)).mode);
        const before = { modes: modes(), inode: statSync(config("registry/passwd")).ino };
        const { status, stdout, stderr } = await certSync();
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
        const [key, certificate, configuration] = stdout.split("\n");
        expect([key, certificate]).toEqual([
            `private_key.pem: SHA256:${clusterPair.fingerprint}`,
            `root.crt: SHA256:${clusterPair.fingerprint}`,
        ]);
        expect(configuration).toMatch(/^configuration: [0-9a-f]{64}$/);
        for (const service of ["core", "jobservice", "registryctl"])
            expect(host().read(config(`${service}/env`))).toContain(`JOBSERVICE_SECRET=${pinned.JOBSERVICE_SECRET}\n`);
        expect(host().read(config("core/env"))).toContain(`CSRF_KEY=${pinned.CSRF_KEY}\n`);
        expect(host().read(config("core/env"))).toContain("POSTGRESQL_HOST=127.0.0.1\n");
        expect(host().read(config("registry/passwd"))).toBe(pinnedPasswd);
        expect({ modes: modes(), inode: statSync(config("registry/passwd")).ino }).toEqual(before);
    });

    test("the configuration is the same whatever prepare had made, and another one with another text", async () => {
        const told = async (): Promise<string | undefined> =>
            /^configuration: .*$/m.exec((await certSync()).stdout)?.[0];
        const first = await told();
        expect(first).toBeDefined();
        preparedV2(host(), { CORE_SECRET: "anotheranother12" });
        expect(await told()).toBe(first);
        host().write(config("nginx/nginx.conf"), "events { }\n");
        expect(await told()).not.toBe(first);
    });

    test("what it has put right may have been read by a container meanwhile: all are made anew; otherwise they are trusted", async () => {
        const applied = "/opt/harbor-ha/state/applied";
        host().write(applied, "as prepared");
        expect(await certSync()).toMatchObject({ status: 0 });
        expect(host().has(applied)).toBe(false);
        host().write(applied, "as prepared");
        expect(await certSync()).toMatchObject({ status: 0 });
        expect(host().has(applied)).toBe(true);
    });

    test("a second run writes nothing", async () => {
        await certSync();
        const times = (): number[] =>
            ["core/env", "jobservice/env", "registry/passwd"].map((file) => statSync(config(file)).mtimeMs);
        const before = times();
        await certSync();
        expect(times()).toEqual(before);
    });

    test("what it leaves for the verification names values, and holds none", async () => {
        await certSync();
        const record = host().read(shared("state/configuration/node1"));
        expect(record).toMatch(/^value core\/JOBSERVICE_SECRET [0-9a-f]{12}$/m);
        expect(record).toMatch(/^value secretkey [0-9a-f]{12}$/m);
        expect(statSync(shared("state/configuration/node1")).mode & 0o077).toBe(0);
        expect([...Object.values(pinned), secretkey].filter((value) => record.includes(value))).toEqual([]);
    });

    const other = async (file: string, text: string): Promise<void> =>
        give(host(), host().write(data(file), text, 0o600));
    test.each<[string, () => unknown, string]>([
        [
            "a node that isn't prepared",
            () => host().removePath(`${host().value("release_dir")}/.prepared`),
            "is not prepared",
        ],
        [
            "another shared key",
            () => other("secret/core/private_key.pem", otherPair.key),
            "private_key.pem has SHA256:",
        ],
        [
            "a lost shared key",
            () => host().removePath(data("secret/core/private_key.pem")),
            "secret/core/private_key.pem is missing",
        ],
        ["another root.crt", () => other("secret/registry/root.crt", otherPair.certificate), "root.crt has SHA256:"],
        [
            "a PKCS#8 key",
            () => other("secret/core/private_key.pem", projectFile("test/fixtures/pki/token.key")),
            "is no PKCS#1 key",
        ],
        [
            "a key that core can't read",
            () => host().tool("chown", "0:0", data("secret/core/private_key.pem")),
            "private_key.pem is 0:0 600 instead of 10000:10000 600",
        ],
        [
            "a key that others can read",
            () => host().write(data("secret/core/private_key.pem"), clusterPair.key, 0o644),
            "is 10000:10000 644 instead of",
        ],
        [
            "a secretkey of 17 bytes",
            () => other("secret/keys/secretkey", `${secretkey}\n`),
            "has 17 bytes instead of 16",
        ],
        [
            "no pinned values",
            () => host().removePath(shared("keys/pinned")),
            "the pinned values can't be seen on this node",
        ],
        ["a pinned CSRF key that is too long", () => pinOther(), "has 33 characters"],
        [
            "an env file without a value",
            () => host().write(config("registryctl/env"), "CORE_SECRET=x\n"),
            "registryctl/env has no JOBSERVICE_SECRET",
        ],
    ])("%s is refused", async (_, change, message) => {
        await change();
        expect(await certSync()).toMatchObject({
            status: 1,
            stdout: "",
            stderr: expect.stringContaining(message) as string,
        });
    });

    function pinOther(): void {
        pin(host());
        const path = shared("keys/pinned/secrets.env");
        host().write(path, host().read(path).replace(pinned.CSRF_KEY, "x".repeat(33)), 0o600);
    }
});
