import { agreedFingerprint } from "../../components/cert-distribution";
import { digest, digestOf } from "../../plan/digest";
import { dnsRecords } from "../../components/dns-round-robin";
import { dockerDropIn, harborUnit } from "../../plan/systemd";
import { formatTable, parseChecks, summarize } from "../../plan/verification-table";
import { verifyParameters } from "../../components/cluster-verification";
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

describe("verification table", () => {
    const output = [
        "realm\tnode1\t-\tok\t",
        "realm\tnode2\t-\tok\t",
        "token\tnode1\tnode2\tok\t",
        "token\tnode2\tnode1\tFAILED\t401; node2 signs with another key",
        "name\thub.example.com\t-\tFAILED\tdoesn't resolve",
        "verified: 5 checks",
        "half\ta line",
        "realm\tnode3\t-\tmaybe\t",
    ].join("\n");

    test("lines that are checks, and no others", () => {
        expect(parseChecks(output)).toHaveLength(5);
        expect(parseChecks(output)[3]).toEqual({
            check: "token",
            from: "node2",
            to: "node1",
            result: "FAILED",
            detail: "401; node2 signs with another key",
        });
        expect(parseChecks("")).toEqual([]);
    });

    test("counts by kind", () => {
        expect(summarize(parseChecks(output))).toEqual({ realm: "2/2 nodes", token: "1/2 pairs", name: "0/1 name" });
        expect(summarize([])).toEqual({});
    });

    test("a line per kind, then what failed", () => {
        expect(formatTable(parseChecks(output)).split("\n")).toEqual([
            "realm  2/2 nodes  ok",
            "token  1/2 pairs  FAILED",
            "name   0/1 name   FAILED",
            "token node2 -> node1: 401; node2 signs with another key",
            "name hub.example.com: doesn't resolve",
        ]);
        expect(formatTable([])).toBe("");
    });
});

describe("digest", () => {
    test("is short, and another one for another text", () => {
        expect(digest("a")).toBe("sha256:ca978112ca1b");
        expect(digest("a")).not.toBe(digest("b"));
    });

    const known = (parameters: Parameters<typeof digestOf>[0]): Promise<string> =>
        new Promise((resolve) => digestOf(parameters).apply(resolve));

    test("of parameters: doesn't depend on their order, but on every name and value", async () => {
        const base = await known({ a: "1", b: ["x", "y"] });
        expect(await known({ b: ["x", "y"], a: "1" })).toBe(base);
        const others = await Promise.all([
            known({ a: "2", b: ["x", "y"] }),
            known({ a: "1", c: ["x", "y"] }),
            known({ a: "1" }),
        ]);
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
