import { type ClusterSettings, nodesUp } from "../base/settings";

export interface DnsRecord {
    readonly name: string;
    readonly type: "A";
    /** Seconds. */
    readonly ttl: number;
    readonly address: string;
}

/** Where the nodes ask for the name, and change it; `none` where the records are the operator's. */
export function nameServer({ update }: Pick<ClusterSettings["dns"], "update">) {
    return { dns_server: update?.server ?? "none", dns_port: update?.port ?? 53 };
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

/** What the name leads to. */
export function recordAddresses(settings: Pick<ClusterSettings, "domain" | "dns" | "nodes">): string[] {
    return dnsRecords(settings).map(({ address }) => address);
}
