import { type KeyObject, X509Certificate } from "node:crypto";
import { context, type Der, elements, oidText, only, smallInteger, tags } from "./der";

export interface NameConstraints {
    readonly dns: readonly string[];
    /** Address and mask, each in half of the bytes. */
    readonly ip: readonly Buffer[];
}

/** What Go's crypto/x509 looks at in a certificate. */
export interface Certificate {
    readonly x509: X509Certificate;
    readonly publicKey: KeyObject;
    /** Names as they are encoded; Go finds an issuer by them. */
    readonly subject: Buffer;
    readonly issuer: Buffer;
    readonly version: number;
    readonly signatureAlgorithm: string;
    readonly signatureParameters: Buffer;
    /** Undefined without a subjectAltName. */
    readonly names: { readonly dns: readonly string[]; readonly ip: readonly Buffer[] } | undefined;
    readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | undefined } | undefined;
    /** Undefined without keyUsage, which allows everything. */
    readonly maySign: boolean | undefined;
    /** Undefined without extendedKeyUsage, which allows everything. */
    readonly purposes: readonly string[] | undefined;
    readonly permitted: NameConstraints | undefined;
    readonly excluded: NameConstraints | undefined;
    /** Critical extensions that Go doesn't know. */
    readonly unknownCritical: readonly string[];
}

/** Extensions that Go reads, or may pass over although they are critical (crypto/x509, processExtensions). */
const known = {
    keyUsage: "2.5.29.15",
    names: "2.5.29.17",
    basicConstraints: "2.5.29.19",
    nameConstraints: "2.5.29.30",
    purposes: "2.5.29.37",
};
const passedOver = ["2.5.29.31", "2.5.29.32", "2.5.29.33", "2.5.29.35", "2.5.29.36", "2.5.29.54"];

/**
 * The certificates of a PEM text, in their order; undefined is one that can't be read.
 * Other text, before or between them, is passed over.
 */
export function readCertificates(pem: string): (Certificate | undefined)[] {
    const count = pem.split("-----BEGIN CERTIFICATE-----").length - 1;
    const blocks =
        pem.match(/^-----BEGIN CERTIFICATE-----[ \t\r]*\n[A-Za-z0-9+/=\s]*^-----END CERTIFICATE-----/gm) ?? [];
    // A block that isn't whole in itself would be one that its readers miss.
    return blocks.length === count ? blocks.map(readCertificate) : [...blocks.map(readCertificate), undefined];
}

function readCertificate(pem: string): Certificate | undefined {
    try {
        return parse(new X509Certificate(pem));
    } catch {
        return undefined; // not whole, or with a key that this OpenSSL doesn't know; the caller says so
    }
}

function parse(x509: X509Certificate): Certificate {
    const [tbs, algorithm] = elements(only(x509.raw).body);
    if (!tbs || !algorithm) throw new Error("no certificate");
    const [signature, parameters] = elements(algorithm.body);
    const fields = elements(tbs.body);
    const version = fields[0]?.tag === context(0) ? smallInteger(only(fields[0].body, tags.integer).body) + 1 : 1;
    const [, , issuer, , subject] = version === 1 && fields[0]?.tag !== context(0) ? fields : fields.slice(1);
    const extensions = readExtensions(fields.find(({ tag }) => tag === context(3)));
    const value = (oid: string): Buffer | undefined => extensions.find((extension) => extension.oid === oid)?.value;
    return {
        x509,
        publicKey: x509.publicKey,
        subject: subject?.whole ?? Buffer.alloc(0),
        issuer: issuer?.whole ?? Buffer.alloc(0),
        version,
        signatureAlgorithm: oidText(signature?.body ?? Buffer.alloc(0)),
        signatureParameters: parameters?.body ?? Buffer.alloc(0),
        names: map(value(known.names), subjectNames),
        basicConstraints: map(value(known.basicConstraints), basicConstraints),
        maySign: map(value(known.keyUsage), (bytes) => ((only(bytes, tags.bits).body[1] ?? 0) & 0x04) !== 0),
        purposes: map(value(known.purposes), (bytes) => elements(only(bytes).body).map(({ body }) => oidText(body))),
        permitted: map(value(known.nameConstraints), (bytes) => nameConstraints(bytes, 0)),
        excluded: map(value(known.nameConstraints), (bytes) => nameConstraints(bytes, 1)),
        unknownCritical: extensions
            .filter((extension) => extension.critical && !isKnown(extension))
            .map(({ oid }) => oid),
    };
}

function map<T>(value: Buffer | undefined, read: (value: Buffer) => T): T | undefined {
    return value === undefined ? undefined : read(value);
}

interface Extension {
    readonly oid: string;
    readonly critical: boolean;
    readonly value: Buffer;
}

function readExtensions(field: Der | undefined): Extension[] {
    if (!field) return [];
    return elements(only(field.body).body).map(({ body }) => {
        const [oid, ...rest] = elements(body);
        const value = rest.at(-1);
        if (oid?.tag !== tags.oid || value?.tag !== tags.octets) throw new Error("no extension");
        const critical = rest[0]?.tag === tags.boolean && rest[0].body[0] !== 0;
        return { oid: oidText(oid.body), critical, value: value.body };
    });
}

function subjectNames(bytes: Buffer): { dns: string[]; ip: Buffer[] } {
    const all = elements(only(bytes).body);
    const of = (number: number): Buffer[] =>
        all.filter(({ tag }) => tag === context(number, false)).map(({ body }) => body);
    return { dns: of(2).map((name) => name.toString("latin1")), ip: of(7) };
}

function basicConstraints(bytes: Buffer): { ca: boolean; pathLength: number | undefined } {
    const fields = elements(only(bytes).body);
    const length = fields.find(({ tag }) => tag === tags.integer);
    return {
        ca: fields[0]?.tag === tags.boolean && fields[0].body[0] !== 0,
        pathLength: length && smallInteger(length.body),
    };
}

/** Subtrees of the permitted (0) or the excluded (1) names, each with its tag. */
function subtrees(bytes: Buffer, number: number): Der[] {
    const list = elements(only(bytes).body).find(({ tag }) => tag === context(number));
    return elements(list?.body ?? Buffer.alloc(0)).flatMap(({ body }) => elements(body).slice(0, 1));
}

function nameConstraints(bytes: Buffer, number: number): NameConstraints {
    const of = (kind: number): Buffer[] =>
        subtrees(bytes, number)
            .filter(({ tag }) => tag === context(kind, false))
            .map(({ body }) => body);
    return { dns: of(2).map((name) => name.toString("latin1")), ip: of(7) };
}

/** Of name constraints Go knows those of mail addresses, DNS names, URIs and IP addresses. */
function isKnown({ oid, value }: Extension): boolean {
    if (oid !== known.nameConstraints) return [...Object.values(known), ...passedOver].includes(oid);
    const kinds = [1, 2, 6, 7].map((kind) => context(kind, false));
    return [0, 1].flatMap((number) => subtrees(value, number)).every(({ tag }) => kinds.includes(tag));
}
