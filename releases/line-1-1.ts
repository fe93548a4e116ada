import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import type { Document } from "yaml";
import { transformCompose } from "./compose";
import { type ComposeFacts, composeFacts, factsIn, imageOf } from "./compose-facts";
import { servicesOf } from "./compose-services";
import { writeOutVariables } from "./compose-variables";
import { putKey, setKeys, type Style } from "./line-editor";
import {
    fileOf,
    type HarborRelease,
    ReleaseError,
    type ReleaseFacts,
    type ReleaseLine,
    type RenderedFile,
    type RenderInput,
} from "./release";
import { transformRegistryConfig } from "./registry-config";
import { hideInLines } from "./secret-lines";
import { hideInYaml } from "./secret-yaml";
import { type HiddenSecrets, refusePrivateKeys } from "./secrets";
import { slot, slotsIn } from "./slots";
import { adminserverEnv, compose11, otherTemplates, tokenAuth11, uiEnv } from "./tables-1-1";
import { checkTemplate } from "./templates";
import { type Fail, parseYaml, printYaml } from "./yaml";

const composeFile = "docker-compose.yml";
const registryConfig = "common/templates/registry/config.yml";

/** Connections that the ui keeps to Redis; the talk's value, and Harbor's own from 1.4 on. */
const redisPoolSize = 100;

/**
 * Harbor 1.1 and 1.2: harbor.cfg without a setting for the database's address or Redis, so templates are edited
 * (the talk, second to fourth step). Facts: goharbor/harbor tags v1.1.2 and v1.2.2.
 */
export const line11: ReleaseLine = {
    id: "v1",
    name: "1.1–1.2",
    database: "mysql",
    slots: ["admin_password", "mysql_password", "redis_password"],
    rendersPerNode: true,

    accepts: (version) => /^v1\.[12]\.\d+(-|$)/.test(version),

    render: (release, input) => [harborCfg(release, input), ...alikeOnAllNodes(release, input)],

    facts: (release, rendered) => {
        const file = rendered.find(({ path }) => path === composeFile);
        if (file === undefined) throw new ReleaseError(release, composeFile, "the file isn't rendered");
        const fail = failing(release, composeFile);
        return factsByFile.get(file) ?? withRoles(composeFacts(file.content, fail), fail);
    },

    databaseImage: (release) => {
        const fail = failing(release, composeFile);
        const doc = parseYaml(fileOf(release, composeFile), fail);
        writeOutVariables(doc, hasEnvFile(release), fail, ["services", "mysql", "image"]);
        const database = servicesOf(doc, fail).find(({ name }) => name === "mysql");
        if (database === undefined) throw fail("no service mysql");
        return imageOf(database, fail);
    },

    publicTokenKey: (release) => {
        if (release.pinned) return release.pinned.publicTokenKey;
        const key = createPrivateKey(fileOf(release, "common/templates/ui/private_key.pem"));
        const der = createPublicKey(key).export({ type: "spki", format: "der" });
        return createHash("sha256").update(der).digest("base64").replace(/=+$/, "");
    },

    prepare: (release) => ({
        python: /^#!.*python3/.test(fileOf(release, "prepare")) ? 3 : 2,
        image: "none",
        arguments: ["none"],
    }),

    // make/common/db/registry.sql of the tags: 0.4.0 for all of 1.1, 1.2.0 for 1.2.
    schemaVersion: (release) => (release.version.startsWith("v1.1.") ? "0.4.0" : "1.2.0"),

    texts: (release) => {
        const templates = [adminserverEnv.path, uiEnv.path, registryConfig, ...otherTemplates.map(({ path }) => path)];
        const whole = ["harbor.cfg", composeFile, ...templates].filter((path) => release.files.has(path));
        const [interpreter = ""] = fileOf(release, "prepare").split("\n", 1);
        return new Map([
            ...whole.map((path): [string, string] => [path, fileOf(release, path)]),
            ["prepare", `${interpreter}\n`],
            // That it is there is all that counts.
            ...(hasEnvFile(release) ? [[".env", ""] as const] : []),
        ]);
    },
};

function failing(release: Pick<HarborRelease, "version">, path: string): Fail {
    return (problem) => new ReleaseError(release, path, problem);
}

/** A text that the program may work with: whatever it puts in place of a secret doesn't stand there already. */
function textOf(release: HarborRelease, path: string, fail: Fail): string {
    const text = fileOf(release, path);
    const [taken] = slotsIn(text);
    if (taken !== undefined) throw fail(`${slot(taken)} is not allowed: such words stand for secrets`);
    refusePrivateKeys(text, fail);
    return text;
}

/** A `key = value` file after its transform. */
function lines(release: HarborRelease, path: string, style: Style, transform: Transform<string>): RenderedFile {
    const fail = failing(release, path);
    const { content, secrets } = hideInLines(path, transform(textOf(release, path, fail), fail), style, fail);
    return rendered(path, content, secrets);
}

/** A YAML file after its transform. */
function yaml(release: HarborRelease, path: string, transform: Transform<Document.Parsed>): RenderedFile {
    const fail = failing(release, path);
    const doc = transform(textOf(release, path, fail), fail);
    const secrets = hideInYaml(path, doc);
    return rendered(path, printYaml(doc), secrets);
}

type Transform<T> = (text: string, fail: Fail) => T;

function rendered(path: string, content: string, secrets: HiddenSecrets["secrets"]): RenderedFile {
    return Object.keys(secrets).length > 0 ? { path, content, secrets } : { path, content };
}

/** Compose reads it on the nodes, too. */
function hasEnvFile(release: HarborRelease): boolean {
    return release.files.has(".env");
}

function harborCfg(release: HarborRelease, input: RenderInput): RenderedFile {
    const values = {
        hostname: input.registryName,
        ui_url_protocol: input.protocol,
        db_password: slot("mysql_password"),
        harbor_admin_password: slot("admin_password"),
        customize_crt: input.customizeCrt ? "on" : "off",
        secretkey_path: input.dataDir,
        ssl_cert: `${input.certDir}/server.crt`,
        ssl_cert_key: `${input.certDir}/server.key`,
    };
    return lines(release, "harbor.cfg", "cfg", (text, fail) => setKeys(text, values, "cfg", fail));
}

const kept = new WeakMap<HarborRelease, Map<string, readonly RenderedFile[]>>();

/** All files but harbor.cfg, made once for all nodes: the first node differs from the others in harbor.cfg alone. */
function alikeOnAllNodes(release: HarborRelease, input: RenderInput): readonly RenderedFile[] {
    const byInput = kept.get(release) ?? new Map<string, readonly RenderedFile[]>();
    kept.set(release, byInput);
    const key = JSON.stringify({ ...input, customizeCrt: undefined });
    const found = byInput.get(key);
    if (found) return found;
    const files = renderAlike(release, input);
    byInput.set(key, files);
    return files;
}

function renderAlike(release: HarborRelease, input: RenderInput): readonly RenderedFile[] {
    const facts: ReleaseFacts[] = [];
    const compose = yaml(release, composeFile, (text, fail) => {
        const doc = transformCompose(text, input, compose11, hasEnvFile(release), fail);
        facts.push(withRoles(factsIn(doc, fail), fail));
        return doc;
    });
    for (const one of facts) factsByFile.set(compose, one);
    for (const rule of otherTemplates.filter(({ path }) => release.files.has(path))) {
        checkTemplate(fileOf(release, rule.path), rule, failing(release, rule.path));
    }
    return [
        compose,
        lines(release, adminserverEnv.path, "env", (text, fail) => databaseEnv(text, input, fail)),
        lines(release, uiEnv.path, "env", (text, fail) => sessionEnv(text, input, fail)),
        yaml(release, registryConfig, (text, fail) => transformRegistryConfig(text, input, tokenAuth11, fail)),
    ];
}

/** Read while the file was made, which saves reading it again; the same as its text gives. */
const factsByFile = new WeakMap<RenderedFile, ReleaseFacts>();

function withRoles(facts: ComposeFacts, fail: Fail): ReleaseFacts {
    const of = (service: string): string => {
        const container = facts.containerOf[service];
        if (container === undefined) throw fail(`no service ${service}`);
        return container;
    };
    return { ...facts, proxyContainer: of("proxy"), upstreamContainers: [of("ui"), of("registry")], coreImage: "none" };
}

/** The connection is the stack's, whatever the template says; the talk has people write theirs into this file. */
function databaseEnv(text: string, input: RenderInput, fail: Fail): string {
    checkTemplate(text, adminserverEnv, fail);
    const { host, port, user } = input.database;
    const values = {
        MYSQL_HOST: host,
        MYSQL_PORT: String(port),
        MYSQL_USR: user,
        MYSQL_PWD: "$db_password",
        HARBOR_ADMIN_PASSWORD: "$harbor_admin_password",
    };
    return setKeys(text, values, "env", fail);
}

function sessionEnv(text: string, input: RenderInput, fail: Fail): string {
    checkTemplate(text, uiEnv, fail);
    const { host, port, database } = input.redis;
    const url = `${host}:${port},${redisPoolSize},${slot("redis_password")},${database}`;
    return putKey(text, "_REDIS_URL", url, fail);
}
