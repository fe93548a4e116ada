import type { PreviewStep } from "../../cli/report/model";
import { componentName, resourceName } from "../../plan/names";
import type { StepName } from "../../plan/step-definition";

const cluster = "urn:pulumi:prod::harbor-ha::harborha:index:HarborCluster";

const componentOf: Partial<Record<StepName, string>> = {
    store: "SharedStore",
    mysql: "ExternalMysql",
    "token-key": "CertDistribution",
    "cert-sync": "CertDistribution",
    up: "HarborRollout",
    dns: "DnsRoundRobin",
};

/** A step as `pulumi preview --json` has it. */
export function step(
    name: StepName,
    node: string,
    op: string,
    before?: string,
    after?: string,
    more: { create?: string; suffix?: string; dependencies?: readonly string[] } = {},
): PreviewStep {
    const type = `${cluster}$harborha:index:${componentOf[name] ?? "HarborNode"}`;
    const parent = `${type}::${componentName("harbor", name, node)}`;
    const state = (stdin: string | undefined) =>
        stdin === undefined
            ? {}
            : { parent, inputs: { stdin, create: more.create ?? "x" }, dependencies: more.dependencies ?? [] };
    return {
        op,
        urn: `${type}$command:remote:Command::${resourceName("harbor", name, node, more.suffix)}`,
        ...(op === "create" ? {} : { oldState: state(before ?? "a: 1\n") }),
        ...(op === "delete" ? {} : { newState: state(after ?? "a: 2\n") }),
    };
}

const create = "timeout -k 15 60 /opt/harbor-ha/bin/harbor-ha put /opt/harbor-ha/files/harbor.cfg 0644";
/** `after`: nodes that start before. */
export const up = (node: string, op = "update", after: readonly string[] = []): PreviewStep =>
    step("up", node, op, undefined, undefined, { dependencies: after.map((other) => step("up", other, op).urn) });
export const file = (node: string, after = "port = 2\nx\n") =>
    step("files", node, "update", "port = 1\nx\n", after, { create, suffix: "harbor.cfg" });
