import { describe, expect, test } from "@jest/globals";
import { fileKey, stepKey } from "../../components/remote/remote";
import { parseFindings } from "../../live/drift";
import { findDifferences, parseFacts } from "../../live/facts";

describe("parseFindings", () => {
    test("a node that is as it should be has none", () => {
        expect(parseFindings("node1", "")).toEqual([]);
    });

    test("a file belongs to its resource", () => {
        expect(parseFindings("node1", "put /etc/x\twas changed on the host\n")).toEqual([
            [fileKey("node1", "/etc/x"), "node1: was changed on the host"],
        ]);
    });

    test("what prepare has made brings cert sync and compose up with it", () => {
        expect(parseFindings("node2", "prepare\tchanged on the host: harbor.cfg\n")).toEqual([
            [stepKey("node2", "prepare"), "node2: changed on the host: harbor.cfg"],
            [stepKey("node2", "cert-sync"), "node2: prepare runs again"],
            [stepKey("node2", "up"), "node2: prepare runs again"],
        ]);
    });

    test("a step that has a finding of its own keeps it", () => {
        const found = parseFindings("node2", "cert-sync\troot.crt differs\nup\tnot running: nginx\n");
        expect(new Map(found).get(stepKey("node2", "up"))).toBe("node2: not running: nginx");
        expect(found).toHaveLength(2);
    });

    test("a step of the cluster has no node", () => {
        expect(parseFindings("node1", "dns\thub resolves to nothing\n")).toEqual([
            [stepKey(undefined, "dns"), "node1: hub resolves to nothing"],
        ]);
    });
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
        [{ mount: "missing" }, "node2: the CephFS isn't mounted, or doesn't answer"],
    ])("%o", (changes, says) => {
        expect(findDifferences([facts("node1"), facts("node2", changes), facts("node3")])).toEqual([says]);
    });
});
