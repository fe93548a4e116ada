import { type ClusterSettings, nodesUp } from "../base/settings";

export interface DnsRecord {
    readonly name: string;
    readonly type: "A";
    /** Seconds. */
    readonly ttl: number;
    readonly address: string;
}

/** One A record per node that is up, under the registry's name. */
export function dnsRecords(settings: Pick<ClusterSettings, "domain" | "dns" | "nodes">): DnsRecord[] {
    const { domain, dns, nodes } = settings;
    return nodesUp(nodes).map(({ serviceAddress }) => ({
        name: domain,
        type: "A",
        ttl: dns.ttl,
        address: serviceAddress,
    }));
}
