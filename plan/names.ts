import { type StepName, stepNames } from "./step-definition";

/**
 * Names of resources, and back. A name is part of a resource's URN: another one would delete what existing stacks have, so
 * a name here never changes, and a component's type doesn't either (or gets an alias).
 */

/** What a resource stands for. */
export interface Place {
    readonly step: StepName;
    /** Undefined: a step of the whole cluster. */
    readonly node: string | undefined;
    /** End of the resource's name, for a step that makes several (`ca`, `files`, `units`). */
    readonly suffix: string | undefined;
}

interface Pattern {
    /** Type of the component that holds the resource. */
    readonly component: `harborha:index:${string}`;
    /** Name of the component, behind the cluster's. `*` stands for the node. */
    readonly parent: string;
    /** Name of the resource behind its component's; undefined: the file's suffix. */
    readonly resource: string | undefined;
}

const hostPart = (resource?: string): Pattern => ({ component: "harborha:index:NodeHost", parent: "*-host", resource });
const nodePart = (resource?: string): Pattern => ({ component: "harborha:index:HarborNode", parent: "*", resource });
const certPart = (resource: string): Pattern => ({
    component: "harborha:index:CertDistribution",
    parent: "certs",
    resource,
});
const storePart = (resource: string): Pattern => ({
    component: "harborha:index:SharedStore",
    parent: "store",
    resource,
});

const patterns: Readonly<Record<StepName, Pattern>> = {
    toolkit: hostPart("toolkit"),
    secrets: hostPart("secrets"),
    host: hostPart("ready"),
    ca: hostPart(),
    mount: { component: "harborha:index:CephfsMount", parent: "*-cephfs", resource: "fstab" },
    upload: storePart("release-upload"),
    store: storePart("fill"),
    stage: nodePart("stage"),
    files: nodePart(),
    units: nodePart(),
    prepare: nodePart("prepare"),
    mysql: { component: "harborha:index:ExternalMysql", parent: "mysql", resource: "schema" },
    postgres: { component: "harborha:index:ExternalPostgres", parent: "postgres", resource: "schema" },
    redis: { component: "harborha:index:ExternalRedis", parent: "redis", resource: "login" },
    "token-key": certPart("token-key"),
    "cert-sync": certPart("sync-*"),
    up: { component: "harborha:index:HarborRollout", parent: "up", resource: "*" },
    dns: { component: "harborha:index:DnsRoundRobin", parent: "dns", resource: "records" },
    verify: { component: "harborha:index:ClusterVerification", parent: "verification", resource: "checks" },
};

const unitSuffixes = ["unit", "docker-drop-in"];

/** Name of the component that holds a step's resource. */
export function componentName(cluster: string, step: StepName, node: string): string {
    return `${cluster}-${patterns[step].parent.replace("*", node)}`;
}

/** Name of a step's resource; `suffix` for a file. */
export function resourceName(cluster: string, step: StepName, node: string, suffix?: string): string {
    const { resource } = patterns[step];
    return `${componentName(cluster, step, node)}-${(resource ?? suffix ?? "").replace("*", node)}`;
}

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? urn;

/**
 * What a resource stands for, from its URN and its parent's; undefined for one that is no step. The parent's name tells the
 * node exactly, which the resource's own doesn't where one node is called `hub` and another one `hub-2`.
 */
export function placeOf(urn: string, parentUrn: string, cluster = "harbor"): Place | undefined {
    const component = urn.split("::").at(-2)?.split("$").at(-2);
    const [parent, name] = [nameOf(parentUrn), nameOf(urn)];
    if (!name.startsWith(`${parent}-`)) return undefined;
    const rest = name.slice(parent.length + 1);
    for (const step of stepNames) {
        const pattern = patterns[step];
        if (pattern.component !== component) continue;
        const ofNode = within(`${cluster}-${pattern.parent}`, parent);
        if (ofNode === undefined) continue;
        const found = within(pattern.resource ?? "*", rest);
        if (found === undefined) continue;
        if (pattern.resource === undefined) {
            // What is neither a step nor a unit of this component is one of the release's files.
            const isUnit = unitSuffixes.includes(rest);
            const isStep = stepNames.some((s) => patterns[s].component === component && patterns[s].resource === rest);
            if (isStep || isUnit !== (step === "units")) continue;
            return { step, node: ofNode, suffix: rest };
        }
        const node = pattern.parent.includes("*") ? ofNode : pattern.resource.includes("*") ? found : undefined;
        return { step, node, suffix: undefined };
    }
    return undefined;
}

/** What the `*` of a pattern stands for in a text: "" where the pattern has none, undefined where it doesn't fit. */
function within(pattern: string, text: string): string | undefined {
    const [start = "", end] = pattern.split("*");
    if (end === undefined) return text === pattern ? "" : undefined;
    const middle = text.slice(start.length, text.length - end.length);
    return middle !== "" && text === `${start}${middle}${end}` ? middle : undefined;
}
