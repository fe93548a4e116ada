import { curves, fromBase64, smallestRsaBits, WireReader } from "./ssh-wire";

/** Types of host keys that can be pinned, the strongest first. */
export const hostKeyTypes = ["ssh-ed25519", ...Object.keys(curves), "ssh-rsa"] as const;

/**
 * Whether a line such as `ssh-ed25519 AAAA… comment` is a whole public key. The provider and ssh2 refuse a connection
 * whose pinned key they can't read, when the program is long under way.
 */
export function isPublicKey(line: string): boolean {
    const [, type = "", body = ""] = /^(\S+) (\S+)( .*)?$/.exec(line) ?? [];
    const bytes = fromBase64(body);
    return hostKeyTypes.includes(type) && bytes !== undefined && isKeyOfType(type, bytes);
}

function isKeyOfType(type: string, bytes: Buffer): boolean {
    try {
        const reader = new WireReader(bytes);
        return reader.text() === type && isKeyBody(type, reader) && reader.isAtEnd;
    } catch {
        return false; // cut off
    }
}

function isKeyBody(type: string, reader: WireReader): boolean {
    if (type === "ssh-ed25519") return reader.string().length === 32;
    const curve = curves[type];
    if (curve) {
        const name = reader.text();
        const point = reader.string();
        return name === curve.name && point.length === curve.point && point[0] === 4;
    }
    const exponent = reader.integer();
    const modulus = reader.integer();
    return exponent > 1n && modulus.toString(2).length >= smallestRsaBits;
}
