/** Reads the fields of SSH's wire format (RFC 4251, section 5). */
export class WireReader {
    private at = 0;

    constructor(private readonly bytes: Buffer) {}

    /** @throws Error when the text ends before. */
    take(length: number): Buffer {
        const end = this.at + length;
        if (end > this.bytes.length) throw new Error("cut off");
        const part = this.bytes.subarray(this.at, end);
        this.at = end;
        return part;
    }

    uint32(): number {
        return this.take(4).readUInt32BE();
    }

    string(): Buffer {
        return this.take(this.uint32());
    }

    text(): string {
        return this.string().toString("latin1");
    }

    /** A positive integer. */
    integer(): bigint {
        return BigInt(`0x0${this.string().toString("hex")}`);
    }

    rest(): Buffer {
        return this.take(this.bytes.length - this.at);
    }

    get isAtEnd(): boolean {
        return this.at === this.bytes.length;
    }
}

/** The bytes of a base64 text that is whole, or undefined. */
export function fromBase64(text: string): Buffer | undefined {
    return isBase64(text) ? Buffer.from(text, "base64") : undefined;
}

/** Whether every reader takes it: no other characters, the right length. */
export function isBase64(text: string): boolean {
    return text !== "" && /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
}

/** NIST curves of ECDSA keys: the name in a key, and the length of an uncompressed point. */
export const curves: Readonly<
    Record<string, { readonly name: string; readonly openssl: string; readonly point: number }>
> = {
    "ecdsa-sha2-nistp256": { name: "nistp256", openssl: "prime256v1", point: 65 },
    "ecdsa-sha2-nistp384": { name: "nistp384", openssl: "secp384r1", point: 97 },
    "ecdsa-sha2-nistp521": { name: "nistp521", openssl: "secp521r1", point: 133 },
};

/** Smaller ones are refused by OpenSSH (RequiredRSASize) and by Go from 1.24 on. */
export const smallestRsaBits = 1024;
