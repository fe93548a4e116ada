/**
 * Whether a server certificate is trusted, by the rules of Go's crypto/x509 (Certificate.Verify in Go 1.26): Docker and
 * containerd judge the registry with it. Not looked at: certificate policies, and constraints on mail addresses and URIs.
 */
import type { Certificate } from "./certificate";
import { constraintFault } from "./names";
import { signatureFault } from "./signature";

const serverAuth = "1.3.6.1.5.5.7.3.1";
const anyPurpose = "2.5.29.37.0";

/** Faults of the server certificate itself, whoever has signed it, but for its dates. */
export function leafFaults(leaf: Certificate): string[] {
    return [purposeFault(leaf), criticalFault(leaf)].filter((fault) => fault !== undefined);
}

/** Curves that Go reads, and those that it speaks as a TLS client. */
const knownCurves = ["secp224r1", "prime256v1", "secp384r1", "secp521r1"];
const spokenCurves = knownCurves.slice(1);

/**
 * Keys that Go's TLS client refuses in what a server sends: all of them for their size or curve, the server's own also
 * for its kind.
 */
export function keyFault({ publicKey }: Certificate, isServer: boolean): string | undefined {
    const { modulusLength = 0, namedCurve = "" } = publicKey.asymmetricKeyDetails ?? {};
    switch (publicKey.asymmetricKeyType) {
        case "rsa":
            return modulusLength >= 1024 && modulusLength <= 8192 ? undefined : `an RSA key of ${modulusLength} bits`;
        case "ec":
            return (isServer ? spokenCurves : knownCurves).includes(namedCurve) ? undefined : `a key on ${namedCurve}`;
        case "ed25519":
            return undefined;
        default:
            return isServer ? `a key of another kind (${String(publicKey.asymmetricKeyType)})` : undefined;
    }
}

/** `expired on …`, `valid from …` */
export function dateFault({ x509 }: Certificate, now: Date): string | undefined {
    if (new Date(x509.validTo) < now) return `expired on ${x509.validTo}`;
    return new Date(x509.validFrom) > now ? `valid from ${x509.validFrom}` : undefined;
}

function purposeFault({ purposes }: Certificate): string | undefined {
    const isGood = !purposes || purposes.includes(serverAuth) || purposes.includes(anyPurpose);
    return isGood ? undefined : "extendedKeyUsage without serverAuth";
}

function criticalFault({ unknownCritical: [oid] }: Certificate): string | undefined {
    return oid === undefined ? undefined : `a critical extension that Go doesn't know (${oid})`;
}

export function nameOf({ x509 }: Certificate): string {
    return x509.subject.replaceAll("\n", ", ") || "(no subject)";
}

export const isSame = (one: Certificate, other: Certificate): boolean => one.x509.raw.equals(other.x509.raw);

export const isSelfSigned = (one: Certificate): boolean =>
    one.issuer.equals(one.subject) && one.x509.verify(one.publicKey);

/** Certificates that could have signed one, by their names. */
export function issuersOf({ issuer }: Certificate, among: readonly Certificate[]): Certificate[] {
    return among.filter(({ subject }) => subject.equals(issuer));
}

/**
 * Why no chain leads from a certificate to one of the roots: nothing when there is one, else one reason for each
 * certificate that could have continued it.
 */
export function chainFaults(
    chain: readonly [Certificate, ...Certificate[]],
    roots: readonly Certificate[],
    intermediates: readonly Certificate[],
    now: Date,
): string[] {
    const top = chain.at(-1) ?? chain[0];
    if (chain.length === 1 && roots.some((root) => isSame(root, top))) return [];
    const faults: string[] = [];
    for (const root of issuersOf(top, roots)) {
        const fault = authorityFault(root, chain, now, false);
        if (fault === undefined) return [];
        faults.push(`${nameOf(root)} ${fault}`);
    }
    for (const next of issuersOf(top, intermediates)) {
        if (chain.some((earlier) => isSame(earlier, next))) continue;
        const fault = authorityFault(next, chain, now, true);
        const above =
            fault === undefined
                ? chainFaults([...chain, next], roots, intermediates, now)
                : [`${nameOf(next)} ${fault}`];
        if (above.length === 0) return [];
        faults.push(...above);
    }
    return faults.length > 0 ? [...new Set(faults)] : [`${issuerName(top)}, the issuer of ${nameOf(top)}, isn't there`];
}

function issuerName({ x509 }: Certificate): string {
    return x509.issuer.replaceAll("\n", ", ");
}

/** Why a certificate can't be the issuer of the last one of a chain, or undefined. */
export function authorityFault(
    authority: Certificate,
    chain: readonly [Certificate, ...Certificate[]],
    now: Date,
    isIntermediate: boolean,
): string | undefined {
    const child = chain.at(-1) ?? chain[0];
    const { basicConstraints, version, maySign } = authority;
    const pathLength = basicConstraints?.pathLength ?? Number.MAX_SAFE_INTEGER;
    // A root of X.509 version 1 has no extensions to say so.
    const isAuthority = basicConstraints ? basicConstraints.ca : version < 3 && !isIntermediate;
    if (!isAuthority) return "is no certificate authority (basicConstraints)";
    if (maySign === false) return "may not sign certificates (keyUsage)";
    const signature = signatureFault(child);
    if (signature !== undefined) return `is the issuer of ${nameOf(child)}, which ${signature}`;
    if (!child.x509.verify(authority.publicKey)) return `didn't sign ${nameOf(child)}: another key of the same name`;
    const date = dateFault(authority, now);
    if (date !== undefined) return date.startsWith("valid") ? `is ${date}` : date;
    if (chain.length - 1 > pathLength) return "has more authorities below it than it may (pathlen)";
    const own = criticalFault(authority) ?? keyFault(authority, false) ?? purposeFault(authority);
    if (own !== undefined) return `has ${own}`;
    return chain.map((below) => constraintFault(authority, below)).find((fault) => fault !== undefined);
}
