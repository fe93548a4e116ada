import * as pulumi from "@pulumi/pulumi";
import { UserError } from "./base/errors";
import { loadValues } from "./config/load";
import { HarborCluster } from "./cluster/harbor-cluster";

/** The ready-made program: a stack's configuration as the arguments of one cluster, whose outputs are the stack's. */
function deploy() {
    const values = loadValues();
    const cluster = new HarborCluster("harbor", values);
    return {
        url: cluster.url,
        nodes: cluster.nodes,
        dnsRecords: cluster.dnsRecords,
        release: cluster.release,
        // What the last verification has seen, in its own words; a stack that promotes from this one reads it.
        verifiedRelease: cluster.verifiedRelease,
        tokenKeyFingerprint: cluster.tokenKeyFingerprint,
        adminUser: "admin",
        adminPassword: cluster.adminPassword,
        verification: cluster.verification,
        // An output without a value would be warned of.
        ...(values.metrics && { prometheusScrapeConfig: cluster.prometheusScrapeConfig }),
    };
}

export = () => {
    try {
        return deploy();
    } catch (error) {
        // RunError is what the engine prints without a stack trace.
        throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
    }
};
