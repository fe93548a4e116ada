import { isScalar, isSeq } from "yaml";
import { UserError } from "../../base/errors";
import { setting } from "../../base/naming";
import type { S3Settings } from "../../base/settings";
import { fileOf, type HarborRelease, ReleaseError, type RenderedFile, type RenderInput } from "../release";
import { refusePrivateKeys } from "../secrets";
import { slot, slotsIn } from "../slots";
import { type Fail, parseYaml } from "../yaml";
import { hideInText } from "./hide-in-text";
import { refuseUnsupported } from "./unsupported";
import { scalarText, YamlText } from "./yaml-text";

export const template = "harbor.yml.tmpl";

/**
 * Without these prepare fails (make/photon/prepare/utils/configs.py, v2.12.0 to v2.15.2). The release's own template has
 * them, so that nothing needs to be made up here.
 */
const needed: readonly (readonly string[])[] = [
    ["hostname"],
    ["http", "port"],
    ["harbor_admin_password"],
    ["data_volume"],
    ["log", "level"],
    ["log", "local", "location"],
    ["jobservice", "max_job_workers"],
    ["jobservice", "job_loggers"],
    ["jobservice", "logger_sweeper_duration"],
    ["notification", "webhook_job_max_retry"],
    ["notification", "webhook_job_http_client_timeout"],
];

/**
 * harbor.yml for one of several nodes, whose storage, database and Redis are outside, from the release's template.
 * @throws ReleaseError naming the template, UserError naming the setting of the stack.
 */
export function harborYml(release: HarborRelease, input: RenderInput): RenderedFile {
    const fail: Fail = (problem) => new ReleaseError(release, template, problem);
    const original = fileOf(release, template);
    const [taken] = slotsIn(original);
    if (taken !== undefined) throw fail(`${slot(taken)} is not allowed: such words stand for secrets`);
    refusePrivateKeys(original, fail);
    check(original, input, fail);
    const hidden = hideInText("harbor.yml", original, fail);
    const text = new YamlText(hidden.content, fail);
    setAddress(text, input, fail);
    text.set(["data_volume"], input.dataDir);
    text.set(["harbor_admin_password"], slot("admin_password"), true);
    setDatabase(text, input);
    setRedis(text, release, input);
    if (input.services?.metrics) setMetrics(text, input.services.metrics.port);
    if (input.s3) setS3(text, input.s3);
    const content = text.toString();
    const names = new Set<string>(slotsIn(content));
    const left = Object.entries(hidden.secrets).filter(([name]) => names.has(name));
    const file = { path: "harbor.yml", content };
    return left.length === 0 ? file : { ...file, secrets: Object.fromEntries(left) };
}

function check(text: string, input: RenderInput, fail: Fail): void {
    const doc = parseYaml(text, fail);
    for (const path of needed) {
        const value: unknown = doc.getIn(path);
        if (value === undefined || value === null) throw fail(`no ${path.join(".")}`);
    }
    refuseUnsupported(doc, input, fail);
    // A job's log is asked for through any node, and none finds what only the container's output has (#13011).
    const loggers = doc.getIn(["jobservice", "job_loggers"]);
    const names = isSeq(loggers) ? loggers.items.map((item) => (isScalar(item) ? item.value : undefined)) : [];
    if (!names.includes("FILE") && !names.includes("DB")) {
        throw fail("jobservice.job_loggers must have FILE or DB: no other node can read the logs of the others");
    }
    // Harbor publishes it for its redirect, and no override takes a port away.
    if (input.protocol !== "https") return;
    const redirect: unknown = doc.getIn(["http", "port"]);
    const ports: [string, number | undefined][] = [
        ["port", input.port],
        ["metricsPort", input.services?.metrics?.port],
    ];
    for (const [key, port] of ports) {
        if (port === undefined || port !== redirect) continue;
        throw new UserError(
            `${setting(key)}: ${port} is not allowed with https: Harbor 2.x has its redirect from http there (http.port of ${template})`,
        );
    }
}

function setAddress(text: YamlText, input: RenderInput, fail: Fail): void {
    text.set(["hostname"], input.hostname);
    // prepare makes the same address of the settings below.
    text.remove("external_url");
    if (input.protocol === "http") {
        text.set(["http", "port"], input.port);
        text.remove("https"); // where there is one it wins
        return;
    }
    if (!text.has("https")) throw fail("no https");
    text.set(["https", "port"], input.port);
    text.set(["https", "certificate"], `${input.certDir}/server.crt`);
    text.set(["https", "private_key"], `${input.certDir}/server.key`);
}

/** Password of no effect beside an external database; but one that everybody knows is never deployed. */
function setDatabase(text: YamlText, { database }: RenderInput): void {
    if (text.has("database")) text.set(["database", "password"], slot("postgres_password"), true);
    put(text, ["external_database", "harbor"], {
        host: database.host,
        port: database.port,
        db_name: database.name,
        username: database.user,
        password: slot("postgres_password"),
        ssl_mode: database.sslMode,
    });
}

/** Of Harbor's own choice: the queue of jobservice, and Trivy's. */
const jobsIndex = 2;
const scansIndex = 5;

function setRedis(text: YamlText, release: HarborRelease, { redis }: RenderInput): void {
    // `_REDIS_URL_CORE` has no index (utils/configs.py), so there is nothing to set.
    if (redis.database !== 0) {
        throw new UserError(
            `${setting("redisDatabase")}: ${redis.database} is not allowed: Harbor 2.x keeps sessions in 0`,
        );
    }
    if ([0, jobsIndex, scansIndex].includes(redis.cacheDatabase)) {
        throw new UserError(
            `${setting("redisCacheDatabase")}: ${redis.cacheDatabase} is not allowed: Harbor 2.x keeps sessions in 0, jobs in ${jobsIndex}, scans in ${scansIndex}`,
        );
    }
    if (redis.tls && /^v2\.12\./.test(release.version)) {
        throw new UserError(
            `${setting("redisTls")}: true is not allowed with Harbor ${release.version}: from 2.13 on (external_redis.tlsOptions)`,
        );
    }
    // It would win over external_redis (utils/configs.py, get_redis_configs).
    text.remove("redis");
    const host = redis.host.includes(":") ? `[${redis.host}]` : redis.host;
    put(text, ["external_redis"], {
        host: redis.sentinel ? redis.sentinel.addresses.join(",") : `${host}:${redis.port}`,
        password: slot("redis_password"),
        ...(redis.sentinel && { sentinel_master_set: redis.sentinel.masterSet }),
        registry_db_index: redis.cacheDatabase,
        jobservice_db_index: jobsIndex,
        trivy_db_index: scansIndex,
        // prepare reads rootCA in any case (get_redis_configs); none is given where it is empty.
        ...(redis.tls && { tlsOptions: { enable: true, rootCA: redis.tls.authority?.file ?? "" } }),
    });
}

/** The path is the only one that the proxy hands on (make/photon/prepare/templates/nginx). */
function setMetrics(text: YamlText, port: number): void {
    put(text, ["metric"], { enabled: true, port, path: "/metrics" });
}

/**
 * The stack's bucket in the place of whatever the release has. Region and keys that look like numbers would be taken for
 * such by the registry, since prepare writes them without quotes (utils/registry.py; config/object-store-rules.ts refuses those).
 * With an endpoint the registry (distribution 2.8) always names the bucket in the path, so there is no switch for that.
 */
function setS3(text: YamlText, { bucket, region, endpoint, rootDirectory, redirect }: S3Settings): void {
    text.remove("storage_service");
    const settings = {
        accesskey: slot("s3_access_key"),
        secretkey: slot("s3_secret_key"),
        region,
        bucket,
        ...(endpoint !== undefined && { regionendpoint: endpoint }),
        ...(rootDirectory !== undefined && { rootdirectory: rootDirectory }),
    };
    text.append([
        "storage_service:",
        "  s3:",
        ...Object.entries(settings).map(([key, value]) => `    ${key}: ${scalarText(value, value.startsWith("__"))}`),
        "  redirect:",
        `    disable: ${String(!redirect)}`,
    ]);
}

type Simple = string | number | boolean;

/** Into the section as it stands there, or into a new one at the end: the template has these as comments only. */
function put(
    text: YamlText,
    path: readonly string[],
    values: Readonly<Record<string, Simple | Readonly<Record<string, Simple>>>>,
): void {
    // A password of figures would be a number. None of its characters needs more (config/rules.ts, password).
    const written = (key: string, value: Simple): string => scalarText(value, key === "password");
    const entries = Object.entries(values);
    if (text.has(...path)) {
        for (const [key, value] of entries) {
            if (typeof value !== "object") {
                text.set([...path, key], value, key === "password");
            } else {
                const parts = Object.entries(value).map(([name, one]) => `${name}: ${written(name, one)}`);
                text.replace([...path, key], `{ ${parts.join(", ")} }`);
            }
        }
        return;
    }
    const indent = (depth: number): string => "  ".repeat(depth);
    const depth = path.length;
    text.append([
        ...path.map((key, at) => `${indent(at)}${key}:`),
        ...entries.flatMap(([key, value]) =>
            typeof value !== "object"
                ? [`${indent(depth)}${key}: ${written(key, value)}`]
                : [
                      `${indent(depth)}${key}:`,
                      ...Object.entries(value).map(
                          ([name, one]) => `${indent(depth + 1)}${name}: ${written(name, one)}`,
                      ),
                  ],
        ),
    ]);
}
