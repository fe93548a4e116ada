/**
 * Host keys in the form of OpenSSH's known_hosts (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"), judged by its rules: lists,
 * `*` and `?`, `!` for a name that the line isn't for, hashed names, `[host]:port`, `@revoked`. A `@cert-authority` gives
 * no key to pin. Other than OpenSSH, a key of port 22 isn't taken for another port.
 */
import { createHmac } from "node:crypto";
import { hostKeyTypes, isPublicKey } from "./ssh-public-key";

export interface KnownHost {
    readonly patterns: readonly string[];
    /** `ssh-ed25519 AAAA…` */
    readonly key: string;
    /** Whether the line says that this key must not be taken. */
    readonly revoked?: boolean;
}

/** Lines that can't be read are passed over, as OpenSSH does. */
export function parseKnownHosts(text: string): KnownHost[] {
    return text.split("\n").flatMap((line) => {
        const fields = line.trim().split(/\s+/);
        const marker = fields[0]?.startsWith("@") ? fields.shift() : undefined;
        const [names = "", type = "", body = ""] = fields;
        const key = `${type} ${body}`;
        if (names.startsWith("#") || !isPublicKey(key) || (marker !== undefined && marker !== "@revoked")) return [];
        return [{ patterns: names.split(","), key, ...(marker === undefined ? {} : { revoked: true }) }];
    });
}

/** The key of a host, the strongest type first, of several of one type the first; undefined when there is none. */
export function findHostKey(hosts: readonly KnownHost[], address: string, port: number): string | undefined {
    const keys = linesOf(hosts, address, port).filter(
        ({ revoked, key }) => !revoked && !isRevoked(hosts, address, port, key),
    );
    return hostKeyTypes
        .map((type) => keys.find(({ key }) => key.startsWith(`${type} `))?.key)
        .find((key) => key !== undefined);
}

/** Whether a key of a host was revoked, or, without a key, whether any was. */
export function isRevoked(hosts: readonly KnownHost[], address: string, port: number, key?: string): boolean {
    const same = (other: string): boolean => key === undefined || other.split(" ")[1] === key.split(" ")[1];
    return linesOf(hosts, address, port).some(({ revoked, key: other }) => revoked && same(other));
}

function linesOf(hosts: readonly KnownHost[], address: string, port: number): KnownHost[] {
    const name = (port === 22 ? address : `[${address}]:${port}`).toLowerCase();
    return hosts.filter(({ patterns }) => matchesList(patterns, name));
}

function matchesList(patterns: readonly string[], name: string): boolean {
    const negated = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
    if (negated.some((pattern) => matches(pattern, name))) return false;
    return patterns.some((pattern) => !pattern.startsWith("!") && matches(pattern, name));
}

function matches(pattern: string, name: string): boolean {
    const hashed = /^\|1\|([^|]+)\|([^|]+)$/.exec(pattern);
    if (!hashed) return wildcards(pattern).test(name);
    const [, salt = "", digest = ""] = hashed;
    return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === digest;
}

/** Only `*` and `?` have a meaning; the square brackets of a port have none. */
function wildcards(pattern: string): RegExp {
    const literal = pattern.toLowerCase().replace(/[\\^$.+()[\]{}|/-]/g, "\\$&");
    return new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}
