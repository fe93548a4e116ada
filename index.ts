import * as pulumi from "@pulumi/pulumi";
import { HarborCluster } from "./components/harbor-cluster";
import { loadSettings } from "./config/load";
import { UserError } from "./config/problems";
import { locateRelease } from "./releases/locate";

/** Config -> settings -> release -> cluster; what it returns are the stack's outputs. */
async function deploy() {
    const settings = loadSettings();
    const release = await locateRelease(settings.release);
    const cluster = new HarborCluster("harbor", { settings, release });
    return {
        url: cluster.url,
        nodes: settings.nodes.map(({ name, serviceAddress }) => ({ name, address: serviceAddress })),
        dnsRecords: cluster.dnsRecords,
        release: { version: release.version, sha256: release.sha256 },
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
