import { BlockList, isIP } from "node:net";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for an https URL by HTTPS_PROXY and NO_PROXY, as curl and Go read them; undefined: none.
 * @throws Error when it is none that can be used.
 */
export function proxyFor(url: URL, environment: Environment): URL | undefined {
    const text = environment.https_proxy ?? environment.HTTPS_PROXY ?? "";
    if (text === "" || isExcepted(url, environment.no_proxy ?? environment.NO_PROXY ?? "")) return undefined;
    const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
    const proxy = URL.canParse(whole) ? new URL(whole) : undefined;
    if (!proxy || !["http:", "https:"].includes(proxy.protocol)) {
        throw new Error("HTTPS_PROXY is not the http:// or https:// URL of a proxy (set NO_PROXY to go without)");
    }
    return proxy;
}

/** Names stand for themselves and all below them, `*` for all; addresses may be networks; a port may follow. */
function isExcepted(url: URL, list: string): boolean {
    const host = hostOf(url);
    const port = url.port || "443";
    return list
        .toLowerCase()
        .split(/[\s,]+/)
        .filter((entry) => entry !== "")
        .some((entry) => {
            if (entry === "*") return true;
            if (entry.includes("/")) return isInNetwork(host, entry);
            const [, name = entry, entryPort = port] =
                isIP(entry) === 0 ? (/^\[?(.+?)\]?(?::(\d+))?$/.exec(entry) ?? []) : [];
            if (entryPort !== port) return false;
            const below = name.replace(/^\*?\./, "");
            return host === below || host.endsWith(`.${below}`);
        });
}

function isInNetwork(host: string, network: string): boolean {
    const [address = "", prefix = ""] = network.split("/");
    const family = isIP(address);
    const length = Number(prefix);
    if (family === 0 || isIP(host) !== family || !/^\d+$/.test(prefix) || length > (family === 4 ? 32 : 128))
        return false;
    const list = new BlockList();
    const kind = family === 4 ? "ipv4" : "ipv6";
    list.addSubnet(address, length, kind);
    return list.check(host, kind);
}

/** Without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
    return url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
}
