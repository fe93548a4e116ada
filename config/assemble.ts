import { toPkcs1 } from "./certificates";
import { hasSentinels, sentinelAddress } from "./checks/redis";
import { having, required } from "./checks/required";
import { databaseKind } from "./checks/services";
import type { ConfigValues } from "./keys";
import { findHostKey, parseKnownHosts } from "./known-hosts";
import { splitProxy } from "../base/proxy";
import {
    type BlobSettings,
    type ClusterSettings,
    defaultPort,
    type DnsSettings,
    type HttpsSettings,
    type DatabaseSettings,
    metricsPort,
    type NodeSettings,
    notKnownYet,
    type RedisSettings,
    type Secret,
    type SshTarget,
    type StorageSettings,
    type TokenKeySettings,
} from "../base/settings";

const secret = (value: string): Secret => ({ secret: value });
const optionalSecret = (value: string | undefined): Secret | undefined =>
    value === undefined ? undefined : secret(value);

type Pin = (address: string, port: number) => string | undefined;

/** Turns checked values into settings; the cross checks have seen to it that what is required is there. */
export function assemble(checked: ConfigValues): ClusterSettings {
    const values = having(checked, required.always);
    const known = parseKnownHosts(values.sshKnownHosts ?? "");
    const pin: Pin = (address, port) => findHostKey(known, address, port);
    return {
        domain: values.domain,
        port: values.port ?? defaultPort(values.protocol),
        protocol: values.protocol,
        https: https(values),
        release: {
            source: values.release,
            archive: values.releaseSource,
            sha256: values.releaseSha256,
            version: values.harborVersion,
        },
        installDir: values.installDir,
        installPackages: values.installPackages,
        nodes: nodes(values, values.nodes, pin),
        ssh: { privateKey: secret(values.sshPrivateKey), proxy: proxyTarget(values.sshProxy, pin) },
        storage: storage(values),
        blobs: blobs(values),
        database: database(values),
        redis: redis(values),
        services: {
            trivy: values.trivy,
            metrics: values.metrics ? { port: values.metricsPort ?? metricsPort } : undefined,
        },
        dns: dns(values),
        promoteFrom: values.promoteFrom,
        rollout: values.rollout,
        prepareGeneration: values.prepareGeneration,
        prepareImage: values.prepareImage,
        adminPassword: optionalSecret(values.adminPassword),
        secretkey: optionalSecret(values.secretkey),
        tokenKey: tokenKey(values),
        protectSecrets: values.protectSecrets,
        detectDrift: values.detectDrift,
    };
}

function https(values: ConfigValues): HttpsSettings | undefined {
    if (values.protocol !== "https") return undefined;
    const { httpsCertificate, httpsPrivateKey, httpsCaCertificate } = having(values, required.https);
    return { certificate: httpsCertificate, privateKey: secret(httpsPrivateKey), caCertificate: httpsCaCertificate };
}

function nodes(values: ConfigValues, list: NonNullable<ConfigValues["nodes"]>, pin: Pin): NodeSettings[] {
    return list.map((node) => {
        const port = node.port ?? values.sshPort;
        return {
            name: node.name,
            address: node.address,
            serviceAddress: node.serviceAddress ?? node.address,
            port,
            user: node.user ?? values.sshUser,
            hostKey: node.hostKey ?? pin(node.address, port),
            ...(node.state === "down" ? { down: true } : {}),
        };
    });
}

function proxyTarget(value: string | undefined, pin: Pin): SshTarget | undefined {
    if (value === undefined) return undefined;
    const { user, address, port } = splitProxy(value);
    return { user, address, port, hostKey: pin(address, port) };
}

function storage(values: ConfigValues): StorageSettings {
    const { storageMode: mode } = values;
    if (mode === "mounted") return { mode, mountPoint: having(values, required.mounted).storageMountPoint };
    const { cephMonitors, cephKey } = having(values, required.cephfs);
    return {
        mode,
        monitors: cephMonitors,
        path: values.cephPath,
        clientName: values.cephClientName,
        key: secret(cephKey),
        fsName: values.cephFsName,
        mountPoint: values.cephMountPoint,
        client: values.cephClient,
    };
}

function blobs(values: ConfigValues): BlobSettings {
    const { blobStorage: kind } = values;
    if (kind === "filesystem") return { kind };
    const { s3Bucket, s3Region, s3AccessKey, s3SecretKey } = having(values, required.s3);
    return {
        kind,
        bucket: s3Bucket,
        region: s3Region,
        endpoint: values.s3Endpoint,
        accessKey: secret(s3AccessKey),
        secretKey: secret(s3SecretKey),
        rootDirectory: values.s3RootDirectory,
        redirect: values.s3Redirect,
    };
}

function database(values: ConfigValues): DatabaseSettings {
    return databaseKind(values) === "postgres" ? postgres(values) : mysql(values);
}

function postgres(values: ConfigValues): DatabaseSettings {
    const { postgresMode: mode, postgresPort: port, postgresUser: user, postgresImage: image } = values;
    const { postgresDatabase: name, postgresSslMode: sslMode } = values;
    const common = {
        kind: "postgres",
        port,
        user,
        name,
        sslMode,
        password: optionalSecret(values.postgresPassword),
    } as const;
    if (mode === "existing") {
        const { postgresHost: host } = having(values, required.postgres.existing);
        return { mode, host, ...common, container: undefined };
    }
    const { postgresHost: host, postgresDockerHost: dockerHost } = having(values, required.postgres.container);
    return { mode, host, ...common, container: { dockerHost, image } };
}

function mysql(values: ConfigValues): DatabaseSettings {
    const { mysqlMode: mode, mysqlPort: port, mysqlUser: user, mysqlImage: image } = values;
    const login = { kind: "mysql", port, user, password: optionalSecret(values.mysqlPassword) } as const;
    if (mode === "existing") {
        return { mode, host: having(values, required.mysql.existing).mysqlHost, ...login, container: undefined };
    }
    const { mysqlHost: host, mysqlDockerHost: dockerHost } = having(values, required.mysql.container);
    return { mode, host, ...login, container: { dockerHost, image } };
}

function redis(values: ConfigValues): RedisSettings {
    const { redisMode: mode, redisPort: port, redisDatabase: database, redisImage: image } = values;
    const cacheDatabase = values.redisCacheDatabase ?? database + 1;
    const login = { password: optionalSecret(values.redisPassword), database, cacheDatabase };
    if (mode === "container") {
        const { redisHost: host, redisDockerHost: dockerHost } = having(values, required.redis.container);
        return { mode, host, port, ...login, sentinel: undefined, tls: undefined, container: { dockerHost, image } };
    }
    const tls = values.redisTls ? { caCertificate: values.redisCaCertificate } : undefined;
    const more = { ...login, tls, container: undefined };
    if (!hasSentinels(values)) {
        return { mode, host: having(values, required.redis.existing).redisHost, port, ...more, sentinel: undefined };
    }
    const { redisSentinels, redisSentinelMasterSet: masterSet } = having(values, required.sentinels);
    const addresses = redisSentinels.map(sentinelAddress);
    return { mode, host: "none", port: 0, ...more, sentinel: { masterSet, addresses } };
}

function dns(values: ConfigValues): DnsSettings {
    if (values.dnsMode !== "rfc2136") return { ttl: values.dnsTtl, update: undefined };
    const { dnsServer, dnsZone, dnsKeyName, dnsKeySecret } = having(values, required.rfc2136);
    return {
        ttl: values.dnsTtl,
        update: {
            server: dnsServer,
            port: values.dnsPort,
            zone: dnsZone,
            keyName: dnsKeyName,
            keyAlgorithm: values.dnsKeyAlgorithm,
            keySecret: secret(dnsKeySecret),
        },
    };
}

function tokenKey(values: ConfigValues): TokenKeySettings | undefined {
    if (values.tokenPrivateKey === undefined) return undefined;
    const { tokenPrivateKey, tokenCertificate } = having(values, required.tokenKey);
    const key = tokenPrivateKey === notKnownYet ? notKnownYet : toPkcs1(tokenPrivateKey);
    return { privateKey: secret(key), certificate: tokenCertificate };
}
