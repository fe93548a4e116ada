import { type ComposeFacts, factsIn, imageOf } from "../compose-facts";
import { checkMounts, type MountRule } from "../compose-mounts";
import { portsOf } from "../compose-ports";
import { refuseUnsupported, type Service, servicesOf } from "../compose-services";
import type { RenderInput } from "../release";
import { type Fail, parseYaml } from "../yaml";
import { scalarText } from "./yaml-text";

/**
 * What the nodes' agreement rests on in Harbor 2.12 to 2.15, and must not be otherwise in a release that somebody has
 * changed (make/photon/prepare/templates/docker_compose of the tags).
 */
const mounts: readonly MountRule[] = [
    shared("registry", "/storage", "registry", "anywhere"),
    shared("registryctl", "/storage", "registry", "anywhere"),
    shared("registry", "/etc/registry/root.crt", "secret/registry/root.crt"),
    shared("core", "/etc/core/private_key.pem", "secret/core/private_key.pem"),
    shared("core", "/etc/core/key", "secret/keys/secretkey"),
    shared("core", "/etc/core/ca", "ca_download", "anywhere"),
    shared("jobservice", "/var/log/jobs", "job_logs", "anywhere"),
    made("registry", "/etc/registry/config.yml", "registry/config.yml"),
    made("registry", "/etc/registry/passwd", "registry/passwd"),
    made("proxy", "/etc/nginx/nginx.conf", "nginx/nginx.conf"),
];

/**
 * Each scanner loads and locks a database of its own, so that these two don't belong on the shared storage: the override
 * replaces the mounts by their targets (templates/docker_compose and trivy-adapter/env of the tags).
 */
const scannerFolders: readonly MountRule[] = [
    shared("trivy-adapter", "/home/scanner/.cache/trivy", "trivy-adapter/trivy"),
    shared("trivy-adapter", "/home/scanner/.cache/reports", "trivy-adapter/reports"),
];

const certificate = shared("proxy", "/etc/cert", "secret/cert");

function shared(service: string, target: string, source: string, place: MountRule["place"] = "exactly"): MountRule {
    return { service, target, from: "shared", source, place };
}

function made(service: string, target: string, file: string): MountRule {
    return { service, target, from: "release", source: `common/config/${file}`, place: "exactly" };
}

/** Prepare makes them only where harbor.yml names no outside ones; a node would run them beside the cluster's. */
const outside = ["postgresql", "redis"];

/**
 * Looks at the compose file that prepare is going to make.
 * @param known Images of the release's archive.
 * @throws what `fail` makes, where a node couldn't run it, or would run something of its own.
 */
export function checkCompose(text: string, input: RenderInput, known: readonly string[], fail: Fail): void {
    const services = servicesOf(parseYaml(text, fail), fail);
    for (const service of services) {
        refuseUnsupported(service, fail);
        const image = imageOf(service, fail);
        if (!known.includes(image))
            throw fail(`service ${service.name}: image ${image} isn't in the release's archive`);
    }
    const extra = services.find(({ name }) => outside.includes(name));
    if (extra !== undefined) throw fail(`service ${extra.name} is not allowed: the stack has one outside of the nodes`);
    const rules = [
        ...mounts,
        ...(input.protocol === "https" ? [certificate] : []),
        ...(input.services?.trivy ? scannerFolders : []),
    ];
    checkMounts(services, rules, input.dataDir, fail);
    checkPorts(services, input, fail);
}

function checkPorts(services: readonly Service[], input: RenderInput, fail: Fail): void {
    const published = services.flatMap((service) =>
        portsOf(service, fail).flatMap((one) => (one.published === undefined ? [] : { service, range: one.published })),
    );
    const wanted: [number, string][] = [[input.port, "the registry's own"]];
    const { metrics } = input.services ?? {};
    if (metrics) wanted.push([metrics.port, "that of the metrics"]);
    for (const [port, whose] of wanted) {
        const proxy = published.find(({ service, range }) => service.name === "proxy" && range[0] === port);
        if (proxy === undefined) throw fail(`service proxy doesn't publish port ${port}`);
        const twice = published.find((one) => one !== proxy && one.range[0] <= port && port <= one.range[1]);
        if (twice !== undefined) throw fail(`service ${twice.service.name} publishes port ${port}, which is ${whose}`);
    }
}

/**
 * With `restart: always` Docker starts the containers at boot by itself, before the log and the shared storage are there;
 * 5 of 7 stay down then (goharbor/harbor #7008). A crash still restarts a container; the boot is systemd's.
 */
export function composeOverride(text: string, { localDir }: RenderInput, fail: Fail): string {
    const names = servicesOf(parseYaml(text, fail), fail).map(({ name }) => name);
    const lines = names.flatMap((name) => [
        `  ${scalarText(name)}:`,
        "    restart: on-failure",
        ...(name === "trivy-adapter" ? scannerVolumes(localDir) : []),
    ]);
    return ["services:", ...lines, ""].join("\n");
}

function scannerVolumes(localDir: string): string[] {
    const mounted = scannerFolders.flatMap(({ source, target }) => [
        "      - type: bind",
        `        source: ${localDir}/${source}`,
        `        target: ${target}`,
    ]);
    return ["    volumes:", ...mounted];
}

export interface Roles {
    readonly facts: ComposeFacts;
    readonly proxyContainer: string;
    readonly upstreamContainers: readonly string[];
    readonly coreImage: string;
}

/** Services that the node's steps and checks speak of by name. */
const measured = ["jobservice", "registry", "exporter"];
const needed = ["log", "registry", "registryctl", "core", "portal", "jobservice", "proxy"];

export function rolesIn(text: string, fail: Fail): Roles {
    const doc = parseYaml(text, fail);
    const facts = factsIn(doc, fail);
    const missing = needed.find((name) => facts.containerOf[name] === undefined);
    if (missing !== undefined) throw fail(`no service ${missing}`);
    const of = (service: string): string => facts.containerOf[service] ?? "";
    const core = servicesOf(doc, fail).filter(({ name }) => name === "core");
    return {
        facts,
        proxyContainer: of("proxy"),
        // The upstreams of nginx.conf; with metrics one for each service that has some
        upstreamContainers: ["core", "portal", ...(facts.containerOf.exporter ? measured : [])].map(of),
        coreImage: core.map((service) => imageOf(service, fail)).join(""),
    };
}
