import { describe, expect, test } from "@jest/globals";
import { dated, everythingOf, parseFindings } from "../../live/drift";
import { findDifferences, parseFacts } from "../../live/facts";
import { clusterPlan } from "../../plan/cluster-plan";
import { fileKey } from "../../plan/findings";
import { release } from "../support/release";
import { changed, minimalHttp, parse, rawNodes } from "../support/settings";

describe("parseFindings", () => {
    test("a node that is as it should be has none", () => {
        expect(parseFindings("node1", "")).toEqual([]);
    });

    test("a file belongs to its resource", () => {
        expect(parseFindings("node1", "put /etc/x\twas changed on the host\n")).toEqual([
            [fileKey("node1", "/etc/x"), "node1: was changed on the host"],
        ]);
    });

    test("a step of a node is its own, one of the cluster has no node", () => {
        expect(
            parseFindings("node2", "prepare\tchanged on the host: harbor.cfg\ndns\thub resolves to nothing\n"),
        ).toEqual([
            ["prepare@node2", "node2: changed on the host: harbor.cfg"],
            ["dns", "node2: hub resolves to nothing"],
        ]);
    });

    test("an owner that is no step is an error, not a finding that nobody mends", () => {
        expect(() => parseFindings("node1", "prepair\tchanged\n")).toThrow(
            "the node reports prepair, which is no step",
        );
    });
});

test("a host without the node's command has all of its own steps to take again, and all its files; the others have none", () => {
    const plan = clusterPlan(parse(changed(minimalHttp, { nodes: JSON.stringify(rawNodes(3)) })), release);
    const [, second] = plan.nodes;
    const found = new Map(second && everythingOf(plan, second, "new"));
    const steps = [...found.keys()].filter((key) => !key.includes(" put "));
    expect(steps).toEqual(
        ["secrets", "host", "mount", "stage", "prepare", "cert-sync", "up"].map((step) => `${step}@node2`),
    );
    const files = [...found.keys()].filter((key) => key.includes(" put "));
    expect(files).toContain(fileKey("node2", "/opt/harbor-ha/bin/harbor-ha"));
    expect(files).toContain(fileKey("node2", "/opt/harbor-ha/files/harbor.cfg"));
    expect(files.every((key) => key.startsWith("node2 put "))).toBe(true);
});

test("the same finding at another time is another text, followers' too", () => {
    const found = new Map([["up@node1", "cert-sync@node1 runs again"]]);
    const texts = [0, 1].map((ms) => dated(found, new Date(ms)).get("up@node1"));
    expect(texts).toEqual([
        "found 1970-01-01T00:00:00.000Z: cert-sync@node1 runs again",
        "found 1970-01-01T00:00:00.001Z: cert-sync@node1 runs again",
    ]);
});

describe("findDifferences", () => {
    const facts = (node: string, changes: Record<string, string> = {}) => {
        const all = {
            mount: "ceph",
            "cluster key": "SHA256:a",
            secretkey: "s",
            "private_key.pem": "SHA256:a",
            "root.crt": "SHA256:a",
        };
        const lines = Object.entries({ ...all, ...changes }).map(([name, value]) => `${name}: ${value}`);
        return parseFacts(node, lines.join("\n"));
    };

    test("equal nodes have none", () => {
        expect(findDifferences([facts("node1"), facts("node2")])).toEqual([]);
    });

    test.each([
        [{ "private_key.pem": "SHA256:b" }, "node2: private_key.pem is SHA256:b, the cluster's is SHA256:a"],
        [{ "root.crt": "SHA256:b" }, "node2: root.crt is SHA256:b, the cluster's is SHA256:a"],
        [{ secretkey: "t" }, "node2: secretkey t differs from the others' s"],
        [{ mount: "missing" }, "node2: the shared storage isn't mounted, or doesn't answer"],
    ])("%o", (changes, says) => {
        expect(findDifferences([facts("node1"), facts("node2", changes), facts("node3")])).toEqual([says]);
    });
});
