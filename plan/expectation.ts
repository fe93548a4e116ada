import { createHash } from "node:crypto";
import type { ClusterPlan, NodePlan } from "./cluster-plan";
import { nameServer, recordAddresses } from "./dns-records";
import { insecureRegistry } from "./step-parameters";
import type { ReaderParameters } from "./declarations";
import { toolkitFile } from "./toolkit";

/** What a node should have, for `inspect` to compare with. One node is enough to ask the name server. */
export function expectationOf(
    plan: ClusterPlan,
    { node, rendered, secrets, files }: NodePlan,
): ReaderParameters<"inspect"> {
    const { layout, settings, facts, roles } = plan;
    const { update } = settings.dns;
    const own = [...files, { path: layout.toolkit, content: toolkitFile(facts.line, layout.toolkit) }];
    const hashes = Object.fromEntries(own.map(({ path, content }) => [`file${path}`, sha256(wholeLines(content))]));
    return {
        release_dir: layout.releaseDir,
        mount_point: layout.mountPoint,
        data_dir: layout.dataDir,
        shared_dir: layout.sharedDir,
        files: rendered.filter(({ made }) => made === undefined).map(({ path }) => path),
        slots: facts.slots,
        secrets,
        containers: facts.containers,
        insecure_registry: insecureRegistry(settings),
        domain: settings.domain,
        dns: update && node === roles.first ? "managed" : "none",
        ...nameServer(settings.dns),
        addresses: recordAddresses(settings),
        ...(hashes as { "file/*": string }),
    };
}

const wholeLines = (text: string): string => (text.endsWith("\n") ? text : `${text}\n`);
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
