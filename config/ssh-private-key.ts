/**
 * Judges the login key by what reads it: Go's x/crypto/ssh in the command provider, and ssh2 1.17 in drift detection and
 * `npm run verify`. ssh2 itself isn't loaded for it, which would take time in every preview.
 */
import { createECDH, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { curves, fromBase64, smallestRsaBits, WireReader } from "./ssh-wire";

/** What is asked for instead of a key that can't be used; begins in lower case, as all messages of rules do. */
export interface KeyFault {
    readonly allowed: string;
}

const fault = (allowed: string): KeyFault => ({ allowed });

const notAKey = fault("a private key in PEM or OpenSSH form");
const notAlone = fault("one private key and nothing else, no public key or text before or after it");
const notWhole = fault("a whole private key, with its lines as they are in its file");
const isEncrypted = fault("a private key without a passphrase");
const wrongType = fault("an Ed25519, RSA (1024 bits or more) or ECDSA (P-256, P-384, P-521) private key");
const rewrite = fault(
    "a private key that ssh2 can read, too: ssh-keygen -p -N '' -f FILE writes it anew in OpenSSH's form",
);

/**
 * The key as both readers take it: with LF as line end and no blanks around it or its lines, PKCS#8 as PKCS#1 or SEC 1,
 * of which alone ssh2 knows the PEM form. A key that both read stays as it is.
 */
export function readPrivateKey(given: string): string | KeyFault {
    const text = given.replace(/^[ \t]+|[ \t\r]+$/gm, "").trim();
    const [label, ...others] = [...text.matchAll(/-----BEGIN ([A-Z ]+)-----/g)].map((match) => match[1] ?? "");
    if (label === undefined || !text.includes("PRIVATE KEY-----")) return notAKey;
    if (others.length > 0 || !text.startsWith("-----BEGIN ")) return notAlone;
    if (!text.endsWith(`-----END ${label}-----`)) return text.includes(`-----END ${label}-----`) ? notAlone : notWhole;
    const lines = text.split("\n").slice(1, -1);
    if (label === "ENCRYPTED PRIVATE KEY" || lines.some((line) => /^Proc-Type:.*ENCRYPTED/.test(line)))
        return isEncrypted;
    const body = fromBase64(lines.join(""));
    if (!body) return notWhole;
    switch (label) {
        case "OPENSSH PRIVATE KEY":
            return checkOpenSsh(body) ?? text;
        case "RSA PRIVATE KEY":
        case "EC PRIVATE KEY":
            return checkPem(text) ?? text;
        case "PRIVATE KEY":
            return checkPem(text) ?? traditional(createPrivateKey(text));
        default:
            return wrongType;
    }
}

function checkPem(text: string): KeyFault | undefined {
    let key: KeyObject;
    try {
        key = createPrivateKey(text);
    } catch {
        return notWhole;
    }
    const { modulusLength = 0, namedCurve = "" } = key.asymmetricKeyDetails ?? {};
    if (key.asymmetricKeyType === "rsa") return modulusLength >= smallestRsaBits ? undefined : wrongType;
    if (key.asymmetricKeyType === "ed25519") return rewrite;
    return Object.values(curves).some(({ openssl }) => openssl === namedCurve) ? undefined : wrongType;
}

function traditional(key: KeyObject): string {
    const type = key.asymmetricKeyType === "rsa" ? "pkcs1" : "sec1";
    return key.export({ type, format: "pem" }).toString().trim();
}

const magic = "openssh-key-v1\0";

/** The format is described in OpenSSH's PROTOCOL.key. */
function checkOpenSsh(body: Buffer): KeyFault | undefined {
    try {
        const reader = new WireReader(body);
        if (reader.take(magic.length).toString("latin1") !== magic) return notWhole;
        const [cipher, kdf] = [reader.text(), reader.text()];
        if (cipher !== "none" || kdf !== "none") return isEncrypted;
        reader.string();
        if (reader.uint32() !== 1) return notAlone;
        reader.string();
        const secret = new WireReader(reader.string());
        if (!reader.isAtEnd || secret.uint32() !== secret.uint32()) return notWhole;
        return checkKeyBody(secret.text(), secret) ?? checkEnd(secret);
    } catch {
        return notWhole; // cut off
    }
}

/** A comment, and the bytes 1, 2, 3 … up to the cipher's block size. */
function checkEnd(reader: WireReader): KeyFault | undefined {
    reader.string();
    return reader.rest().every((byte, i) => byte === i + 1) ? undefined : notWhole;
}

function checkKeyBody(type: string, reader: WireReader): KeyFault | undefined {
    if (type === "ssh-ed25519") {
        const [publicKey, pair] = [reader.string(), reader.string()];
        return ed25519Public(pair.subarray(0, 32)).equals(publicKey) && pair.length === 64 ? undefined : notWhole;
    }
    const curve = curves[type];
    if (curve) {
        const [name, point, scalar] = [reader.text(), reader.string(), reader.string()];
        const ecdh = createECDH(curve.openssl);
        ecdh.setPrivateKey(scalar);
        return name === curve.name && ecdh.getPublicKey().equals(point) ? undefined : notWhole;
    }
    if (type !== "ssh-rsa") return wrongType;
    const [n, e, d] = [reader.integer(), reader.integer(), reader.integer()];
    reader.string();
    const [p, q] = [reader.integer(), reader.integer()];
    if (n.toString(2).length < smallestRsaBits) return wrongType;
    return p * q === n && [p, q].every((prime) => (d * e) % (prime - 1n) === 1n) ? undefined : notWhole;
}

/** The public half of a seed; the bytes in front are PKCS#8's for Ed25519 (RFC 8410). */
function ed25519Public(seed: Buffer): Buffer {
    const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
    const key = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
    return key.export({ type: "spki", format: "der" }).subarray(-32);
}
