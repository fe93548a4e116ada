import fc from "fast-check";
import type { z } from "zod";
import * as rule from "../../config/rules";
import { ssh } from "../support/files";
import { hostKey } from "../support/settings";

const good: readonly [string, z.ZodType, readonly unknown[]][] = [
    ["domain", rule.domain, ["hub.example.com", "a.b", "xn--bcher-kva.example", `${"a".repeat(63)}.example.com`]],
    ["host", rule.host, ["192.0.2.1", "db", "DB.example.com", "db-1.example.com", "1db"]],
    ["ipv4", rule.ipv4, ["192.0.2.1", "0.0.0.0"]],
    ["port", rule.port, [1, 65535, "1", "65535"]],
    ["flag", rule.flag, [true, false, "true", "false"]],
    ["nodeName", rule.nodeName, ["a", "node1", "node-1", "1", "n".repeat(32)]],
    ["cephMonitor", rule.cephMonitor, ["192.0.2.21", "192.0.2.21:3300", "mon1", "mon1:6789"]],
    ["version", rule.version, ["v1.1.2", "v1.2.0-rc1", "v10.20.30"]],
    ["proxy", rule.proxy, ["jump@bastion", "root@192.0.2.1:22", "first.last@jump.example.com", "Admin_1@jump:2222"]],
    ["dockerHost", rule.dockerHost, ["ssh://root@db:22", "ssh://db.example.com", "unix:///var/run/docker.sock"]],
    [
        "releaseSource",
        rule.releaseSource,
        [
            "a.tgz",
            "/x/a.tar.gz",
            "harbor #2 离线.tgz",
            "https://example.com/a.tgz",
            "HTTPS://example.com/a.tgz",
            "https://example.com/a.tgz?X-Amz-Signature=0a&b=c/d@e",
        ],
    ],
    ["sshPrivateKey", rule.sshPrivateKey, [ssh("ed25519"), ssh("rsa.pem")]],
    ["pem key", rule.privateKey, ["-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----"]],
    ["hostKey", rule.hostKey, [hostKey, ssh("rsa.pub"), ssh("ecdsa.pub"), ssh("ed25519.pub").split(" ", 2).join(" ")]],
    ["zone", rule.zone, ["example.com", "corp", "a.b.c.d"]],
    ["word", rule.word, ["harbor", "first.last", "_x", ".x", "a-b", "0"]],
    [
        "image",
        rule.image,
        [
            "python:2.7",
            "python",
            "registry.example.com:5000/tools/py__2:a.b-c_1",
            "localhost/py",
            "192.0.2.1:5000/py@sha256:" + "ab".repeat(32),
            "Registry.Example.com/py",
            "a-----b/c",
        ],
    ],
    [
        "release",
        rule.release,
        ["v1.1.2", "v1.2.0-rc1", "v1.1.2-1f2e3d4c", "v1.1.2.tgz", "v1.1.2-x.tgz", "https://example.com/a.tgz?b=c"],
    ],
    ["secretkey", rule.secretkey, ["0123456789abcDEF"]],
];

const bad: readonly [string, z.ZodType, readonly unknown[]][] = [
    ["domain", rule.domain, ["example", ".example.com", "a..b", "a-.b", "-a.b", "a.b.", `${"a".repeat(64)}.com`, 1]],
    ["host", rule.host, ["", "::1", "a b", "a_b", "1.2.3", "1.2.3.4.5", "a/b", "a:1"]],
    ["ipv4", rule.ipv4, ["", "192.0.2", "192.0.2.256", "::1", "name"]],
    ["flag", rule.flag, ["", "True", 1, "1"]],
    ["nodeName", rule.nodeName, ["", "-a", "a-", "a.b", "a_b", "A"]],
    ["cephMonitor", rule.cephMonitor, ["", "a:b", "a:1:2", "v2:a:1", "a:0"]],
    ["version", rule.version, ["1.1.2", "v1.1.2/x", "v1.1.2 ", "latest"]],
    [
        "proxy",
        rule.proxy,
        ["bastion", "@bastion", "a@b@c", "a@b:0", "a@b:65536", "a b@c", "a@b:", "-a@b", "a@-b", "a@b:1:2", "a@127.1"],
    ],
    [
        "dockerHost",
        rule.dockerHost,
        [
            "ssh://",
            "http://db",
            "unix://var/run",
            "ssh://a b",
            "ssh://a:b@db",
            "ssh://db/x",
            "ssh://-db",
            "unix:///a#b",
            "unix://",
        ],
    ],
    [
        "releaseSource",
        rule.releaseSource,
        [
            "a.tar",
            "http://example.com/a.tgz",
            "HTTP://example.com/a.tgz",
            "https://example.com/a?b=c.tgz",
            "https://example.com/#a.tgz",
            "https://me@example.com/a.tgz",
            "https://me:secret@example.com/a.tgz",
            "https://",
        ],
    ],
    [
        "hostKey",
        rule.hostKey,
        [
            ssh("dsa.pub"),
            "ssh-ed25519",
            "AAAA",
            "ssh-ed25519 AAAA",
            `192.0.2.1 ${hostKey}`,
            hostKey.slice(0, -4),
            hostKey.slice(0, -1),
            `${hostKey}AAAA`,
            ssh("rsa.pub").replace("ssh-rsa", "ssh-ed25519"),
            ssh("ecdsa.pub").replace("nistp384 ", "nistp256 "),
        ],
    ],
    ["zone", rule.zone, ["", ".", "corp.", ".corp", "a..b", "Corp", "a_b", "-a", "a".repeat(64)]],
    ["word", rule.word, ["", "-h", "--x", "a b", "a#b", "ä", "a/b", "a:b"]],
    [
        "image",
        rule.image,
        [
            "",
            "x:1#2",
            "--x",
            "-x",
            "X",
            "x:",
            "x@",
            "x y",
            "https://example.com/x",
            "x/",
            "/x",
            "a//b",
            "a..b",
            "a___b",
            "x:-1",
            "x@sha256:12",
            `x:${"t".repeat(129)}`,
            "ab".repeat(32),
            "x".repeat(300),
            "[::1]:5000/x",
            "é",
            "x\n",
        ],
    ],
    [
        "release",
        rule.release,
        [
            "v1.1",
            "1.1.2",
            "v1.1.2 ",
            "v1.1.2/x",
            "v1.1.2.json",
            "https://me:secret@example.com/a.tgz",
            "http://example.com/a.tgz",
            1,
        ],
    ],
    ["secretkey", rule.secretkey, ["0123456789abcDE", "0123456789abcDEFG", "0123456789abcDE\n", "0123456789abcD-F"]],
    ["absolutePath", rule.absolutePath, ["", "a", "/a b", "/a/../b", "/a/./b", "/a\n", "/ä", "/a:b"]],
    ["ownFolder", rule.ownFolder, ["/", "/opt", "/opt//", "//opt"]],
];

test.each(good)("%s takes what it should", (_, schema, values) => {
    expect(values.filter((value) => !schema.safeParse(value).success)).toEqual([]);
});

test.each(bad)("%s refuses what it should", (_, schema, values) => {
    expect(values.filter((value) => schema.safeParse(value).success)).toEqual([]);
});

test("a port is a number, however it was given", () => {
    fc.assert(
        fc.property(fc.integer({ min: -10, max: 70_000 }), (n) => {
            const results = [rule.port.safeParse(n), rule.port.safeParse(String(n))];
            for (const result of results) {
                expect(result.success).toBe(n >= 1 && n <= 65535);
                expect(result.data).toBe(result.success ? n : undefined);
            }
        }),
    );
});

test("paths come out in one form, which is taken again", () => {
    const part = fc.stringMatching(/^[A-Za-z0-9._-]{1,8}$/).filter((text) => text !== "." && text !== "..");
    const path = fc.array(fc.tuple(fc.constantFrom("/", "//"), part), { minLength: 1, maxLength: 5 });
    fc.assert(
        fc.property(path, fc.constantFrom("", "/", "//"), (parts, end) => {
            const once = rule.absolutePath.parse(parts.map(([slashes, name]) => slashes + name).join("") + end);
            expect(once).toBe(`/${parts.map(([, name]) => name).join("/")}`);
            expect(rule.absolutePath.parse(once)).toBe(once);
        }),
    );
    expect(rule.absolutePath.parse("/")).toBe("/");
});

test("a checksum comes out in lower case", () => {
    expect(rule.sha256.parse("AB".repeat(32))).toBe("ab".repeat(32));
});

test("passwords: exactly the characters that Harbor's files can carry", () => {
    const carried = Array.from("ABCXYZabcxyz0189._~!@^*+=-");
    const others = Array.from({ length: 0x180 }, (_, i) => String.fromCharCode(i)).filter(
        (c) => !/[A-Za-z0-9._~!@^*+=-]/.test(c),
    );
    const takes = (c: string): boolean => rule.password.safeParse(`1234567${c}`).success;
    expect(carried.filter((c) => !takes(c))).toEqual([]);
    expect(others.filter(takes)).toEqual([]);
});
