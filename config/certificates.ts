import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { Problem } from "./problems";

/** First certificate of a PEM text, or the reason why it can't be read. */
function readCertificate(pem: string): X509Certificate | undefined {
    try {
        return new X509Certificate(pem);
    } catch {
        return undefined;
    }
}

function readKey(pem: string): KeyObject | undefined {
    try {
        return createPrivateKey(pem);
    } catch {
        return undefined;
    }
}

/** Checks that a server certificate can serve the domain: it matches its key, covers the name and is valid now. */
export function checkServerCertificate(certificate: string, privateKey: string, domain: string, now: Date): Problem[] {
    const parsed = readCertificate(certificate);
    if (!parsed) return [{ key: "httpsCertificate", value: "(unreadable)", allowed: "a certificate in PEM form" }];
    const problems = checkPair("httpsCertificate", "httpsPrivateKey", parsed, privateKey);
    if (parsed.checkHost(domain) === undefined) {
        const names = parsed.subjectAltName ?? parsed.subject;
        problems.push({
            key: "httpsCertificate",
            value: `for ${names}`,
            allowed: `a certificate that covers ${domain}`,
        });
    }
    if (new Date(parsed.validTo) <= now) {
        const value = `expired on ${parsed.validTo}`;
        problems.push({ key: "httpsCertificate", value, allowed: "a certificate that is valid now" });
    }
    if (new Date(parsed.validFrom) > now) {
        const value = `valid from ${parsed.validFrom}`;
        problems.push({ key: "httpsCertificate", value, allowed: "a certificate that is valid now" });
    }
    return problems;
}

/** Checks an operator's token key pair. Harbor's registry accepts RSA keys only in its root.crt bundle. */
export function checkTokenKey(certificate: string, privateKey: string): Problem[] {
    const parsed = readCertificate(certificate);
    if (!parsed) return [{ key: "tokenCertificate", value: "(unreadable)", allowed: "a certificate in PEM form" }];
    const problems = checkPair("tokenCertificate", "tokenPrivateKey", parsed, privateKey);
    if (readKey(privateKey)?.asymmetricKeyType !== "rsa") {
        problems.push({ key: "tokenPrivateKey", value: "(secret)", allowed: "an RSA private key" });
    }
    return problems;
}

function checkPair(certKey: string, keyKey: string, certificate: X509Certificate, privateKey: string): Problem[] {
    const key = readKey(privateKey);
    if (!key) return [{ key: keyKey, value: "(secret)", allowed: "an unencrypted private key in PEM form" }];
    if (certificate.checkPrivateKey(key)) return [];
    return [
        { key: certKey, value: certificate.subject, allowed: `the certificate of ${keyKey}; these two don't match` },
    ];
}

/** `RSA PRIVATE KEY` (PKCS#1): the only form that Harbor's token service reads (goharbor/harbor #14732). */
export function toPkcs1(privateKey: string): string {
    return createPrivateKey(privateKey).export({ type: "pkcs1", format: "pem" }).toString();
}
