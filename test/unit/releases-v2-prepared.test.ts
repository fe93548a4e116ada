import { ReleaseError, type RenderedFile, type RenderInput } from "../../releases/release";
import { harborYml } from "../../releases/v2/harbor-yml";
import { prepared } from "../../releases/v2/prepared";
import {
    httpsInput,
    inputV2,
    release214,
    release215,
    settingsAnd,
    settingsWith,
    templatesWith,
    withoutImage,
} from "../support/release-v2";

const made = (release = release215, input: RenderInput = inputV2) =>
    prepared(release, harborYml(release, input), input.services?.trivy === true);
const textOf = (path: string, release = release215, input: RenderInput = inputV2): string => {
    const { compose, others } = made(release, input);
    const file = [compose, ...others].find((one) => one.path === path);
    if (file === undefined) throw new Error(`${path} isn't shown`);
    return file.content;
};
const lineOf = (key: string, path: string, release = release215, input = inputV2): string | undefined =>
    textOf(path, release, input)
        .split("\n")
        .find((line) => line.trim().startsWith(key));

test.each([
    ["2.14, http", release214, inputV2],
    ["2.15, https", release215, httpsInput],
])("what prepare makes of the templates: %s", (_what, release, input) => {
    const { compose, others, notShown } = made(release, input);
    const text = ({ path, content }: RenderedFile): string => `==> ${path}\n${content}\n`;
    expect([compose, ...others].map(text).join("")).toMatchSnapshot();
    expect(notShown).toEqual({});
    expect([compose, ...others].every(({ made: by }) => by === "prepare")).toBe(true);
});

describe("variables are prepare's", () => {
    const coreEnv = "common/config/core/env";

    test.each<[string, RenderInput, string]>([
        ["http with a port", inputV2, "http://hub.example.com:8070"],
        ["http", { ...inputV2, port: 80, registryName: "hub.example.com" }, "http://hub.example.com"],
        ["https", httpsInput, "https://hub.example.com"],
        [
            "https with a port",
            { ...httpsInput, port: 8443, registryName: "hub.example.com:8443" },
            "https://hub.example.com:8443",
        ],
    ])("the public address is the registry's own: %s", (_what, input, url) => {
        expect(lineOf("EXT_ENDPOINT", coreEnv, release215, input)).toBe(`EXT_ENDPOINT=${url}`);
        expect(url).toBe(`${input.protocol}://${input.registryName}`);
    });

    test("secrets are slots, and what each run makes anew is a word", () => {
        const text = textOf(coreEnv);
        for (const line of [
            "HARBOR_ADMIN_PASSWORD=__admin_password__",
            "POSTGRESQL_PASSWORD=__postgres_password__",
            "_REDIS_URL_CORE=redis://:__redis_password__@redis.example.com:6379?idle_timeout_seconds=30",
            "CORE_SECRET=@@CORE_SECRET@@",
            "JOBSERVICE_SECRET=@@JOBSERVICE_SECRET@@",
            "REGISTRY_CREDENTIAL_PASSWORD=@@REGISTRY_PASSWORD@@",
            "CSRF_KEY=@@CSRF_KEY@@",
            "ROBOT_SCANNER_NAME_PREFIX=@@SCANNER_PREFIX@@",
            "RELOAD_KEY=",
            "WITH_TRIVY=False",
            "QUOTA_UPDATE_PROVIDER=db",
        ]) {
            expect(text.split("\n")).toContain(line);
        }
    });

    test("NO_PROXY is sorted, without doubles; a component that isn't listed has none", () => {
        const set = settingsWith("  no_proxy:\n", "  no_proxy: zeta.example.com,core,.apps\n");
        expect(lineOf("NO_PROXY", coreEnv, set)).toBe(
            "NO_PROXY=.apps,.internal,.local,127.0.0.1,core,db,exporter,jobservice,localhost,log,nginx,portal,postgresql,redis,registry,registryctl,trivy-adapter,zeta.example.com",
        );
        const without = settingsWith("    - core\n", "");
        expect(lineOf("NO_PROXY", coreEnv, without)).toBe("NO_PROXY=");
    });

    test("databases of Redis by index", () => {
        const input = { ...inputV2, redis: { ...inputV2.redis, cacheDatabase: 7 } };
        expect(lineOf("redis_url:", "common/config/jobservice/config.yml", release215, input)).toBe(
            "    redis_url: redis://:__redis_password__@redis.example.com:6379/2?idle_timeout_seconds=30",
        );
        expect(lineOf("db:", "common/config/registry/config.yml", release215, input)).toBe("  db: 7");
    });

    const sentinel = { masterSet: "mymaster", addresses: ["s1:26379", "s2:26380"] };
    const options = "?idle_timeout_seconds=30";

    // As get_redis_url and parse_redis of v2.12.4 to v2.15.2 made them of the same settings.
    test.each<[string, Partial<RenderInput["redis"]>, string, string, string[]]>([
        [
            "TLS",
            { tls: {} },
            "rediss://:__redis_password__@redis.example.com:6379",
            "",
            ["addr: redis.example.com:6379", "enableTLS: true"],
        ],
        [
            "Sentinels",
            { sentinel },
            "redis+sentinel://:__redis_password__@s1:26379,s2:26380",
            "/mymaster",
            ["addr: s1:26379,s2:26380", "sentinelMasterSet: mymaster", "enableTLS: false"],
        ],
        [
            "both",
            { sentinel, tls: {} },
            "rediss+sentinel://:__redis_password__@s1:26379,s2:26380",
            "/mymaster",
            ["addr: s1:26379,s2:26380", "sentinelMasterSet: mymaster", "enableTLS: true"],
        ],
    ])("Redis with %s", (_what, more, url, set, registry) => {
        const services = { trivy: true, metrics: undefined };
        const input = { ...inputV2, services, redis: { ...inputV2.redis, ...more } };
        expect(lineOf("_REDIS_URL_CORE", coreEnv, release215, input)).toBe(`_REDIS_URL_CORE=${url}${set}${options}`);
        expect(lineOf("redis_url:", "common/config/jobservice/config.yml", release215, input)).toBe(
            `    redis_url: ${url}${set}/2${options}`,
        );
        expect(lineOf("SCANNER_REDIS_URL", "common/config/trivy-adapter/env", release215, input)).toBe(
            `SCANNER_REDIS_URL=${url}${set}/5${options}`,
        );
        const lines = textOf("common/config/registry/config.yml", release215, input).split("\n");
        for (const line of ["db: 1", ...registry]) expect(lines).toContain(`  ${line}`);
    });

    test.each([
        ["warning", "WARNING", "warn"],
        ["debug", "DEBUG", "debug"],
    ])("the level %s is %s to jobservice and %s to the registry", (level, jobservice, registry) => {
        const set = settingsWith("level: info", `level: ${level}`);
        expect(lineOf("level:", "common/config/jobservice/config.yml", set)).toContain(`level: "${jobservice}"`);
        expect(lineOf("level:", "common/config/registry/config.yml", set)).toBe(`  level: ${registry}`);
        expect(lineOf("log_level:", "common/config/registryctl/config.yml", set)).toBe(`log_level: ${registry}`);
    });

    test.each([
        ["12", "24"],
        ["48", "48"],
        ["x", "24"],
    ])("jobs that may take %s hours may take %s", (set, hours) => {
        const release = settingsWith("max_job_duration_hours: 24", `max_job_duration_hours: ${set}`);
        expect(lineOf("max_update_hours", "common/config/jobservice/config.yml", release)).toBe(
            `  max_update_hours: ${hours}`,
        );
    });

    test.each([
        ["", "filesystem:\n    rootdirectory: /storage"],
        [
            "storage_service:\n  filesystem:\n    maxthreads: 100\n",
            "filesystem:\n    maxthreads: 100\n    rootdirectory: /storage",
        ],
        [
            "storage_service:\n  s3:\n    secure: true\n    v4auth: false\n    region:\n",
            "s3:\n    secure: true\n    v4auth: False\n    region: \n",
        ],
    ])("storage %j", (more, expected) => {
        expect(textOf("common/config/registry/config.yml", settingsAnd(more))).toContain(`storage:\n  ${expected}`);
    });

    test("tracing", () => {
        const set = settingsAnd(
            "trace:\n  enabled: true\n  sample_rate: 1.0\n  attributes: {app: harbor, n: 1}\n  otel:\n    endpoint: host:4318\n",
        );
        const text = textOf(coreEnv, set).split("\n");
        expect(text).toContain('TRACE_ATTRIBUTES={"app": "harbor", "n": 1}');
        expect(text).toContain("TRACE_SAMPLE_RATE=1.0");
        expect(text).toContain("TRACE_OTEL_URL_PATH=");
    });

    test("metrics have a port and a service of their own", () => {
        const { compose, others } = made(settingsAnd("metric:\n  enabled: true\n  port: 9090\n  path: /metrics\n"));
        expect(compose.content).toContain("- 9090:9090");
        expect(others.map(({ path }) => path)).toContain("common/config/exporter/env");
        expect(made().others.map(({ path }) => path)).not.toContain("common/config/exporter/env");
    });
});

describe("services that run besides", () => {
    const services = { trivy: true, metrics: { port: 9191 } };
    const env = "common/config/trivy-adapter/env";

    test.each([
        ["2.14, http", release214, inputV2],
        ["2.15, https", release215, httpsInput],
    ])("are all that is different: %s", (_what, release, input) => {
        const before = made(release, input);
        const after = made(release, { ...input, services });
        expect(after.notShown).toEqual({});
        const was = new Map([before.compose, ...before.others].map(({ path, content }) => [path, content]));
        const differing = [after.compose, ...after.others].flatMap(({ path, content }) =>
            (was.get(path) ?? "") === content
                ? []
                : [[path, content.split("\n").filter((line) => !was.get(path)?.split("\n").includes(line))]],
        );
        expect(Object.fromEntries(differing)).toMatchSnapshot();
    });

    test("the scanner has settings of the release, and defaults of prepare where there are none", () => {
        const input = { ...inputV2, services };
        expect(lineOf("SCANNER_TRIVY_DB_REPOSITORY", env, release214, input)).toBe(
            "SCANNER_TRIVY_DB_REPOSITORY=ghcr.io/aquasecurity/trivy-db",
        );
        expect(lineOf("SCANNER_TRIVY_DB_REPOSITORY", env, release215, input)).toBe(
            "SCANNER_TRIVY_DB_REPOSITORY=ghcr.example.org/trivy-db",
        );
        const set = settingsWith("ignore_unfixed: false", "ignore_unfixed: true\n  security_check: vuln,config");
        expect(lineOf("SCANNER_TRIVY_IGNORE_UNFIXED", env, set, input)).toBe("SCANNER_TRIVY_IGNORE_UNFIXED=True");
        expect(lineOf("SCANNER_TRIVY_SECURITY_CHECKS", env, set, input)).toBe(
            "SCANNER_TRIVY_SECURITY_CHECKS=vuln,config",
        );
    });

    test("its proxy is that of the settings, where it is one of the components", () => {
        const input = { ...inputV2, services };
        const set = settingsWith("    - jobservice\n", "    - jobservice\n    - trivy\n");
        expect(lineOf("NO_PROXY", env, set, input)).toMatch(/^NO_PROXY=\.internal,.*,trivy-adapter$/);
        expect(lineOf("NO_PROXY", env, release215, input)).toBe("NO_PROXY=");
    });

    test("a token in the release's settings is no part of what is shown", () => {
        const set = settingsWith("  # github_token: an-old-token\n", "  github_token: ghp_Abc-1\n");
        const { notShown, others } = made(set, { ...inputV2, services });
        expect(Object.keys(notShown)).toEqual([env]);
        expect(JSON.stringify(others)).not.toContain("ghp_Abc-1");
    });
});

describe("files that can't be shown", () => {
    test("a template with something unknown costs its own file only", () => {
        const { others, notShown } = made(templatesWith({ "core/env.jinja": "A={{ new_thing }}\n" }));
        expect(notShown).toEqual({ "common/config/core/env": "core/env.jinja: line 1: nothing is known of new_thing" });
        expect(others.map(({ path }) => path)).not.toContain("common/config/core/env");
        expect(others).toHaveLength(made().others.length - 1);
    });

    test("what prepare gives to other templates only is not known", () => {
        const { notShown } = made(templatesWith({ "portal/nginx.conf.jinja": "{{ protocol }}" }));
        expect(notShown).toEqual({
            "common/config/portal/nginx.conf": "portal/nginx.conf.jinja: line 1: nothing is known of protocol",
        });
    });

    test("a template of a name that isn't known", () => {
        expect(made(templatesWith({ "cache/env.jinja": "" })).notShown).toEqual({
            "common/config/cache/env": "cache/env.jinja: a template that this program doesn't know",
        });
    });

    test("a file with a secret of the release's own, which nodes couldn't compare", () => {
        const { notShown, others } = made(settingsWith("http_proxy:\n", "http_proxy: http://me:S3cret-1@proxy:1\n"));
        expect(notShown).toEqual({
            "common/config/core/env":
                "core/env.jinja: __release_harbor_proxy_http_proxy__, a secret of the release's own, stands in it",
        });
        expect(JSON.stringify(others)).not.toContain("S3cret-1");
    });

    test("a template that the release hasn't got is no file of it", () => {
        const { notShown, others } = made(templatesWith({ "db/env.jinja": undefined }));
        expect(notShown).toEqual({});
        expect(others.map(({ path }) => path)).not.toContain("common/config/db/env");
    });

    test("the compose file has to be known", () => {
        const template = "docker_compose/docker-compose.yml.jinja";
        const broken = templatesWith({ [template]: "services: {{ more }}\n" });
        expect(() => made(broken)).toThrow(new ReleaseError(broken, template, "line 1: nothing is known of more"));
        expect(() => made(templatesWith({ [template]: undefined }))).toThrow(
            `no template ${template} in the image of prepare`,
        );
    });

    test("a release without the image says what is needed", () => {
        const online = withoutImage();
        expect(() => made(online)).toThrow(
            "Harbor v2.15.2, docker-compose.yml: it can't be known without prepare's templates: the offline installer is needed, which has the image of prepare",
        );
    });
});
