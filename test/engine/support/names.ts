/** Names of resources, `node*` in them standing for each of the nodes. */

export const three = ["node1", "node2", "node3"] as const;

export function each(patterns: readonly string[], nodes: readonly string[] = three): string[] {
    return patterns.flatMap((pattern) =>
        pattern.includes("node*") ? nodes.map((node) => pattern.replace("node*", node)) : [pattern],
    );
}

/** All of them with the same operation. */
export function all(op: string, patterns: readonly string[], nodes?: readonly string[]): Record<string, string> {
    return Object.fromEntries(each(patterns, nodes).map((name) => [name, op]));
}

/** What always follows a change of a node's files: prepare, cert sync, compose up, and the verification. */
export const chain = [
    "harbor-node*-prepare",
    "harbor-certs-sync-node*",
    "harbor-up-node*",
    "harbor-verification-checks",
] as const;

const host = ["", "-host", "-host-toolkit", "-host-secrets", "-host-ready", "-cephfs", "-cephfs-fstab", "-stage"];

/** Resources of one node with Harbor 2.x. */
export const ofNodeV2 = [
    ...[
        ...host,
        "-harbor.yml",
        "-docker-compose.override.yml",
        "-rendered",
        "-unit",
        "-docker-drop-in",
        "-prepare",
    ].map((end) => `harbor-node*${end}`),
    "harbor-certs-sync-node*",
    "harbor-up-node*",
] as const;

/** Resources of one node. */
export const ofNode = [
    "harbor-node*",
    "harbor-node*-host",
    "harbor-node*-host-toolkit",
    "harbor-node*-host-secrets",
    "harbor-node*-host-ready",
    "harbor-node*-cephfs",
    "harbor-node*-cephfs-fstab",
    "harbor-node*-stage",
    "harbor-node*-harbor.cfg",
    "harbor-node*-docker-compose.yml",
    "harbor-node*-common-templates-adminserver-env",
    "harbor-node*-common-templates-ui-env",
    "harbor-node*-common-templates-registry-config.yml",
    "harbor-node*-unit",
    "harbor-node*-docker-drop-in",
    "harbor-node*-prepare",
    "harbor-certs-sync-node*",
    "harbor-up-node*",
] as const;
