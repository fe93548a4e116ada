import { type Document, isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import { type Fail, keyText } from "./yaml";

export interface Service {
    readonly name: string;
    readonly map: YAMLMap;
}

/** The services of a compose file, in its order. */
export function servicesOf(doc: Document.Parsed, fail: Fail): Service[] {
    const services = doc.get("services");
    if (!isMap(services)) {
        const old = isMap(doc.contents) && doc.contents.items.some(({ value }) => isMap(value) && value.has("image"));
        throw fail(`no services${old ? " (it has the form of Compose 1: put them below services)" : ""}`);
    }
    if (doc.has("include")) throw fail("include is not supported: what it names must stand in this file");
    return services.items.map((pair) => {
        const name = keyText(pair);
        if (!isMap(pair.value)) throw fail(`service ${name} is no mapping`);
        return { name, map: pair.value };
    });
}

/** A text of a service, or undefined where the key isn't there or has nothing. */
export function textOf({ name, map }: Service, key: string, fail: Fail): string | undefined {
    const value: unknown = map.get(key);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "string") throw fail(`service ${name}: ${key} is no text`);
    return value;
}

/** The items of a list of a service, empty where the key isn't there. */
export function listOf({ name, map }: Service, key: string, fail: Fail): unknown[] {
    const value: unknown = map.get(key);
    if (value === undefined || value === null) return [];
    if (!isSeq(value)) throw fail(`service ${name}: ${key} is no list`);
    return value.items;
}

const unsupported: Readonly<Record<string, string>> = {
    extends: "what it names must stand in the service itself",
    volumes_from: "the mounts must stand in the service itself",
    profiles: "every service of the file runs on every node",
    scale: "a service has one container on each node",
};

/** What would bring into a service, or take from it, something that this program then doesn't see. */
export function refuseUnsupported({ name, map }: Service, fail: Fail): void {
    for (const [key, reason] of Object.entries(unsupported)) {
        if (map.has(key)) throw fail(`service ${name}: ${key} is not supported: ${reason}`);
    }
    const deploy = map.get("deploy");
    if (!isMap(deploy)) return;
    if (deploy.has("restart_policy"))
        throw fail(`service ${name}: deploy.restart_policy is not supported: use restart`);
    for (const key of ["replicas", "mode"]) {
        if (deploy.has(key)) throw fail(`service ${name}: deploy.${key} is not supported: ${unsupported.scale ?? ""}`);
    }
}

/** Takes out what makes a service wait for, or know the address of, one that is no longer there. */
export function forget(
    service: Service,
    removed: { service: string; container: string | undefined },
    fail: Fail,
): void {
    const { name, map } = service;
    const dependencies = map.get("depends_on");
    if (isMap(dependencies)) {
        dependencies.delete(removed.service);
        if (dependencies.items.length === 0) map.delete("depends_on");
    } else {
        without(service, "depends_on", removed.service, fail);
    }
    without(service, "links", removed.service, fail);
    if (removed.container !== undefined) without(service, "external_links", removed.container, fail);
    for (const key of ["network_mode", "net", "pid", "ipc", "cgroup", "uts"]) {
        const found = map.get(key);
        if (found === `service:${removed.service}` || found === `container:${removed.container ?? ""}`) {
            throw fail(`service ${name}: ${key} is that of service ${removed.service}, which no node runs`);
        }
    }
}

/** Items are `name` or `name:alias`. */
function without(service: Service, key: string, removed: string, fail: Fail): void {
    const items = listOf(service, key, fail);
    const kept = items.filter((item) => !(isScalar(item) && String(item.value).split(":")[0] === removed));
    if (kept.length === items.length) return;
    if (kept.length === 0) service.map.delete(key);
    else (service.map.get(key) as { items: unknown[] }).items = kept;
}

const ownNames = /^harbor-/;

/**
 * Gives a service its container's name where it has none: Compose's own differs between its versions (`harbor_ui_1`,
 * `harbor-ui-1`), and a node has to know what to look for.
 */
export function nameContainer({ name, map }: Service): void {
    const found: unknown = map.get("container_name");
    if (found === undefined || found === null) {
        map.set("container_name", ownNames.test(name) ? name : `harbor-${name}`);
    }
}

/**
 * With `restart: always` Docker starts the containers at boot by itself, in any order and before anything has looked at
 * the shared storage (goharbor/harbor #7008, #18704). A crash still restarts a container; the boot is systemd's.
 */
export function leaveStartToSystemd({ name, map }: Service, fail: Fail): void {
    const found: unknown = map.get("restart");
    // YAML 1.1, which docker-compose 1 reads, takes an unquoted `no` for false.
    const policy = found === false ? "no" : found;
    if (policy === undefined || policy === null || policy === "no") return;
    if (typeof policy === "string" && /^on-failure(:\d+)?$/.test(policy)) return;
    if (policy !== "always" && policy !== "unless-stopped") {
        throw fail(`service ${name}: restart has a value that Docker doesn't know`);
    }
    map.set("restart", "on-failure");
}
