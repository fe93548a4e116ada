/** Just enough of ASN.1's DER to read the fields of a certificate that Node's X509Certificate doesn't show. */

export interface Der {
    readonly tag: number;
    /** Content without tag and length. */
    readonly body: Buffer;
    /** With tag and length. */
    readonly whole: Buffer;
}

export const tags = { boolean: 0x01, integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, sequence: 0x30 } as const;

/** The tag of a context-specific element: `[0]`, with elements of its own or, as an implicit string, without. */
export const context = (number: number, constructed = true): number => (constructed ? 0xa0 : 0x80) + number;

/**
 * The elements that stand behind each other in a content.
 * @throws Error when they are cut off.
 */
export function elements(bytes: Buffer): Der[] {
    const list: Der[] = [];
    for (let at = 0; at < bytes.length;) {
        const [length, start] = lengthAt(bytes, at + 1);
        const end = start + length;
        if (end > bytes.length) throw new Error("DER is cut off");
        list.push({ tag: bytes[at] ?? 0, body: bytes.subarray(start, end), whole: bytes.subarray(at, end) });
        at = end;
    }
    return list;
}

/** A length, and where the content begins. */
function lengthAt(bytes: Buffer, at: number): [number, number] {
    const first = bytes.readUInt8(at);
    if (first < 0x80) return [first, at + 1];
    const size = first & 0x7f;
    if (size === 0 || size > 4) throw new Error("DER has a length that can't be");
    return [bytes.readUIntBE(at + 1, size), at + 1 + size];
}

/** The one element of a content. */
export function only(bytes: Buffer, tag: number = tags.sequence): Der {
    const [first, ...others] = elements(bytes);
    if (first?.tag !== tag || others.length > 0) throw new Error("DER has another element than expected");
    return first;
}

/** `1.2.840.113549.1.1.11` */
export function oidText(body: Buffer): string {
    const numbers = [0];
    for (const byte of body) {
        numbers.push((numbers.pop() ?? 0) * 128 + (byte & 0x7f));
        if (byte < 0x80) numbers.push(0);
    }
    const [first = 0, ...rest] = numbers.slice(0, -1);
    const top = Math.min(2, Math.floor(first / 40));
    return [top, first - top * 40, ...rest].join(".");
}

/** A small number; everything larger is the same for its readers. */
export function smallInteger(body: Buffer): number {
    return body.length > 4 ? Number.MAX_SAFE_INTEGER : body.readIntBE(0, body.length);
}
