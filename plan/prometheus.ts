import { stringify } from "yaml";
import type { ClusterSettings } from "../base/settings";

/** What each of Harbor's metrics is asked for with (`comp`); what is none of the first three the exporter answers. */
const components = ["exporter", "core", "registry", "jobservice"] as const;

/**
 * For `scrape_configs` of Prometheus: one job for each component, as Harbor documents it, with all nodes as targets. The
 * proxy of a node speaks http on this port, also where the registry has https.
 * @returns undefined without metrics.
 */
export function prometheusScrapeConfig({ services, nodes }: ClusterSettings): string | undefined {
    const { metrics } = services;
    if (metrics === undefined) return undefined;
    const targets = nodes.map(({ serviceAddress }) => `${serviceAddress}:${metrics.port}`);
    const jobs = components.map((component) => ({
        job_name: `harbor-${component}`,
        scrape_interval: "20s",
        metrics_path: "/metrics",
        params: { comp: [component] },
        static_configs: [{ targets }],
    }));
    return stringify({ scrape_configs: jobs }, { aliasDuplicateObjects: false });
}
