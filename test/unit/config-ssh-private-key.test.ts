import fc from "fast-check";
import { utils } from "ssh2";
import { readPrivateKey } from "../../config/ssh-private-key";
import { ssh } from "../support/files";

const ed25519 = ssh("ed25519");
const pem = ssh("rsa.pem");
const lines = ed25519.split("\n");
const publicPem = ["-----BEGIN PUBLIC KEY-----", "MCowBQYDK2VwAyEA", "-----END PUBLIC KEY-----"].join("\n");

/** Whether ssh2, with which drift detection and `npm run verify` log in, can use it. */
function isReadBySsh2(text: string): boolean {
    const key = utils.parseKey(text);
    return !(key instanceof Error) && [key].flat().every((one) => one.isPrivateKey());
}

const wholeLines = "a whole private key, with its lines as they are in its file";
const alone = "one private key and nothing else, no public key or text before or after it";
const noPassphrase = "a private key without a passphrase";
const type = "an Ed25519, RSA (1024 bits or more) or ECDSA (P-256, P-384, P-521) private key";
const none = "a private key in PEM or OpenSSH form";

describe("keys that Go and ssh2 read stay as they are", () => {
    test.each(["ed25519", "ecdsa", "ecdsa.pem", "rsa", "rsa.pem"])("%s", (name) => {
        expect(isReadBySsh2(ssh(name))).toBe(true);
        expect(readPrivateKey(ssh(name))).toBe(ssh(name));
    });
});

describe("keys that become readable for both", () => {
    test.each([
        ["CRLF", ed25519.replaceAll("\n", "\r\n"), ed25519],
        ["PEM with CRLF", pem.replaceAll("\n", "\r\n"), pem],
        ["blanks at the ends of lines, which ssh2 refuses", ed25519.replaceAll("\n", " \n"), ed25519],
        ["indented as in YAML, which both refuse", lines.map((line) => `    ${line}`).join("\n"), ed25519],
        ["empty lines around it", `\n\n${ed25519}\n\n`, ed25519],
    ])("%s", (_, given, expected) => {
        expect(readPrivateKey(given)).toBe(expected);
    });

    // ssh2 1.17 knows no PKCS#8.
    test.each([
        ["rsa.pkcs8", "-----BEGIN RSA PRIVATE KEY-----\n"],
        ["ecdsa.pkcs8", "-----BEGIN EC PRIVATE KEY-----\n"],
    ])("%s", (name, begin) => {
        expect(isReadBySsh2(ssh(name))).toBe(false);
        const key = readPrivateKey(ssh(name));
        if (typeof key !== "string") throw new Error(key.allowed);
        expect(key.startsWith(begin)).toBe(true);
        expect(isReadBySsh2(key)).toBe(true);
        expect(publicHalf(key)).toBe(publicHalf(ssh(name.replace(".pkcs8", ""))));
    });
});

function publicHalf(text: string): string {
    const key = utils.parseKey(text);
    if (key instanceof Error || Array.isArray(key)) throw new Error("no key");
    return key.getPublicSSH().toString("base64");
}

// What Go says was found out with golang.org/x/crypto v0.55.0; "reads" means that it does and ssh2, or a server, doesn't.
describe("keys that one of the readers, or every server, refuses", () => {
    test.each([
        ["blanks for line ends", ed25519.replaceAll("\n", " "), "no key found", wholeLines],
        ["\\n for line ends", ed25519.replaceAll("\n", "\\n"), "no key found", wholeLines],
        ["CR for line ends", ed25519.replaceAll("\n", "\r"), "no key found", wholeLines],
        ["cut off", ed25519.slice(0, 200), "no key found", wholeLines],
        ["cut in the middle", [...lines.slice(0, 3), lines.at(-1)].join("\n"), "short read", wholeLines],
        [
            "PEM cut in the middle",
            [...pem.split("\n").slice(0, 10), pem.split("\n").at(-1)].join("\n"),
            "truncated",
            wholeLines,
        ],
        ["another end", ed25519.replace("END OPENSSH", "END RSA"), "no key found", wholeLines],
        ["a public key", ssh("ed25519.pub"), "no key found", none],
        ["no key", "s3cr3t", "no key found", none],
        ["a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "unsupported key type", none],
        ["the public key in front", `${ssh("ed25519.pub")}\n${ed25519}`, "reads", alone],
        ["the public key in PEM form in front", `${publicPem}\n${pem}`, "unsupported key type", alone],
        ["the public key behind", `${ed25519}\n${ssh("ed25519.pub")}`, "reads", alone],
        ["a comment in front", `# login\n${ed25519}`, "reads", alone],
        ["something behind", `${ed25519}\ngarbage`, "reads", alone],
        ["two keys", `${ed25519}\n${pem}`, "reads", alone],
        ["a passphrase", ssh("encrypted"), "passphrase protected", noPassphrase],
        ["a passphrase, PEM", ssh("encrypted.pem"), "passphrase protected", noPassphrase],
        ["a passphrase, PKCS#8", ssh("encrypted.pkcs8"), "unsupported key type", noPassphrase],
        ["DSA", ssh("dsa"), "unhandled key type", type],
        ["another curve", ssh("secp256k1.pem"), "unknown elliptic curve", type],
        ["another curve, PKCS#8", ssh("secp256k1.pkcs8"), "unknown elliptic curve", type],
        ["RSA of 512 bits, with which Go signs nothing", ssh("rsa512.pem"), "reads", type],
        [
            "Ed25519 as PKCS#8",
            ssh("ed25519.pkcs8"),
            "reads",
            "a private key that ssh2 can read, too: ssh-keygen -p -N '' -f FILE writes it anew in OpenSSH's form",
        ],
    ])("%s", (_, text, __, allowed) => {
        expect(readPrivateKey(text)).toEqual({ allowed });
    });
});

test("a key that was damaged is refused, or ssh2 reads it, too", () => {
    const texts = ["ed25519", "ecdsa", "ecdsa.pem", "rsa", "rsa.pem"].map(ssh);
    const damage = fc.tuple(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.nat(40),
        fc.constantFrom("", "A", "\n", " ", "=", "é"),
    );
    let refused = 0;
    fc.assert(
        fc.property(damage, ([text, at, length, instead]) => {
            const from = at % text.length;
            const key = readPrivateKey(text.slice(0, from) + instead + text.slice(from + length));
            if (typeof key === "string") expect(isReadBySsh2(key)).toBe(true);
            else refused++;
        }),
        { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(150);
});

test("a damaged number inside of an OpenSSH key is found, not only its frame", () => {
    for (const name of ["ed25519", "ecdsa", "rsa"]) {
        const [begin = "", ...rest] = ssh(name).split("\n");
        const body = Buffer.from(rest.slice(0, -1).join(""), "base64");
        // Well inside of the private section, before its comment.
        body[body.length - 80] = (body[body.length - 80] ?? 0) ^ 1;
        expect([name, readPrivateKey([begin, body.toString("base64"), rest.at(-1)].join("\n"))]).toEqual([
            name,
            { allowed: wholeLines },
        ]);
    }
});
