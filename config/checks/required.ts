import { inStack } from "../../base/naming";
import { type ConfigValues, type GivenValues, type KeyName, keyNames } from "../keys";
import type { Problem } from "../problems";

/** What the cross checks look at. */
export interface Given {
    readonly values: GivenValues;
    /** Keys with a problem of their own, so that one mistake gives one message. */
    readonly failed: ReadonlySet<string>;
    readonly now: Date;
}

/** Keys, each with what is said where it is missing. */
type Reasons = { readonly [K in KeyName]?: string };

/** The keys that are needed, by what needs them. */
export const required = {
    always: {
        domain: "the DNS name of the registry, for example hub.example.com",
        release: "path or URL of the Harbor installer (.tgz)",
        nodes: "the list of hosts, each with name and address",
        sshPrivateKey: `the private key for the login${inStack(" (or sshPrivateKeyFile)")}`,
    },
    cephfs: {
        cephMonitors: "the addresses of the Ceph monitors (or set storageMode to mounted)",
        cephKey: `the CephX key${inStack(", or cephKeyFile")} (or set storageMode to mounted)`,
    },
    mounted: { storageMountPoint: "where the storage is mounted, since storageMode is mounted" },
    s3: {
        s3Bucket: "the bucket, since blobStorage is s3",
        s3Region: "its region, since blobStorage is s3",
        s3AccessKey: `the access key, since blobStorage is s3${inStack(" (or s3AccessKeyFile)")}`,
        s3SecretKey: `its secret key, since blobStorage is s3${inStack(" (or s3SecretKeyFile)")}`,
    },
    download: { releaseSha256: "the SHA-256 of an archive from a URL" },
    https: {
        httpsCertificate: `a certificate, since protocol is https${inStack(" (or httpsCertificateFile)")}`,
        httpsPrivateKey: `its private key, since protocol is https${inStack(" (or httpsPrivateKeyFile)")}`,
    },
    mysql: {
        existing: {
            mysqlHost: "the address of the server, since mysqlMode is existing (for Harbor 2.x: postgresHost)",
            mysqlPassword: `its password, since mysqlMode is existing${inStack(" (or mysqlPasswordFile)")}`,
        },
        container: {
            mysqlHost: "the address of the Docker host as the nodes reach it",
            mysqlDockerHost: "the Docker host, since mysqlMode is container",
        },
    },
    postgres: {
        existing: {
            postgresHost: "the address of the server, since postgresMode is existing",
            postgresPassword: `its password, since postgresMode is existing${inStack(" (or postgresPasswordFile)")}`,
        },
        container: {
            postgresHost: "the address of the Docker host as the nodes reach it",
            postgresDockerHost: "the Docker host, since postgresMode is container",
        },
    },
    redis: {
        existing: {
            redisHost: "the address of the server, since redisMode is existing (or redisSentinels)",
            redisPassword: `its password, since redisMode is existing${inStack(" (or redisPasswordFile)")}`,
        },
        container: {
            redisHost: "the address of the Docker host as the nodes reach it",
            redisDockerHost: "the Docker host, since redisMode is container",
        },
    },
    sentinels: {
        redisSentinels: "the addresses of the Sentinels of redisSentinelMasterSet",
        redisSentinelMasterSet: "the name that the Sentinels have for the master",
        redisPassword: `the servers' password, since redisMode is existing${inStack(" (or redisPasswordFile)")}`,
    },
    rfc2136: {
        dnsServer: "the name server that takes the updates (or set dnsMode to none)",
        dnsZone: "the zone that holds the domain (or set dnsMode to none)",
        dnsKeyName: "the name of the TSIG key (or set dnsMode to none)",
        dnsKeySecret: `the secret of the TSIG key${inStack(", or dnsKeySecretFile")} (or set dnsMode to none)`,
    },
    tokenKey: {
        tokenPrivateKey: `the key of tokenCertificate${inStack(" (or tokenPrivateKeyFile)")}`,
        tokenCertificate: `the certificate of tokenPrivateKey${inStack(" (or tokenCertificateFile)")}`,
    },
} as const;

/** A problem for each of these keys that isn't there. */
export function missing(reasons: Reasons, { values, failed }: Given): Problem[] {
    return keyNames.flatMap((key) => {
        const allowed = reasons[key];
        const isMissing = values[key] === undefined && !failed.has(key) && !failed.has(`${key}File`);
        return allowed !== undefined && isMissing ? [{ key, allowed }] : [];
    });
}

type Present<K extends KeyName> = { readonly [P in K]: Exclude<ConfigValues[P], undefined> };

/**
 * The same values, of which these keys are known to be there.
 * @throws Error when one isn't, which a cross check should have said.
 */
export function having<K extends KeyName>(
    values: ConfigValues,
    reasons: Readonly<Record<K, string>>,
): ConfigValues & Present<K> {
    if (!haveAll(values, reasons)) throw new Error(`not all of ${Object.keys(reasons).join(", ")} are set`);
    return values;
}

function haveAll<K extends KeyName>(
    values: ConfigValues,
    reasons: Readonly<Record<K, string>>,
): values is ConfigValues & Present<K> {
    return keyNames.every((key) => !(key in reasons) || values[key] !== undefined);
}
