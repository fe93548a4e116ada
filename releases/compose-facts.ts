import { type Document, isMap } from "yaml";
import { isImageReference, isContainerName } from "./docker-names";
import { type Port, portsOf } from "./compose-ports";
import { type Service, servicesOf, textOf } from "./compose-services";
import { type Fail, parseYaml } from "./yaml";

/** What a node has to know of its compose file; read here, and nowhere else. */
export interface ComposeFacts {
    /** Images of all services, sorted, each once. */
    readonly images: readonly string[];
    /** Names of all containers, sorted. */
    readonly containers: readonly string[];
    /** The container's name by its service. */
    readonly containerOf: Readonly<Record<string, string>>;
    /** `127.0.0.1:1514`: where the log service listens, which every other container's log driver dials. */
    readonly logAddress: string;
}

/**
 * Reads a rendered compose file.
 * @throws what `fail` makes, where a node couldn't know what the file means.
 */
export function composeFacts(text: string, fail: Fail): ComposeFacts {
    return factsIn(parseYaml(text, fail), fail);
}

/** The same of a document that isn't written yet. */
export function factsIn(doc: Document.Parsed, fail: Fail): ComposeFacts {
    const services = servicesOf(doc, fail);
    const names = services.map((service): [string, string] => [service.name, containerOf(service, fail)]);
    const containers = names.map(([, container]) => container).sort();
    const twice = containers.find((name, i) => containers[i + 1] === name);
    if (twice !== undefined) throw fail(`two services have the container_name ${twice}`);
    return {
        images: [...new Set(services.map((service) => imageOf(service, fail)))].sort(),
        containers,
        containerOf: Object.fromEntries(names),
        logAddress: logAddress(services, fail),
    };
}

/** The image of a service, as `docker load` and `docker image inspect` know it. */
export function imageOf(service: Service, fail: Fail): string {
    const image = textOf(service, "image", fail);
    if (image === undefined) throw fail(`service ${service.name} has no image`);
    if (!isImageReference(image)) {
        throw fail(`service ${service.name}: image ${JSON.stringify(image)} is not allowed: [host[:port]/]path[:tag]`);
    }
    return image;
}

function containerOf(service: Service, fail: Fail): string {
    const name = textOf(service, "container_name", fail);
    if (name === undefined) throw fail(`service ${service.name} has no container_name`);
    if (!isContainerName(name)) {
        const allowed = "two or more of letters, digits, _, . and -, beginning with a letter or digit";
        throw fail(`service ${service.name}: container_name ${JSON.stringify(name)} is not allowed: ${allowed}`);
    }
    return name;
}

function logAddress(services: readonly Service[], fail: Fail): string {
    const log = services.find(({ name }) => name === "log");
    if (log === undefined) throw fail("no service log, which the others write to");
    const offered = portsOf(log, fail).filter(({ protocol }) => protocol === "tcp");
    const dialled = services.flatMap((service) => {
        const address = dialledBy(service, fail);
        if (address === undefined || offered.some((port) => listensOn(port, address))) return address ?? [];
        throw fail(`service ${service.name} logs to ${textual(address)}, which service log doesn't publish`);
    });
    const [address = offered.map(addressOf).find((one) => one !== undefined)] = dialled;
    if (address === undefined) throw fail("service log publishes no fixed TCP port");
    return textual(address);
}

interface Address {
    readonly host: string;
    readonly port: number;
}

const isAny = (ip: string | undefined): boolean => ip === undefined || ip === "0.0.0.0" || ip === "::";

function textual({ host, port }: Address): string {
    return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function listensOn({ ip, published }: Port, { host, port }: Address): boolean {
    return published !== undefined && published[0] === port && published[1] === port && (isAny(ip) || ip === host);
}

/** Where the node itself reaches a published port. */
function addressOf({ ip, published }: Port): Address | undefined {
    if (published === undefined || published[0] !== published[1]) return undefined;
    return { host: ip === undefined || isAny(ip) ? "127.0.0.1" : ip, port: published[0] };
}

/** The address on this node that a service's log driver dials, or undefined where it logs elsewhere. */
function dialledBy({ name, map }: Service, fail: Fail): Address | undefined {
    const logging = map.get("logging");
    if (!isMap(logging) || logging.get("driver") !== "syslog") return undefined;
    const found = String(logging.getIn(["options", "syslog-address"]));
    const parts = /^([a-z+]+):\/\/(?:(localhost|127\.[\d.]+)|\[(::1)\])(?::(\d+))?\/?$/.exec(found);
    if (!parts) return undefined;
    const [, protocol, v4, v6, port = "514"] = parts;
    if (protocol !== "tcp")
        throw fail(`service ${name}: syslog-address must begin with tcp://, found ${protocol ?? ""}://`);
    return { host: v4 === "localhost" ? "127.0.0.1" : (v4 ?? v6 ?? ""), port: Number(port) };
}
