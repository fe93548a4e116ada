import { findHostKey, isRevoked, parseKnownHosts } from "../../config/known-hosts";
import { ssh } from "../support/files";
import { hostKey } from "../support/settings";

const keyOf = (name: string): string => ssh(name).split(" ", 2).join(" ");
const rsa = keyOf("rsa.pub");
const ecdsa = keyOf("ecdsa.pub");
const other = keyOf("ed25519.pub");

test("comments, empty lines, authorities, half lines and keys that can't be read are passed over", () => {
    const text = [
        "# a comment",
        "",
        `@cert-authority *.example.com ${rsa}`,
        `@unknown a ${rsa}`,
        "host-only",
        "host ssh-rsa",
        `host ${rsa.slice(0, -8)}`,
        `host ssh-ed25519 ${rsa.split(" ")[1] ?? ""}`,
        `  a ${rsa} note`,
    ];
    expect(parseKnownHosts(text.join("\n"))).toEqual([{ patterns: ["a"], key: rsa }]);
});

test("Windows line ends and tabs are no part of a key", () => {
    expect(parseKnownHosts(`a\t${rsa.replace(" ", "\t")}\r\n`)).toEqual([{ patterns: ["a"], key: rsa }]);
});

test.each<[string, string, string, number, string | undefined]>([
    ["by address", `192.0.2.11 ${hostKey}`, "192.0.2.11", 22, hostKey],
    ["one of several names", `hub1,192.0.2.11 ${hostKey}`, "192.0.2.11", 22, hostKey],
    ["by another port", `[192.0.2.11]:2222 ${hostKey}`, "192.0.2.11", 2222, hostKey],
    ["not of the other port", `[192.0.2.11]:2222 ${hostKey}`, "192.0.2.11", 22, undefined],
    ["not of port 22 for another port", `192.0.2.11 ${hostKey}`, "192.0.2.11", 2222, undefined],
    ["not of a longer name", `192.0.2.111 ${hostKey}`, "192.0.2.11", 22, undefined],
    ["not by a dot that stands for another letter", `192x0.2.11 ${hostKey}`, "192.0.2.11", 22, undefined],
    ["the strongest type", `a ${rsa}\na ${ecdsa}\na ${hostKey}`, "a", 22, hostKey],
    ["a weaker type when there is no other", `a ${rsa}\nb ${hostKey}`, "a", 22, rsa],
    ["the first of several of one type", `a ${hostKey}\na ${other}`, "a", 22, hostKey],
    ["no type that isn't known", `a ${ssh("dsa.pub")}`, "a", 22, undefined],
    ["of an empty file", "", "a", 22, undefined],
    ["with *", `*.example.com ${hostKey}`, "hub1.example.com", 22, hostKey],
    ["not with * for less", `*.example.com ${hostKey}`, "example.com", 22, undefined],
    ["with ?", `192.0.2.1? ${hostKey}`, "192.0.2.11", 22, hostKey],
    ["with * and a port", `[192.0.2.*]:2222 ${hostKey}`, "192.0.2.11", 2222, hostKey],
    [
        "not where ! says so, whatever the order",
        `*.example.com,!hub1.example.com ${hostKey}`,
        "hub1.example.com",
        22,
        undefined,
    ],
    ["not where ! says so in front", `!192.0.2.1?,192.0.2.* ${hostKey}`, "192.0.2.11", 22, undefined],
    ["beside a !", `!192.0.2.12,192.0.2.* ${hostKey}`, "192.0.2.11", 22, hostKey],
    ["not with ! alone", `!192.0.2.12 ${hostKey}`, "192.0.2.11", 22, undefined],
    ["in capitals", `Hub1.Example.COM ${hostKey}`, "hub1.example.com", 22, hostKey],
    ["of a host in capitals", `hub1.example.com ${hostKey}`, "HUB1.example.com", 22, hostKey],
    ["not of an authority", `@cert-authority 192.0.2.11 ${hostKey}`, "192.0.2.11", 22, undefined],
    [
        "not one that was revoked before",
        `@revoked 192.0.2.11 ${hostKey}\n192.0.2.11 ${hostKey}`,
        "192.0.2.11",
        22,
        undefined,
    ],
    [
        "not one that was revoked behind",
        `192.0.2.11 ${hostKey} x\n@revoked 192.0.2.11 ${hostKey} y`,
        "192.0.2.11",
        22,
        undefined,
    ],
    ["not one that was revoked for all", `192.0.2.11 ${hostKey}\n@revoked * ${hostKey}`, "192.0.2.11", 22, undefined],
    [
        "one that was revoked for others",
        `192.0.2.11 ${hostKey}\n@revoked 192.0.2.12 ${hostKey}`,
        "192.0.2.11",
        22,
        hostKey,
    ],
    ["one beside a revoked one", `a ${hostKey}\na ${other}\n@revoked\ta ${hostKey}\r`, "a", 22, other],
    ["a weaker one beside a revoked one", `a ${hostKey}\na ${rsa}\n@revoked a ${hostKey}`, "a", 22, rsa],
])("finds a key %s", (_, text, address, port, expected) => {
    expect(findHostKey(parseKnownHosts(text), address, port)).toBe(expected);
});

test("a key is revoked with whatever comment it is given", () => {
    const known = parseKnownHosts(`@revoked * ${hostKey} old`);
    expect(isRevoked(known, "192.0.2.11", 2222, `${hostKey} root@hub1`)).toBe(true);
    expect(isRevoked(known, "192.0.2.11", 22, other)).toBe(false);
    expect(isRevoked(known, "192.0.2.11", 22)).toBe(true);
    expect(isRevoked(parseKnownHosts(`192.0.2.11 ${hostKey}`), "192.0.2.11", 22, hostKey)).toBe(false);
});

describe("hashed names, as ssh-keygen -H writes them", () => {
    const hashed = [
        `|1|Gy13tXIgpeX9m67wNhJDucp5gB4=|IQ+4ZY0fX0Im27Vf6NpotHNvviw= ${hostKey}`,
        `|1|OOO0UvNx1MTDh4ky83GFDpLAL7Q=|6Xa+chUtR7wKVU+DdetPxxYiCdw= ${hostKey}`,
        `|1|pvOqFk4zkO4aZc2X4+KGUxkHoVw=|QbdyvRX6XIYYF2a5COzgj22+ktw= ${hostKey}`,
    ].join("\n");

    test.each<[string, number, boolean]>([
        ["192.0.2.11", 22, true],
        ["hub1.example.com", 22, true],
        ["192.0.2.11", 2222, true],
        ["192.0.2.12", 22, false],
        ["192.0.2.11", 2223, false],
    ])("%s port %i", (address, port, known) => {
        expect(findHostKey(parseKnownHosts(hashed), address, port)).toBe(known ? hostKey : undefined);
    });

    test("of a revoked key", () => {
        const revoked = hashed.replaceAll("|1|", "@revoked |1|");
        const text = `192.0.2.11,192.0.2.12 ${hostKey}\n${revoked}`;
        expect(findHostKey(parseKnownHosts(text), "192.0.2.11", 22)).toBeUndefined();
        expect(findHostKey(parseKnownHosts(text), "192.0.2.12", 22)).toBe(hostKey);
    });
});
