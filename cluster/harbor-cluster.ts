import * as pulumi from "@pulumi/pulumi";
import { type ClusterParts, clusterParts } from "../components/cluster-parts";
import { requireVerifiedBy } from "../components/promotion";
import { PlanValues } from "../components/remote/values";
import { agentWarning } from "../config/ssh-agent";
import { type ClusterPlan, clusterPlan } from "../plan/cluster-plan";
import type { Drift } from "../plan/findings";
import { prometheusScrapeConfig } from "../plan/prometheus";
import { locateRelease } from "../releases/locate";
import type { HarborClusterArgs } from "./arguments";
import { GivenArguments } from "./given";
import type { ClusterDnsRecord, ClusterNodeAddress, ClusterRelease } from "./outputs";

/** What is known of a cluster once its release has been opened. */
interface Made extends ClusterParts {
    readonly release: ClusterRelease;
    readonly nodes: pulumi.Input<ClusterNodeAddress[]>;
    readonly scrapeConfig: pulumi.Input<string | undefined>;
}

/**
 * One highly available Harbor registry on plain hosts: the steps of plan/steps.ts, in their order. Whatever depends on it
 * waits for the verification through every node.
 */
export class HarborCluster extends pulumi.ComponentResource<() => Made> {
    /** What users put in front of an image's name, with the protocol: `https://hub.example.com`. */
    readonly url: pulumi.Output<string>;
    /** The A records as they are, or with `dnsMode: none` as the operator has to make them. */
    readonly dnsRecords: pulumi.Output<ClusterDnsRecord[]>;
    /** The nodes, with the addresses that clients use. */
    readonly nodes: pulumi.Output<ClusterNodeAddress[]>;
    /** Password of the user `admin`; secret. */
    readonly adminPassword: pulumi.Output<string>;
    /** `SHA256:…` of the key that signs tokens; the same on every node. */
    readonly tokenKeyFingerprint: pulumi.Output<string>;
    /** What is deployed. */
    readonly release: pulumi.Output<ClusterRelease>;
    /** What the verification has seen; unknown until it has passed. */
    readonly verifiedRelease: pulumi.Output<ClusterRelease>;
    /** What was checked through the nodes, by kind, for example `token: 9/9 pairs`. */
    readonly verification: pulumi.Output<Record<string, string>>;
    /** `scrape_configs` for Prometheus, with all nodes as targets; undefined without `metrics`. */
    readonly prometheusScrapeConfig: pulumi.Output<string | undefined>;

    /**
     * @param name Begins the names of all resources of the cluster; of containers, too.
     * @throws InputPropertiesError with every problem of the arguments at once, before anything is registered.
     */
    constructor(name: string, args: HarborClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:HarborCluster", name, new GivenArguments(args), opts);
        const of = <T>(select: (made: Made) => pulumi.Input<T>): pulumi.Output<T> =>
            pulumi.output(this.getData()).apply((made) => pulumi.output(select(made()))) as pulumi.Output<T>;
        this.url = of(({ url }) => url);
        this.dnsRecords = of(({ dnsRecords }) => dnsRecords);
        this.nodes = of(({ nodes }) => nodes);
        this.adminPassword = of(({ adminPassword }) => adminPassword);
        this.tokenKeyFingerprint = of(({ tokenKeyFingerprint }) => tokenKeyFingerprint);
        this.release = of(({ release }) => release);
        this.verifiedRelease = of(({ verifiedRelease }) => verifiedRelease);
        this.verification = of(({ verification }) => verification);
        this.prometheusScrapeConfig = of(({ scrapeConfig }) => scrapeConfig);
        this.registerOutputs({ url: this.url, verification: this.verification });
    }

    /** Opening a release takes its time; whatever depends on the component waits for this, and for the children made here. */
    protected override async initialize(given: pulumi.Inputs, _: unknown, name: string): Promise<() => Made> {
        const args = given as unknown as GivenArguments;
        try {
            const made = await this.make(name, args);
            return () => made;
        } catch (error) {
            throw args.inWords(error, this);
        }
    }

    private async make(name: string, given: GivenArguments): Promise<Made> {
        const { settings, naming } = given;
        await this.warn(await agentWarning(process.env.SSH_AUTH_SOCK));
        const release = await locateRelease(settings.release, pulumi.runtime.isDryRun());
        const missing = release.pinned?.missing?.saidTo(naming);
        if (missing !== undefined)
            await this.warn(`${missing}; the release is taken from the cluster's shared storage`);
        const plan = clusterPlan(settings, release, name);
        const later = given.later(plan, release);
        const values = new PlanValues(plan, later);
        if (settings.promoteFrom !== undefined) await requireVerifiedBy(settings.promoteFrom, plan.pins, name);
        const wantsDrift = settings.detectDrift || process.env.HARBOR_HA_DETECT_DRIFT === "true";
        const parts = clusterParts(
            this,
            values,
            wantsDrift ? await this.look(await given.whole(later, plan)) : undefined,
        );
        return {
            ...parts,
            release: plan.pins,
            scrapeConfig: values.of(({ settings: known }) => prometheusScrapeConfig(known)),
            nodes: values.of(({ settings: known }) =>
                known.nodes.map(({ name: node, serviceAddress }) => ({ name: node, address: serviceAddress })),
            ),
        };
    }

    /** Drift detection is loaded only when it is wanted: its SSH client takes time in every preview. */
    private async look(plan: ClusterPlan | undefined): Promise<Drift> {
        if (!plan) {
            await this.warn("drift isn't known: some arguments are outputs of resources that are still to be made");
            return new Map();
        }
        const { detectDrift } = await import("../live/drift.js");
        const { drift, unknown } = await detectDrift(plan);
        for (const reason of unknown) await this.warn(`drift isn't known: ${reason}`);
        return drift;
    }

    private async warn(text: string | undefined): Promise<void> {
        if (text !== undefined) await pulumi.log.warn(text);
    }
}
