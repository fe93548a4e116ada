import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { parseYaml, transformCompose } from "./compose";
import { getKey, putKey, setKeys } from "./line-editor";
import { fileOf, type HarborRelease, type ReleaseLine, ReleaseError, type RenderInput } from "./release";
import { transformRegistryConfig } from "./registry-config";
import { slot } from "./slots";

const adminserverEnv = "common/templates/adminserver/env";
const uiEnv = "common/templates/ui/env";
const registryConfig = "common/templates/registry/config.yml";

/** Connections that the ui keeps to Redis; the talk's value, and Harbor's own from 1.4 on. */
const redisPoolSize = 100;

/**
 * Harbor 1.1 and 1.2: harbor.cfg without a setting for the database's address or Redis, so templates are edited
 * (the talk, second to fourth step). Facts: goharbor/harbor tags v1.1.2 and v1.2.2.
 */
export const line11: ReleaseLine = {
    name: "1.1–1.2",

    accepts: (version) => /^v1\.[12]\.\d+(-|$)/.test(version),

    render: (release, input) => [
        { path: "harbor.cfg", content: harborCfg(release, input) },
        {
            path: "docker-compose.yml",
            content: edit(release, "docker-compose.yml", (text, fail) => transformCompose(text, input, fail)),
        },
        {
            path: adminserverEnv,
            content: edit(release, adminserverEnv, (text, fail) => databaseEnv(text, input, fail)),
        },
        { path: uiEnv, content: edit(release, uiEnv, (text, fail) => sessionEnv(text, input, fail)) },
        {
            path: registryConfig,
            content: edit(release, registryConfig, (text, fail) => transformRegistryConfig(text, input, fail)),
        },
    ],

    databaseImage: (release) => {
        const path = "docker-compose.yml";
        const image: unknown = parseYaml(
            fileOf(release, path),
            (problem) => new ReleaseError(release, path, problem),
        ).getIn(["services", "mysql", "image"]);
        if (typeof image === "string") return image;
        throw new ReleaseError(release, path, "service mysql has no image");
    },

    publicTokenKey: (release) => {
        const key = createPrivateKey(fileOf(release, "common/templates/ui/private_key.pem"));
        const der = createPublicKey(key).export({ type: "spki", format: "der" });
        return createHash("sha256").update(der).digest("base64").replace(/=+$/, "");
    },

    preparePython: (release) => (/^#!.*python3/.test(fileOf(release, "prepare")) ? 3 : 2),

    // make/common/db/registry.sql of the tags: 0.4.0 for all of 1.1, 1.2.0 for 1.2.
    schemaVersion: (release) => (release.version.startsWith("v1.1.") ? "0.4.0" : "1.2.0"),
};

function edit(
    release: HarborRelease,
    path: string,
    transform: (text: string, fail: (problem: string) => Error) => string,
): string {
    return transform(fileOf(release, path), (problem) => new ReleaseError(release, path, problem));
}

function harborCfg(release: HarborRelease, input: RenderInput): string {
    return edit(release, "harbor.cfg", (text, fail) =>
        setKeys(
            text,
            {
                hostname: input.registryName,
                ui_url_protocol: input.protocol,
                db_password: slot("mysql_password"),
                harbor_admin_password: slot("admin_password"),
                customize_crt: input.customizeCrt ? "on" : "off",
                secretkey_path: input.dataDir,
                ssl_cert: `${input.certDir}/server.crt`,
                ssl_cert_key: `${input.certDir}/server.key`,
            },
            fail,
        ),
    );
}

function databaseEnv(text: string, input: RenderInput, fail: (problem: string) => Error): string {
    // The node sets RESET to true for a single start when the database moves; on all the time it would undo every
    // setting made in the UI at each start of any node.
    if (getKey(text, "RESET") !== "false") throw fail("expected one line 'RESET=false'");
    if (getKey(text, "MYSQL_PWD") === undefined) throw fail("expected one line 'MYSQL_PWD=…'");
    const { host, port, user } = input.mysql;
    return setKeys(text, { MYSQL_HOST: host, MYSQL_PORT: String(port), MYSQL_USR: user }, fail);
}

function sessionEnv(text: string, input: RenderInput, fail: (problem: string) => Error): string {
    const { host, port, database } = input.redis;
    const url = `${host}:${port},${redisPoolSize},${slot("redis_password")},${database}`;
    return putKey(text, "_REDIS_URL", url, fail);
}
