import { parse } from "yaml";
import { fileOf } from "../../releases/release";
import { transformRegistryConfig } from "../../releases/registry-config";
import { tokenAuth11 } from "../../releases/tables-1-1";
import { printYaml } from "../../releases/yaml";
import { release, renderInput, sandboxRelease } from "../support/release";
import { editedText, fail, paths, smallTexts } from "./releases.texts";

const original = smallTexts[paths.registry] ?? "";
const transformed = (text: string): string => printYaml(transformRegistryConfig(text, renderInput, tokenAuth11, fail));
const edited = (from: string, to: string): string => editedText(paths.registry, from, to)[paths.registry] ?? "";

test.each([
    ["the fixture's", fileOf(release, paths.registry)],
    ["the sandbox's", fileOf(sandboxRelease, paths.registry)],
    ["a small", original],
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
    expect(parse(transformed(edited("layerinfo", "blobdescriptor")))).toMatchObject({
        storage: { cache: { blobdescriptor: "redis" } },
    });
});

test.each([
    ["quoted", edited("realm: $ui_url/service/token", 'realm: "$ui_url/service/token" # here')],
    ["with braces", edited("$ui_url/service", "${ui_url}/service")],
    ["by a name", `x-realm: &realm $ui_url/service/token\n${edited("realm: $ui_url/service/token", "realm: *realm")}`],
    ["merged", `x-auth: &auth {issuer: harbor-token-issuer}\n${edited("issuer: harbor-token-issuer", "<<: *auth")}`],
    [
        "on a storage that all nodes share by nature",
        edited("filesystem:\n    rootdirectory: /storage", "s3: {bucket: b}"),
    ],
])("the same token settings %s", (_, text) => {
    expect(parse(transformed(text))).toMatchObject({ auth: { token: { service: "harbor-registry" } } });
});

test.each<[string, string, string | RegExp]>([
    ["no YAML", "storage: {", /^not valid YAML/],
    ["nothing", "", "no storage.cache"],
    ["no cache", edited("cache:", "cash:"), "no storage.cache"],
    ["no layerinfo", edited("layerinfo:", "layers:"), "no storage.cache.layerinfo"],
    [
        "a port of its own in the realm",
        edited("$ui_url/service", "$ui_url:8099/service"),
        "auth.token.realm must be '$ui_url/service/token', found '$ui_url:8099/service/token'",
    ],
    [
        "another host in the realm",
        edited("realm: $ui_url", "realm: https://u:Pw-1x@hub.example.net"),
        "auth.token.realm must be '$ui_url/service/token', found 'https://u:(not shown)@hub.example.net/service/token'",
    ],
    [
        "no realm",
        edited("    realm: $ui_url/service/token\n", ""),
        "auth.token.realm must be '$ui_url/service/token', found none",
    ],
    [
        "a realm that is no text",
        edited("realm: $ui_url/service/token", "realm: [a]"),
        /^auth\.token\.realm must be .+, found none$/,
    ],
    [
        "another issuer",
        edited("issuer: harbor-token-issuer", "issuer: registry-token-issuer"),
        "auth.token.issuer must be 'harbor-token-issuer', found 'registry-token-issuer'",
    ],
    [
        "another service",
        edited("service: harbor-registry", "service: token-service"),
        "auth.token.service must be 'harbor-registry', found 'token-service'",
    ],
    [
        "another certificate",
        edited("/etc/registry/root.crt", "/etc/registry/my.crt"),
        "auth.token.rootcertbundle must be '/etc/registry/root.crt', found '/etc/registry/my.crt'",
    ],
    ["no tokens", edited("token:", "silly:"), /^auth\.token\.realm must be .+, found none$/],
    [
        "another folder than the one that is mounted",
        edited("rootdirectory: /storage", "rootdirectory: /var/lib/registry"),
        "storage.filesystem.rootdirectory must be '/storage', found '/var/lib/registry'",
    ],
    [
        "the folder that is the default",
        edited("    rootdirectory: /storage\n", ""),
        /^storage\.filesystem\.rootdirectory must be .+ found none$/,
    ],
    [
        "images in memory",
        edited("filesystem:\n    rootdirectory: /storage", "inmemory: {}"),
        /^storage\.inmemory is not allowed/,
    ],
    ["a secret of each node", edited("  secret: placeholder\n", ""), "no http.secret, which all nodes need alike"],
    ["an empty secret", edited("secret: placeholder", "secret: ''"), "no http.secret, which all nodes need alike"],
])("an error for a text with %s", (_, text, message) => {
    expect(() => transformed(text)).toThrow(typeof message === "string" ? new Error(message) : message);
});
