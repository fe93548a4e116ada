import { harborYml } from "../../releases/v2/harbor-yml";
import { ReleaseError, type RenderInput } from "../../releases/release";
import { releaseWith } from "../support/release";
import { httpsInput, inputV2, release215, settingsAnd, settingsWith } from "../support/release-v2";

const content = (release = release215, input: RenderInput = inputV2): string => harborYml(release, input).content;

describe("a template that isn't as this program knows it is refused by file and release", () => {
    const refused = (release: typeof release215, problem: string, input = inputV2): void => {
        expect(() => content(release, input)).toThrow(new ReleaseError(release, "harbor.yml.tmpl", problem));
    };

    test.each([
        ["hostname", /hostname:.*\n/],
        ["http.port", /http:\n.*\n/],
        ["http.port", / +port: {3}80.*\n/],
        ["harbor_admin_password", /harbor_admin_password:.*\n/],
        ["data_volume", /data_volume:.*\n/],
        ["log.level", / +level: info\n/],
        ["log.local.location", / +location:.*\n/],
        ["jobservice.max_job_workers", / +max_job_workers:.*\n/],
        ["jobservice.job_loggers", / +job_loggers:\n.*\n.*\n/],
        ["jobservice.logger_sweeper_duration", / +logger_sweeper_duration:.*\n/],
        ["notification.webhook_job_max_retry", / +webhook_job_max_retry:.*\n/],
        ["notification.webhook_job_http_client_timeout", / +webhook_job_http_client_timeout:.*\n/],
    ])("no %s", (key, pattern) => {
        refused(settingsWith(pattern, ""), `no ${key}`);
    });

    test("no https where the stack has it", () => {
        refused(settingsWith(/https:\n( .*\n)+/, ""), "no https", httpsInput);
    });

    test("no template", () => {
        const release = releaseWith({ "harbor.yml.tmpl": undefined }, release215);
        expect(() => content(release)).toThrow(
            new ReleaseError(release, "harbor.yml.tmpl", "the file isn't in the archive"),
        );
    });

    test.each([
        ["log.level: loud is not allowed: debug, info, warning, error, fatal", "level: info", "level: loud"],
        [
            "jobservice.job_loggers must have FILE or DB: no other node can read the logs of the others",
            "    - FILE\n",
            "",
        ],
        ["hostname is no single value", "hostname: reg.mydomain.com", "hostname: [a, b]"],
        ["http is written in braces: write one key a line", /http:\n.*\n/, "http: { port: 80 }\n"],
        ["aliases (&name, *name) are not supported: write the values out", "rotate_count: 50", "rotate_count: &n 50"],
        ["__redis_password__ is not allowed: such words stand for secrets", "root123", "__redis_password__"],
    ])("%s", (problem, from, to) => {
        refused(settingsWith(from, to), problem);
    });

    test.each([
        [
            "internal_tls.enabled is not allowed: TLS between the containers is not supported",
            "internal_tls:\n  enabled: true\n",
        ],
        [
            "storage_service.ca_bundle is not allowed: prepare sees no file of the node but the certificate",
            "storage_service:\n  ca_bundle: /ca.crt\n",
        ],
        [
            "storage_service.filesystem.rootdirectory: /elsewhere is not allowed: /storage",
            "storage_service:\n  filesystem:\n    rootdirectory: /elsewhere\n",
        ],
        [
            "external_redis.sentinel_master_set is not allowed: harbor-ha:redisSentinels and harbor-ha:redisSentinelMasterSet say where Redis is",
            "external_redis:\n  sentinel_master_set: m\n",
        ],
        [
            "external_redis.tlsOptions.enable is not allowed: harbor-ha:redisTls and harbor-ha:redisCaCertificate say so",
            "external_redis:\n  tlsOptions:\n    enable: true\n",
        ],
    ])("%s", (problem, more) => {
        refused(settingsAnd(more), problem);
    });

    test("a private key", () => {
        expect(() => content(settingsAnd("x: |\n  -----BEGIN RSA PRIVATE KEY-----\n  abc\n"))).toThrow(
            /line \d+ begins a private key, which doesn't belong into this file/,
        );
    });

    test("what is no YAML, without a value of it", () => {
        const broken = settingsAnd('secret: "S3cret-One\n');
        expect(() => content(broken)).toThrow(ReleaseError);
        expect(() => content(broken)).not.toThrow(/S3cret-One/);
    });
});
