import type { ClusterSettings, NodeSettings } from "../base/settings";
import type { ReleaseSlotName } from "../releases/slots";
import type { Roles } from "./roles";

/** The secrets of a cluster: their names on the nodes, and which node holds which. Slots: releases/slots.ts. */

/** A secret by the name under which a node stores it. `release_…`: a value that somebody has put into the release's files. */
export type SecretName =
    | "admin_password"
    | "mysql_password"
    | "postgres_password"
    | "redis_password"
    | "secretkey"
    | "ceph_key"
    | "s3_access_key"
    | "s3_secret_key"
    | "dns_key"
    | "https_key"
    | "token_key"
    | "token_certificate"
    | ReleaseSlotName;

/** A node holds the secrets that it needs for its own part and for the cluster's steps that it takes, and no others. */
export function secretsOf(
    node: NodeSettings,
    settings: ClusterSettings,
    { runners }: Roles,
    ofRelease: readonly ReleaseSlotName[],
): SecretName[] {
    const given: readonly [boolean, ...SecretName[]][] = [
        [true, "admin_password", databasePassword(settings), "redis_password"],
        [settings.storage.mode === "cephfs", "ceph_key"],
        [settings.blobs.kind === "s3", ...s3Keys],
        [settings.https !== undefined, "https_key"],
        [node === runners.store, "secretkey"],
        [node === runners["token-key"] && settings.tokenKey !== undefined, "token_key", "token_certificate"],
        // Each node withdraws its own record before it starts anew.
        [settings.dns.update !== undefined, "dns_key"],
    ];
    return [...given.flatMap(([holds, ...secrets]) => (holds ? secrets : [])), ...ofRelease];
}

export function databasePassword({ database }: ClusterSettings): SecretName {
    return `${database.kind}_password`;
}

const s3Keys = ["s3_access_key", "s3_secret_key"] as const;

/** What prepare fills into the release's files, or puts beside them, where the cluster has it. */
export function prepareSecrets(settings: ClusterSettings): SecretName[] {
    return ["admin_password", databasePassword(settings), "redis_password", "https_key", ...s3Keys];
}
