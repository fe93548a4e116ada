import { splitProxy } from "../../base/proxy";
import type { NodeConfig } from "../keys";
import { findHostKey, parseKnownHosts } from "../known-hosts";
import type { Problem } from "../problems";
import type { Given } from "./required";

export function checkNodes({ values, failed }: Given): Problem[] {
    const { nodes, sshKnownHosts = "", sshPort = 22, sshProxy } = values;
    if (!nodes) return [];
    const problems = [...checkUnique(nodes), ...checkServiceAddresses(nodes)];
    if (values.allowUnknownHostKeys !== true && !failed.has("sshKnownHosts") && !failed.has("sshKnownHostsFile")) {
        problems.push(...checkHostKeys(nodes, sshKnownHosts, sshPort, sshProxy));
    }
    return problems;
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

function checkHostKeys(
    nodes: readonly NodeConfig[],
    knownHosts: string,
    sshPort: number,
    proxy: string | undefined,
): Problem[] {
    const known = parseKnownHosts(knownHosts);
    const allowed =
        "the host's public key, here or in sshKnownHosts (ssh-keyscan ADDRESS), or allowUnknownHostKeys: true";
    const problems = nodes.flatMap((node, i): Problem[] => {
        const found = node.hostKey ?? findHostKey(known, node.address, node.port ?? sshPort);
        return found === undefined ? [{ key: `nodes[${i}].hostKey`, allowed: `${allowed}; host ${node.address}` }] : [];
    });
    if (proxy !== undefined) {
        const { address, port } = splitProxy(proxy);
        if (findHostKey(known, address, port) === undefined) {
            problems.push({ key: "sshProxy", value: address, allowed: "a host whose key is in sshKnownHosts" });
        }
    }
    return problems;
}
