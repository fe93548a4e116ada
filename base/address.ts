import { BlockList, isIP } from "node:net";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
// Linux connects to itself for "this host on this network".
loopback.addSubnet("0.0.0.0", 8);

/** Whether an address or a name stands for whichever machine, or container, uses it. */
export function isLoopback(host: string): boolean {
    if (isIP(host) === 4) return loopback.check(host);
    return /^(.+\.)?localhost(\.localdomain\d*)?$|^ip6-(localhost|loopback)$/i.test(host);
}
