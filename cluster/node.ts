import type * as pulumi from "@pulumi/pulumi";

/** Values of a node's `state`. */
export const NodeState = {
    Up: "up",
    Down: "down",
} as const;

export type NodeState = (typeof NodeState)[keyof typeof NodeState];

/** One host. */
export interface ClusterNode {
    /** 1 to 32 lower-case letters, digits and -. Part of the names of resources: another name is another node. */
    readonly name: string;
    /** Host name or IPv4 address for SSH. Another one runs all steps of the node on the new host. */
    readonly address: pulumi.Input<string>;
    /**
     * IPv4 address that clients and the other nodes use; it goes into DNS.
     * @default address
     */
    readonly serviceAddress?: pulumi.Input<string> | undefined;
    /**
     * Port of its sshd.
     * @default sshPort
     */
    readonly port?: pulumi.Input<number> | undefined;
    /**
     * Login; others than root need sudo without a password.
     * @default sshUser
     */
    readonly user?: string | undefined;
    /**
     * Its public host key, `ssh-ed25519 AAAA…`.
     * @default the one of sshKnownHosts
     */
    readonly hostKey?: pulumi.Input<string> | undefined;
    /**
     * `down`: the host is away; nothing is asked of it, it has no record, and it is caught up when it is `up` again.
     * @default "up"
     */
    readonly state?: NodeState;
}
