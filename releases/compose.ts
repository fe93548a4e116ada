import { type Document, isMap } from "yaml";
import { checkEnvironment, type EnvironmentRule } from "./compose-environment";
import { checkMounts, moveMounts, type MountRule } from "./compose-mounts";
import { publish, quotePorts } from "./compose-ports";
import { forget, leaveStartToSystemd, nameContainer, refuseUnsupported, servicesOf } from "./compose-services";
import { writeOutVariables } from "./compose-variables";
import type { RenderInput } from "./release";
import { type Fail, parseYaml } from "./yaml";

/** What a release line expects of its compose file. */
export interface ComposeRules {
    readonly mounts: readonly MountRule[];
    readonly environments: readonly EnvironmentRule[];
}

/**
 * docker-compose.yml for one of several nodes (the talk, third step): data on the shared storage, no MySQL of its own,
 * the published port. Comments and order stay, so that a new Harbor version shows its own changes in a preview.
 * @param envFile Whether the archive has a `.env` beside it.
 */
export function transformCompose(
    text: string,
    input: RenderInput,
    rules: ComposeRules,
    envFile: boolean,
    fail: Fail,
): Document.Parsed {
    const doc = parseYaml(text, fail);
    const all = servicesOf(doc, fail);
    const database = all.find(({ name }) => name === "mysql");
    if (database === undefined) throw fail("no service mysql to remove");
    const container: unknown = database.map.get("container_name");
    const removed = { service: database.name, container: typeof container === "string" ? container : undefined };
    const map = doc.get("services");
    if (isMap(map)) map.delete(removed.service);
    writeOutVariables(doc, envFile, fail);
    const services = all.filter((service) => service !== database);
    for (const service of services) {
        refuseUnsupported(service, fail);
        forget(service, removed, fail);
        moveMounts(service, input.dataDir, fail);
        leaveStartToSystemd(service, fail);
        nameContainer(service);
        quotePorts(service, fail);
    }
    checkMounts(services, rules.mounts, input.dataDir, fail);
    checkEnvironment(services, rules.environments, fail);
    publish(services, input, fail);
    return doc;
}
