import { type Document, isMap } from "yaml";
import type { RenderInput } from "./release";
import { shownValue } from "./secret-words";
import { slot } from "./slots";
import { sameTemplate } from "./templates";
import { type Fail, parseYaml } from "./yaml";

/**
 * The registry's blob cache moves from memory to Redis: with shared storage and one cache in each registry's memory, a
 * node goes on believing in a blob that was deleted through another node. Harbor's own HA setup of 1.4 does the same, but with
 * timeouts of 10 ms. A pull asks the cache several times, so the 10 s of Harbor 2.x would hang every pull while Redis is
 * away; after these seconds the registry goes on without it.
 * @param auth What `auth.token` has to say, so that each registry takes the tokens of every ui.
 */
export function transformRegistryConfig(
    text: string,
    input: RenderInput,
    auth: Readonly<Record<string, string>>,
    fail: Fail,
): Document.Parsed {
    const doc = parseYaml(text, fail);
    const cache = doc.getIn(["storage", "cache"]);
    if (!isMap(cache)) throw fail("no storage.cache");
    const key = ["layerinfo", "blobdescriptor"].find((name) => cache.has(name));
    if (key === undefined) throw fail("no storage.cache.layerinfo");
    checkShared(doc, auth, fail);
    cache.set(key, "redis");
    const password = doc.createNode(slot("redis_password"));
    password.type = "QUOTE_DOUBLE";
    const redis = doc.createNode({
        addr: `${input.redis.host}:${input.redis.port}`,
        db: input.redis.cacheDatabase,
        dialtimeout: "1s",
        readtimeout: "2s",
        writetimeout: "2s",
    });
    doc.set("redis", redis);
    doc.setIn(["redis", "password"], password);
    return doc;
}

/** One registry has to go on with what another one began, and to take the tokens of every ui. */
function checkShared(doc: Document.Parsed, auth: Readonly<Record<string, string>>, fail: Fail): void {
    for (const [key, value] of Object.entries(auth)) {
        const found: unknown = doc.getIn(["auth", "token", key]);
        if (typeof found === "string" && sameTemplate(found, value)) continue;
        throw fail(
            `auth.token.${key} must be '${value}', found ${typeof found === "string" ? `'${shownValue(key, found)}'` : "none"}`,
        );
    }
    if (doc.hasIn(["storage", "inmemory"]))
        throw fail("storage.inmemory is not allowed: each node would have its own images");
    if (doc.hasIn(["storage", "filesystem"])) {
        const folder: unknown = doc.getIn(["storage", "filesystem", "rootdirectory"]);
        if (folder !== "/storage") {
            const found = typeof folder === "string" ? `'${folder}'` : "none";
            throw fail(
                `storage.filesystem.rootdirectory must be '/storage', where the shared storage is mounted, found ${found}`,
            );
        }
    }
    // Without one each registry makes its own, and refuses uploads that another node has begun.
    const secret: unknown = doc.getIn(["http", "secret"]);
    if (secret === undefined || secret === null || secret === "")
        throw fail("no http.secret, which all nodes need alike");
}
