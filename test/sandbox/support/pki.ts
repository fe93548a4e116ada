import { join } from "node:path";
import { must } from "./run";

const openssl = (...args: string[]): Promise<string> => must("openssl", args);

/** An authority of the test's own, in a folder that is there. */
export function makeAuthority(folder: string): Promise<string> {
    const file = (suffix: string): string => join(folder, `ca.${suffix}`);
    return openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", file("key"), "-out", file("crt"), "-subj", "/CN=sandbox test authority");
}

/** A server certificate of that authority: `<name>.crt` and `<name>.key`. */
export async function makeCertificate(folder: string, name: string, domain: string): Promise<void> {
    const file = (suffix: string): string => join(folder, `${name}.${suffix}`);
    await openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", file("key"), "-out", file("csr"), "-subj", `/CN=${domain}`, "-addext", `subjectAltName=DNS:${domain}`);
    await openssl("x509", "-req", "-in", file("csr"), "-CA", join(folder, "ca.crt"), "-CAkey", join(folder, "ca.key"), "-CAcreateserial", "-days", "2", "-copy_extensions", "copy", "-out", file("crt"));
}
