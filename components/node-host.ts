import * as pulumi from "@pulumi/pulumi";
import { type ClusterSettings, type NodeSettings, registryName } from "../base/settings";
import type { ClusterSecrets, SecretName } from "./cluster-secrets";
import { type Drift, type Host, RemoteFile, RemoteScript, RemoteToolkit } from "./remote/remote";

export interface NodeHostArgs {
    readonly settings: ClusterSettings;
    readonly node: NodeSettings;
    readonly secrets: ClusterSecrets;
    /** Which secrets this node needs; a node has no others. */
    readonly secretNames: readonly SecretName[];
    readonly drift: Drift;
    /** Python that the release's prepare is written for. */
    readonly preparePython: 2 | 3;
}

/**
 * Host readiness: the node's own command, its secrets, the tools that are missing, and Docker's trust in the registry
 * (the talk, problem 1: an insecure registry with http, the certificate authority with https).
 */
export class NodeHost extends pulumi.ComponentResource {
    readonly host: Host;
    /** Done when the host is ready. */
    readonly ready: pulumi.Resource[];

    constructor(name: string, args: NodeHostArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:NodeHost", name, {}, opts);
        const { settings, node, secrets } = args;
        this.host = { node, ssh: settings.ssh, installDir: settings.installDir, drift: args.drift };
        const { host } = this;

        const toolkit = new RemoteToolkit(`${name}-toolkit`, host, { parent: this });
        const after = { parent: this, dependsOn: [toolkit] };
        const stored = new RemoteScript(
            `${name}-secrets`,
            { host, command: "secrets", parameters: secrets.encoded(args.secretNames), timeoutSeconds: 60 },
            after,
        );
        const ready = new RemoteScript(
            `${name}-ready`,
            {
                host,
                command: "host",
                timeoutSeconds: 1500,
                parameters: {
                    insecure_registry: settings.protocol === "http" ? registryName(settings) : "none",
                    install_packages: settings.installPackages,
                    prepare_python: args.preparePython,
                    prepare_image: settings.prepareImage ?? "none",
                    dns: settings.dns.update !== undefined,
                },
            },
            after,
        );
        this.ready = [stored, ready];
        const ca = settings.https?.caCertificate;
        if (ca !== undefined) {
            this.ready.push(new RemoteFile(`${name}-ca`, { host, path: caPath(settings), content: ca }, after));
        }
        this.registerOutputs({});
    }
}

/** Where Docker looks for the authority of a registry; read at each connection, without a restart. */
export function caPath(settings: ClusterSettings): string {
    return `/etc/docker/certs.d/${registryName(settings)}/ca.crt`;
}
