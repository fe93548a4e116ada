import { clusterPlan } from "../../plan/cluster-plan";
import { fileKey, withFollowers } from "../../plan/findings";
import { release } from "../support/release";
import { changed, minimalHttp, parse, rawNodes } from "../support/settings";

const plan = clusterPlan(parse(changed(minimalHttp, { nodes: JSON.stringify(rawNodes(3)) })), release);
const all = (step: string): string[] => ["node1", "node2", "node3"].map((node) => `${step}@${node}`);
const repaired = (...keys: string[]): string[] =>
    [...withFollowers(new Map(keys.map((key) => [key, "found"])), plan).keys()]
        .filter((key) => !keys.includes(key))
        .sort();

// D2: a repair brings everything that has to follow it, and the verification.
test.each<[string, string, string[]]>([
    [
        "a lost token key pair: synced and restarted everywhere",
        "token-key",
        [...all("cert-sync"), ...all("up"), "verify"],
    ],
    ["what prepare has made", "prepare@node2", ["cert-sync@node2", "up@node2", "verify"]],
    [
        "a rendered file",
        fileKey("node2", "/opt/harbor-ha/files/harbor.cfg"),
        ["cert-sync@node2", "prepare@node2", "up@node2", "verify"],
    ],
    ["a unit", fileKey("node3", "/etc/systemd/system/harbor-ha.service"), ["up@node3", "verify"]],
    ["the node's command", fileKey("node3", "/opt/harbor-ha/bin/harbor-ha"), ["verify"]],
    ["a mount that is gone", "mount@node1", ["up@node1", "verify"]],
    ["the shared storage", "store", [...all("up"), "verify"]],
    ["a release that is gone", "stage@node2", ["cert-sync@node2", "prepare@node2", "up@node2", "verify"]],
    ["Docker's trust", "host@node1", ["verify"]],
    ["containers", "up@node1", ["verify"]],
    ["DNS records", "dns", ["verify"]],
    ["a node's secrets", "secrets@node1", ["cert-sync@node1", "prepare@node1", "up@node1", "verify"]],
])("%s", (_, found, following) => {
    expect(repaired(found)).toEqual(following);
});

test("nothing found, nothing follows", () => expect(repaired()).toEqual([]));

test("a step with a finding of its own keeps its text, and what follows it comes once", () => {
    const found = withFollowers(
        new Map([
            ["cert-sync@node2", "root.crt differs"],
            ["up@node2", "not running: nginx"],
        ]),
        plan,
    );
    expect([...found]).toEqual([
        ["cert-sync@node2", "root.crt differs"],
        ["up@node2", "not running: nginx"],
        ["verify", "cert-sync@node2 runs again"],
    ]);
});
