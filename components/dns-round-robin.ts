import * as pulumi from "@pulumi/pulumi";
import { type DnsRecord, dnsRecords } from "../plan/dns-records";
import type { ClusterSteps } from "./remote/cluster-steps";

export interface DnsRoundRobinArgs {
    readonly steps: ClusterSteps;
}

/**
 * One A record per node under the registry's name. All records of the name are replaced in one transaction, so a
 * resolver never sees a part of them; deleting it removes them. With `dnsMode: none` it makes nothing.
 */
export class DnsRoundRobin extends pulumi.ComponentResource {
    /** The records as they are, or as the operator has to make them. */
    readonly records: pulumi.Output<DnsRecord[]>;

    constructor(name: string, { steps }: DnsRoundRobinArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:DnsRoundRobin", name, {}, opts);
        const { settings } = steps.plan;
        this.records = pulumi.output(steps.values.of((plan) => dnsRecords(plan.settings)));
        if (settings.dns.update) steps.run("dns", undefined, this);
        this.registerOutputs({ records: this.records });
    }
}
