import { clusterPlan, type ClusterPlan } from "../../plan/cluster-plan";
import { asRelease, pinOf } from "../../releases/pin";
import type { HarborRelease } from "../../releases/release";
import { release215, templatesWith } from "../support/release-v2";
import { changed, minimalHttp, minimalHttps, parse, rawNodes, withPostgres } from "../support/settings";

function planOf(release: HarborRelease, protocol: "http" | "https"): ClusterPlan {
    const base = withPostgres(protocol === "http" ? minimalHttp : minimalHttps);
    return clusterPlan(parse(changed(base, { nodes: JSON.stringify(rawNodes(3)) })), release);
}

const parametersOf = (plan: ClusterPlan, step: string): Readonly<Record<string, unknown>>[] =>
    plan.steps.filter((one) => one.step === step).map(({ parameters }) => parameters);
const shown = (plan: ClusterPlan): string =>
    plan.nodes[0]?.files.find(({ suffix }) => suffix === "rendered")?.content ?? "";

test.each(["http", "https"] as const)("a pinned release plans a deployment as its archive does: %s", (protocol) => {
    const [archive, pinned] = [planOf(release215, protocol), planOf(asRelease(pinOf(release215, 1)), protocol)];
    expect(pinned.nodes.map(({ files }) => files)).toEqual(archive.nodes.map(({ files }) => files));
    expect(pinned.facts).toEqual(archive.facts);
    expect(parametersOf(pinned, "prepare")).toEqual(parametersOf(archive, "prepare"));
});

test("every node gets the settings and the override, and is to make the same", () => {
    const plan = planOf(release215, "https");
    const [first, ...others] = parametersOf(plan, "prepare");
    expect(first).toMatchObject({
        ...{ prepare_python: 0, prepare_image: "example/prepare:v2.15.2", prepare_arguments: ["prepare"] },
        files: ["harbor.yml", "docker-compose.override.yml"],
    });
    expect(others).toEqual([first, first]);
    const expected = Object.keys(first ?? {}).filter((name) => name.startsWith("expected/"));
    expect(expected).toHaveLength(12);
    expect(expected).toContain("expected/docker-compose.yml");
});

test("a file that can't be shown is said to be, and isn't compared", () => {
    const plan = planOf(templatesWith({ "core/env.jinja": "{{ new_thing }}" }), "http");
    expect(shown(plan)).toContain(
        "\n==> common/config/core/env <==\n# not shown, and not compared: core/env.jinja: line 1: nothing is known of new_thing\n",
    );
    expect(parametersOf(plan, "prepare")[0]).not.toHaveProperty(["expected/common/config/core/env"]);
    expect(plan.facts.notShown).toHaveProperty(["common/config/core/env"]);
    expect(shown(planOf(release215, "http"))).not.toContain("not shown");
});
