import * as pulumi from "@pulumi/pulumi";
import { UserError } from "./base/errors";
import { HarborCluster } from "./components/harbor-cluster";
import { requireVerifiedBy } from "./components/promotion";
import { loadSettings } from "./config/load";
import { agentWarning } from "./config/ssh-agent";
import { type ClusterPlan, clusterPlan } from "./plan/cluster-plan";
import { locateRelease } from "./releases/locate";

/** Config -> settings -> plan -> cluster; what it returns are the stack's outputs. */
async function deploy() {
    const settings = loadSettings();
    const agent = await agentWarning(process.env.SSH_AUTH_SOCK);
    if (agent !== undefined) await pulumi.log.warn(agent);
    const release = await locateRelease(settings.release, pulumi.runtime.isDryRun());
    if (release.pinned?.missing !== undefined) {
        await pulumi.log.warn(`${release.pinned.missing.message}; the release is taken from the cluster's shared storage`);
    }
    const plan = clusterPlan(settings, release);
    if (settings.promoteFrom !== undefined) await requireVerifiedBy(settings.promoteFrom, plan.pins);
    const drift = settings.detectDrift || process.env.HARBOR_HA_DETECT_DRIFT === "true" ? await look(plan) : {};
    const cluster = new HarborCluster(plan.name, { plan, ...drift });
    return {
        url: cluster.url,
        nodes: settings.nodes.map(({ name, serviceAddress }) => ({ name, address: serviceAddress })),
        dnsRecords: cluster.dnsRecords,
        release: plan.pins,
        // What the last verification has seen, in its own words; a stack that promotes from this one reads it.
        verifiedRelease: cluster.verifiedRelease,
        tokenKeyFingerprint: cluster.tokenKeyFingerprint,
        adminUser: "admin",
        adminPassword: cluster.adminPassword,
        verification: cluster.verification,
    };
}

/** Drift detection is loaded only when it is wanted: its SSH client takes time in every preview. */
async function look(plan: ClusterPlan) {
    const { detectDrift } = await import("./live/drift.js");
    const { drift, unknown } = await detectDrift(plan);
    for (const reason of unknown) await pulumi.log.warn(`drift isn't known: ${reason}`);
    return { drift };
}

export = () =>
    deploy().catch((error: unknown) => {
        // RunError is what the engine prints without a stack trace.
        throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
    });
