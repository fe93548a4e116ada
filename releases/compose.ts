import { type Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import type { RenderInput } from "./release";

type Fail = (problem: string) => Error;

/**
 * docker-compose.yml for one of several nodes (the talk, third step): data on the shared storage, no MySQL of its own,
 * the published port. Comments and order stay, so that a new Harbor version shows its own changes in a preview.
 */
export function transformCompose(text: string, input: RenderInput, fail: Fail): string {
    const doc = parseYaml(text, fail);
    const services = doc.get("services");
    if (!isMap(services)) throw fail("no services");
    if (!services.delete("mysql")) throw fail("no service mysql to remove");
    for (const pair of services.items) {
        const name = isScalar(pair.key) ? String(pair.key.value) : "?";
        const service = pair.value;
        if (!isMap(service)) throw fail(`service ${name} is no mapping`);
        removeDependency(service, "mysql");
        moveVolumes(service, input.dataDir);
        leaveStartToSystemd(service);
    }
    const moved = doc.toString({ lineWidth: 0 }).includes(`${input.dataDir}/registry`);
    if (!moved) throw fail("no volume /data/registry to move to the shared storage");
    publish(services, input, fail);
    return doc.toString({ lineWidth: 0, flowCollectionPadding: false });
}

export function parseYaml(text: string, fail: Fail): Document.Parsed {
    const doc = parseDocument(text);
    const [error] = doc.errors;
    if (error) throw fail(`not valid YAML (${error.message.split("\n")[0] ?? "unknown"})`);
    return doc;
}

function removeDependency(service: YAMLMap, name: string): void {
    const dependencies = service.get("depends_on");
    if (isMap(dependencies)) dependencies.delete(name);
    if (isSeq(dependencies)) {
        dependencies.items = dependencies.items.filter((item) => !(isScalar(item) && item.value === name));
    }
    if ((isMap(dependencies) || isSeq(dependencies)) && dependencies.items.length === 0) service.delete("depends_on");
}

function moveVolumes(service: YAMLMap, dataDir: string): void {
    const volumes = service.get("volumes");
    if (!isSeq(volumes)) return;
    for (const volume of volumes.items) {
        if (isMap(volume)) {
            const source = volume.get("source");
            if (isDataPath(source)) volume.set("source", dataDir + source.slice("/data".length));
        } else if (isScalar(volume) && typeof volume.value === "string") {
            const [source = "", ...rest] = volume.value.split(":");
            if (isDataPath(source)) volume.value = [dataDir + source.slice("/data".length), ...rest].join(":");
        }
    }
}

function isDataPath(source: unknown): source is string {
    return typeof source === "string" && (source === "/data" || source.startsWith("/data/"));
}

/**
 * With `restart: always` Docker starts the containers at boot by itself, in any order and before anything has looked at
 * the shared storage (goharbor/harbor #7008, #18704). A crash still restarts a container; the boot is systemd's.
 */
function leaveStartToSystemd(service: YAMLMap): void {
    if (service.has("restart")) service.set("restart", "on-failure");
}

/** Only the port that clients use is published; Notary's 4443 isn't, since nothing listens behind it. */
function publish(services: YAMLMap, input: RenderInput, fail: Fail): void {
    const proxy = services.get("proxy");
    const ports: unknown = isMap(proxy) ? proxy.get("ports") : undefined;
    if (!isSeq(ports)) throw fail("service proxy publishes no ports");
    const inner = input.protocol === "https" ? 443 : 80;
    const published = portsTo(ports, inner);
    if (published === undefined) throw fail(`service proxy doesn't publish port ${inner}`);
    published.value = `${input.port}:${inner}`;
    // The redirect from http is of use only where browsers go without a port.
    const redirect = input.protocol === "https" && input.port === 443 ? portsTo(ports, 80) : undefined;
    ports.items = ports.items.filter((item) => item === published || (redirect !== undefined && item === redirect));
}

function portsTo(ports: YAMLSeq, inner: number) {
    return ports.items.filter(isScalar).find((item) => String(item.value).endsWith(`:${inner}`));
}
