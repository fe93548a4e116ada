import { createPrivateKey, type KeyObject } from "node:crypto";
import type { Problem } from "./problems";
import { type Certificate, readCertificates } from "./x509/certificate";
import {
    authorityFault,
    chainFaults,
    dateFault,
    isSelfSigned,
    issuersOf,
    keyFault,
    leafFaults,
    nameOf,
} from "./x509/chain";
import { coversName } from "./x509/names";
import { signatureFault } from "./x509/signature";

function readKey(pem: string): KeyObject | undefined {
    try {
        return createPrivateKey(pem);
    } catch {
        return undefined;
    }
}

const unreadable = (key: string): Problem => ({ key, value: "(unreadable)", allowed: "a certificate in PEM form" });

/** All certificates of a text, or a problem. */
function readAll(key: string, pem: string): readonly [Certificate, ...Certificate[]] | Problem {
    const all = readCertificates(pem);
    const [first, ...others] = all.filter((certificate) => certificate !== undefined);
    const wrong = all.indexOf(undefined);
    if (!first || wrong === 0) return unreadable(key);
    if (wrong === -1) return [first, ...others];
    return { ...unreadable(key), value: `certificate ${wrong + 1} of ${all.length} (unreadable)` };
}

export interface ServerCertificate {
    /** PEM, the server's certificate first. */
    readonly certificate: string;
    readonly privateKey: string;
    /** The authority that clients are given; undefined: one that they know already. */
    readonly caCertificate: string | undefined;
    readonly domain: string;
    readonly now: Date;
}

/**
 * Checks that nginx can serve a certificate, and that Docker and containerd take it for the domain. What they know of
 * public authorities can't be checked here: without a CA only the server's certificate and its issuers beside it are judged.
 */
export function checkServerCertificate(given: ServerCertificate): Problem[] {
    const { privateKey, domain, now, caCertificate } = given;
    const key = "httpsCertificate";
    const chain = readAll(key, given.certificate);
    const roots = caCertificate === undefined ? [] : readAll("httpsCaCertificate", caCertificate);
    if ("key" in chain || "key" in roots) return [chain, roots].filter((result) => "key" in result);
    const [leaf, ...others] = chain;
    const problems = checkPair(key, "httpsPrivateKey", chain, privateKey);
    if (!coversName(leaf, domain))
        problems.push({ key, value: `for ${namesOf(leaf)}`, allowed: covering(leaf, domain) });
    const date = dateFault(leaf, now);
    if (date !== undefined) problems.push({ key, value: date, allowed: "a certificate that is valid now" });
    const faults = [...leafFaults(leaf), ...chain.flatMap((one) => keyFault(one, one === leaf) ?? [])];
    problems.push(...faults.map((value) => ({ key, value, allowed: "one that Docker and containerd take" })));
    return [...problems, ...checkChain(leaf, others, roots, now)];
}

function namesOf(leaf: Certificate): string {
    return leaf.x509.subjectAltName ?? `${nameOf(leaf)} without a subjectAltName`;
}

function covering({ names }: Certificate, domain: string): string {
    const why = names ? "" : " in its subjectAltName (Docker and containerd don't look at the CN)";
    return `a certificate that covers ${domain}${why}`;
}

function checkChain(
    leaf: Certificate,
    others: readonly Certificate[],
    roots: readonly Certificate[],
    now: Date,
): Problem[] {
    const problem = (allowed: string): Problem[] => [{ key: "httpsCertificate", value: nameOf(leaf), allowed }];
    if (roots.length > 0) {
        const faults = chainFaults([leaf], roots, others, now);
        return faults.length === 0
            ? []
            : problem(`a certificate that leads to httpsCaCertificate: ${faults.join("; ")}`);
    }
    if (isSelfSigned(leaf))
        return problem("one of an authority; one that signed itself goes into httpsCaCertificate, too");
    const signature = signatureFault(leaf);
    if (signature !== undefined) return problem(`a certificate that Docker and containerd take; it ${signature}`);
    const faults = issuersOf(leaf, others).map((issuer) => {
        const fault = authorityFault(issuer, [leaf], now, true);
        return fault === undefined ? undefined : `${nameOf(issuer)} ${fault}`;
    });
    return faults.length === 0 || faults.includes(undefined)
        ? []
        : problem(`one with its issuer: ${faults.join("; ")}`);
}

/** Checks an operator's token key pair. Harbor's registry accepts RSA keys only in its root.crt bundle. */
export function checkTokenKey(certificate: string, privateKey: string): Problem[] {
    const chain = readAll("tokenCertificate", certificate);
    if ("key" in chain) return [chain];
    const problems = checkPair("tokenCertificate", "tokenPrivateKey", chain, privateKey);
    if (readKey(privateKey)?.asymmetricKeyType !== "rsa") {
        problems.push({ key: "tokenPrivateKey", value: "(secret)", allowed: "an RSA private key" });
    }
    return problems;
}

function checkPair(
    certKey: string,
    keyKey: string,
    [first, ...others]: readonly [Certificate, ...Certificate[]],
    privateKey: string,
): Problem[] {
    const key = readKey(privateKey);
    if (!key) return [{ key: keyKey, value: "(secret)", allowed: "an unencrypted private key in PEM form" }];
    if (first.x509.checkPrivateKey(key)) return [];
    const allowed = others.some(({ x509 }) => x509.checkPrivateKey(key))
        ? `the certificate of ${keyKey} before the others`
        : `the certificate of ${keyKey}; these two don't match`;
    return [{ key: certKey, value: nameOf(first), allowed }];
}

/** `RSA PRIVATE KEY` (PKCS#1): the only form that Harbor's token service reads (goharbor/harbor #14732). */
export function toPkcs1(privateKey: string): string {
    return createPrivateKey(privateKey).export({ type: "pkcs1", format: "pem" }).toString();
}
