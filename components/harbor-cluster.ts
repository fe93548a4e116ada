import * as pulumi from "@pulumi/pulumi";
import { type ClusterSettings, dataDir, type NodeSettings, registryName, registryUrl } from "../base/settings";
import { releaseLine } from "../releases/lines";
import type { HarborRelease, RenderInput } from "../releases/release";
import { CephfsMount } from "./cephfs-mount";
import { CertDistribution } from "./cert-distribution";
import { ClusterSecrets, type SecretName } from "./cluster-secrets";
import { ClusterVerification } from "./cluster-verification";
import { type DnsRecord, DnsRoundRobin } from "./dns-round-robin";
import { ExternalMysql } from "./external-mysql";
import { ExternalRedis } from "./external-redis";
import { HarborNode } from "./harbor-node";
import { HarborRollout } from "./harbor-rollout";
import { NodeHost } from "./node-host";
import type { Drift } from "./remote/remote";
import { SharedStore } from "./shared-store";

export interface HarborClusterArgs {
    readonly settings: ClusterSettings;
    readonly release: HarborRelease;
    /** What was found on the hosts; a finding makes its resource run again. @default nothing */
    readonly drift?: Drift;
}

/**
 * A highly available Harbor on plain hosts. This is the only place that states the order between the parts:
 *
 *     per node   host ready -> CephFS mounted -> release staged -> files -> prepare      (all nodes at once)
 *     cluster    shared storage filled, MySQL with schema, Redis                         (beside it)
 *     ---------- everything prepared
 *     cluster    token key pair, once -> on every node -> fingerprints agree
 *     ---------- certificates agree
 *     per node   compose up -> healthy; the first node, then the others
 *     ---------- every node healthy
 *     cluster    DNS records -> verification
 */
export class HarborCluster extends pulumi.ComponentResource {
    readonly url: string;
    readonly dnsRecords: readonly DnsRecord[];
    readonly adminPassword: pulumi.Output<string>;
    readonly tokenKeyFingerprint: pulumi.Output<string>;
    readonly verification: pulumi.Output<Record<string, string>>;

    constructor(name: string, args: HarborClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:HarborCluster", name, {}, opts);
        const { settings, release, drift = new Map() } = args;
        const line = releaseLine(release.version);
        const preparePython = line.preparePython(release);
        const runners = clusterRunners(settings.nodes);
        const child = { parent: this };
        const after = (...resources: pulumi.Resource[]) => ({ parent: this, dependsOn: resources });

        const secrets = new ClusterSecrets(`${name}-secrets`, settings, child);
        const fingerprint = (...names: SecretName[]): pulumi.Output<string> => secrets.fingerprint(names);

        const hosts = settings.nodes.map((node) => {
            const secretNames = secretsOf(node, runners);
            const hostArgs = { settings, node, secrets, secretNames, preparePython, drift };
            return new NodeHost(`${name}-${node.name}-host`, hostArgs, child);
        });
        const hostOf = (node: NodeSettings): NodeHost => find(hosts, node);
        const mounts = hosts.map(({ host, ready }) => {
            const { ceph, installPackages } = settings;
            const mountArgs = { host, ceph, installPackages, keyFingerprint: fingerprint("ceph_key") };
            return new CephfsMount(`${name}-${host.node.name}-cephfs`, mountArgs, after(...ready));
        });
        const storeIndex = settings.nodes.indexOf(runners.store);
        const store = new SharedStore(
            `${name}-store`,
            {
                settings,
                release,
                host: hostOf(runners.store).host,
                mounted: at(mounts, storeIndex),
                secretkeyFingerprint: fingerprint("secretkey"),
            },
            child,
        );
        // Rendering parses the release's YAML, which takes a noticeable part of a preview: twice, not once per node.
        const firstFiles = line.render(release, renderInput(settings, true));
        const otherFiles = hosts.length > 1 ? line.render(release, renderInput(settings, false)) : [];
        const nodes = hosts.map(({ host, ready }, i) => {
            const files = i === 0 ? firstFiles : otherFiles;
            const stored = [at(mounts, i), store];
            const nodeArgs = { settings, release, host, secrets, files, preparePython, ready, stored };
            return new HarborNode(`${name}-${host.node.name}`, nodeArgs, child);
        });

        const mysqlNode = at(nodes, settings.nodes.indexOf(runners.mysql));
        const mysql = new ExternalMysql(
            `${name}-mysql`,
            {
                settings: settings.mysql,
                host: mysqlNode.host,
                staged: mysqlNode.staged,
                password: secrets.mysqlPassword,
                passwordFingerprint: fingerprint("mysql_password"),
                clientImage: line.databaseImage(release),
                version: release.version,
                schemaVersion: line.schemaVersion(release),
            },
            child,
        );
        const redis = new ExternalRedis(
            `${name}-redis`,
            {
                settings: settings.redis,
                host: hostOf(runners.redis).host,
                ready: hostOf(runners.redis).ready,
                password: secrets.redisPassword,
                passwordFingerprint: fingerprint("redis_password"),
            },
            child,
        );

        const certificates = new CertDistribution(
            `${name}-certs`,
            {
                settings,
                release,
                nodes,
                publicTokenKey: line.publicTokenKey(release),
                givenKeyFingerprint: fingerprint("token_key", "token_certificate"),
            },
            after(...nodes, mysql, redis),
        );
        const rollout = new HarborRollout(
            `${name}-up`,
            { settings, release, nodes, certificates },
            after(certificates),
        );
        const dns = new DnsRoundRobin(
            `${name}-dns`,
            { settings, host: hostOf(runners.dns).host, keyFingerprint: fingerprint("dns_key") },
            after(rollout),
        );
        // Without managed records the DNS component is empty, and depending on it alone would order nothing (pulumi #8721).
        const verification = new ClusterVerification(
            `${name}-verification`,
            { settings, host: hostOf(runners.verification).host, generation: rollout.generation },
            after(rollout, dns),
        );

        this.url = registryUrl(settings);
        this.dnsRecords = dns.records;
        this.adminPassword = secrets.adminPassword;
        this.tokenKeyFingerprint = certificates.fingerprint;
        this.verification = verification.summary;
        this.registerOutputs({ url: this.url, verification: this.verification });
    }
}

type ClusterStep = "tokenKey" | "store" | "verification" | "mysql" | "redis" | "dns";

/** Which node runs which step of the cluster: spread out, so that no host gets all the connections of a first `up`. */
function clusterRunners(nodes: readonly NodeSettings[]): Readonly<Record<ClusterStep, NodeSettings>> {
    const node = (i: number): NodeSettings => at(nodes, i % nodes.length);
    return { tokenKey: node(0), store: node(0), verification: node(1), mysql: node(1), redis: node(2), dns: node(2) };
}

/** A node holds the secrets that it needs for its own part and for the cluster's steps that it runs. */
function secretsOf(node: NodeSettings, runners: Readonly<Record<ClusterStep, NodeSettings>>): SecretName[] {
    return [
        "admin_password",
        "mysql_password",
        "redis_password",
        "ceph_key",
        "https_key",
        ...(node === runners.store ? (["secretkey"] as const) : []),
        ...(node === runners.tokenKey ? (["token_key", "token_certificate"] as const) : []),
        ...(node === runners.dns ? (["dns_key"] as const) : []),
    ];
}

/** What the settings say to the transforms of a release. */
export function renderInput(settings: ClusterSettings, customizeCrt: boolean): RenderInput {
    const { mysql, redis } = settings;
    return {
        registryName: registryName(settings),
        protocol: settings.protocol,
        port: settings.port,
        dataDir: dataDir(settings),
        certDir: `${settings.installDir}/cert`,
        mysql: { host: mysql.host, port: mysql.port, user: mysql.user },
        redis: { host: redis.host, port: redis.port, database: redis.database, cacheDatabase: redis.cacheDatabase },
        customizeCrt,
    };
}

function at<T>(list: readonly T[], index: number): T {
    const item = list[index];
    if (item === undefined) throw new Error(`no item ${index}`);
    return item;
}

function find(hosts: readonly NodeHost[], node: NodeSettings): NodeHost {
    return at(
        hosts,
        hosts.findIndex(({ host }) => host.node === node),
    );
}
