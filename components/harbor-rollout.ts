import * as pulumi from "@pulumi/pulumi";
import { type ClusterSettings, dataDir, sharedDir } from "../base/settings";
import type { HarborRelease } from "../releases/release";
import type { CertDistribution } from "./cert-distribution";
import { digestOf } from "../plan/digest";
import { type HarborNode, releaseDir } from "./harbor-node";
import { caPath } from "./node-host";
import { type Parameters, RemoteScript } from "./remote/remote";
import type { ParameterValue } from "../base/shell";

export interface HarborRolloutArgs {
    readonly settings: ClusterSettings;
    readonly release: HarborRelease;
    readonly nodes: readonly HarborNode[];
    readonly certificates: CertDistribution;
}

/** Seconds that a node may take from compose up to healthy; the first start of a slow host loads everything from disk. */
const healthyWithin = 180;

/**
 * Compose up, node by node: the first one alone, since its ui fills in the database, then the others one by one or all
 * at once. A node that doesn't become healthy stops the rollout, so the others keep running what they had.
 * Deleting a node's part stops its containers; data, keys and the release stay.
 */
export class HarborRollout extends pulumi.ComponentResource {
    /** Changes whenever a node was started again. */
    readonly generation: pulumi.Output<string>;

    constructor(name: string, args: HarborRolloutArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:HarborRollout", name, {}, opts);
        const { settings, nodes, certificates } = args;
        const started: RemoteScript[] = [];
        const generations: pulumi.Output<string>[] = [];
        nodes.forEach(({ host }, i) => {
            const parameters: Parameters = {
                ...nodeParameters(args),
                service_address: host.node.serviceAddress,
                first: i === 0,
                after_cert_sync: certificates.generations[i] ?? "none",
            };
            const before = settings.rollout === "serial" ? started.slice(-1) : started.slice(0, 1);
            started.push(
                new RemoteScript(
                    `${name}-${host.node.name}`,
                    { host, command: "up", parameters, timeoutSeconds: 1200, deleteCommand: "down" },
                    { parent: this, dependsOn: before },
                ),
            );
            generations.push(digestOf(parameters));
        });
        this.generation = digestOf({ nodes: pulumi.all(generations) });
        this.registerOutputs({});
    }
}

function nodeParameters({ settings, release }: HarborRolloutArgs): Parameters {
    return {
        version: release.version,
        release_dir: releaseDir(settings, release),
        mount_point: settings.ceph.mountPoint,
        data_dir: dataDir(settings),
        shared_dir: sharedDir(settings),
        ...endpointParameters(settings),
        timeout: healthyWithin,
    };
}

/** What the checks of a node and of the cluster have in common. */
export function endpointParameters(settings: ClusterSettings): Record<string, ParameterValue> {
    return {
        protocol: settings.protocol,
        domain: settings.domain,
        port: settings.port,
        ca_file: settings.https?.caCertificate === undefined ? "none" : caPath(settings),
        mysql_host: settings.mysql.host,
        mysql_port: settings.mysql.port,
        mysql_user: settings.mysql.user,
        redis_host: settings.redis.host,
        redis_port: settings.redis.port,
    };
}
