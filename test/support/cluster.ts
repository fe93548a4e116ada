import { HarborCluster } from "../../components/harbor-cluster";
import { clusterPlan } from "../../plan/cluster-plan";
import type { HarborRelease, LineId } from "../../releases/release";
import type { Graph } from "./graph";
import { record, type RecordOptions } from "./recorder";
import { release as releaseV1 } from "./release";
import { release215 } from "./release-v2";
import { changed, type Changes, minimalHttp, minimalHttps, parse, rawNodes, withPostgres } from "./settings";

export interface ClusterOptions extends RecordOptions {
    /** @default 3 */
    readonly nodes?: number;
    /** @default "http" */
    readonly protocol?: "http" | "https";
    /** Harbor 1.x with MySQL, or 2.x with PostgreSQL. @default "v1" */
    readonly line?: LineId;
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
    line = "v1",
    config = {},
    release = line === "v1" ? releaseV1 : release215,
    made,
    ...options
}: ClusterOptions) {
    const given = protocol === "http" ? minimalHttp : minimalHttps;
    const base = line === "v1" ? given : withPostgres(given);
    const settings = parse(changed(base, { nodes: JSON.stringify(rawNodes(nodes)), ...config }));
    return record(() => {
        const cluster = new HarborCluster("harbor", { plan: clusterPlan(settings, release) });
        made?.(cluster);
    }, options);
}
