import { type Document, isMap } from "yaml";
import type { RenderInput } from "./release";
import { shownValue } from "./secret-words";
import { slot } from "./slots";
import { sameTemplate } from "./templates";
import { type Fail, parseYaml } from "./yaml";

/**
 * The registry's blob cache in Redis instead of in each process: on shared storage, registries with caches of their own
 * go on believing in a layer that was deleted through another node. Harbor's own HA setup of 1.4 does the same, but with
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
    const requireText = (path: readonly string[], value: string): void => {
        const found: unknown = doc.getIn(path);
        if (typeof found === "string" && sameTemplate(found, value)) return;
        const shown = typeof found === "string" ? `'${shownValue(path.at(-1) ?? "", found)}'` : "none";
        throw fail(`${path.join(".")} must be '${value}', found ${shown}`);
    };
    for (const [key, value] of Object.entries(auth)) requireText(["auth", "token", key], value);
    if (doc.hasIn(["storage", "inmemory"])) throw fail("storage.inmemory is not allowed: nodes would not share images");
    // Where the shared storage is mounted; other drivers keep images where all nodes find them.
    if (doc.hasIn(["storage", "filesystem"])) requireText(["storage", "filesystem", "rootdirectory"], "/storage");
    // Without one each registry makes its own, and refuses uploads that another node has begun.
    const secret: unknown = doc.getIn(["http", "secret"]);
    if (secret === undefined || secret === null || secret === "")
        throw fail("no http.secret, which all nodes need alike");
}
