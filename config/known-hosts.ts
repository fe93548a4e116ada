/**
 * Host keys in the form of OpenSSH's known_hosts. Hashed names can't be looked up without the name's salt being
 * tried, which is cheap, so they are supported too; markers (`@cert-authority`) are not.
 */
import { createHmac } from "node:crypto";

export interface KnownHost {
    readonly patterns: readonly string[];
    readonly key: string;
}

export function parseKnownHosts(text: string): KnownHost[] {
    return text
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("@"))
        .flatMap((line) => {
            const [names, type, key] = line.split(/\s+/);
            return names && type && key ? [{ patterns: names.split(","), key: `${type} ${key}` }] : [];
        });
}

/** The key of `address`, the strongest type first; undefined when the file has none. */
export function findHostKey(hosts: readonly KnownHost[], address: string, port: number): string | undefined {
    const name = port === 22 ? address : `[${address}]:${port}`;
    const keys = hosts.filter((h) => h.patterns.some((pattern) => matches(pattern, name))).map((h) => h.key);
    const preference = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];
    return preference.map((type) => keys.find((key) => key.startsWith(`${type} `))).find((key) => key !== undefined);
}

function matches(pattern: string, name: string): boolean {
    const hashed = /^\|1\|([^|]+)\|([^|]+)$/.exec(pattern);
    if (!hashed) return pattern === name;
    const [, salt = "", digest = ""] = hashed;
    return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === digest;
}
