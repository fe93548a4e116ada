import { readdirSync, readlinkSync, statSync } from "node:fs";
import { clusterPair, otherPair, prepared, secretkey, storage, storageId, writePair } from "./support/deployed";
import { hostForEachTest, type Result } from "./support/host";
import { projectFile } from "../support/files";

const host = hostForEachTest();
const keys = (): string => `${host().value("shared_dir")}/keys`;
const current = (file: string): string => host().read(`${keys()}/current/${file}`);
const config = (file: string): string => `${host().value("release_dir")}/common/config/${file}`;

describe("token-key", () => {
    const tokenKey = (given: Readonly<Record<string, string>> = {}): Promise<Result> =>
        host().run("token-key", { source: "generated", public_release_key: "none", ...given });
    /** A key takes long to make: it comes from the fixtures, the certificate from openssl itself. */
    const openssl = (key: string): void => {
        host().write("/new.pem", key);
        host().answer(
            "openssl",
            {
                to: "genrsa *",
                run: `while (($#)); do if [[ $1 == -out ]]; then cp "$root/new.pem" "$2"; fi; shift; done`,
            },
            { run: 'exec "$root/usr/bin/openssl" "$@"' },
        );
    };

    beforeEach(() => openssl(clusterPair.key));

    test("makes a pair, once, that Harbor can use", async () => {
        storage(host(), "none");
        const first = await tokenKey();
        expect(first).toMatchObject({ status: 0, stdout: `fingerprint: SHA256:${clusterPair.fingerprint}\n` });
        expect(current("private_key.pem")).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
        expect(
            ["private_key.pem", "root.crt"].map((name) => statSync(`${keys()}/current/${name}`).mode & 0o077),
        ).toEqual([0, 0]);
        const link = readlinkSync(`${keys()}/current`);
        expect(await tokenKey()).toEqual(first);
        expect(readlinkSync(`${keys()}/current`)).toBe(link);
        expect(host().calls("openssl", "genrsa")).toHaveLength(1);
    });

    test("takes a given pair, and keeps the earlier one beside it", async () => {
        storage(host(), otherPair);
        host().secret("token_key", clusterPair.key);
        host().secret("token_certificate", clusterPair.certificate);
        expect(await tokenKey({ source: "given" })).toMatchObject({ status: 0 });
        expect(current("private_key.pem")).toBe(clusterPair.key);
        expect(host().read(`${keys()}/pair-1/private_key.pem`)).toBe(otherPair.key);
        const names = readdirSync(keys());
        expect(await tokenKey({ source: "given" })).toMatchObject({ status: 0 });
        expect(readdirSync(keys())).toEqual(names);
    });

    // A public key would let anyone sign tokens; PKCS#8: goharbor/harbor #14732.
    test.each<[string, () => void, Readonly<Record<string, string>>, string]>([
        [
            "the pair of the public release",
            () => undefined,
            { public_release_key: clusterPair.fingerprint },
            "is the one of the public release",
        ],
        [
            "a PKCS#8 key",
            () => host().write(`${keys()}/pair-1/private_key.pem`, projectFile("test/fixtures/pki/token.key")),
            {},
            "is no PKCS#1 key",
        ],
        [
            "a certificate of another key",
            () => host().write(`${keys()}/pair-1/root.crt`, otherPair.certificate),
            {},
            "don't match",
        ],
        ["a mount that is gone", () => host().removePath("/.mounts"), {}, "is not a mounted CephFS"],
    ])("refuses %s", async (_, change, given, message) => {
        storage(host());
        change();
        expect(await tokenKey(given)).toMatchObject({
            status: 1,
            stdout: "",
            stderr: expect.stringContaining(message) as string,
        });
    });

    test("an openssl that fails leaves no pair", async () => {
        storage(host(), "none");
        host().answer(
            "openssl",
            { to: "genrsa *", status: 1, err: "no entropy\n" },
            { run: 'exec "$root/usr/bin/openssl" "$@"' },
        );
        expect(await tokenKey()).toMatchObject({ status: 1, stderr: expect.stringContaining("no entropy") as string });
        expect(host().has(`${keys()}/current`)).toBe(false);
    });
});

describe("cert-sync", () => {
    const certSync = (): Promise<Result> => host().run("cert-sync");

    beforeEach(() => {
        storage(host());
        prepared(host(), otherPair);
    });

    test("puts the cluster's pair where prepare left its own, into the same files: containers may have them mounted", async () => {
        const inodes = (): number[] =>
            ["ui/private_key.pem", "registry/root.crt"].map((file) => statSync(config(file)).ino);
        const before = inodes();
        expect(await certSync()).toEqual({
            status: 0,
            stdout: expect.stringContaining(
                `private_key.pem: SHA256:${clusterPair.fingerprint}\nroot.crt: SHA256:${clusterPair.fingerprint}\n`,
            ) as string,
            stderr: "",
        });
        expect(host().read(config("ui/private_key.pem"))).toBe(clusterPair.key);
        expect(host().read(config("registry/root.crt"))).toBe(clusterPair.certificate);
        expect(inodes()).toEqual(before);
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

    test("tells which storage it sees, whose traces there, and when it looked", async () => {
        const seen = `${host().value("shared_dir")}/state/seen`;
        for (const [node, at] of Object.entries({ node1: 100, node2: 200 })) host().write(`${seen}/${node}`, `${at}\n`);
        // What a write that was cut off has left.
        host().write(`${seen}/.harbor-ha.abc`, "1\n");
        host().write(`${seen}/node3`, "");
        const { stdout } = await certSync();
        expect(stdout).toMatch(new RegExp(`^storage: ${storageId}$`, "m"));
        expect(stdout).toMatch(/^seen: node1=100 node2=200$/m);
        const [, at, own] = /^looked: (\d+) ([0-9a-f]{12})$/m.exec(stdout) ?? [];
        expect(own).toBe(host().read("/opt/harbor-ha/state/trace-id").trim());
        expect(Math.abs(Date.now() / 1000 - Number(at))).toBeLessThan(600);
        expect(host().files(seen).sort()).toEqual([".harbor-ha.abc", "node1", "node2", "node3"]);
    });

    test("a second run writes nothing", async () => {
        await certSync();
        const times = (): number[] =>
            ["ui/private_key.pem", "registry/root.crt"].map((file) => statSync(config(file)).mtimeMs);
        const before = times();
        await certSync();
        expect(times()).toEqual(before);
    });

    test.each<[string, () => void, string]>([
        ["before prepare", () => host().removePath(config("ui/private_key.pem")), "is not prepared"],
        [
            "without the cluster's pair",
            () => host().removePath(`${keys()}/current`),
            "the token key pair can't be seen on this node",
        ],
        [
            "with a certificate of another key on the shared storage",
            () => writePair(host(), `${keys()}/pair-1`, { ...clusterPair, certificate: otherPair.certificate }),
            "don't match; nothing was changed here",
        ],
        [
            "with a secretkey of 17 bytes",
            () => host().write(`${host().value("data_dir")}/secretkey`, `${secretkey}\n`),
            "has 17 bytes instead of 16",
        ],
        [
            "without a secretkey",
            () => host().removePath(`${host().value("data_dir")}/secretkey`),
            "has 0 bytes instead of 16",
        ],
        ["without a mount", () => host().removePath("/.mounts"), "is not a mounted CephFS"],
    ])("%s is refused", async (_, change, message) => {
        change();
        expect(await certSync()).toMatchObject({
            status: 1,
            stdout: "",
            stderr: expect.stringContaining(message) as string,
        });
    });
});

test("cert-sync on another storage than the others', which nobody has filled, says so", async () => {
    storage(host());
    prepared(host());
    host().removePath(`${host().value("shared_dir")}/state/storage-id`);
    const { status, stderr } = await host().run("cert-sync");
    expect(status).toBe(1);
    expect(stderr).toContain("storage-id can't be seen on this node: is it the same storage as on the others?");
});
