import { isIP } from "node:net";
import * as z from "zod";
import { isPinName } from "../base/pin-name";

/**
 * The value rules of single settings. Every message says what is allowed; the parser puts key and value in front.
 */

const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const domainPattern = new RegExp(`^(${label}\\.)+${label}$`);
const hostPattern = new RegExp(`^${label}(\\.${label})*$`, "i");

/** A DNS name with at least one dot; the talk forbids an address here, since tokens and image names carry it. */
export const domain = z
    .string()
    .refine((v) => isIP(v) === 0, "a DNS name, not an address (image names and tokens carry it)")
    .refine((v) => domainPattern.test(v), "a DNS name in lower case such as hub.example.com");

/** A host name or an IPv4 address. Harbor 1.x writes addresses as host:port, which IPv6 literals would break. */
export const host = z
    .string("a host name or an IPv4 address")
    .refine((v) => isIP(v) !== 6 && !v.startsWith("["), "a host name or an IPv4 address (Harbor 1.x can't take IPv6)")
    .refine(
        (v) => isIP(v) !== 0 || v.startsWith("[") || (hostPattern.test(v) && !/^[\d.]+$/.test(v)),
        "a host name or an IPv4 address",
    );

/** An address for an A record. */
export const ipv4 = z.string().refine((v) => isIP(v) === 4, "an IPv4 address such as 192.0.2.11");

export const port = wholeNumber(1, 65535);

export function wholeNumber(min: number, max: number): z.ZodType<number> {
    const allowed = `a whole number from ${min} to ${max}`;
    return z
        .union(
            [
                z.number(),
                z
                    .string()
                    .regex(/^-?\d+$/)
                    .transform(Number),
            ],
            { error: allowed },
        )
        .refine((v) => Number.isInteger(v) && v >= min && v <= max, allowed);
}

export const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((v) => v === "true")], {
    error: "true or false",
});

/** Used unquoted in fstab, unit files and compose volumes, so the character set is narrow. */
export const absolutePath = z
    .string()
    .refine((v) => /^\/[A-Za-z0-9._/-]*$/.test(v), "an absolute path of letters, digits and . _ - /")
    .refine((v) => !v.split("/").some((part) => part === "." || part === ".."), "an absolute path without . and ..")
    .transform((v) => (v === "/" ? v : v.replace(/\/+$/, "").replace(/\/{2,}/g, "/")));

/** Like `absolutePath`, but not a folder whose loss or hiding would break the host. */
export const ownFolder = absolutePath.refine(
    (v) => v.split("/").length > 2,
    "a folder below the first level, such as /opt/harbor-ha",
);

export const text = z.string().refine((v) => v.trim() !== "", "not empty");

/** Docker's and Pulumi's names both accept this; it becomes part of resource names. */
export const nodeName = z
    .string("1 to 32 lower-case letters, digits and -")
    .refine((v) => /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(v), "1 to 32 lower-case letters, digits and -");

export const cephMonitor = z.string().refine((v) => {
    const [address = "", monitorPort = "6789", ...rest] = v.split(":");
    return rest.length === 0 && host.safeParse(address).success && port.safeParse(monitorPort).success;
}, "host or host:port of a Ceph monitor (IPv4 or a name)");

export const word = z.string().refine((v) => /^[A-Za-z0-9_.-]+$/.test(v), "letters, digits and _ . -");

export const sha256 = z
    .string()
    .refine((v) => /^[0-9a-f]{64}$/i.test(v), "64 hexadecimal digits")
    .transform((v) => v.toLowerCase());

/**
 * Passwords travel through harbor.cfg, compose env files, a `$` template and the comma-separated `_REDIS_URL`
 * (Harbor 1.1 src/ui/main.go), none of which can quote.
 */
export const password = z
    .string()
    .refine(
        (v) => /^[A-Za-z0-9._~!@^*+=-]+$/.test(v),
        "letters, digits and . _ ~ ! @ ^ * + = - (Harbor's files can't quote others)",
    )
    // Two of them together could be taken for a slot (`__mysql_password__`).
    .refine((v) => !v.includes("__"), "no two underscores together")
    .refine((v) => v.length >= 8 && v.length <= 64, "8 to 64 characters");

const publicDefaults = new Set(["Harbor12345", "root123", "not-a-secure-key"]);

/** A password that was printed in Harbor's own files is known to everybody. */
export const ownPassword = password.refine((v) => !publicDefaults.has(v), "not a default password of Harbor");

/** Harbor reads it verbatim as an AES-128 key (goharbor/harbor #11166: 17 bytes with a newline crash). */
export const secretkey = z
    .string()
    .refine((v) => /^[A-Za-z0-9]{16}$/.test(v), "exactly 16 letters and digits")
    .refine((v) => !publicDefaults.has(v), "not a default key of Harbor");

export const hostKey = z
    .string()
    .refine(
        (v) => /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]+=*( .*)?$/.test(v),
        "a public host key line such as 'ssh-ed25519 AAAA…' (ssh-keyscan prints it after the address)",
    );

export const sshPrivateKey = z
    .string()
    .refine((v) => /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(v), "a private key in PEM or OpenSSH form")
    .refine((v) => !isEncryptedKey(v), "a private key without a passphrase");

/** PEM says so in a header; OpenSSH's own form names the key derivation in its first bytes. */
function isEncryptedKey(key: string): boolean {
    if (/ENCRYPTED/.test(key)) return true;
    const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(key)?.[1] ?? "";
    return Buffer.from(body, "base64").subarray(0, 64).includes("bcrypt");
}

export const pem = (kind: "CERTIFICATE" | "PRIVATE KEY"): z.ZodType<string> =>
    z.string().refine((v) => new RegExp(`-----BEGIN ([A-Z]+ )*${kind}-----`).test(v), `PEM text with a ${kind} block`);

export const releaseSource = z
    .string()
    .refine((v) => !/^http:\/\//i.test(v), "a path or an https:// URL (http can't be trusted)")
    .refine((v) => /\.(tgz|tar\.gz)$/.test(v), "the path or https:// URL of a Harbor installer (.tgz)");

/** An archive, or a pin by its name. */
export const release = z.string().superRefine((v, context) => {
    if (isPinName(v)) return;
    const hint = /^v\d/.test(v) ? ", or a pinned release such as v1.1.2" : "";
    for (const { message } of releaseSource.safeParse(v).error?.issues ?? []) {
        context.addIssue({ code: "custom", message: `${message}${hint}` });
    }
});

export const version = z
    .string()
    .refine((v) => /^v\d+\.\d+\.\d+(-[\w.]+)?$/.test(v), "a Harbor version such as v1.1.2");

/** `user@host` or `user@host:port`. */
export const proxy = z
    .string()
    .refine(
        (v) =>
            /^[a-z_][a-z0-9_-]*@[A-Za-z0-9.-]+(:\d{1,5})?$/.test(v) && port.safeParse(v.split(":")[1] ?? "22").success,
        "user@host or user@host:port",
    );

export const dockerHost = z
    .string()
    .refine((v) => /^(ssh:\/\/[^\s]+|unix:\/\/\/[^\s]+)$/.test(v), "ssh://user@host[:port] or unix:///path");
