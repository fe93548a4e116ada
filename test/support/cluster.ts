import { HarborCluster } from "../../components/harbor-cluster";
import { clusterPlan } from "../../plan/cluster-plan";
import type { HarborRelease } from "../../releases/release";
import type { Graph } from "./graph";
import { record, type RecordOptions } from "./recorder";
import { release as defaultRelease } from "./release";
import { changed, type Changes, minimalHttp, minimalHttps, parse, rawNodes } from "./settings";

export interface ClusterOptions extends RecordOptions {
    /** @default 3 */
    readonly nodes?: number;
    /** @default "http" */
    readonly protocol?: "http" | "https";
    /** Other changes to the configuration. */
    readonly config?: Changes;
    readonly release?: HarborRelease;
    /** Receives the component, to look at its outputs. */
    readonly made?: (cluster: HarborCluster) => void;
}

const recorded = new Map<string, Promise<Graph>>();

/** The whole program's resources for a configuration; runs that look at nothing else are done once per test file. */
export function recordCluster(options: ClusterOptions = {}): Promise<Graph> {
    const { release, made, delay, stdout, ...rest } = options;
    if (release || made || delay || stdout) return run(options);
    const key = JSON.stringify(rest);
    const known = recorded.get(key) ?? run(options);
    recorded.set(key, known);
    return known;
}

function run({
    nodes = 3,
    protocol = "http",
    config = {},
    release = defaultRelease,
    made,
    ...options
}: ClusterOptions) {
    const base = protocol === "http" ? minimalHttp : minimalHttps;
    const settings = parse(changed(base, { nodes: JSON.stringify(rawNodes(nodes)), ...config }));
    return record(() => {
        const cluster = new HarborCluster("harbor", { plan: clusterPlan(settings, release) });
        made?.(cluster);
    }, options);
}
