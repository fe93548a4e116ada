import * as pulumi from "@pulumi/pulumi";
import { HarborCluster } from "./components/harbor-cluster";
import { requireVerifiedBy } from "./components/promotion";
import { loadSettings } from "./config/load";
import { agentWarning } from "./config/ssh-agent";
import type { ClusterSettings } from "./base/settings";
import { UserError } from "./base/errors";
import { releasePins } from "./releases/fingerprint";
import type { HarborRelease } from "./releases/release";
import { locateRelease } from "./releases/locate";

/** Config -> settings -> release -> cluster; what it returns are the stack's outputs. */
async function deploy() {
    const settings = loadSettings();
    const agent = await agentWarning(process.env.SSH_AUTH_SOCK);
    if (agent !== undefined) await pulumi.log.warn(agent);
    const release = await locateRelease(settings.release);
    const pins = releasePins(release);
    if (settings.promoteFrom !== undefined) await requireVerifiedBy(settings.promoteFrom, pins);
    const drift =
        settings.detectDrift || process.env.HARBOR_HA_DETECT_DRIFT === "true" ? await look(settings, release) : {};
    const cluster = new HarborCluster("harbor", { settings, release, ...drift });
    return {
        url: cluster.url,
        nodes: settings.nodes.map(({ name, serviceAddress }) => ({ name, address: serviceAddress })),
        dnsRecords: cluster.dnsRecords,
        release: pins,
        // Known only when the verification has passed; a stack that promotes from this one reads it.
        verifiedRelease: cluster.verification.apply(() => pins),
        tokenKeyFingerprint: cluster.tokenKeyFingerprint,
        adminUser: "admin",
        adminPassword: cluster.adminPassword,
        verification: cluster.verification,
    };
}

/** Drift detection is loaded only when it is wanted: its SSH client takes time in every preview. */
async function look(settings: ClusterSettings, release: HarborRelease) {
    const { detectDrift } = await import("./live/drift.js");
    const { drift, unknown } = await detectDrift(settings, release);
    for (const reason of unknown) await pulumi.log.warn(`drift isn't known: ${reason}`);
    return { drift };
}

export = () =>
    deploy().catch((error: unknown) => {
        // RunError is what the engine prints without a stack trace.
        throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
    });
