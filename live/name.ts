import { lookup, Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import type { ClusterSettings } from "../base/settings";
import { recordAddresses } from "../plan/dns-records";
import type { Mark } from "./node-state";

/** Milliseconds. */
const answerWithin = 1500;

/**
 * Whether the registry's name has the nodes' addresses. Asks the zone's name server, and where that can't be reached from
 * here, the servers of this machine. Records that aren't managed (a virtual address, a balancer) only have to be there.
 */
export async function lookUpName(settings: ClusterSettings): Promise<Mark> {
    const { domain, dns } = settings;
    const asking = addresses(domain, undefined);
    const own = dns.update && (await addresses(domain, dns.update));
    const here = own === undefined || own instanceof Error ? await asking : [];
    const wanted = recordAddresses(settings);
    return nameMark(domain, dns.update ? wanted : undefined, own, here);
}

/** Addresses of a name, or why there are none. */
export type Answer = readonly string[] | Error;

/**
 * @param wanted undefined: any address will do.
 * @param own what the zone's server says; undefined: there is none to ask.
 * @param here what the servers of this machine say.
 */
export function nameMark(
    domain: string,
    wanted: readonly string[] | undefined,
    own: Answer | undefined,
    here: Answer,
): Mark {
    const answered = own !== undefined && !(own instanceof Error) ? own : here;
    if (answered instanceof Error) {
        const why = own instanceof Error ? own : answered;
        return { verdict: "bad", text: `${domain} has no address: ${why.message}` };
    }
    const [found, expected] = [sorted(answered), sorted(wanted ?? answered)];
    const text = `${domain} → ${found.join(" ") || "nothing"}`;
    return found.length > 0 && found.join() === expected.join()
        ? { verdict: "good", text }
        : { verdict: "bad", text: `${text} instead of ${expected.join(" ") || "an address"}` };
}

const sorted = (list: readonly string[]): string[] => [...list].sort();

async function addresses(name: string, server: { server: string; port: number } | undefined): Promise<Answer> {
    try {
        const resolver = new Resolver({ timeout: answerWithin, tries: 1 });
        if (server) {
            const address = isIP(server.server) ? server.server : (await lookup(server.server)).address;
            resolver.setServers([`${isIP(address) === 6 ? `[${address}]` : address}:${server.port}`]);
        }
        return await resolver.resolve4(name);
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // The server says that there is no such name, or none with an address.
        if (server && (code === "ENOTFOUND" || code === "ENODATA")) return [];
        return error instanceof Error ? error : new Error(String(error));
    }
}
