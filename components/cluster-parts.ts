import type * as pulumi from "@pulumi/pulumi";
import { registryUrl } from "../base/settings";
import type { DnsRecord } from "../plan/dns-records";
import type { Drift } from "../plan/findings";
import { componentName } from "../plan/names";
import type { DeploymentPins } from "../plan/pins";
import { CephfsMount } from "./cephfs-mount";
import { CertDistribution } from "./cert-distribution";
import { ClusterSecrets } from "./cluster-secrets";
import { ClusterVerification } from "./cluster-verification";
import { DnsRoundRobin } from "./dns-round-robin";
import { ExternalMysql } from "./external-mysql";
import { ExternalPostgres } from "./external-postgres";
import { ExternalRedis } from "./external-redis";
import { HarborNode } from "./harbor-node";
import { HarborRollout } from "./harbor-rollout";
import { NodeHost } from "./node-host";
import { ClusterSteps } from "./remote/cluster-steps";
import type { PlanValues } from "./remote/values";
import { SharedStore } from "./shared-store";

/** What a cluster gives to whoever made it. */
export interface ClusterParts {
    readonly url: string;
    readonly dnsRecords: pulumi.Output<DnsRecord[]>;
    readonly adminPassword: pulumi.Output<string>;
    readonly tokenKeyFingerprint: pulumi.Output<string>;
    readonly verification: pulumi.Output<Record<string, string>>;
    /** What the verification has seen; unknown until it has passed. */
    readonly verifiedRelease: pulumi.Output<DeploymentPins>;
}

/**
 * Makes everything below a cluster's component. The order of its steps stands in plan/steps.ts.
 * @param drift What was found on the hosts; a finding makes its step run again.
 */
export function clusterParts(parent: pulumi.Resource, values: PlanValues, drift: Drift = new Map()): ClusterParts {
    const { name, settings, nodes } = values.plan;
    const child = { parent };
    const secrets = new ClusterSecrets(`${name}-secrets`, { values }, child);
    const login = values.secret(({ ssh }) => ssh.privateKey);
    const steps = new ClusterSteps(values, secrets, login, drift);

    for (const node of nodes) new NodeHost(componentName(name, "host", node.node.name), { steps, node }, child);
    for (const node of nodes) new CephfsMount(componentName(name, "mount", node.node.name), { steps, node }, child);
    new SharedStore(`${name}-store`, { steps }, child);
    for (const node of nodes) new HarborNode(componentName(name, "prepare", node.node.name), { steps, node }, child);
    const { database, redis } = settings;
    const password = secrets.databasePassword;
    if (database.kind === "mysql") new ExternalMysql(`${name}-mysql`, { steps, settings: database, password }, child);
    else new ExternalPostgres(`${name}-postgres`, { steps, settings: database, password }, child);
    new ExternalRedis(`${name}-redis`, { steps, settings: redis, password: secrets.redisPassword }, child);
    const certificates = new CertDistribution(`${name}-certs`, { steps }, child);
    new HarborRollout(`${name}-up`, { steps }, child);
    const dns = new DnsRoundRobin(`${name}-dns`, { steps }, child);
    const verification = new ClusterVerification(`${name}-verification`, { steps }, child);

    return {
        url: registryUrl(settings),
        dnsRecords: dns.records,
        adminPassword: secrets.adminPassword,
        tokenKeyFingerprint: certificates.fingerprint,
        verification: verification.summary,
        verifiedRelease: verification.verified,
    };
}
