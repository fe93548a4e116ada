import { UserError } from "../../base/errors";
import { clusterPlan, type ClusterPlan } from "../../plan/cluster-plan";
import { isDerived } from "../../plan/planned";
import type { HarborRelease } from "../../releases/release";
import { release } from "../support/release";
import { release214, release215, settingsAnd } from "../support/release-v2";
import {
    changed,
    type Changes,
    minimalHttp,
    minimalHttps,
    parse,
    type Raw,
    rawNodes,
    withPostgres,
} from "../support/settings";

const planWith = (of: HarborRelease, base: Raw, nodes: number, changes: Changes = {}): ClusterPlan =>
    clusterPlan(parse(changed(base, { nodes: JSON.stringify(rawNodes(nodes)), ...changes })), of);
const planOf = (nodes: number, changes: Changes = {}, base = minimalHttp): ClusterPlan =>
    planWith(release, base, nodes, changes);
const planV2 = (nodes: number, changes: Changes = {}, base = minimalHttp): ClusterPlan =>
    planWith(release215, withPostgres(base), nodes, changes);

const clusters: readonly [string, ClusterPlan][] = [
    ["one node", planOf(1)],
    ["three nodes", planOf(3)],
    ["three nodes at once", planOf(3, { rollout: "parallel" })],
    ["seven nodes with https", planOf(7, {}, minimalHttps)],
    ["no managed DNS", planOf(3, { dnsMode: "none" })],
    ["Harbor 2.x on one node", planV2(1)],
    ["Harbor 2.x on three nodes at once", planV2(3, { rollout: "parallel" })],
    ["Harbor 2.x on seven nodes with https", planV2(7, {}, minimalHttps)],
];

describe.each(clusters)("the plan of %s", (_, plan) => {
    const ids = plan.steps.map(({ id }) => id);

    test("has each step once, behind everything that it waits for", () => {
        expect(new Set(ids).size).toBe(ids.length);
        for (const { id, after } of plan.steps) {
            for (const other of after)
                expect([id, other, ids.indexOf(other) < ids.indexOf(id)]).toEqual([id, other, ids.includes(other)]);
        }
    });

    test("names only steps of its own, and what follows lies behind", () => {
        for (const { id, again } of plan.steps) {
            for (const other of again)
                expect([id, other, ids.indexOf(other) > ids.indexOf(id)]).toEqual([id, other, true]);
        }
        const derived = plan.steps.flatMap(({ parameters }) => Object.values(parameters).filter(isDerived));
        const followed = derived.flatMap((value) => ("digestOf" in value ? value.digestOf : []));
        expect(followed.length).toBeGreaterThan(0);
        expect(followed.filter((other) => !ids.includes(other))).toEqual([]);
    });

    test("is data: the same again, and it survives being written down", () => {
        const again = clusterPlan(plan.settings, plan.release);
        expect(JSON.parse(JSON.stringify(again.steps))).toEqual(JSON.parse(JSON.stringify(plan.steps)));
    });

    test("holds no secret in what is shown", () => {
        const shown = JSON.stringify([
            plan.steps,
            plan.nodes.map(({ files, secrets }) => [files, secrets]),
            plan.facts,
            plan.layout,
        ]);
        const secrets = [
            plan.settings.storage.mode === "cephfs" ? plan.settings.storage.key : undefined,
            plan.settings.database.password,
            plan.settings.redis.password,
            plan.settings.ssh.privateKey,
        ];
        for (const secret of secrets) expect(secret?.secret).toBeDefined();
        for (const secret of secrets) expect(shown).not.toContain(secret?.secret);
        // Those of 2.x give way to the stack's, or aren't taken.
        expect(plan.releaseSecrets.size > 0).toBe(plan.facts.line === "v1");
        for (const [, value] of plan.releaseSecrets) if (value.length > 3) expect(shown).not.toContain(value);
    });
});

test("the rollout: one by one, or all after the first", () => {
    const before = (rollout: string): string[][] =>
        planOf(4, { rollout }).steps.flatMap(({ step, after }) =>
            step === "up" ? [after.filter((id) => id.startsWith("up@"))] : [],
        );
    expect(before("serial")).toEqual([[], ["up@node1"], ["up@node2"], ["up@node3"]]);
    expect(before("parallel")).toEqual([[], ["up@node1"], ["up@node1"], ["up@node1"]]);
});

test("steps of the cluster are spread over the nodes", () => {
    const runners = (nodes: number) =>
        Object.fromEntries(Object.entries(planOf(nodes).roles.runners).map(([step, { name }]) => [step, name]));
    expect(runners(3)).toMatchObject({
        store: "node1",
        "token-key": "node1",
        mysql: "node2",
        postgres: "node2",
        verify: "node2",
        redis: "node3",
        dns: "node3",
    });
    expect(runners(2)).toMatchObject({ redis: "node1", dns: "node1" });
    expect(new Set(Object.values(runners(1)))).toEqual(new Set(["node1"]));
});

test.each<[string, HarborRelease, Raw, string]>([
    [
        "MySQL with Harbor 2.x",
        release215,
        minimalHttp,
        "harbor-ha:mysqlHost: db.example.com is not allowed with Harbor v2.15.2, which needs PostgreSQL: set postgresHost and postgresPassword instead",
    ],
    [
        "PostgreSQL with Harbor 1.x",
        release,
        withPostgres(minimalHttp),
        "harbor-ha:postgresHost: db.example.com is not allowed with Harbor v1.1.2, which needs MySQL: set mysqlHost and mysqlPassword instead",
    ],
])("%s is refused with the keys to set", (_, of, base, message) => {
    const plan = (): unknown => planWith(of, base, 3);
    expect(plan).toThrow(UserError);
    expect(plan).toThrow(new UserError(message));
});

describe("images of Harbor 2.x", () => {
    const imagesOf = (plan: ClusterPlan, step: "stage" | "up"): string[][] =>
        plan.steps.flatMap((one) => (one.step === step ? [one.parameters.images as unknown as string[]] : []));
    const named = (version: string, ...names: string[]): string[] => names.map((name) => `example/${name}:${version}`);
    const running = [
        ...["harbor-core", "harbor-jobservice", "harbor-log", "harbor-portal", "harbor-registryctl"],
        ...["nginx-photon", "registry-photon"],
    ];

    test.each([release214, release215])("$version: up needs those that run, core's among them, and no other", (of) => {
        const plan = planWith(of, withPostgres(minimalHttp), 3);
        const needed = named(of.version, ...running);
        expect(imagesOf(plan, "up")).toEqual([needed, needed, needed]);
        expect(needed).toContain(plan.facts.coreImage);
        // One that the archive has and this stack doesn't run may be cleared away.
        expect(of.prepareImage?.images).toContain(`example/harbor-exporter:${of.version}`);
        expect(needed).not.toContain(`example/harbor-exporter:${of.version}`);
    });

    test("the staged release has the image of prepare besides, which nothing keeps later", () => {
        const plan = planV2(2);
        const needed = [...named("v2.15.2", ...running), "example/prepare:v2.15.2"];
        expect(imagesOf(plan, "stage")).toEqual([needed, needed]);
    });

    test("with metrics their exporter runs, too", () => {
        const of = settingsAnd("metric:\n  enabled: true\n  port: 9090\n  path: /metrics\n");
        const plan = planWith(of, withPostgres(minimalHttp), 1);
        expect(imagesOf(plan, "up")[0]).toContain("example/harbor-exporter:v2.15.2");
        expect(plan.facts.upstreamContainers).toContain("harbor-exporter");
    });

    test("Harbor 1.x has no image of prepare, and up asks for what is staged", () => {
        const plan = planOf(1);
        expect(imagesOf(plan, "stage")).toEqual(imagesOf(plan, "up"));
        expect(plan.facts.coreImage).toBe("none");
    });
});

test.each([release214, release215])("every file that $version's prepare makes can be shown", (of) => {
    for (const base of [minimalHttp, minimalHttps]) {
        expect(planWith(of, withPostgres(base), 1).facts.notShown).toBeUndefined();
    }
});
