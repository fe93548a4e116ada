import type { ClusterSettings } from "../base/settings";

/**
 * How a node leaves the cluster before its containers are made anew (node/core/roll.sh): its record is withdrawn and
 * requests are finished, the latter alone, or nothing. With all nodes at once nobody is left who could serve meanwhile.
 */
export function takeOut({ rollout, dns }: Pick<ClusterSettings, "rollout" | "dns">): "dns" | "drain" | "none" {
    if (rollout === "parallel") return "none";
    return dns.update ? "dns" : "drain";
}

/** Seconds that requests may take to end (node/core/roll.sh), and a little for resolvers. */
const drainSeconds = 360;

/** Seconds that leaving may take at most. */
export function takeOutSeconds(settings: ClusterSettings): number {
    const way = takeOut(settings);
    if (way === "none") return 0;
    // The usual ones all alike, so that another of them changes no command.
    return drainSeconds + (way === "dns" ? Math.max(300, settings.dns.ttl) : 0);
}
