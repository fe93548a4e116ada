/** The secrets of a cluster: their names on the nodes, their slots in rendered files, and which node holds which. */

/** Secrets by the name under which a node stores them. */
export const secretNames = [
    "admin_password",
    "mysql_password",
    "redis_password",
    "secretkey",
    "ceph_key",
    "dns_key",
    "https_key",
    "token_key",
    "token_certificate",
] as const;

export type SecretName = (typeof secretNames)[number];
