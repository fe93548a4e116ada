import type { Certificate } from "./certificate";
import { context, elements, oidText, only, smallInteger } from "./der";

/** Signatures that Go takes; SHA-1 it refuses since 1.18, MD5 since ever, DSA and SHA-224 it doesn't know. */
const good = new Set([
    "1.2.840.113549.1.1.11", // RSA with SHA-256
    "1.2.840.113549.1.1.12",
    "1.2.840.113549.1.1.13",
    "1.2.840.10045.4.3.2", // ECDSA with SHA-256
    "1.2.840.10045.4.3.3",
    "1.2.840.10045.4.3.4",
    "1.3.101.112", // Ed25519
]);

const weak: Readonly<Record<string, string>> = {
    "1.2.840.113549.1.1.2": "MD2",
    "1.2.840.113549.1.1.4": "MD5",
    "1.2.840.113549.1.1.5": "SHA-1",
    "1.2.840.10045.4.1": "SHA-1",
    "1.2.840.10040.4.3": "DSA with SHA-1",
};

const rsaPss = "1.2.840.113549.1.1.10";
const pssSaltByHash: Readonly<Record<string, number>> = {
    "2.16.840.1.101.3.4.2.1": 32,
    "2.16.840.1.101.3.4.2.2": 48,
    "2.16.840.1.101.3.4.2.3": 64,
};

/** What is wrong with the way in which a certificate is signed, or undefined. */
export function signatureFault(certificate: Certificate): string | undefined {
    const { signatureAlgorithm: oid } = certificate;
    if (good.has(oid) || (oid === rsaPss && isGoodPss(certificate.signatureParameters))) return undefined;
    return `is signed with ${weak[oid] ?? `an algorithm that Go doesn't take (${oid})`}`;
}

/** One hash for both, and a salt of its length; OpenSSL makes longer ones unless it is told. */
function isGoodPss(parameters: Buffer): boolean {
    const fields = elements(parameters);
    const field = (number: number): Buffer | undefined => fields.find(({ tag }) => tag === context(number))?.body;
    const [hash, mask, salt] = [field(0), field(1), field(2)];
    if (!hash || !mask || !salt) return false;
    const maskHash = elements(only(mask).body)[1]?.whole;
    const oid = algorithm(hash);
    return (
        maskHash !== undefined &&
        algorithm(maskHash) === oid &&
        smallInteger(elements(salt)[0]?.body ?? salt) === pssSaltByHash[oid]
    );
}

function algorithm(whole: Buffer): string {
    return oidText(elements(only(whole).body)[0]?.body ?? Buffer.alloc(0));
}
