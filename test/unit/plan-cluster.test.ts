import { clusterPlan } from "../../plan/cluster-plan";
import { isDerived } from "../../plan/planned";
import { release } from "../support/release";
import { changed, type Changes, minimalHttp, minimalHttps, parse, rawNodes } from "../support/settings";

const planOf = (nodes: number, changes: Changes = {}, base = minimalHttp) =>
    clusterPlan(parse(changed(base, { nodes: JSON.stringify(rawNodes(nodes)), ...changes })), release);

const clusters: readonly [string, ReturnType<typeof planOf>][] = [
    ["one node", planOf(1)],
    ["three nodes", planOf(3)],
    ["three nodes at once", planOf(3, { rollout: "parallel" })],
    ["seven nodes with https", planOf(7, {}, minimalHttps)],
    ["no managed DNS", planOf(3, { dnsMode: "none" })],
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
        const again = clusterPlan(plan.settings, release);
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
        expect(plan.releaseSecrets.size).toBeGreaterThan(0);
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
        verify: "node2",
        redis: "node3",
        dns: "node3",
    });
    expect(runners(2)).toMatchObject({ redis: "node1", dns: "node1" });
    expect(new Set(Object.values(runners(1)))).toEqual(new Set(["node1"]));
});
