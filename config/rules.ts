import { isIP } from "node:net";
import * as z from "zod";
import { isLoopback } from "../base/address";
import { publicDefaults } from "../base/defaults";
import { isPinName } from "../base/pin-name";
import { parseImage } from "./image";
import { isPublicKey } from "./ssh-public-key";
import { readPrivateKey } from "./ssh-private-key";
import { isBase64 } from "./ssh-wire";

/**
 * The value rules of single settings. Every message says what is allowed; the parser puts key and value in front.
 */

const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const zonePattern = new RegExp(`^${label}(\\.${label})*$`);
const hostPattern = new RegExp(`^${label}(\\.${label})*$`, "i");

/** A DNS name with at least one dot; the talk forbids an address here, since tokens and image names carry it. */
export const domain = z
    .string()
    .refine((v) => isIP(v) === 0, "a DNS name, not an address (image names and tokens carry it)")
    .refine((v) => isZone(v) && v.includes("."), "a DNS name in lower case such as hub.example.com");

/** A zone may be of one label, as in companies and homes: `corp`. */
export const zone = z.string().refine(isZone, "a DNS zone in lower case such as example.com or corp");

function isZone(v: string): boolean {
    return zonePattern.test(v) && v.length <= 253;
}

/** A host name or an IPv4 address. Harbor 1.x writes addresses as host:port, which IPv6 literals would break. */
export const host = z
    .string("a host name or an IPv4 address")
    .refine((v) => isIP(v) !== 6 && !v.startsWith("["), "a host name or an IPv4 address (Harbor 1.x can't take IPv6)")
    .refine(
        (v) => isIP(v) !== 0 || v.startsWith("[") || (hostPattern.test(v) && v.length <= 253 && !isNumeric(v)),
        "a host name or an IPv4 address",
    );

/** What resolvers read as an address of another form: 127.1, 0x7f000001. */
function isNumeric(v: string): boolean {
    return v.split(".").every((part) => /^(\d*|0x[\da-f]*)$/i.test(part));
}

/** A service that Harbor's containers and all nodes reach under this address. */
export const serviceHost = host.refine(
    (v) => !isLoopback(v),
    "the address under which other hosts reach it (in Harbor's containers this is the container itself)",
);

/** An address for an A record. */
export const ipv4 = z.string().refine((v) => isIP(v) === 4, "an IPv4 address such as 192.0.2.11");

export const port = wholeNumber(1, 65535);

/**
 * Core, jobservice and the registry listen on it in their containers as well (METRIC_PORT and registry/config.yml, Harbor
 * v2.12.0 to v2.15.2): as an ordinary user, beside 8080 and 5000; log publishes 1514.
 */
export const metricsPort = wholeNumber(1024, 65535).refine(
    (v) => ![1514, 5000, 8080].includes(v),
    "a port that no service of Harbor has (1514, 5000, 8080)",
);

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

const hostAndPort = (address: z.ZodType<string>, allowed: string): z.ZodType<string> =>
    z.string().refine((v) => {
        const [name = "", given, ...rest] = v.split(":");
        const isPort = given === undefined || port.safeParse(given).success;
        return rest.length === 0 && address.safeParse(name).success && isPort;
    }, allowed);

export const cephMonitor = hostAndPort(host, "host or host:port of a Ceph monitor (IPv4 or a name)");

/** A Sentinel of Redis, which Harbor's containers reach under this address. */
export const sentinel = hostAndPort(
    serviceHost,
    "host or host:port of a Sentinel (IPv4 or a name), as other hosts reach it",
);

/** It stands behind option names and at the beginning of parameters, so it can't look like an option. */
export const word = z
    .string()
    .refine((v) => /^[A-Za-z0-9_.-]+$/.test(v), "letters, digits and _ . -")
    .refine((v) => !v.startsWith("-"), "not beginning with -, as options do");

/** The word `default` is how the nodes are told that none was given. */
export const cephFsName = word.refine((v) => v !== "default", "another name; leave it out for the cluster's default");

export const base64 = (what: string): z.ZodType<string> => z.string().refine((v) => isBase64(v), what);

/** The word `none` is how the nodes are told that none was given. */
export const image = z
    .string()
    .refine((v) => parseImage(v) !== undefined && v !== "none", "the name of an image such as python:2.7");

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
        (v) => isPublicKey(v),
        "a public host key line such as 'ssh-ed25519 AAAA…' (ssh-keyscan prints it after the address)",
    );

/** Comes out as both of its readers take it. */
export const sshPrivateKey = z.string().transform((v, context) => {
    const key = readPrivateKey(v);
    if (typeof key === "string") return key;
    context.addIssue({ code: "custom", message: key.allowed });
    return z.NEVER;
});

export const privateKey = z
    .string()
    .refine((v) => /-----BEGIN ([A-Z]+ )*PRIVATE KEY-----/.test(v), "PEM text with a PRIVATE KEY block");

/** It isn't kept secret, so a private key beside it would be shown. */
export const certificates = z
    .string()
    .refine((v) => v.includes("-----BEGIN CERTIFICATE-----"), "PEM text with a CERTIFICATE block")
    .refine(
        (v) => !(v.includes("-----BEGIN CERTIFICATE-----") && v.includes("PRIVATE KEY-----")),
        "certificates only, no private key",
    );

export const releaseSource = z
    .string()
    .refine((v) => !/^http:\/\//i.test(v), "a path or an https:// URL (http can't be trusted)")
    .refine((v) => /\.(tgz|tar\.gz)$/.test(pathOf(v)), "the path or https:// URL of a Harbor installer (.tgz)")
    .refine((v) => !/^https:\/*[^/?#]*@/i.test(v), "a URL without user and password; a presigned one may have a query");

/** A URL may have a query behind its path, as presigned ones of object stores do. */
function pathOf(source: string): string {
    if (!/^https:/i.test(source)) return source;
    return URL.canParse(source) ? new URL(source).pathname : "";
}

/** In Pulumi two parts are organization/name on every backend, whatever was meant. */
export const stackName = z
    .string()
    .refine((v) => !/^[^/]*\/[^/]*$/.test(v), "name or organization/project/name; two parts don't say which project")
    .refine(
        (v) => /^[\w.][\w.-]*(\/[\w.][\w.-]*\/[\w.][\w.-]*)?$/.test(v) || v.split("/").length === 2,
        "a stack: name or organization/project/name",
    );

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
export const proxy = z.string().refine((v) => v.includes("@") && isLogin(v), "user@host or user@host:port");

/** Docker's own form: no path, query or password behind ssh:// (docker/cli connhelper). */
export const dockerHost = z
    .string()
    .refine(
        (v) =>
            (v.startsWith("ssh://") && isLogin(v.slice("ssh://".length))) ||
            (v.startsWith("unix://") && absolutePath.safeParse(v.slice("unix://".length)).success),
        "ssh://user@host[:port] or unix:///path",
    );

function isLogin(v: string): boolean {
    const [, user, address = "", loginPort = "22"] = /^(?:([^@]*)@)?([^@:]*)(?::(.*))?$/.exec(v) ?? [];
    const isUser = user === undefined || word.safeParse(user).success;
    return isUser && host.safeParse(address).success && port.safeParse(loginPort).success;
}
