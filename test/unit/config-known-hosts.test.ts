import { findHostKey, parseKnownHosts } from "../../config/known-hosts";
import { hostKey } from "../support/settings";

const rsa = "ssh-rsa AAAAB3NzaC1yc2E";
const ecdsa = "ecdsa-sha2-nistp256 AAAAE2VjZHNh";

test("comments, empty lines, markers and half lines are passed over", () => {
    const text = [
        "# a comment",
        "",
        "@cert-authority *.example.com ssh-rsa AAAA",
        "host-only",
        "host ssh-rsa",
        `a ${rsa} note`,
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
    ["the strongest type", `a ${rsa}\na ${ecdsa}\na ${hostKey}`, "a", 22, hostKey],
    ["a weaker type when there is no other", `a ${rsa}\nb ${hostKey}`, "a", 22, rsa],
    ["no type that isn't known", "a ssh-dss AAAA", "a", 22, undefined],
    ["of an empty file", "", "a", 22, undefined],
])("finds a key %s", (_, text, address, port, expected) => {
    expect(findHostKey(parseKnownHosts(text), address, port)).toBe(expected);
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
});
