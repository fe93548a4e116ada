import { toPkcs1 } from "./certificates";
import type { NodeConfig } from "./keys";
import { findHostKey, parseKnownHosts } from "./known-hosts";
import { splitProxy } from "../base/proxy";
import {
    type ClusterSettings,
    type ContainerSettings,
    defaultPort,
    type Secret,
    type SshTarget,
} from "../base/settings";

/** Turns checked values into settings; the cross check has seen to it that what is required is there. */
export function assemble(values: Readonly<Record<string, unknown>>): ClusterSettings {
    const get = <T>(key: string): T => values[key] as T;
    const secret = (key: string): Secret => ({ secret: get<string>(key) });
    const optionalSecret = (key: string): Secret | undefined => (values[key] === undefined ? undefined : secret(key));
    const container = (service: "mysql" | "redis"): ContainerSettings | undefined =>
        get<string>(`${service}Mode`) === "container"
            ? { dockerHost: get(`${service}DockerHost`), image: get(`${service}Image`) }
            : undefined;

    const protocol = get<"http" | "https">("protocol");
    const known = parseKnownHosts(get<string | undefined>("sshKnownHosts") ?? "");
    const pin = (address: string, port: number): string | undefined => findHostKey(known, address, port);
    const sshUser = get<string>("sshUser");
    const sshPort = get<number>("sshPort");

    return {
        domain: get("domain"),
        port: get<number | undefined>("port") ?? defaultPort(protocol),
        protocol,
        https:
            protocol === "https"
                ? {
                      certificate: get("httpsCertificate"),
                      privateKey: secret("httpsPrivateKey"),
                      caCertificate: get("httpsCaCertificate"),
                  }
                : undefined,
        release: {
            source: get("release"),
            archive: get("releaseSource"),
            sha256: get("releaseSha256"),
            version: get("harborVersion"),
        },
        installDir: get("installDir"),
        installPackages: get("installPackages"),
        nodes: get<NodeConfig[]>("nodes").map((node) => {
            const port = node.port ?? sshPort;
            return {
                name: node.name,
                address: node.address,
                serviceAddress: node.serviceAddress ?? node.address,
                port,
                user: node.user ?? sshUser,
                hostKey: node.hostKey ?? pin(node.address, port),
            };
        }),
        ssh: { privateKey: secret("sshPrivateKey"), proxy: proxyTarget(get("sshProxy"), pin) },
        ceph: {
            monitors: get("cephMonitors"),
            path: get("cephPath"),
            clientName: get("cephClientName"),
            key: secret("cephKey"),
            fsName: get("cephFsName"),
            mountPoint: get("cephMountPoint"),
            client: get("cephClient"),
        },
        mysql: {
            mode: get("mysqlMode"),
            host: get("mysqlHost"),
            port: get("mysqlPort"),
            user: get("mysqlUser"),
            password: optionalSecret("mysqlPassword"),
            container: container("mysql"),
        },
        redis: {
            mode: get("redisMode"),
            host: get("redisHost"),
            port: get("redisPort"),
            password: optionalSecret("redisPassword"),
            database: get("redisDatabase"),
            cacheDatabase: get<number | undefined>("redisCacheDatabase") ?? get<number>("redisDatabase") + 1,
            container: container("redis"),
        },
        dns: {
            ttl: get("dnsTtl"),
            update:
                get<string>("dnsMode") === "rfc2136"
                    ? {
                          server: get("dnsServer"),
                          port: get("dnsPort"),
                          zone: get("dnsZone"),
                          keyName: get("dnsKeyName"),
                          keyAlgorithm: get("dnsKeyAlgorithm"),
                          keySecret: secret("dnsKeySecret"),
                      }
                    : undefined,
        },
        promoteFrom: get("promoteFrom"),
        rollout: get("rollout"),
        prepareGeneration: get("prepareGeneration"),
        prepareImage: get("prepareImage"),
        adminPassword: optionalSecret("adminPassword"),
        secretkey: optionalSecret("secretkey"),
        tokenKey:
            values.tokenPrivateKey === undefined
                ? undefined
                : {
                      privateKey: { secret: toPkcs1(get("tokenPrivateKey")) },
                      certificate: get("tokenCertificate"),
                  },
        protectSecrets: get("protectSecrets"),
        detectDrift: get("detectDrift"),
    };
}

function proxyTarget(
    value: string | undefined,
    pin: (address: string, port: number) => string | undefined,
): SshTarget | undefined {
    if (value === undefined) return undefined;
    const { user, address, port } = splitProxy(value);
    return { user, address, port, hostKey: pin(address, port) };
}
