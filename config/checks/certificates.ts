import { checkServerCertificate, checkTokenKey } from "../certificates";
import type { Problem } from "../problems";
import { type Given, missing, required } from "./required";

export function checkHttps(given: Given): Problem[] {
    const { protocol, domain, httpsCertificate, httpsPrivateKey } = given.values;
    if (protocol === "http") {
        return (["httpsCertificate", "httpsPrivateKey", "httpsCaCertificate"] as const)
            .filter((key) => given.values[key] !== undefined)
            .map((key) => ({ key, value: "this key", allowed: "only with protocol https" }));
    }
    if (protocol === undefined) return [];
    const problems = missing(required.https, given);
    if (httpsCertificate === undefined || httpsPrivateKey === undefined || domain === undefined) return problems;
    return [...problems, ...checkServerCertificate(httpsCertificate, httpsPrivateKey, domain, given.now)];
}

export function checkTokenKeyPair(given: Given): Problem[] {
    const { tokenPrivateKey, tokenCertificate } = given.values;
    if (tokenPrivateKey === undefined && tokenCertificate === undefined) return [];
    if (tokenPrivateKey === undefined || tokenCertificate === undefined) return missing(required.tokenKey, given);
    return checkTokenKey(tokenCertificate, tokenPrivateKey);
}
