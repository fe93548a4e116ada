import { parse } from "yaml";
import { fileOf } from "../../releases/release";
import { transformRegistryConfig } from "../../releases/registry-config";
import { release, renderInput, sandboxRelease } from "../support/release";

const fail = (problem: string): Error => new Error(problem);
const original = fileOf(release, "common/templates/registry/config.yml");
const transformed = (text: string): string => transformRegistryConfig(text, renderInput, fail);

test.each([
    ["the fixture's", original],
    ["the sandbox's", fileOf(sandboxRelease, "common/templates/registry/config.yml")],
])("%s blob cache moves to Redis, and nothing else changes", (_, text) => {
    const before = parse(text) as { storage: object };
    expect(parse(transformed(text))).toEqual({
        ...before,
        storage: { ...before.storage, cache: { layerinfo: "redis" } },
        redis: {
            addr: "redis.example.com:6379",
            db: 1,
            dialtimeout: "1s",
            readtimeout: "2s",
            writetimeout: "2s",
            password: "__redis_password__",
        },
    });
});

test("the whole text", () => {
    expect(transformed(original)).toMatchSnapshot();
});

test("a password of digits stays text: its slot is quoted", () => {
    const filled = transformed(original).replace("__redis_password__", "12345678");
    expect(parse(filled)).toMatchObject({ redis: { password: "12345678" } });
});

test("doing it twice changes nothing more", () => {
    expect(transformed(transformed(original))).toBe(transformed(original));
});

test("the later name of the same setting", () => {
    const text = original.replace("layerinfo", "blobdescriptor");
    expect(parse(transformed(text))).toMatchObject({ storage: { cache: { blobdescriptor: "redis" } } });
});

test.each<[string, string, string | RegExp]>([
    ["no YAML", "storage: {", /^not valid YAML/],
    ["no cache", original.replace("cache:", "cash:"), "no storage.cache"],
    ["no layerinfo", original.replace("layerinfo:", "layers:"), "no storage.cache.layerinfo"],
])("an error for a text with %s", (_, text, message) => {
    expect(() => transformed(text)).toThrow(typeof message === "string" ? new Error(message) : message);
});
