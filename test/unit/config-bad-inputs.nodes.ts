import { ssh } from "../support/files";
import { hostKey, minimalHttp, rawNodes, sshKey } from "../support/settings";
import type { BadInput } from "./config-bad-inputs.values";

const nodeList = (...nodes: readonly object[]): Record<string, string> => ({ nodes: JSON.stringify(nodes) });

/** A cluster of one node, in which some fields are different. */
const node = (fields: Readonly<Record<string, unknown>>): Record<string, string> =>
    nodeList({ ...rawNodes(1)[0], ...fields });

const host = "a host name or an IPv4 address";
const key =
    "the host's public key, here or in sshKnownHosts (ssh-keyscan ADDRESS), or allowUnknownHostKeys: true; host 192.0.2.11";

const revoked =
    "the host's public key, here or in sshKnownHosts (ssh-keyscan ADDRESS); host 192.0.2.11, whose keys there are revoked";

export const nodeBadInputs: readonly BadInput[] = [
    {
        what: "nodes that are no JSON",
        changes: { nodes: "node1, node2" },
        says: "nodes: 'node1, node2' is not allowed: a list",
    },
    {
        what: "a node in a state of its own",
        changes: node({ state: "off" }),
        says: 'nodes[0].state: "off" is not allowed: one of up, down',
    },
    {
        what: "all nodes down",
        changes: node({ state: "down" }),
        says: "nodes[0].state: down is not allowed: down for some of the nodes: one has to be up",
    },
    { what: "no node at all", changes: { nodes: "[]" }, says: "nodes: [] is not allowed: at least one node" },
    {
        what: "nodes as a mapping",
        changes: { nodes: '{"node1":"192.0.2.11"}' },
        says: 'nodes: {"node1":"192.0.2.11"} is not allowed: a list, each entry with name and address',
    },
    {
        what: "a node as a plain address",
        changes: { nodes: '["192.0.2.11"]' },
        says: 'nodes[0]: "192.0.2.11" is not allowed: an entry with name and address',
    },
    {
        what: "a node without a name",
        changes: node({ name: undefined }),
        says: "nodes[0].name is missing: 1 to 32 lower-case letters, digits and -",
    },
    {
        what: "a node without an address",
        changes: node({ address: undefined }),
        says: "nodes[0].address is missing: a host name or an IPv4 address",
    },
    {
        what: "a node's name in capitals",
        changes: node({ name: "Node1" }),
        says: 'nodes[0].name: "Node1" is not allowed: 1 to 32 lower-case letters, digits and -',
    },
    {
        what: "a node's name that is too long",
        changes: node({ name: "n".repeat(33) }),
        says: `nodes[0].name: "${"n".repeat(33)}" is not allowed: 1 to 32 lower-case letters, digits and -`,
    },
    {
        what: "a node by IPv6",
        changes: node({ address: "2001:db8::11" }),
        says: 'nodes[0].address: "2001:db8::11" is not allowed: a host name or an IPv4 address (Harbor 1.x can\'t take IPv6)',
    },
    {
        what: "a node's address with a port",
        changes: node({ address: "192.0.2.11:22" }),
        says: `nodes[0].address: "192.0.2.11:22" is not allowed: ${host}`,
    },
    {
        what: "a node's service address that is a name",
        changes: node({ serviceAddress: "node1.example.com" }),
        says: 'nodes[0].serviceAddress: "node1.example.com" is not allowed: an IPv4 address such as 192.0.2.11',
    },
    {
        what: "a node by name without a service address",
        changes: node({ address: "node1.example.com" }),
        says: "nodes[0].serviceAddress is missing: an IPv4 address for the A record, since address is the name node1.example.com",
    },
    {
        what: "a node's port that can't be",
        changes: node({ port: 0 }),
        says: "nodes[0].port: 0 is not allowed: a whole number from 1 to 65535",
    },
    {
        what: "a node's user with a blank",
        changes: node({ user: "root user" }),
        says: 'nodes[0].user: "root user" is not allowed: letters, digits and _ . -',
    },
    {
        what: "a node's key that is no host key",
        changes: node({ hostKey: "AAAAC3NzaC1lZDI1NTE5" }),
        says: "nodes[0].hostKey: \"AAAAC3NzaC1lZDI1NTE5\" is not allowed: a public host key line such as 'ssh-ed25519 AAAA…' (ssh-keyscan prints it after the address)",
    },
    {
        what: "an unknown field of a node",
        changes: node({ adress: "192.0.2.12" }),
        says: "nodes[0].adress: this key is not allowed: unknown; did you mean address?",
    },
    {
        what: "a field of a node that is like none",
        changes: node({ datacenter: "x" }),
        says: "nodes[0].datacenter: this key is not allowed: unknown; known: name, address, serviceAddress, port, user, hostKey, state",
    },
    {
        what: "two nodes of one name",
        changes: nodeList(
            { name: "node1", address: "192.0.2.11", hostKey },
            { name: "node1", address: "192.0.2.12", hostKey },
        ),
        says: "nodes[1].name: node1 is not allowed: a value of its own (nodes[0] has the same name)",
    },
    {
        what: "two nodes at one address",
        changes: nodeList(
            { name: "node1", address: "192.0.2.11", hostKey },
            { name: "node2", address: "192.0.2.12", hostKey },
            { name: "node3", address: "192.0.2.12", hostKey },
        ),
        says: "nodes[2].address: 192.0.2.12 is not allowed: a value of its own (nodes[1] has the same address)",
    },
    {
        what: "two nodes with one service address",
        changes: nodeList(
            { name: "node1", address: "192.0.2.11", hostKey },
            { name: "node2", address: "192.0.2.12", serviceAddress: "192.0.2.11", hostKey },
        ),
        says: "nodes[1].serviceAddress: 192.0.2.11 is not allowed: a value of its own (nodes[0] has the same serviceAddress)",
    },
    {
        what: "a host whose key isn't known",
        changes: node({ hostKey: undefined }),
        says: `nodes[0].hostKey is missing: ${key}`,
    },
    {
        what: "a host whose known key is another host's",
        changes: { ...node({ hostKey: undefined }), sshKnownHosts: `192.0.2.12 ${hostKey}` },
        says: `nodes[0].hostKey is missing: ${key}`,
    },
    {
        what: "a host whose key is known for another port",
        changes: { ...node({ hostKey: undefined }), sshPort: "2222", sshKnownHosts: `192.0.2.11 ${hostKey}` },
        says: `nodes[0].hostKey is missing: ${key}`,
    },
    {
        what: "a host whose known key was revoked",
        changes: {
            ...node({ hostKey: undefined }),
            sshKnownHosts: `@revoked 192.0.2.11 ${hostKey}\n192.0.2.11 ${hostKey}`,
        },
        says: `nodes[0].hostKey is missing: ${revoked}`,
    },
    {
        what: "a host whose known key was revoked, where unknown ones are allowed",
        changes: {
            ...node({ hostKey: undefined }),
            sshKnownHosts: `192.0.2.11 ${hostKey}\n@revoked * ${hostKey}`,
            allowUnknownHostKeys: "true",
        },
        says: `nodes[0].hostKey is missing: ${revoked}`,
    },
    {
        what: "a host with a key of its own that was revoked",
        changes: { ...node({ hostKey: `${hostKey} hub1` }), sshKnownHosts: `@revoked 192.0.2.* ${hostKey}` },
        says: `nodes[0].hostKey: ${hostKey} hub1 is not allowed: a key that sshKnownHosts doesn't revoke`,
    },
    {
        what: "a host of which only the authority is known",
        changes: { ...node({ hostKey: undefined }), sshKnownHosts: `@cert-authority * ${hostKey}` },
        says: `nodes[0].hostKey is missing: ${key}`,
    },
    {
        what: "a jump host whose key was revoked",
        changes: {
            sshProxy: "jump@bastion.example.com",
            sshKnownHosts: `bastion.example.com ${hostKey}\n@revoked bastion.example.com ${hostKey}`,
            allowUnknownHostKeys: "true",
        },
        says: "sshProxy: bastion.example.com is not allowed: a host whose key is in sshKnownHosts",
    },
    {
        what: "monitors and a name server on whichever node",
        changes: {
            nodes: JSON.stringify(rawNodes(2)),
            cephMonitors: '["192.0.2.21", "localhost:6789", "127.0.0.1"]',
            dnsServer: "127.0.0.53",
        },
        says: [
            "cephMonitors[1]: localhost:6789 is not allowed: the address under which all nodes reach it",
            "cephMonitors[2]: 127.0.0.1 is not allowed: the address under which all nodes reach it",
            "dnsServer: 127.0.0.53 is not allowed: the address under which all nodes reach it",
        ],
    },
    {
        what: "a jump host whose key isn't known",
        changes: { sshProxy: "jump@bastion.example.com" },
        says: "sshProxy: bastion.example.com is not allowed: a host whose key is in sshKnownHosts",
    },
    {
        what: "a jump host without a user",
        changes: { sshProxy: "bastion.example.com" },
        says: 'sshProxy: "bastion.example.com" is not allowed: user@host or user@host:port',
    },
    {
        what: "a jump host with a port that can't be",
        changes: { sshProxy: "jump@bastion.example.com:99999", allowUnknownHostKeys: "true" },
        says: 'sshProxy: "jump@bastion.example.com:99999" is not allowed: user@host or user@host:port',
    },
    {
        what: "a jump host with a user that looks like an option",
        changes: { sshProxy: "-oProxyCommand@bastion.example.com" },
        says: 'sshProxy: "-oProxyCommand@bastion.example.com" is not allowed: user@host or user@host:port',
    },
    {
        what: "a login key with blanks for its line ends",
        changes: { sshPrivateKey: sshKey.replaceAll("\n", " ") },
        says: "sshPrivateKey: (secret) is not allowed: a whole private key, with its lines as they are in its file",
    },
    {
        what: "a login key with a passphrase",
        changes: { sshPrivateKey: ssh("encrypted") },
        says: "sshPrivateKey: (secret) is not allowed: a private key without a passphrase",
    },
    {
        what: "a login key that is none",
        changes: { sshPrivateKey: "ssh-ed25519 AAAA" },
        says: "sshPrivateKey: (secret) is not allowed: a private key in PEM or OpenSSH form",
    },
    {
        what: "a port of sshd that can't be",
        changes: { sshPort: "ssh" },
        says: 'sshPort: "ssh" is not allowed: a whole number from 1 to 65535',
    },
    {
        what: "an opt-out that is neither true nor false",
        base: minimalHttp,
        changes: { allowUnknownHostKeys: "maybe" },
        says: 'allowUnknownHostKeys: "maybe" is not allowed: true or false',
    },
];
