import * as z from "zod";
import * as rule from "../rules";
import { type ConfigKey, oneOf } from "./config-key";

const nodeSchema = z.strictObject(
    {
        name: rule.nodeName,
        address: rule.host,
        serviceAddress: rule.ipv4.optional(),
        port: rule.port.optional(),
        user: rule.word.optional(),
        hostKey: rule.hostKey.optional(),
        state: oneOf(["up", "down"]).exactOptional(),
    },
    "an entry with name and address",
);

/** What an entry of `nodes` may have. */
export const nodeFields = Object.keys(nodeSchema.shape);

export type NodeConfig = z.infer<typeof nodeSchema>;

/** The nodes, and how to log in to them. */
export const hostKeys = {
    nodes: {
        group: "Nodes",
        type: "array",
        schema: z.array(nodeSchema, "a list, each entry with name and address").min(1, "at least one node"),
        description: "The hosts: name, address, and optionally serviceAddress, port, user, hostKey, state",
    },
    sshUser: {
        group: "Nodes",
        type: "string",
        schema: rule.word,
        default: "root",
        description: "Login on the nodes; others than root need sudo without a password",
    },
    sshPort: {
        group: "Nodes",
        type: "integer",
        schema: rule.port,
        default: 22,
        description: "Port of sshd on the nodes",
    },
    sshPrivateKey: {
        group: "Nodes",
        type: "string",
        schema: rule.sshPrivateKey,
        secret: true,
        description: "Private key for the login (OpenSSH or PEM; Ed25519, ECDSA or RSA), without a passphrase",
    },
    sshKnownHosts: {
        group: "Nodes",
        type: "string",
        schema: rule.text,
        file: true,
        absent: "hostKey of every node",
        description: "Host keys in known_hosts form, as ssh-keyscan prints them; revoked ones are refused",
    },
    allowUnknownHostKeys: {
        group: "Nodes",
        type: "boolean",
        schema: rule.flag,
        default: false,
        description: "Log in to hosts whose key isn't known. Anyone between can then read every secret",
    },
    detectDrift: {
        group: "Nodes",
        type: "boolean",
        schema: rule.flag,
        default: false,
        description:
            "Look at the hosts in every preview and up; what was changed there shows as a change of its resource. HARBOR_HA_DETECT_DRIFT=true does it for one run",
    },
    sshProxy: {
        group: "Nodes",
        type: "string",
        schema: rule.proxy,
        absent: "direct",
        description: "Jump host, user@host[:port]; its host key comes from sshKnownHosts",
    },
} as const satisfies Record<string, ConfigKey>;
