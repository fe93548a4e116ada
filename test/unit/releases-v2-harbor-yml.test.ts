import fc from "fast-check";
import { parse } from "yaml";
import { UserError } from "../../base/errors";
import { harborYml } from "../../releases/v2/harbor-yml";
import { safeLoad } from "../../releases/v2/python";
import type { RenderInput } from "../../releases/release";
import { httpsInput, inputV2, release214, release215, settingsAnd, settingsWith, tmpl215 } from "../support/release-v2";

const content = (release = release215, input: RenderInput = inputV2): string => harborYml(release, input).content;
const values = (release = release215, input: RenderInput = inputV2): Record<string, unknown> =>
    parse(content(release, input)) as Record<string, unknown>;

/** Lines that only one of two texts has, with the sign of the one. */
function differing(before: string, after: string): string[] {
    const [old, now] = [before.split("\n"), after.split("\n")];
    return [
        ...old.filter((line) => !now.includes(line)).map((line) => `-${line}`),
        ...now.filter((line) => !old.includes(line)).map((line) => `+${line}`),
    ];
}

describe("the template becomes the settings of one of several nodes, letter for letter but for what is decided here", () => {
    test.each([
        ["2.14, http", release214, inputV2],
        ["2.15, http", release215, inputV2],
        ["2.15, https", release215, httpsInput],
    ])("%s", (_what, release, input) => {
        const before = release.files.get("harbor.yml.tmpl") ?? "";
        expect(differing(before, content(release, input))).toMatchSnapshot();
    });

    test("comments and order stay, and what follows a removed section keeps its own comment", () => {
        const text = content();
        expect(text).toContain("\n# external_url: https://reg.example.org:8433\n");
        expect(text).toContain("\n#for the migration, not to be changed\n_version: 2.15.0\n");
        expect(text).toContain("    port:   8070   # redirects when there is https\n");
        expect(text).not.toContain("with encryption");
        expect(text).not.toContain("strong_ssl_ciphers");
    });

    test("old secrets in comments are dropped", () => {
        expect(tmpl215).toMatch(/older-One-1|an-old-token|harbor_db_password/);
        expect(content()).not.toMatch(/older-One-1|an-old-token|harbor_db_password/);
    });
});

describe("metrics", () => {
    const services = { trivy: false, metrics: { port: 9191 } };
    const on = { enabled: true, port: 9191, path: "/metrics" };

    test("stand at the end, or in the place of the release's own", () => {
        expect(values(release215, { ...inputV2, services }).metric).toEqual(on);
        const own = settingsAnd("metric:\n  enabled: false\n  port: 9090\n  path: /other\n");
        expect(values(own, { ...inputV2, services }).metric).toEqual(on);
        expect(safeLoad(content(own, { ...inputV2, services }))).toMatchObject({ metric: on });
    });

    test("the release's own settings stay without them", () => {
        const own = settingsAnd("metric:\n  enabled: true\n  port: 9090\n  path: /metrics\n");
        expect(values(own).metric).toEqual({ ...on, port: 9090 });
        expect(values()).not.toHaveProperty("metric");
    });
});

describe("the bucket", () => {
    const s3 = {
        bucket: "harbor",
        region: "eu-central-1",
        endpoint: undefined,
        rootDirectory: undefined,
        redirect: false,
    };
    const keys = { accesskey: "__s3_access_key__", secretkey: "__s3_secret_key__" };

    test("stands at the end, with slots; clients aren't sent to it", () => {
        expect(values(release215, { ...inputV2, s3 }).storage_service).toEqual({
            s3: { ...keys, region: "eu-central-1", bucket: "harbor" },
            redirect: { disable: true },
        });
        expect(values()).not.toHaveProperty("storage_service");
    });

    test("of another store, in a folder, with clients sent to it", () => {
        const more = { endpoint: "https://minio.example.com:9000", rootDirectory: "/registry", redirect: true };
        expect(values(release215, { ...inputV2, s3: { ...s3, ...more } }).storage_service).toEqual({
            s3: {
                ...{ ...keys, region: "eu-central-1", bucket: "harbor" },
                ...{ regionendpoint: "https://minio.example.com:9000", rootdirectory: "/registry" },
            },
            redirect: { disable: false },
        });
    });

    test("takes the place of a store that the release has", () => {
        const own = settingsAnd("storage_service:\n  azure:\n    accountname: theirs\n    accountkey: old-Secret-9\n");
        const file = harborYml(own, { ...inputV2, s3 });
        expect(file.content).not.toContain("azure");
        expect(file.secrets).toBeUndefined();
        expect(parse(file.content)).toHaveProperty(["storage_service", "s3", "bucket"], "harbor");
        expect(values(own)).toHaveProperty(["storage_service", "azure", "accountname"], "theirs");
    });
});

describe("the address", () => {
    test("http: its port, and no https, which would win", () => {
        expect(values()).toMatchObject({ hostname: "hub.example.com", http: { port: 8070 } });
        expect(values()).not.toHaveProperty("https");
    });

    test("https: port and pair; http stays for the redirect", () => {
        expect(values(release215, httpsInput)).toMatchObject({
            http: { port: 80 },
            https: {
                port: 443,
                certificate: "/opt/harbor-ha/cert/server.crt",
                private_key: "/opt/harbor-ha/cert/server.key",
            },
        });
    });

    test("https on the port of the redirect is refused with the setting's name", () => {
        expect(() => content(release215, { ...httpsInput, port: 80 })).toThrow(
            new UserError(
                "harbor-ha:port: 80 is not allowed with https: Harbor 2.x has its redirect from http there (http.port of harbor.yml.tmpl)",
            ),
        );
    });

    test("an external_url is never needed: the same address goes, another one is refused", () => {
        const same = settingsWith(
            "# external_url: https://reg.example.org:8433",
            "external_url: http://hub.example.com:8070",
        );
        expect(values(same)).not.toHaveProperty("external_url");
        const other = settingsWith("# external_url: https://reg", "external_url: https://reg");
        expect(() => content(other)).toThrow(
            "Harbor v2.15.2, harbor.yml.tmpl: external_url: https://reg.example.org:8433 is not allowed: http://hub.example.com:8070, of harbor-ha:domain and harbor-ha:port, or none",
        );
    });

    test.each(["reg.mydomain.com", "127.0.0.1"])("%s is refused, as prepare does", (hostname) => {
        expect(() => content(release215, { ...inputV2, hostname })).toThrow(
            `hostname: ${hostname} is not allowed: prepare refuses it`,
        );
    });
});

describe("the services outside", () => {
    test("are appended", () => {
        expect(values()).toMatchObject({
            database: { password: "__postgres_password__", max_open_conns: 900 },
            external_database: {
                harbor: {
                    ...{ host: "db.example.com", port: 5432, db_name: "registry", username: "harbor" },
                    ...{ password: "__postgres_password__", ssl_mode: "disable" },
                },
            },
            external_redis: {
                ...{ host: "redis.example.com:6379", password: "__redis_password__" },
                ...{ registry_db_index: 1, jobservice_db_index: 2, trivy_db_index: 5 },
            },
        });
    });

    test("take the place of those that are set, whose other settings stay", () => {
        const set = settingsAnd(
            "external_database:\n  harbor:\n    host: old\n    password: Old-Pass-1\n    max_idle_conns: 7\nexternal_redis:\n    host: old:1\n    idle_timeout_seconds: 60\n",
        );
        const found = values(set);
        expect(found.external_database).toEqual({
            harbor: {
                ...{ host: "db.example.com", port: 5432, db_name: "registry", username: "harbor" },
                ...{ password: "__postgres_password__", ssl_mode: "disable", max_idle_conns: 7 },
            },
        });
        expect(found.external_redis).toMatchObject({ host: "redis.example.com:6379", idle_timeout_seconds: 60 });
        expect(harborYml(set, inputV2).secrets).toBeUndefined();
    });

    test("an active redis section goes, since it would win", () => {
        expect(values(settingsAnd("redis:\n  jobservice_db_index: 3\n"))).not.toHaveProperty("redis");
    });

    test("a release without a database section gets none", () => {
        expect(values(settingsWith(/database:\n {2}password: root123\n.*\n/, ""))).not.toHaveProperty("database");
    });

    test.each([
        [
            { database: 3, cacheDatabase: 4 },
            "harbor-ha:redisDatabase: 3 is not allowed: Harbor 2.x keeps sessions in 0",
        ],
        [
            { database: 0, cacheDatabase: 2 },
            "harbor-ha:redisCacheDatabase: 2 is not allowed: Harbor 2.x keeps sessions in 0, jobs in 2, scans in 5",
        ],
        [{ database: 0, cacheDatabase: 5 }, "harbor-ha:redisCacheDatabase: 5 is not allowed"],
    ])("databases %j of Redis can't be had", (indexes, message) => {
        expect(() => content(release215, { ...inputV2, redis: { ...inputV2.redis, ...indexes } })).toThrow(message);
        expect(values(release215, { ...inputV2, redis: { ...inputV2.redis, cacheDatabase: 6 } })).toMatchObject({
            external_redis: { registry_db_index: 6 },
        });
    });

    const sentinel = { masterSet: "mymaster", addresses: ["s1.example.com:26379", "192.0.2.32:26380"] };
    const tls = { authority: { certificate: "PEM", file: "/opt/harbor-ha/cert/redis-ca.crt" } };
    const redisOf = (more: Partial<RenderInput["redis"]>, release = release215): unknown =>
        values(release, { ...inputV2, redis: { ...inputV2.redis, ...more } }).external_redis;

    test("Sentinels stand in the place of Redis's address, with the name of their set", () => {
        expect(redisOf({ host: "none", port: 0, sentinel })).toEqual({
            ...{ host: "s1.example.com:26379,192.0.2.32:26380", password: "__redis_password__" },
            ...{ sentinel_master_set: "mymaster", registry_db_index: 1, jobservice_db_index: 2, trivy_db_index: 5 },
        });
    });

    test("TLS is switched on, with the authority where there is one", () => {
        const enabled = (rootCA: string) => ({ tlsOptions: { enable: true, rootCA } });
        expect(redisOf({ tls })).toMatchObject(enabled("/opt/harbor-ha/cert/redis-ca.crt"));
        expect(redisOf({ tls: {} })).toMatchObject(enabled(""));
        expect(redisOf({ tls, sentinel })).toMatchObject({
            ...enabled(tls.authority.file),
            sentinel_master_set: "mymaster",
        });
    });

    test.each([
        ["no options of TLS", ""],
        ["empty ones", "  tlsOptions:\n"],
        ["ones that are off", "  tlsOptions:\n    enable: false\n    # of mine\n    rootCA: /old\n"],
        ["ones in braces", "  tlsOptions: { enable: false, rootCA: /old }\n"],
    ])("the release's own section with %s is changed in its place", (_what, more) => {
        const own = settingsAnd(`external_redis:\n  host: old:1\n${more}  idle_timeout_seconds: 60\nlast: true\n`);
        const text = content(own, { ...inputV2, redis: { ...inputV2.redis, tls, sentinel } });
        expect(safeLoad(text)).toMatchObject({
            external_redis: {
                ...{ host: "s1.example.com:26379,192.0.2.32:26380", sentinel_master_set: "mymaster" },
                ...{ tlsOptions: { enable: true, rootCA: tls.authority.file }, idle_timeout_seconds: 60 },
            },
            last: true,
        });
    });

    test("TLS can't be had with 2.12, and is refused by name", () => {
        const release212 = { ...release214, version: "v2.12.4" };
        const input = { ...inputV2, redis: { ...inputV2.redis, tls: {} } };
        expect(() => content(release212, input)).toThrow(
            new UserError(
                "harbor-ha:redisTls: true is not allowed with Harbor v2.12.4: from 2.13 on (external_redis.tlsOptions)",
            ),
        );
        expect(() => content({ ...release214, version: "v2.13.0" }, input)).not.toThrow();
        expect(redisOf({ sentinel }, release212)).toMatchObject({ sentinel_master_set: "mymaster" });
    });

    test("an IPv6 address of Redis stands in brackets", () => {
        const redis = { ...inputV2.redis, host: "fd00::5" };
        expect(values(release215, { ...inputV2, redis })).toMatchObject({ external_redis: { host: "[fd00::5]:6379" } });
    });
});

test("whatever the stack sets, Python reads what was meant", () => {
    const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,11}$/);
    const host = fc.oneof(fc.domain(), fc.ipV4(), word, fc.constantFrom("on", "1e3", "0o17", "12:30", "null", "010"));
    const port = fc.integer({ min: 1, max: 65535 }).filter((n) => n !== 80);
    fc.assert(
        fc.property(
            host,
            port,
            host,
            word,
            word,
            fc.constantFrom("http", "https"),
            (name, at, db, user, base, protocol) => {
                const input: RenderInput = {
                    ...inputV2,
                    ...{ hostname: name, registryName: `${name}:${at}`, protocol, port: at },
                    database: { ...inputV2.database, host: db, port: at, user, name: base },
                };
                const found = safeLoad(content(release215, input)) as Record<string, Record<string, unknown>>;
                expect(found.hostname).toBe(name);
                expect(found[protocol]).toMatchObject({ port: at });
                expect(found.external_database?.harbor).toEqual({
                    ...{
                        host: db,
                        port: at,
                        db_name: base,
                        username: user,
                        password: "__postgres_password__",
                        ssl_mode: "disable",
                    },
                });
            },
        ),
        { numRuns: 60 },
    );
});

test.each(["12345678", "1e300000", "0x1f2e3d4c", "yes-yes-yes", "= ~!@^*+"])(
    "the password %s is a text in its slot's place",
    (password) => {
        const filled = content().replaceAll(/__(\w+)_password__/g, () => password);
        const found = safeLoad(filled) as Record<string, Record<string, unknown>>;
        expect(found.harbor_admin_password).toBe(password);
        expect(found.external_redis?.password).toBe(password);
        expect(found.external_database?.harbor).toMatchObject({ password });
    },
);

describe("secrets that people have put into the template become slots, with everything else letter for letter", () => {
    test.each<[string, string, string, Record<string, string>]>([
        [
            "a plain value",
            "trivy2:\n  github_token: ghp_Abc-1 # mine\n",
            "trivy2:\n  github_token: __release_harbor_trivy_github_token__ # mine\n",
            { release_harbor_trivy_github_token: "ghp_Abc-1" },
        ],
        [
            "a quoted value",
            "x: { secretkey: 'a''b-Secret' }\n",
            "x: { secretkey: __release_harbor_x_secretkey__ }\n",
            { release_harbor_x_secretkey: '"a\'b-Secret"' },
        ],
        [
            "a part of a value",
            'proxy2:\n  http_proxy: "http://me:S3cret-1@proxy:3128"\n',
            'proxy2:\n  http_proxy: "http://me:__release_harbor_proxy_http_proxy__@proxy:3128"\n',
            { release_harbor_proxy_http_proxy: "S3cret-1" },
        ],
    ])("%s", (_what, from, to, secrets) => {
        const file = harborYml(settingsAnd(from), inputV2);
        expect(file.content).toContain(to);
        expect(file.secrets).toEqual(secrets);
    });

    test("those in the place of the stack's own are gone", () => {
        const file = harborYml(settingsWith("Harbor12345", "Own-Pass-1"), inputV2);
        expect(JSON.stringify(file)).not.toContain("Own-Pass-1");
        expect(file.secrets).toBeUndefined();
    });
});
