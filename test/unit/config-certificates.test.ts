import { execFileSync } from "node:child_process";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { checkServerCertificate, checkTokenKey, type ServerCertificate, toPkcs1 } from "../../config/certificates";
import { pki } from "../support/files";
import { now } from "../support/settings";

const keysOf = (problems: readonly { key: string }[]): string[] => problems.map(({ key }) => key);

const server: ServerCertificate = {
    certificate: pki("server.crt"),
    privateKey: pki("server.key"),
    caCertificate: undefined,
    domain: "hub.example.com",
    now,
};

test("a certificate that serves the domain has no problem, with or without others beside it", () => {
    const chain = `${pki("server.crt")}\n${pki("token.crt")}\n`;
    expect(checkServerCertificate(server)).toEqual([]);
    expect(checkServerCertificate({ ...server, certificate: chain })).toEqual([]);
    expect(checkServerCertificate({ ...server, certificate: chain, caCertificate: pki("ca.crt") })).toEqual([]);
});

test("everything that is wrong with a certificate is reported", () => {
    const late = new Date("2127-01-01T00:00:00Z");
    const given = { ...server, privateKey: pki("other.key"), domain: "other.example.com", now: late };
    const problems = checkServerCertificate(given);
    expect(problems).toHaveLength(3);
    expect(new Set(keysOf(problems))).toEqual(new Set(["httpsCertificate"]));
});

test("a certificate without alternative names is named by its subject", () => {
    const given = { ...server, certificate: pki("token.crt"), privateKey: pki("token.key") };
    const [problem] = checkServerCertificate(given);
    expect(problem).toMatchObject({ key: "httpsCertificate", value: "for CN=token without a subjectAltName" });
});

test("the server's certificate is the first, as nginx wants it", () => {
    const chain = `${pki("ca.crt")}\n${pki("server.crt")}`;
    const [problem] = checkServerCertificate({ ...server, certificate: chain, caCertificate: pki("ca.crt") });
    expect(problem).toEqual({
        key: "httpsCertificate",
        value: "CN=root",
        allowed: "the certificate of httpsPrivateKey before the others",
    });
});

describe("texts of which a part can't be read", () => {
    const half = pki("ca.crt").replace(/\n.{20}/, "\n");
    const broken = { allowed: "a certificate in PEM form" };

    test.each<[string, Partial<ServerCertificate>, object]>([
        [
            "a broken intermediate",
            { certificate: `${server.certificate}\n${half}` },
            { key: "httpsCertificate", value: "certificate 2 of 2 (unreadable)" },
        ],
        [
            "an end that is missing",
            { certificate: `${server.certificate}\n${half.split("\n")[0] ?? ""}` },
            { key: "httpsCertificate", value: "certificate 2 of 2 (unreadable)" },
        ],
        [
            "indented, which nginx and Docker don't read",
            { certificate: server.certificate.replace(/^/gm, "  ") },
            { key: "httpsCertificate", value: "(unreadable)" },
        ],
        ["a broken authority", { caCertificate: half }, { key: "httpsCaCertificate", value: "(unreadable)" }],
    ])("%s", (_, change, problem) => {
        expect(checkServerCertificate({ ...server, ...change })).toEqual([{ ...problem, ...broken }]);
    });
});

describe("keys that Docker's client or Harbor's nginx can't use", () => {
    const certificateOf = (...options: string[]): { certificate: string; privateKey: string } => {
        const subject = [
            "-subj",
            "/CN=hub.example.com",
            "-addext",
            "subjectAltName=DNS:hub.example.com",
            "-days",
            "9999",
        ];
        const made = execFileSync("openssl", ["req", "-x509", ...options, "-nodes", "-keyout", "-", ...subject], {
            stdio: ["ignore", "pipe", "ignore"],
            encoding: "utf8",
        });
        const [certificate = ""] = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(made) ?? [];
        return { certificate, privateKey: made.replace(certificate, "") };
    };

    test.each([
        ["Ed448", ["-newkey", "ed448"], "a key of another kind (ed448)"],
        ["RSA of 512 bits", ["-newkey", "rsa:512"], "an RSA key of 512 bits"],
        ["P-224", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-224"], "a key on secp224r1"],
        ["secp256k1", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"], "a key on secp256k1"],
    ])("%s", (_, options, value) => {
        const made = certificateOf(...options);
        const given = { ...server, ...made, caCertificate: made.certificate, now: new Date() };
        expect(checkServerCertificate(given)).toEqual([
            { key: "httpsCertificate", value, allowed: "one that Docker and containerd take" },
        ]);
    });

    test.each([
        [["-newkey", "rsa:1024"]],
        [["-newkey", "ed25519"]],
        [["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"]],
    ])("%j is good", (options) => {
        const made = certificateOf(...options);
        expect(
            checkServerCertificate({ ...server, ...made, caCertificate: made.certificate, now: new Date() }),
        ).toEqual([]);
    });
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
