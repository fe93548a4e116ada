import * as pulumi from "@pulumi/pulumi";
import type { ClusterSettings } from "../base/settings";
import { type Host, RemoteScript } from "./remote/remote";

export interface DnsRecord {
    readonly name: string;
    readonly type: "A";
    readonly ttl: number;
    readonly address: string;
}

export interface DnsRoundRobinArgs {
    readonly settings: ClusterSettings;
    /** The node that sends the updates. */
    readonly host: Host;
    readonly keyFingerprint: pulumi.Input<string>;
}

/**
 * One A record per node under the registry's name. All records of the name are replaced in one transaction, so a
 * resolver never sees a part of them; deleting it removes them. With `dnsMode: none` it makes nothing.
 */
export class DnsRoundRobin extends pulumi.ComponentResource {
    /** The records as they are, or as the operator has to make them. */
    readonly records: readonly DnsRecord[];

    constructor(name: string, args: DnsRoundRobinArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:DnsRoundRobin", name, {}, opts);
        const { settings, host } = args;
        this.records = dnsRecords(settings);
        const { update } = settings.dns;
        if (update) {
            new RemoteScript(
                `${name}-records`,
                {
                    host,
                    command: "dns",
                    anyHost: true,
                    // The records of the old name are removed where they were.
                    identity: [settings.domain, update.zone, update.server],
                    deleteCommand: "dns-remove",
                    timeoutSeconds: 120,
                    parameters: {
                        server: update.server,
                        port: update.port,
                        zone: update.zone,
                        key_name: update.keyName,
                        key_algorithm: update.keyAlgorithm,
                        key: args.keyFingerprint,
                        name: settings.domain,
                        ttl: settings.dns.ttl,
                        addresses: this.records.map(({ address }) => address),
                    },
                },
                { parent: this },
            );
        }
        this.registerOutputs({ records: this.records });
    }
}

export function dnsRecords(settings: Pick<ClusterSettings, "domain" | "dns" | "nodes">): DnsRecord[] {
    const { domain, dns, nodes } = settings;
    return nodes.map(({ serviceAddress }) => ({ name: domain, type: "A", ttl: dns.ttl, address: serviceAddress }));
}
