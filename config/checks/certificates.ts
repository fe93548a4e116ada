import { checkServerCertificate, checkTokenKey } from "../certificates";
import type { Problem } from "../problems";
import { type Given, missing, required } from "./required";

export function checkHttps(given: Given): Problem[] {
    const {
        protocol,
        domain,
        httpsCertificate: certificate,
        httpsPrivateKey: privateKey,
        httpsCaCertificate,
    } = given.values;
    if (protocol === "http") {
        return (["httpsCertificate", "httpsPrivateKey", "httpsCaCertificate"] as const)
            .filter((key) => given.values[key] !== undefined)
            .map((key) => ({ key, value: "this key", allowed: "only with protocol https" }));
    }
    if (protocol === undefined) return [];
    const problems = missing(required.https, given);
    if (certificate === undefined || privateKey === undefined || domain === undefined) return problems;
    // Without a CA that was meant to be there, the certificate would be judged as one of a public authority.
    if (given.failed.has("httpsCaCertificate") || given.failed.has("httpsCaCertificateFile")) return problems;
    const { now } = given;
    const pair = { certificate, privateKey, caCertificate: httpsCaCertificate, domain, now };
    return [...problems, ...checkServerCertificate(pair)];
}

export function checkTokenKeyPair(given: Given): Problem[] {
    const { tokenPrivateKey, tokenCertificate } = given.values;
    if (tokenPrivateKey === undefined && tokenCertificate === undefined) return [];
    if (tokenPrivateKey === undefined || tokenCertificate === undefined) return missing(required.tokenKey, given);
    return checkTokenKey(tokenCertificate, tokenPrivateKey);
}
