import { checkServerCertificate, checkTokenKey } from "./certificates";
import type { KeyName, NodeConfig } from "./keys";
import { findHostKey, parseKnownHosts } from "./known-hosts";
import type { Problem } from "./problems";
import { isPinName } from "../base/pin-name";
import { splitProxy } from "../base/proxy";

type Values = Readonly<Record<string, unknown>>;

/**
 * The rules that join several keys. A rule is passed over when one of its keys has failed on its own already,
 * so that one mistake gives one message.
 */
export function crossCheck(values: Values, failed: ReadonlySet<string>, now: Date): Problem[] {
    const has = (key: KeyName): boolean => values[key] !== undefined;
    const str = (key: KeyName): string => String(values[key]);
    const problems: Problem[] = [];
    const require = (key: KeyName, why: string): void => {
        if (!has(key) && !failed.has(key) && !failed.has(`${key}File`)) problems.push({ key, allowed: why });
    };
    const forbid = (key: KeyName, why: string): void => {
        if (has(key)) problems.push({ key, value: "this key", allowed: why });
    };

    require("domain", "the DNS name of the registry, for example hub.example.com");
    require("release", "path or URL of the Harbor installer (.tgz)");
    require("nodes", "the list of hosts, each with name and address");
    require("sshPrivateKey", "the private key for the login (or sshPrivateKeyFile)");
    require("cephMonitors", "the addresses of the Ceph monitors");
    require("cephKey", "the CephX key (or cephKeyFile)");
    if (has("release") && /^https:/i.test(str("release")))
        require("releaseSha256", "the SHA-256 of an archive from a URL");
    if (has("release") && !isPinName(str("release")))
        forbid("releaseSource", "only with a pinned release (release: v1.1.2); otherwise release names the archive");

    if (values.protocol === "https") {
        require("httpsCertificate", "a certificate, since protocol is https (or httpsCertificateFile)");
        require("httpsPrivateKey", "its private key, since protocol is https (or httpsPrivateKeyFile)");
        if (has("httpsCertificate") && has("httpsPrivateKey") && has("domain")) {
            problems.push(
                ...checkServerCertificate(str("httpsCertificate"), str("httpsPrivateKey"), str("domain"), now),
            );
        }
    } else if (values.protocol === "http") {
        for (const key of ["httpsCertificate", "httpsPrivateKey", "httpsCaCertificate"] as const) {
            forbid(key, "only with protocol https");
        }
    }

    for (const service of ["mysql", "redis"] as const) {
        const mode = values[`${service}Mode`];
        if (mode === "existing") {
            require(`${service}Host`, `the address of the server, since ${service}Mode is existing`);
            require(`${service}Password`, `its password, since ${service}Mode is existing (or ${service}PasswordFile)`);
            forbid(`${service}DockerHost`, `only with ${service}Mode container`);
        } else if (mode === "container") {
            require(`${service}Host`, "the address of the Docker host as the nodes reach it");
            require(`${service}DockerHost`, `the Docker host, since ${service}Mode is container`);
        }
    }
    // A single copy of the database on one of the nodes would be lost with it.
    const nodes = failed.has("nodes") ? [] : ((values.nodes ?? []) as readonly NodeConfig[]);
    const onNode = nodes.find(({ address, serviceAddress }) => [address, serviceAddress].includes(str("mysqlHost")));
    if (values.mysqlMode === "container" && onNode) {
        const allowed = `a Docker host outside of the nodes (${onNode.name} has this address)`;
        problems.push({ key: "mysqlHost", value: str("mysqlHost"), allowed });
    }
    if (has("redisCacheDatabase") && values.redisCacheDatabase === values.redisDatabase) {
        const value = String(values.redisCacheDatabase);
        problems.push({ key: "redisCacheDatabase", value, allowed: "another index than redisDatabase" });
    }

    if (values.dnsMode === "rfc2136") {
        require("dnsServer", "the name server that takes the updates (or set dnsMode to none)");
        require("dnsZone", "the zone that holds the domain (or set dnsMode to none)");
        require("dnsKeyName", "the name of the TSIG key (or set dnsMode to none)");
        require("dnsKeySecret", "the secret of the TSIG key, or dnsKeySecretFile (or set dnsMode to none)");
        if (has("domain") && has("dnsZone") && !`.${str("domain")}`.endsWith(`.${str("dnsZone")}`)) {
            problems.push({ key: "dnsZone", value: str("dnsZone"), allowed: `a zone that holds ${str("domain")}` });
        }
    }

    if (has("tokenPrivateKey") || has("tokenCertificate")) {
        require("tokenPrivateKey", "the key of tokenCertificate (or tokenPrivateKeyFile)");
        require("tokenCertificate", "the certificate of tokenPrivateKey (or tokenCertificateFile)");
        if (has("tokenPrivateKey") && has("tokenCertificate")) {
            problems.push(...checkTokenKey(str("tokenCertificate"), str("tokenPrivateKey")));
        }
    }
    problems.push(...checkPaths(values), ...checkNodes(values, failed));
    return problems;
}

function checkPaths(values: Values): Problem[] {
    const mount = values.cephMountPoint;
    const install = values.installDir;
    if (typeof mount !== "string" || typeof install !== "string") return [];
    if (!`${install}/`.startsWith(`${mount}/`) && !`${mount}/`.startsWith(`${install}/`)) return [];
    const allowed = `a folder outside cephMountPoint (${mount}): every node needs its own`;
    return [{ key: "installDir", value: install, allowed }];
}

function checkNodes(values: Values, failed: ReadonlySet<string>): Problem[] {
    const nodes = values.nodes as readonly NodeConfig[] | undefined;
    if (!nodes || failed.has("nodes")) return [];
    const problems: Problem[] = [];
    const fields = {
        name: ({ name }: NodeConfig) => name,
        address: ({ address }: NodeConfig) => address,
        serviceAddress: ({ address, serviceAddress }: NodeConfig) => serviceAddress ?? address,
    };
    for (const [field, of] of Object.entries(fields)) {
        nodes.forEach((node, i) => {
            const first = nodes.findIndex((other) => of(other) === of(node));
            // Without an own service address it is the address, which has been named already.
            if (first === i || (field === "serviceAddress" && node.serviceAddress === undefined)) return;
            const allowed = `a value of its own (nodes[${first}] has the same ${field})`;
            problems.push({ key: `nodes[${i}].${field}`, value: of(node), allowed });
        });
    }
    nodes.forEach((node, i) => {
        if (node.serviceAddress === undefined && !/^[\d.]+$/.test(node.address)) {
            const allowed = `an IPv4 address for the A record, since address is the name ${node.address}`;
            problems.push({ key: `nodes[${i}].serviceAddress`, allowed });
        }
    });
    if (values.allowUnknownHostKeys !== true && !failed.has("sshKnownHosts") && !failed.has("sshKnownHostsFile")) {
        problems.push(...checkHostKeys(values, nodes));
    }
    return problems;
}

function checkHostKeys(values: Values, nodes: readonly NodeConfig[]): Problem[] {
    const known = parseKnownHosts(typeof values.sshKnownHosts === "string" ? values.sshKnownHosts : "");
    const allowed =
        "the host's public key, here or in sshKnownHosts (ssh-keyscan ADDRESS), or allowUnknownHostKeys: true";
    const problems = nodes.flatMap((node, i): Problem[] => {
        const port = node.port ?? (values.sshPort as number);
        const found = node.hostKey ?? findHostKey(known, node.address, port);
        return found === undefined ? [{ key: `nodes[${i}].hostKey`, allowed: `${allowed}; host ${node.address}` }] : [];
    });
    if (typeof values.sshProxy === "string") {
        const { address, port } = splitProxy(values.sshProxy);
        if (findHostKey(known, address, port) === undefined) {
            problems.push({ key: "sshProxy", value: address, allowed: "a host whose key is in sshKnownHosts" });
        }
    }
    return problems;
}
