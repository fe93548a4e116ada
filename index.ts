import * as pulumi from "@pulumi/pulumi";
import { HarborCluster } from "./components/harbor-cluster";
import { requireVerifiedBy } from "./components/promotion";
import { loadSettings } from "./config/load";
import { UserError } from "./config/problems";
import { releasePins } from "./releases/fingerprint";
import { locateRelease } from "./releases/locate";

/** Config -> settings -> release -> cluster; what it returns are the stack's outputs. */
async function deploy() {
    const settings = loadSettings();
    const release = await locateRelease(settings.release);
    const pins = releasePins(release);
    if (settings.promoteFrom !== undefined) await requireVerifiedBy(settings.promoteFrom, pins);
    const cluster = new HarborCluster("harbor", { settings, release });
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

export = () =>
    deploy().catch((error: unknown) => {
        // RunError is what the engine prints without a stack trace.
        throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
    });
