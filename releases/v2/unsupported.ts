import { type Document, isMap } from "yaml";
import { setting } from "../../base/naming";
import type { RenderInput } from "../release";
import { shownValue } from "../secret-words";
import type { Fail } from "../yaml";

const redisIndices = `${setting("redisDatabase")} and ${setting("redisCacheDatabase")} say what goes where`;

/** Settings of harbor.yml that people may have made in a release and that several nodes can't be run with. */
const unsupported: Readonly<Record<string, string>> = {
    "internal_tls.enabled": "TLS between the containers is not supported",
    "storage_service.ca_bundle": "prepare sees no file of the node but the certificate",
    "external_redis.sentinel_master_set": `${setting("redisSentinels")} and ${setting("redisSentinelMasterSet")} say where Redis is`,
    "external_redis.username": "the stack's Redis has a password only",
    "external_redis.tlsOptions.enable": `${setting("redisTls")} and ${setting("redisCaCertificate")} say so`,
    "external_redis.harbor_db_index": redisIndices,
    "external_redis.cache_layer_db_index": redisIndices,
};

const logLevels = ["debug", "info", "warning", "error", "fatal"];

/** @throws what `fail` makes, for the first of them that is set. */
export function refuseUnsupported(doc: Document.Parsed, input: RenderInput, fail: Fail): void {
    for (const [key, reason] of Object.entries(unsupported)) {
        const value: unknown = doc.getIn(key.split("."));
        if (Boolean(value) && !(isMap(value) && value.items.length === 0))
            throw fail(`${key} is not allowed: ${reason}`);
    }
    const level: unknown = doc.getIn(["log", "level"]);
    if (!logLevels.includes(String(level))) {
        throw fail(`log.level: ${String(level)} is not allowed: ${logLevels.join(", ")}`);
    }
    const folder: unknown = doc.getIn(["storage_service", "filesystem", "rootdirectory"]);
    if (folder !== undefined && folder !== null && folder !== "/storage") {
        const shown = typeof folder === "string" ? folder : "this value";
        throw fail(`storage_service.filesystem.rootdirectory: ${shown} is not allowed: /storage`);
    }
    // prepare makes this very address of hostname and port; another one would lead clients past the nodes.
    const external: unknown = doc.get("external_url");
    const own = `${input.protocol}://${input.registryName}`;
    if (Boolean(external) && external !== own) {
        const shown = shownValue("external_url", String(external));
        throw fail(
            `external_url: ${shown} is not allowed: ${own}, of ${setting("domain")} and ${setting("port")}, or none`,
        );
    }
    if (["reg.mydomain.com", "127.0.0.1"].includes(input.hostname)) {
        throw fail(`hostname: ${input.hostname} is not allowed: prepare refuses it`);
    }
}
