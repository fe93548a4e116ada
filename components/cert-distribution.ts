import * as pulumi from "@pulumi/pulumi";
import { type ClusterSettings, dataDir, sharedDir } from "../base/settings";
import type { HarborRelease } from "../releases/release";
import { digestOf } from "../plan/digest";
import { type HarborNode, releaseDir } from "./harbor-node";
import { type Parameters, RemoteScript } from "./remote/remote";

export interface CertDistributionArgs {
    readonly settings: ClusterSettings;
    readonly release: HarborRelease;
    /** Every node of the cluster, prepared. The first one makes the pair. */
    readonly nodes: readonly HarborNode[];
    /** Fingerprint of the key pair in the public release, which is refused. */
    readonly publicTokenKey: string;
    /** Fingerprint of an operator's own pair, if there is one. */
    readonly givenKeyFingerprint: pulumi.Input<string>;
}

/**
 * One token key pair on all nodes (the talk, problem 2): made once on the shared storage, copied over what each node's
 * prepare has made, fingerprints compared. It runs again for a node whenever that node's prepare has run.
 */
export class CertDistribution extends pulumi.ComponentResource {
    /** `SHA256:…` of the public key; the same on every node, else the update has failed. */
    readonly fingerprint: pulumi.Output<string>;
    /** By node, in the order of `nodes`: changes whenever the node's files were written again. */
    readonly generations: readonly pulumi.Output<string>[];

    constructor(name: string, args: CertDistributionArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:CertDistribution", name, {}, opts);
        const { settings, release, nodes } = args;
        const [first] = nodes;
        if (!first) throw new Error("a cluster has at least one node");
        const shared = { mount_point: settings.ceph.mountPoint, shared_dir: sharedDir(settings) };

        const keyParameters: Parameters = {
            ...shared,
            source: settings.tokenKey ? "given" : "generated",
            given_key: args.givenKeyFingerprint,
            public_release_key: args.publicTokenKey,
        };
        const tokenKey = new RemoteScript(
            `${name}-token-key`,
            { host: first.host, command: "token-key", anyHost: true, parameters: keyParameters },
            { parent: this },
        );
        const synced = nodes.map((node) => {
            const parameters: Parameters = {
                ...shared,
                release_dir: releaseDir(settings, release),
                data_dir: dataDir(settings),
                after_prepare: node.preparation,
                token_key: digestOf(keyParameters),
            };
            const sync = new RemoteScript(
                `${name}-sync-${node.host.node.name}`,
                { host: node.host, command: "cert-sync", parameters },
                { parent: this, dependsOn: [tokenKey] },
            );
            return { name: node.host.node.name, output: sync.stdout, generation: digestOf(parameters) };
        });
        this.generations = synced.map(({ generation }) => generation);
        this.fingerprint = pulumi
            .all(synced.map(({ output }) => output))
            .apply((outputs) => agreedFingerprint(synced.map((s, i) => ({ node: s.name, output: outputs[i] ?? "" }))));
        this.registerOutputs({ fingerprint: this.fingerprint });
    }
}

/**
 * The fingerprint that all nodes report for both halves of the pair.
 * @throws Error naming the nodes when they differ.
 */
export function agreedFingerprint(reports: readonly { node: string; output: string }[]): string {
    const found = reports.flatMap(({ node, output }) =>
        ["private_key.pem", "root.crt"].map((file) => ({
            where: `${node} ${file}`,
            value:
                output
                    .split("\n")
                    .find((line) => line.startsWith(`${file}: `))
                    ?.slice(file.length + 2) ?? "none",
        })),
    );
    const [first] = found;
    if (first && found.every(({ value }) => value === first.value && value.startsWith("SHA256:"))) return first.value;
    throw new Error(`the nodes' token keys differ: ${found.map(({ where, value }) => `${where} ${value}`).join(", ")}`);
}
