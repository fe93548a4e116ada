import { splitProxy } from "../../base/proxy";
import type { NodeConfig } from "../keys";
import { findHostKey, isRevoked, type KnownHost, parseKnownHosts } from "../known-hosts";
import type { Problem } from "../problems";
import type { Given } from "./required";

export function checkNodes(given: Given): Problem[] {
    const { nodes } = given.values;
    if (!nodes) return [];
    return [
        ...checkUnique(nodes),
        ...checkServiceAddresses(nodes),
        ...checkHostKeys(given, nodes),
        ...checkStates(nodes),
    ];
}

function checkStates(nodes: readonly NodeConfig[]): Problem[] {
    if (nodes.some(({ state }) => state !== "down")) return [];
    return [{ key: "nodes[0].state", value: "down", allowed: "down for some of the nodes: one has to be up" }];
}

function checkUnique(nodes: readonly NodeConfig[]): Problem[] {
    const fields = {
        name: ({ name }: NodeConfig) => name,
        address: ({ address }: NodeConfig) => address,
        serviceAddress: ({ address, serviceAddress }: NodeConfig) => serviceAddress ?? address,
    };
    return Object.entries(fields).flatMap(([field, of]) =>
        nodes.flatMap((node, i): Problem[] => {
            const first = nodes.findIndex((other) => of(other) === of(node));
            // Without an own service address it is the address, which has been named already.
            if (first === i || (field === "serviceAddress" && node.serviceAddress === undefined)) return [];
            const allowed = `a value of its own (nodes[${first}] has the same ${field})`;
            return [{ key: `nodes[${i}].${field}`, value: of(node), allowed }];
        }),
    );
}

function checkServiceAddresses(nodes: readonly NodeConfig[]): Problem[] {
    return nodes.flatMap(({ address, serviceAddress }, i): Problem[] => {
        if (serviceAddress !== undefined || /^[\d.]+$/.test(address)) return [];
        const allowed = `an IPv4 address for the A record, since address is the name ${address}`;
        return [{ key: `nodes[${i}].serviceAddress`, allowed }];
    });
}

function checkHostKeys({ values, failed }: Given, nodes: readonly NodeConfig[]): Problem[] {
    const { sshKnownHosts = "", sshPort = 22, sshProxy, allowUnknownHostKeys } = values;
    if (failed.has("sshKnownHosts") || failed.has("sshKnownHostsFile") || failed.has("sshPort")) return [];
    const known = parseKnownHosts(sshKnownHosts);
    const problems = nodes.flatMap(({ address, port = sshPort, hostKey }, i): Problem[] => {
        const key = `nodes[${i}].hostKey`;
        if (hostKey !== undefined) {
            const isGood = !isRevoked(known, address, port, hostKey);
            return isGood ? [] : [{ key, value: hostKey, allowed: "a key that sshKnownHosts doesn't revoke" }];
        }
        const allowed = missingKey(known, address, port, allowUnknownHostKeys === true);
        return allowed === undefined ? [] : [{ key, allowed }];
    });
    if (sshProxy === undefined) return problems;
    const { address, port } = splitProxy(sshProxy);
    if (missingKey(known, address, port, allowUnknownHostKeys === true) === undefined) return problems;
    return [...problems, { key: "sshProxy", value: address, allowed: "a host whose key is in sshKnownHosts" }];
}

/** What is needed where no key of a host can be pinned, or undefined. A revoked key can't be refused without a pin. */
function missingKey(
    known: readonly KnownHost[],
    address: string,
    port: number,
    unknownMay: boolean,
): string | undefined {
    const revoked = isRevoked(known, address, port);
    if (findHostKey(known, address, port) !== undefined || (unknownMay && !revoked)) return undefined;
    const optOut = revoked ? "" : ", or allowUnknownHostKeys: true";
    const why = revoked ? ", whose keys there are revoked" : "";
    return `the host's public key, here or in sshKnownHosts (ssh-keyscan ADDRESS)${optOut}; host ${address}${why}`;
}
