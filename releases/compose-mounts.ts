import { posix } from "node:path";
import { isMap, isScalar } from "yaml";
import { listOf, type Service } from "./compose-services";
import type { Fail } from "./yaml";

/** Where a folder or file of a container has to come from. */
export interface MountRule {
    readonly service: string;
    /** Path in the container. */
    readonly target: string;
    /** `shared`: the storage of all nodes. `release`: what prepare makes on each node. */
    readonly from: "shared" | "release";
    /** Path below Harbor's `/data`, or below the release's own folder. */
    readonly source: string;
    /** `exactly`: the program itself looks for it there. `anywhere`: any place on the shared storage does. */
    readonly place: "exactly" | "anywhere";
    /** Without it the service works, as long as what is mounted is the right thing. */
    readonly optional?: true;
}

interface Mount {
    /** Undefined for a volume without a name. */
    readonly source: string | undefined;
    readonly target: string;
    /** Whether the source is a path on the node. */
    readonly isPath: boolean;
    readonly move: (source: string) => void;
}

/** Moves what lies below Harbor's `/data` to its folder on the shared storage. */
export function moveMounts(service: Service, dataDir: string, fail: Fail): void {
    for (const { source, isPath, move } of mountsOf(service, fail)) {
        if (source === undefined || !isPath) continue;
        const path = posix.normalize(source);
        if (path === "/data" || path.startsWith("/data/")) move(dataDir + path.slice("/data".length));
    }
}

/**
 * Looks at each rule from the container's side: what is found at a path there, whichever mount brings it, and what is
 * mounted into it. One path that is node-local is enough to make the nodes differ (goharbor/harbor #2208, #2294).
 */
export function checkMounts(
    services: readonly Service[],
    rules: readonly MountRule[],
    dataDir: string,
    fail: Fail,
): void {
    for (const rule of rules) {
        const service = services.find(({ name }) => name === rule.service);
        if (service === undefined) throw fail(`no service ${rule.service}`);
        const mounts = mountsOf(service, fail);
        const above = mounts.filter(({ target }) => isBelow(rule.target, target));
        const depth = Math.max(...above.map(({ target }) => target.length));
        const found = above.filter(({ target }) => target.length === depth);
        if (found.length === 0 && rule.optional) continue;
        const inside = mounts.filter(({ target }) => target !== rule.target && isBelow(target, rule.target));
        const wrong =
            found.find((mount) => !isRight(mount, rule, dataDir)) ??
            (rule.from === "shared" ? inside.find((mount) => !isOn(mount, dataDir)) : undefined);
        if (found.length > 0 && wrong === undefined) continue;
        throw fail(
            `service ${rule.service}: ${wrong?.target ?? rule.target} ${expected(rule, dataDir)}, found ${describe(wrong)}`,
        );
    }
}

function isBelow(path: string, folder: string): boolean {
    return path === folder || path.startsWith(folder === "/" ? folder : `${folder}/`);
}

function isOn({ source, isPath }: Mount, folder: string): boolean {
    return isPath && source !== undefined && isBelow(trimmed(source), folder);
}

function isRight(mount: Mount, rule: MountRule, dataDir: string): boolean {
    if (mount.source === undefined || !mount.isPath) return false;
    const source = trimmed(mount.source + rule.target.slice(mount.target.length));
    if (rule.from === "release") return source === rule.source;
    return rule.place === "exactly" ? source === trimmed(`${dataDir}/${rule.source}`) : isBelow(source, dataDir);
}

/** What the release has: the reader knows that file, not yet the one that is made of it. */
function expected(rule: MountRule, dataDir: string): string {
    return rule.from === "release"
        ? `must be ./${rule.source}, which prepare makes`
        : `must be on the shared storage (/data/${rule.source}, which becomes ${dataDir}/${rule.source})`;
}

function describe(mount: Mount | undefined): string {
    if (mount === undefined) return "no mount";
    if (mount.source === undefined) return "a volume of the container's own";
    return mount.isPath ? mount.source : `the named volume ${mount.source}`;
}

function trimmed(path: string): string {
    return posix.normalize(path).replace(/(?<=.)\/$/, "");
}

function mountsOf(service: Service, fail: Fail): Mount[] {
    return listOf(service, "volumes", fail).map((item): Mount => {
        if (isMap(item)) {
            const [type, source, target]: unknown[] = [item.get("type"), item.get("source"), item.get("target")];
            if (typeof target !== "string") throw fail(`service ${service.name}: a volume has no target`);
            const text = typeof source === "string" ? source : undefined;
            return {
                source: text,
                target: trimmed(target),
                isPath: text !== undefined && isPath(text) && (type === "bind" || type === undefined),
                move: (moved) => item.set("source", moved),
            };
        }
        if (!isScalar(item) || typeof item.value !== "string")
            throw fail(`service ${service.name}: a volume is no text`);
        const [first = "", target, ...mode] = item.value.split(":");
        return {
            source: target === undefined ? undefined : first,
            target: trimmed(target ?? first),
            isPath: target !== undefined && isPath(first),
            move: (moved) => (item.value = [moved, target, ...mode].join(":")),
        };
    });
}

/** Compose takes any other source for the name of a volume. */
function isPath(source: string): boolean {
    return /^[/.~]/.test(source);
}
