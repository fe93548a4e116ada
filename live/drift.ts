import { createHash } from "node:crypto";
import { caPath } from "../components/node-host";
import { type NodeFile, renderedFiles, systemdFiles } from "../plan/files";
import { type Drift, fileKey, stepKey } from "../components/remote/remote";
import { renderInput } from "../components/harbor-cluster";
import { releaseDir } from "../components/harbor-node";
import { asRoot, limited, type ParameterValue, renderParameters } from "../base/shell";
import { endOfParameters, toolkitFile, toolkitPath } from "../plan/toolkit";
import { type ClusterSettings, dataDir, type NodeSettings, registryName, sharedDir } from "../base/settings";
import { releaseLine } from "../releases/lines";
import type { HarborRelease } from "../releases/release";
import { runOnHost } from "./ssh";

/** A host that hasn't answered by then is reported and passed over. */
const answerWithinMs = 15_000;

export interface DriftReport {
    readonly drift: Drift;
    /** Why a node's drift isn't known. */
    readonly unknown: readonly string[];
}

/** A step that runs again makes those run again that have to follow it. */
const followers: Readonly<Record<string, readonly string[]>> = { prepare: ["cert-sync", "up"], "cert-sync": ["up"] };

/** Steps of the whole cluster, which have no node. */
const clusterSteps = new Set(["dns", "store", "token-key"]);

/**
 * Compares every node with what the program would deploy: files, keys, mount, containers and, through one node, the DNS
 * records. Reads only, on all nodes at once. What differs comes back by the resource that owns it.
 */
export async function detectDrift(settings: ClusterSettings, release: HarborRelease): Promise<DriftReport> {
    const answers = await Promise.all(settings.nodes.map((node, i) => inspect(settings, release, node, i)));
    const at = new Date().toISOString();
    return {
        drift: new Map(answers.flatMap(({ findings }) => findings.map(([key, text]) => [key, `found ${at}: ${text}`]))),
        unknown: answers.flatMap(({ unknown }) => unknown ?? []),
    };
}

type Finding = readonly [key: string, text: string];

interface Answer {
    readonly findings: readonly Finding[];
    readonly unknown?: string;
}

async function inspect(
    settings: ClusterSettings,
    release: HarborRelease,
    node: NodeSettings,
    index: number,
): Promise<Answer> {
    const path = toolkitPath(settings.installDir);
    const line = asRoot(limited([path, "inspect"], answerWithinMs / 1000), node.user);
    const stdin = `${renderParameters(expectation(settings, release, index))}${endOfParameters}\n`;
    try {
        const { code, stdout, stderr } = await runOnHost(node, settings.ssh, line, {
            stdin,
            timeoutMs: answerWithinMs,
        });
        if (code === 127) return { findings: [[fileKey(node.name, path), `${node.name}: ${path} is missing`]] };
        if (code !== 0) return { findings: [], unknown: `${node.name}: ${stderr.trim().slice(-300)}` };
        return { findings: parseFindings(node.name, stdout) };
    } catch (error) {
        return { findings: [], unknown: `${node.name}: ${error instanceof Error ? error.message : String(error)}` };
    }
}

/** What the node should have. */
function expectation(settings: ClusterSettings, release: HarborRelease, index: number): Record<string, ParameterValue> {
    const rendered = releaseLine(release.version).render(release, renderInput(settings, index === 0));
    const own: Pick<NodeFile, "path" | "content">[] = [
        ...renderedFiles(settings, rendered),
        ...systemdFiles(settings),
        { path: toolkitPath(settings.installDir), content: toolkitFile(toolkitPath(settings.installDir)) },
    ];
    const ca = settings.https?.caCertificate;
    if (ca !== undefined) own.push({ path: caPath(settings), content: ca });
    const { update } = settings.dns;
    return {
        release_dir: releaseDir(settings, release),
        mount_point: settings.ceph.mountPoint,
        data_dir: dataDir(settings),
        shared_dir: sharedDir(settings),
        files: rendered.map(({ path }) => path),
        insecure_registry: settings.protocol === "http" ? registryName(settings) : "none",
        domain: settings.domain,
        // One node is enough to ask the name server.
        dns: update && index === 0 ? "managed" : "none",
        dns_server: update?.server ?? "none",
        dns_port: update?.port ?? 53,
        addresses: settings.nodes.map(({ serviceAddress }) => serviceAddress),
        ...Object.fromEntries(own.map(({ path, content }) => [`file${path}`, sha256(wholeLines(content))])),
    };
}

const wholeLines = (text: string): string => (text.endsWith("\n") ? text : `${text}\n`);
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Lines `step<TAB>what was found`, as the nodes' `inspect` prints them, by resource; with the steps that have to follow. */
export function parseFindings(node: string, output: string): Finding[] {
    const found = output.split("\n").flatMap((line): [string, string][] => {
        const [owner, text] = line.split("\t");
        return owner && text ? [[owner, `${node}: ${text.trim()}`]] : [];
    });
    const named = new Set(found.map(([owner]) => owner));
    const following = found.flatMap(([owner]) =>
        (followers[owner] ?? [])
            .filter((step) => !named.has(step))
            .map((step): [string, string] => [step, `${node}: ${owner} runs again`]),
    );
    return [...found, ...following].map(([owner, text]) => {
        if (owner.startsWith("put ")) return [fileKey(node, owner.slice(4)), text];
        return [stepKey(clusterSteps.has(owner) ? undefined : node, owner), text];
    });
}
