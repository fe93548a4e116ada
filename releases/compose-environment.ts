import { posix } from "node:path";
import { isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import type { Service } from "./compose-services";
import { type Fail, keyText } from "./yaml";

/** Which file brings a service its environment, and what nothing else may say. */
export interface EnvironmentRule {
    readonly service: string;
    /** The file that prepare makes, below the release's folder; undefined: the service has none of prepare's. */
    readonly file: string | undefined;
    /** Names that only that file, or the service's own configuration, may set. */
    readonly reserved: RegExp;
}

/**
 * A service takes the last of its env files, and `environment` before all of them: what is checked in a template counts
 * only while nothing stands above it.
 */
export function checkEnvironment(services: readonly Service[], rules: readonly EnvironmentRule[], fail: Fail): void {
    for (const { service: name, file, reserved } of rules) {
        const service = services.find((one) => one.name === name);
        if (service === undefined) throw fail(`no service ${name}`);
        if (file !== undefined) {
            const last = envFiles(service.map).at(-1);
            if (last === undefined || posix.normalize(last) !== file) {
                throw fail(`service ${name}: the last env_file must be ./${file}, found ${last ?? "none"}`);
            }
        }
        const found = environmentNames(service.map).find((one) => reserved.test(one));
        if (found === undefined) continue;
        const owner = file === undefined ? "its configuration file" : `./${file}`;
        throw fail(`service ${name}: environment sets ${found}, which is for ${owner} alone`);
    }
}

function envFiles(service: YAMLMap): string[] {
    const found: unknown = service.get("env_file");
    const items = isSeq(found) ? found.items : [found];
    return items.flatMap((item) => {
        const path: unknown = isMap(item) ? item.get("path") : isScalar(item) ? item.value : item;
        return typeof path === "string" ? [path] : [];
    });
}

function environmentNames(service: YAMLMap): string[] {
    const found: unknown = service.get("environment");
    if (isMap(found)) return found.items.map(keyText);
    if (!isSeq(found)) return [];
    return found.items.map((item) => (isScalar(item) ? (String(item.value).split("=")[0] ?? "") : ""));
}
