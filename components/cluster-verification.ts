import * as pulumi from "@pulumi/pulumi";
import { type ClusterSettings, registryUrl, sharedDir } from "../base/settings";
import { endpointParameters } from "./harbor-rollout";
import { type Host, RemoteScript } from "./remote/remote";
import type { ParameterValue } from "../base/shell";
import { parseChecks, summarize } from "../plan/verification-table";

export interface ClusterVerificationArgs {
    readonly settings: ClusterSettings;
    /** The node that asks; every node is asked. */
    readonly host: Host;
    /** Changes whenever anything was started again. */
    readonly generation: pulumi.Input<string>;
}

/**
 * Proof that the nodes work as one: through every node realm, clock, login and push; for all pairs of nodes token,
 * session and pull; and the public name. A failed check fails the update and names node, pair and cause.
 */
export class ClusterVerification extends pulumi.ComponentResource {
    /** What was checked, by kind, for example `token: 9/9 pairs`. */
    readonly summary: pulumi.Output<Record<string, string>>;

    constructor(name: string, args: ClusterVerificationArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:ClusterVerification", name, {}, opts);
        const { settings, host, generation } = args;
        const checks = new RemoteScript(
            `${name}-checks`,
            {
                host,
                command: "verify",
                anyHost: true,
                timeoutSeconds: 900,
                parameters: { ...verifyParameters(settings), after_rollout: generation },
            },
            { parent: this },
        );
        this.summary = checks.stdout.apply((output) => summarize(parseChecks(output)));
        this.registerOutputs({ summary: this.summary });
    }
}

/** Parameters of the verification; it can be run with them at any time. */
export function verifyParameters(settings: ClusterSettings): Record<string, ParameterValue> {
    const { update } = settings.dns;
    return {
        ...endpointParameters(settings),
        mount_point: settings.ceph.mountPoint,
        shared_dir: sharedDir(settings),
        nodes: settings.nodes.map(({ name, serviceAddress }) => `${name}=${serviceAddress}`),
        realm: `${registryUrl(settings)}/service/token`,
        dns: update ? "managed" : "none",
        dns_server: update?.server ?? "none",
        dns_port: update?.port ?? 53,
    };
}
