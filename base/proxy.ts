/** Parts of `user@host[:port]`; the text has passed its rule. */
export function splitProxy(proxy: string): { user: string; address: string; port: number } {
    const [user = "", rest = ""] = proxy.split("@");
    const [address = "", port = "22"] = rest.split(":");
    return { user, address, port: Number(port) };
}
