import { describe, expect, test } from "@jest/globals";
import { previewPage } from "../../cli/report/html";
import { type PreviewStep, reportOf } from "../../cli/report/model";
import { timelineOf } from "../../cli/report/timeline";
import { bodyOf } from "../support/pages";
import { file, step, up } from "../support/preview";

const timeline = (...steps: PreviewStep[]) => timelineOf(reportOf("prod", { steps }));
const made = new Date("2026-11-25T08:00:00Z");
const page = (...steps: PreviewStep[]): string => previewPage(reportOf("prod", { steps }), made);

describe("the time line of a preview", () => {
    test("steps in the order of the plan, Harbor's starts in that of the rollout, removals last", () => {
        const { phases, waves, lanes } = timeline(
            step("dns", "node1", "update"),
            up("node4", "delete"),
            up("node1", "update", ["node2", "node3"]),
            up("node3", "update", ["node2"]),
            up("node2"),
            step("cert-sync", "node2", "update"),
            file("node2"),
        );
        expect(phases.map(({ title }) => title)).toEqual([
            "the release's files, with slots for secrets",
            "cert sync",
            "Harbor starts on node2",
            "Harbor starts on node3",
            "Harbor starts on node1",
            "DNS records",
            "what is taken out",
        ]);
        expect(phases.map(({ barrier }) => barrier)).toEqual([
            undefined,
            undefined,
            "certificates agree",
            "node2 healthy",
            "node3 healthy",
            "every node is healthy",
            undefined,
        ]);
        expect(waves).toEqual([["node2"], ["node3"], ["node1"]]);
        expect(lanes.map(({ node }) => node)).toEqual(["node2", "node3", "node1", "node4"]);
    });

    test("nodes that start at the same time are one wave", () => {
        const { waves, phases } = timeline(up("b", "update", ["a"]), up("c", "update", ["a"]), up("a"));
        expect(waves).toEqual([["a"], ["b", "c"]]);
        expect(phases.at(-1)?.title).toBe("Harbor starts on b, c");
    });

    test("a node that waits for one that isn't started doesn't wait", () => {
        expect(timeline(up("node2", "update", ["node1"])).waves).toEqual([["node2"]]);
    });

    test.each<[string, PreviewStep[], readonly string[]]>([
        ["a change pauses it", [up("a"), up("b", "update", ["a"])], ["pause", "serving"]],
        ["a new node serves from its start on", [up("a", "create"), up("b", "create", ["a"])], ["none", "serving"]],
        [
            "one that is taken out serves until the end",
            [step("dns", "a", "update"), up("a", "delete")],
            ["serving", "pause"],
        ],
        ["one that isn't started goes on", [file("a"), step("units", "a", "update")], ["serving", "serving"]],
    ])("%s", (_, steps, service) => {
        expect(timeline(...steps).lanes[0]).toEqual({ node: "a", service });
    });

    test("a replacement is one change, not three", () => {
        const halves = ["create-replacement", "replace", "delete-replaced"].map((op) => up("a", op));
        expect(timeline(...halves).phases.map(({ changes }) => changes.map(({ op }) => op))).toEqual([["replace"]]);
    });
});

describe("a preview as a page", () => {
    test("with files, steps, warnings, and the order of the starts", () => {
        const steps = ["node1", "node2"].flatMap((node, i) => [
            file(node),
            step("prepare", node, "update", "generation: 1\n", "generation: 2\n"),
            up(node, "update", i === 0 ? [] : ["node1"]),
        ]);
        const text = page(...steps, step("mysql", "node2", "update", "host: a\n", "host: b\n"));
        expect(bodyOf(text)).toMatchSnapshot();
    });

    test("nothing to do", () => {
        expect(page({ ...up("node1"), op: "same" })).toContain("Nothing changes on any host");
    });

    test("nothing that is shown becomes markup", () => {
        const evil = `<script>alert("1")</script>&'\u001b[31m`;
        const text = page(file("node1", `${evil}\n`), step("dns", "node1", "update", `name: ${evil}\n`, "name: b\n"));
        expect(text).not.toContain("<script");
        expect(text).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;\ufffd[31m");
    });

    test("loads nothing and runs nothing", () => {
        const text = page(file("node1"), up("node1"));
        expect(text).toContain(`content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;"`);
        expect(text).not.toMatch(/<(script|link|img|iframe|object)\b|\bon\w+=|@import|url\(|(src|href)=/);
    });
});
