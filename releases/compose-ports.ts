import { isIP } from "node:net";
import { isMap, isScalar, type Scalar, type YAMLMap } from "yaml";
import { listOf, type Service } from "./compose-services";
import type { RenderInput } from "./release";
import type { Fail } from "./yaml";

type Range = readonly [from: number, to: number];

/** A port that a service publishes, in any of the forms that Compose knows. */
export interface Port {
    readonly item: Scalar | YAMLMap;
    /** In the container. */
    readonly target: Range;
    /** On the node; undefined where Docker chooses one. */
    readonly published: Range | undefined;
    /** Address of the node; undefined for all. */
    readonly ip: string | undefined;
    readonly protocol: string;
}

/** `[[ip:][published]:]target[/protocol]`; a port may be a range, an IPv6 address may have brackets. */
const short = /^(?:(?:(?:\[([\da-f:.]+)\]|([\da-f:.]+)):)?(\d+(?:-\d+)?)?:)?(\d+(?:-\d+)?)(?:\/(tcp|udp|sctp))?$/i;

export function portsOf(service: Service, fail: Fail): Port[] {
    return listOf(service, "ports", fail).map((item) => {
        const port = isMap(item) ? longPort(item) : isScalar(item) ? shortPort(item) : undefined;
        if (port === undefined) throw fail(`service ${service.name}: ${shown(item)} is no port that Docker knows`);
        return port;
    });
}

function shown(item: unknown): string {
    return isScalar(item) ? JSON.stringify(item.value) : "one of its ports";
}

function shortPort(item: Scalar): Port | undefined {
    const found = short.exec(String(item.value));
    if (!found) return undefined;
    const [, bracketed, plain, published, target, protocol = "tcp"] = found;
    return checked(item, { ip: bracketed ?? plain, published, target, protocol });
}

function longPort(item: YAMLMap): Port | undefined {
    const get = (key: string): string | undefined => {
        const value: unknown = item.get(key);
        return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
    };
    return checked(item, {
        ip: get("host_ip"),
        published: get("published"),
        target: get("target"),
        protocol: get("protocol") ?? "tcp",
    });
}

function checked(
    item: Port["item"],
    port: { ip: string | undefined; published: string | undefined; target: string | undefined; protocol: string },
): Port | undefined {
    const published = port.published === undefined ? undefined : range(port.published);
    const target = range(port.target ?? "");
    const ip = port.ip?.replace(/^\[(.*)\]$/, "$1");
    if (target === undefined || (port.published !== undefined && published === undefined)) return undefined;
    if (ip !== undefined && isIP(ip) === 0) return undefined;
    return { item, target, published, ip, protocol: port.protocol.toLowerCase() };
}

function range(text: string): Range | undefined {
    const found = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
    if (!found) return undefined;
    const [from, to] = [Number(found[1]), Number(found[2] ?? found[1])];
    return from <= to && to <= 65535 ? [from, to] : undefined;
}

const holds = (ports: Range | undefined, port: number): boolean =>
    ports !== undefined && ports[0] <= port && port <= ports[1];

/**
 * Publishes the port that clients use, on every address, and nothing else: nothing listens behind Notary's 4443. The
 * redirect from http stays where it is of use, which is only where browsers go without a port.
 */
export function publish(services: readonly Service[], input: RenderInput, fail: Fail): void {
    const proxy = services.find(({ name }) => name === "proxy");
    const ports = proxy === undefined ? [] : portsOf(proxy, fail);
    if (proxy === undefined || ports.length === 0) throw fail("service proxy publishes no ports");
    const inner = input.protocol === "https" ? 443 : 80;
    const wanted = tcpTo(ports, inner);
    if (wanted === undefined) throw fail(`service proxy doesn't publish port ${inner}`);
    const redirect = input.protocol === "https" && input.port === 443 ? tcpTo(ports, 80) : undefined;
    const kept = ports.filter((port) => port === wanted || port === redirect);
    for (const port of kept) setPublished(port, port === wanted ? [input.port, inner] : [80, 80], fail);
    proxy.map.set("ports", Object.assign(proxy.map.get("ports") as object, { items: kept.map(({ item }) => item) }));
    const taken = kept.map((port) => (port === wanted ? input.port : 80));
    for (const service of services.filter((other) => other !== proxy)) {
        const port = taken.find((one) =>
            portsOf(service, fail).some((other) => isTcp(other) && holds(other.published, one)),
        );
        if (port !== undefined)
            throw fail(`service ${service.name} publishes port ${port}, which is the registry's own`);
    }
}

const isTcp = ({ protocol }: Port): boolean => protocol === "tcp";

function tcpTo(ports: readonly Port[], inner: number): Port | undefined {
    return ports.find((port) => isTcp(port) && holds(port.target, inner));
}

function setPublished({ item, ip }: Port, [published, target]: Range, fail: Fail): void {
    // The file is the same on all nodes, and an address is that of one.
    if (ip !== undefined && ip !== "0.0.0.0") {
        throw fail(
            `service proxy publishes port ${target} on ${ip} only: write ${published}:${target}, for all addresses`,
        );
    }
    if (isMap(item)) {
        item.set("published", typeof item.get("published") === "string" ? String(published) : published);
        item.set("target", target);
    } else {
        const protocol = /\/\w+$/.exec(String(item.value))?.[0] ?? "";
        item.value = `${ip === undefined ? "" : `${ip}:`}${published}:${target}${protocol}`;
    }
}

/** YAML 1.1, which docker-compose 1 reads, takes an unquoted 22:22 for a number in base 60. */
export function quotePorts(service: Service, fail: Fail): void {
    for (const { item } of portsOf(service, fail)) {
        if (isScalar(item) && /^\d+(:[0-5]?\d)+$/.test(String(item.value))) {
            item.value = String(item.value);
            item.type = "QUOTE_DOUBLE";
        }
    }
}
