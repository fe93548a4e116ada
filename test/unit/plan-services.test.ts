import { parse as parseYaml } from "yaml";
import { UserError } from "../../base/errors";
import { redisAddress } from "../../base/settings";
import { clusterPlan, type ClusterPlan } from "../../plan/cluster-plan";
import { prometheusScrapeConfig } from "../../plan/prometheus";
import type { HarborRelease } from "../../releases/release";
import { pki } from "../support/files";
import { release } from "../support/release";
import { release215 } from "../support/release-v2";
import { changed, type Changes, minimalHttp, parse, rawNodes, withPostgres } from "../support/settings";

const planOf = (from: HarborRelease, changes: Changes): ClusterPlan => {
    const base = from === release ? minimalHttp : withPostgres(minimalHttp);
    return clusterPlan(parse(changed(base, { nodes: JSON.stringify(rawNodes(2)), ...changes })), from);
};
const parametersOf = (plan: ClusterPlan, step: string): readonly Readonly<Record<string, unknown>>[] =>
    plan.steps.filter((one) => one.step === step).map(({ parameters }) => parameters);

describe("Trivy", () => {
    const plan = planOf(release215, { trivy: "true" });

    test("prepare is told of it, its image is staged, and up waits for its container on every node", () => {
        for (const { prepare_arguments: words } of parametersOf(plan, "prepare")) {
            expect(words).toEqual(["prepare", "--with-trivy"]);
        }
        for (const { images } of [...parametersOf(plan, "stage"), ...parametersOf(plan, "up")]) {
            expect(images).toContain("example/trivy-adapter-photon:v2.15.2");
        }
        for (const { containers } of parametersOf(plan, "up")) expect(containers).toContain("trivy-adapter");
    });

    test("what prepare makes for it is compared", () => {
        expect(parametersOf(plan, "prepare")[0]).toHaveProperty(["expected/common/config/trivy-adapter/env"]);
    });
});

describe("metrics", () => {
    test("up looks at them on their port, and only where there are any", () => {
        for (const [changes, port] of [
            [{ metrics: "true" }, 9090],
            [{ metrics: "true", metricsPort: "9191" }, 9191],
        ] as const) {
            for (const parameters of parametersOf(planOf(release215, changes), "up")) {
                expect(parameters).toMatchObject({ metrics_port: port });
            }
        }
        expect(parametersOf(planOf(release215, {}), "up")[0]).not.toHaveProperty("metrics_port");
    });

    test("Prometheus finds each component on every node", () => {
        const settings = (changes: Changes) =>
            parse(changed(minimalHttp, { nodes: JSON.stringify(rawNodes(2)), ...changes }));
        expect(prometheusScrapeConfig(settings({}))).toBeUndefined();
        const text = prometheusScrapeConfig(settings({ metrics: "true", metricsPort: "9191" })) ?? "";
        expect(text).not.toMatch(/[&*]/);
        const job = (component: string) => ({
            ...{ job_name: `harbor-${component}`, scrape_interval: "20s", metrics_path: "/metrics" },
            params: { comp: [component] },
            static_configs: [{ targets: ["192.0.2.11:9191", "192.0.2.12:9191"] }],
        });
        expect(parseYaml(text)).toEqual({
            scrape_configs: [job("exporter"), job("core"), job("registry"), job("jobservice")],
        });
    });
});

test.each([
    ["trivy", { trivy: "true" }],
    ["metrics", { metrics: "true" }],
])("%s is refused with 1.x by name", (key, changes) => {
    expect(() => planOf(release, changes)).toThrow(
        new UserError(`harbor-ha:${key}: true is not allowed with Harbor v1.1.2: from 2.12 on`),
    );
});

describe("Redis", () => {
    const sentinels = {
        redisHost: undefined,
        redisSentinels: '["s1", "s2:26380"]',
        redisSentinelMasterSet: "mymaster",
    };
    const tls = { redisTls: "true", redisCaCertificate: pki("ca.crt") };
    const file = "/opt/harbor-ha/cert/redis-ca.crt";

    test("through TLS: every node has the authority before it is looked at, and prepare and up are told of it", () => {
        const plan = planOf(release215, tls);
        for (const { files } of plan.nodes) {
            expect(files.filter(({ step }) => step === "ca")).toEqual([
                { step: "ca", suffix: "redis-ca", path: file, content: pki("ca.crt"), removeOnDelete: false },
            ]);
        }
        expect(parametersOf(plan, "redis")[0]).toMatchObject({ host: "redis.example.com", tls: true, ca_file: file });
        expect(parametersOf(plan, "prepare")[0]).toMatchObject({
            redis_ca_file: file,
            "expected/common/config/shared/trust-certificates/redis_tls_ca.crt": expect.any(String) as string,
        });
        for (const parameters of [...parametersOf(plan, "up"), ...parametersOf(plan, "verify")]) {
            expect(parameters).toMatchObject({ redis_tls: true, redis_ca_file: file });
        }
    });

    test("another authority runs the check and prepare again", () => {
        const [one, other] = [tls, { ...tls, redisCaCertificate: pki("token.crt") }].map((changes) => {
            const plan = planOf(release215, changes);
            return [parametersOf(plan, "redis")[0]?.ca, parametersOf(plan, "prepare")[0]?.["digest/redis-ca.crt"]];
        });
        expect(one).toEqual([expect.any(String), expect.any(String)]);
        expect(other?.[0]).not.toBe(one?.[0]);
        expect(other?.[1]).not.toBe(one?.[1]);
    });

    test("of a public authority no file is needed", () => {
        const plan = planOf(release215, { redisTls: "true" });
        expect(plan.nodes[0]?.files.filter(({ step }) => step === "ca")).toEqual([]);
        expect(parametersOf(plan, "up")[0]).toMatchObject({ redis_tls: true });
        expect(parametersOf(plan, "up")[0]).not.toHaveProperty("redis_ca_file");
    });

    test("by Sentinels", () => {
        const plan = planOf(release215, sentinels);
        const where = { sentinels: ["s1:26379", "s2:26380"], master_set: "mymaster" };
        expect(parametersOf(plan, "redis")[0]).toMatchObject({ host: "none", port: 0, ...where });
        expect(parametersOf(plan, "verify")[0]).toMatchObject({
            ...{ redis_host: "none", redis_sentinels: where.sentinels, redis_master_set: "mymaster" },
        });
        expect(redisAddress(plan.settings.redis)).toBe("mymaster of s1:26379, s2:26380");
    });

    test("1.x has neither, and says so by name", () => {
        expect(() => planOf(release, { redisTls: "true" })).toThrow(
            new UserError("harbor-ha:redisTls: true is not allowed with Harbor v1.1.2: from 2.13 on"),
        );
        expect(() => planOf(release, sentinels)).toThrow(
            new UserError(
                "harbor-ha:redisSentinels: s1:26379, s2:26380 is not allowed with Harbor v1.1.2: from 2.12 on",
            ),
        );
    });

    test("as one server without TLS has none of these parameters", () => {
        const plan = planOf(release215, {});
        for (const { parameters } of plan.steps) {
            expect(Object.keys(parameters).filter((name) => /tls|sentinel|master_set|ca_file$/.test(name))).toEqual(
                "ca_file" in parameters ? ["ca_file"] : [],
            );
        }
    });
});

test("without them the plan has nothing of either", () => {
    const plan = planOf(release215, { trivy: "false", metrics: "false" });
    expect(JSON.stringify([plan.steps, plan.nodes.map(({ files }) => files)])).not.toMatch(
        /with-trivy|metrics_port|:9090/,
    );
    expect(plan.steps).toEqual(planOf(release215, {}).steps);
});
