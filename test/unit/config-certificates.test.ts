import { createPrivateKey, createPublicKey } from "node:crypto";
import { checkServerCertificate, checkTokenKey, toPkcs1 } from "../../config/certificates";
import { pki } from "../support/files";
import { now } from "../support/settings";

const keysOf = (problems: readonly { key: string }[]): string[] => problems.map(({ key }) => key);

test("a certificate that serves the domain has no problem, with or without its chain", () => {
    const chain = `${pki("server.crt")}\n${pki("token.crt")}\n`;
    expect(checkServerCertificate(pki("server.crt"), pki("server.key"), "hub.example.com", now)).toEqual([]);
    expect(checkServerCertificate(chain, pki("server.key"), "hub.example.com", now)).toEqual([]);
});

test("everything that is wrong with a certificate is reported", () => {
    const late = new Date("2127-01-01T00:00:00Z");
    const problems = checkServerCertificate(pki("server.crt"), pki("other.key"), "other.example.com", late);
    expect(problems).toHaveLength(3);
    expect(new Set(keysOf(problems))).toEqual(new Set(["httpsCertificate"]));
});

test("a certificate without alternative names is named by its subject", () => {
    const [problem] = checkServerCertificate(pki("token.crt"), pki("token.key"), "hub.example.com", now);
    expect(problem).toMatchObject({ key: "httpsCertificate", value: "for CN=token" });
});

test("token key pairs", () => {
    expect(checkTokenKey(pki("token.crt"), pki("token.key"))).toEqual([]);
    expect(checkTokenKey("no certificate", pki("token.key"))).toEqual([
        { key: "tokenCertificate", value: "(unreadable)", allowed: "a certificate in PEM form" },
    ]);
    expect(keysOf(checkTokenKey(pki("token.crt"), pki("encrypted.key")))).toEqual([
        "tokenPrivateKey",
        "tokenPrivateKey",
    ]);
});

test("the only form of a key that Harbor's token service reads", () => {
    const converted = toPkcs1(pki("token.key"));
    expect(converted).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n[\s\S]+\n-----END RSA PRIVATE KEY-----\n$/);
    expect(toPkcs1(converted)).toBe(converted);
    const publicHalf = (pem: string): string =>
        createPublicKey(createPrivateKey(pem)).export({ type: "spki", format: "pem" }).toString();
    expect(publicHalf(converted)).toBe(publicHalf(pki("token.key")));
});
