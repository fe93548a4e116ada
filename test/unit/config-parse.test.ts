import fc from "fast-check";
import { keyNames, keys, type ConfigKey } from "../../config/keys";
import { ConfigError } from "../../config/problems";
import { pki } from "../support/files";
import {
    changed,
    configSource,
    hostKey,
    minimalHttp,
    minimalHttps,
    parse,
    problemsOf,
    sshKey,
} from "../support/settings";
import { anyCharacter } from "../support/words";
import { parseSettings } from "../../config/parse";
import { maximal, maximalV2 } from "./config-parse.maximal";

test("the least that a cluster needs: everything else has its default", () => {
    expect(parse(minimalHttps)).toMatchSnapshot();
});

test("every key given", () => {
    expect(parse(maximal)).toMatchSnapshot();
    const { database, redis, storage, blobs, services } = parse(maximalV2);
    expect({ database, redis, storage, blobs, services }).toMatchSnapshot();
});

test("the maximal configuration leaves out no key", () => {
    const onlyInContainerMode = ["mysqlDockerHost", "redisDockerHost"];
    const notGiven = keyNames.filter((name) => !(name in maximal) && !(name in maximalV2));
    expect(notGiven).toEqual([]);
    expect(onlyInContainerMode.every((name) => name in maximal)).toBe(true);
});

test("http needs no certificate, and its port is 80", () => {
    const settings = parse(minimalHttp);
    expect(settings).toMatchObject({ protocol: "http", port: 80, https: undefined });
});

test("an empty value is an absent one, as Pulumi.yaml declares optional keys", () => {
    const empty = Object.fromEntries(keyNames.filter((name) => !(name in minimalHttp)).map((name) => [name, ""]));
    expect(parse({ ...minimalHttp, ...empty })).toEqual(parse(minimalHttp));
});

test("numbers and flags may be text or JSON", () => {
    const node = { name: "node1", address: "192.0.2.11", port: "2222", hostKey };
    const settings = parse(
        changed(minimalHttp, { nodes: JSON.stringify([node]), installPackages: "false", port: "8070" }),
    );
    expect(settings).toMatchObject({ port: 8070, installPackages: false, nodes: [{ port: 2222 }] });
});

test("all problems are reported at once", () => {
    const raw = changed(minimalHttp, {
        domain: "hub",
        domian: "x",
        port: "0",
        mysqlPassword: "root123!",
        nodes: '[{"name":"A","address":"::1"}]',
        dnsServer: undefined,
        cephKeyFile: "ceph.key",
    });
    let error: unknown;
    try {
        parseSettings(configSource(raw, { plain: ["redisPassword"] }));
    } catch (caught) {
        error = caught;
    }
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).message).toMatchSnapshot();
});

test("one problem is one: what depends on a bad value isn't reported too", () => {
    expect(problemsOf(changed(minimalHttp, { nodes: "no list" }))).toHaveLength(1);
    expect(problemsOf(changed(minimalHttps, { httpsPrivateKeyFile: "x", httpsPrivateKey: undefined }))).toHaveLength(1);
    expect(problemsOf(changed(minimalHttp, { mysqlHost: "-" }))).toHaveLength(1);
    expect(problemsOf(changed(minimalHttp, { protocol: "ftp" }))).toHaveLength(1);
});

describe("values from files", () => {
    const withFile = (text: string) =>
        parse(changed(minimalHttp, { mysqlPassword: undefined, mysqlPasswordFile: "secrets/mysql" }), {
            files: { "secrets/mysql": text },
        }).database.password;

    test.each(["from-a-File-1", "from-a-File-1\n", "from-a-File-1\r\n"])(
        "%j: an editor's newline is no part of it",
        (text) => {
            expect(withFile(text)).toEqual({ secret: "from-a-File-1" });
        },
    );

    test("only one newline is an editor's", () => {
        expect(() => withFile("from-a-File-1\n\n")).toThrow("harbor-ha:mysqlPassword: (secret) is not allowed");
    });

    test("a file is no plain text in the stack, so it needs no encryption", () => {
        const raw = changed(minimalHttp, { sshPrivateKey: undefined, sshPrivateKeyFile: "id" });
        const settings = parse(raw, { files: { id: sshKey }, plain: ["sshPrivateKey", "sshPrivateKeyFile"] });
        expect(settings.ssh.privateKey).toEqual({ secret: sshKey });
    });
});

describe("secrets", () => {
    const secretKeys = keyNames.filter((name) => (keys[name] as ConfigKey).secret);

    test("are those that let someone in", () => {
        expect([...secretKeys].sort()).toEqual([
            "adminPassword",
            "cephKey",
            "dnsKeySecret",
            "httpsPrivateKey",
            "mysqlPassword",
            "postgresPassword",
            "redisPassword",
            "s3AccessKey",
            "s3SecretKey",
            "secretkey",
            "sshPrivateKey",
            "tokenPrivateKey",
        ]);
    });

    test.each(secretKeys)("%s in plain text is refused", (name) => {
        const raw = changed(minimalHttp, { [name]: "x" });
        expect(problemsOf(raw, { plain: [name] })).toContainEqual(
            `harbor-ha:${name}: plain text is not allowed: encrypted only: pulumi config set --secret ${name}, or ${name}File`,
        );
    });

    const anything = fc.oneof(fc.string({ minLength: 3 }), fc.string({ minLength: 3, unit: anyCharacter }), fc.lorem());
    const pem = anything.map((text) => `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----`);

    test("never stand in a message, whatever their value is", () => {
        let refused = 0;
        fc.assert(
            fc.property(fc.constantFrom(...secretKeys), fc.oneof(anything, pem), (name, text) => {
                const value = `s3cr3t=${text}`;
                const base = name === "httpsPrivateKey" ? minimalHttps : minimalHttp;
                const more = name === "tokenPrivateKey" ? { tokenCertificate: pki("token.crt") } : {};
                const message = problemsOf(changed(base, { ...more, [name]: value })).join("\n");
                if (message !== "") refused++;
                expect(message).not.toContain("s3cr3t");
            }),
            { numRuns: 300 },
        );
        expect(refused).toBeGreaterThan(100);
    });
});
