import * as pulumi from "@pulumi/pulumi";
import { registryUrl } from "../base/settings";
import type { ClusterPlan } from "../plan/cluster-plan";
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
import { SharedStore } from "./shared-store";

export interface HarborClusterArgs {
    readonly plan: ClusterPlan;
    /** What was found on the hosts; a finding makes its step run again. @default nothing */
    readonly drift?: Drift;
}

/** A highly available Harbor on plain hosts. The order of its steps stands in plan/steps.ts. */
export class HarborCluster extends pulumi.ComponentResource {
    readonly url: string;
    readonly dnsRecords: readonly DnsRecord[];
    readonly adminPassword: pulumi.Output<string>;
    readonly tokenKeyFingerprint: pulumi.Output<string>;
    readonly verification: pulumi.Output<Record<string, string>>;
    /** What the verification has seen; unknown until it has passed. */
    readonly verifiedRelease: pulumi.Output<DeploymentPins>;

    constructor(name: string, args: HarborClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:HarborCluster", name, {}, opts);
        const { plan, drift = new Map() } = args;
        const { settings, nodes } = plan;
        const child = { parent: this };
        const secrets = new ClusterSecrets(`${name}-secrets`, plan, child);
        const steps = new ClusterSteps(plan, secrets, drift);

        for (const node of nodes) new NodeHost(componentName(name, "host", node.node.name), { steps, node }, child);
        for (const node of nodes) new CephfsMount(componentName(name, "mount", node.node.name), { steps, node }, child);
        new SharedStore(`${name}-store`, { steps }, child);
        for (const node of nodes)
            new HarborNode(componentName(name, "prepare", node.node.name), { steps, node }, child);
        const { database } = settings;
        const password = secrets.databasePassword;
        if (database.kind === "mysql")
            new ExternalMysql(`${name}-mysql`, { steps, settings: database, password }, child);
        else new ExternalPostgres(`${name}-postgres`, { steps, settings: database, password }, child);
        new ExternalRedis(`${name}-redis`, { steps, settings: settings.redis, password: secrets.redisPassword }, child);
        const certificates = new CertDistribution(`${name}-certs`, { steps }, child);
        new HarborRollout(`${name}-up`, { steps }, child);
        const dns = new DnsRoundRobin(`${name}-dns`, { steps }, child);
        const verification = new ClusterVerification(`${name}-verification`, { steps }, child);

        this.url = registryUrl(settings);
        this.dnsRecords = dns.records;
        this.adminPassword = secrets.adminPassword;
        this.tokenKeyFingerprint = certificates.fingerprint;
        this.verification = verification.summary;
        this.verifiedRelease = verification.verified;
        this.registerOutputs({ url: this.url, verification: this.verification });
    }
}
