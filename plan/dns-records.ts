import type { ClusterSettings } from "../base/settings";

export interface DnsRecord {
    readonly name: string;
    readonly type: "A";
    /** Seconds. */
    readonly ttl: number;
    readonly address: string;
}

/** One A record per node under the registry's name. */
export function dnsRecords(settings: Pick<ClusterSettings, "domain" | "dns" | "nodes">): DnsRecord[] {
    const { domain, dns, nodes } = settings;
    return nodes.map(({ serviceAddress }) => ({ name: domain, type: "A", ttl: dns.ttl, address: serviceAddress }));
}
