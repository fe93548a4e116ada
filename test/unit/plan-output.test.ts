import { agreedFingerprint, requireOneConfiguration } from "../../plan/key-reports";
import { digest, digestOfParameters } from "../../base/digest";
import { dnsRecords } from "../../plan/dns-records";
import { dockerDropIn, harborUnit } from "../../plan/systemd";
import { summarize } from "../../plan/verification-table";
import { verifyByHand } from "../../plan/step-parameters";
import type { ClusterSettings } from "../../base/settings";
import { at } from "../support/files";
import { changed, minimalHttp, minimalHttps, parse, rawNodes } from "../support/settings";

describe("agreedFingerprint", () => {
    const report = (node: string, key: string, crt = key) => ({
        node,
        output: `private_key.pem: ${key}\nroot.crt: ${crt}\n`,
    });

    test("what all nodes report for both halves", () => {
        expect(agreedFingerprint([report("a", "SHA256:x"), report("b", "SHA256:x")])).toBe("SHA256:x");
    });

    test.each([
        [
            "another key on one node",
            [report("a", "SHA256:x"), report("b", "SHA256:y")],
            "a private_key.pem SHA256:x, a root.crt SHA256:x, b private_key.pem SHA256:y, b root.crt SHA256:y",
        ],
        [
            "halves that don't belong together",
            [report("a", "SHA256:x", "SHA256:y")],
            "a private_key.pem SHA256:x, a root.crt SHA256:y",
        ],
        ["no report", [{ node: "a", output: "" }], "a private_key.pem none, a root.crt none"],
        ["no fingerprint", [report("a", "SHA256")], "a private_key.pem SHA256, a root.crt SHA256"],
        ["no node", [], ""],
    ])("refuses %s and says what it found", (_, reports, found) => {
        expect(() => agreedFingerprint(reports)).toThrow(new Error(`the nodes' token keys differ: ${found}`));
    });
});

describe("requireOneConfiguration", () => {
    const report = (node: string, configuration?: string) => ({
        node,
        output: configuration === undefined ? "x: y\n" : `x: y\nconfiguration: ${configuration}\n`,
    });

    test.each([
        ["equal", [report("a", "c1"), report("b", "c1")]],
        ["not told by this release line", [report("a"), report("b")]],
        ["of one node", [report("a", "c1")]],
    ])("takes configurations that are %s", (_, reports) => {
        expect(() => requireOneConfiguration(reports)).not.toThrow();
    });

    test("names the nodes when they differ", () => {
        expect(() => requireOneConfiguration([report("a", "c1"), report("b", "c2"), report("c", "c1")])).toThrow(
            "the nodes' configurations differ: a c1, b c2, c c1",
        );
    });
});

describe("summary of a verification", () => {
    test("counts by kind", () => {
        const output = [
            "realm  2/2 nodes  ok",
            "token  1/2 pairs  FAILED",
            "name   0/1 name   FAILED",
            "token node2 -> node1: 401",
        ];
        expect(summarize(output.join("\n"))).toEqual({ realm: "2/2 nodes", token: "1/2 pairs", name: "0/1 name" });
    });

    test.each(["", "done\n", "realm 2/2\n", "verified: 0 checks\n"])("no check is a failure: %j", (output) => {
        expect(() => summarize(output)).toThrow("the verification has checked nothing");
    });
});

describe("digest", () => {
    test("is short, and another one for another text", () => {
        expect(digest("a")).toBe("sha256:ca978112ca1b");
        expect(digest("a")).not.toBe(digest("b"));
    });

    test("of parameters: doesn't depend on their order, but on every name and value", () => {
        const base = digestOfParameters({ a: "1", b: ["x", "y"] });
        expect(digestOfParameters({ b: ["x", "y"], a: "1" })).toBe(base);
        const others = [{ a: "2", b: ["x", "y"] }, { a: "1", c: ["x", "y"] }, { a: "1" }].map(digestOfParameters);
        expect(new Set([base, ...others]).size).toBe(4);
    });
});

test("one A record per node, at the address for clients", () => {
    const [first, ...others] = rawNodes(2);
    const nodes = JSON.stringify([{ ...first, serviceAddress: "198.51.100.1" }, ...others]);
    expect(dnsRecords(parse(changed(minimalHttp, { nodes, dnsTtl: "30" })))).toEqual([
        { name: "hub.example.com", type: "A", ttl: 30, address: "198.51.100.1" },
        { name: "hub.example.com", type: "A", ttl: 30, address: "192.0.2.12" },
    ]);
});

test("what the verification is told", () => {
    const nodes = JSON.stringify(rawNodes(2));
    const verifyParameters = (settings: ClusterSettings) => verifyByHand(settings, at(settings.nodes, 0));
    expect(verifyParameters(parse(changed(minimalHttp, { nodes, port: "8070" })))).toMatchObject({
        nodes: ["node1=192.0.2.11", "node2=192.0.2.12"],
        realm: "http://hub.example.com:8070/service/token",
        ca_file: "none",
        dns: "managed",
        dns_server: "192.0.2.53",
    });
    expect(verifyParameters(parse(changed(minimalHttps, { dnsMode: "none" })))).toMatchObject({
        realm: "https://hub.example.com/service/token",
        dns: "none",
        dns_server: "none",
        dns_port: 53,
    });
});

test("unit files", () => {
    expect(harborUnit("/opt/harbor-ha/bin/harbor-ha")).toMatchSnapshot();
    expect(dockerDropIn("/opt/harbor-ha/bin/harbor-ha", "/mnt/cephfs/harbor")).toMatchSnapshot();
});
