import * as pulumi from "@pulumi/pulumi";
import { type ClusterParts, clusterParts } from "../../components/cluster-parts";
import { PlanValues } from "../../components/remote/values";
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
    /** Receives what the cluster gives to its maker. */
    readonly made?: (cluster: ClusterParts) => void;
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
        const parent = new pulumi.ComponentResource("harborha:index:HarborCluster", "harbor");
        const parts = clusterParts(parent, new PlanValues(clusterPlan(settings, release)));
        made?.(parts);
    }, options);
}
