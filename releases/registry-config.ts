import { isMap } from "yaml";
import { parseYaml } from "./compose";
import type { RenderInput } from "./release";
import { slot } from "./slots";

/**
 * The registry's blob cache in Redis instead of in each process: on shared storage, registries with caches of their own
 * go on believing in a layer that was deleted through another node. Harbor's own HA setup of 1.4 does the same, but with
 * timeouts of 10 ms. A pull asks the cache several times, so the 10 s of Harbor 2.x would hang every pull while Redis is
 * away; after these seconds the registry goes on without it.
 */
export function transformRegistryConfig(text: string, input: RenderInput, fail: (problem: string) => Error): string {
    const doc = parseYaml(text, fail);
    const cache = doc.getIn(["storage", "cache"]);
    if (!isMap(cache)) throw fail("no storage.cache");
    const key = ["layerinfo", "blobdescriptor"].find((name) => cache.has(name));
    if (key === undefined) throw fail("no storage.cache.layerinfo");
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
    return doc.toString({ lineWidth: 0 });
}
