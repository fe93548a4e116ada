import { describe, expect, test } from "@jest/globals";
import { type Status, statusText } from "../../cli/status-text";
import { nameMark } from "../../live/name";
import { isHealthy, nodeStates } from "../../live/node-state";
import { answer, healthyFacts, pins, silent } from "../support/answers";

const states = (...changes: (Readonly<Record<string, string | undefined>> | string)[]) =>
    nodeStates(changes.map((change, i) => (typeof change === "string" ? silent(i, change) : answer(i, change))));

describe("the state of a node", () => {
    test("is healthy when the node says that all of it is", () => {
        const [state] = states({}, {});
        expect(state && isHealthy(state)).toBe(true);
        expect(state).toMatchObject({ name: "node1", address: "192.0.2.11", version: "v1.1.2" });
    });

    test.each<[string, Readonly<Record<string, string | undefined>>, object]>([
        [
            "no mount",
            { mount: "missing", "cluster key": undefined, secretkey: undefined },
            { mount: { verdict: "bad", text: "storage not mounted" }, keys: { verdict: "unknown" } },
        ],
        [
            "a storage that hangs",
            { mount: undefined, "cluster key": undefined, secretkey: undefined },
            { mount: { verdict: "bad", text: "storage doesn't answer" } },
        ],
        [
            "a container away",
            { containers: "nginx registry other" },
            { containers: { verdict: "bad", text: "2 of 3 containers, not running: harbor-ui" } },
        ],
        [
            "containers of others",
            { containers: "nginx registry harbor-ui x y z" },
            { containers: { verdict: "good", text: "3 of 3 containers" } },
        ],
        [
            "Docker away",
            { containers: "" },
            { containers: { verdict: "bad", text: "0 of 3 containers, not running: nginx, registry, harbor-ui" } },
        ],
        ["no list of running containers", { containers: undefined }, { containers: { verdict: "unknown" } }],
        [
            "a key of its own",
            { "root.crt": "SHA256:b" },
            {
                keys: {
                    verdict: "bad",
                    text: "keys differ: root.crt",
                    detail: "root.crt is SHA256:b, the cluster's is SHA256:a",
                },
            },
        ],
        [
            "a proxy that doesn't answer",
            { proxy: "no answer (refused)" },
            { proxy: { verdict: "bad", text: "proxy: no answer (refused)" } },
        ],
        [
            "an update that has withdrawn it",
            { withdrawn: "yes" },
            { proxy: { verdict: "bad", text: "withdrawn from the name by an update: pulumi up puts it back" } },
        ],
        [
            "an older command",
            { proxy: undefined, "expected containers": undefined },
            { proxy: { verdict: "unknown" }, containers: { verdict: "unknown" } },
        ],
    ])("%s", (_, changes, expected) => {
        const nodes = states({}, changes, {});
        expect(nodes[1]).toMatchObject(expected);
        const good = !_.startsWith("containers of others");
        expect(nodes.map(isHealthy)).toEqual([true, !good, true]);
    });

    test("a node that doesn't answer is said so, and those that do aren't blamed", () => {
        const nodes = states({}, "192.0.2.12:22 didn't answer within 2 s", {});
        expect(nodes[1]?.reachable).toEqual({ verdict: "bad", text: "192.0.2.12:22 didn't answer within 2 s" });
        expect(nodes.map(isHealthy)).toEqual([true, false, true]);
    });
});

describe("the name", () => {
    const [one, two] = ["192.0.2.11", "192.0.2.12"];
    const no = new Error("queryA ETIMEOUT hub.example.com");
    test.each<
        [
            string,
            readonly string[] | undefined,
            readonly string[] | Error | undefined,
            readonly string[] | Error,
            string,
            string,
        ]
    >([
        ["as it should be, in any order", [one, two], [two, one], no, "good", `hub.example.com → ${one} ${two}`],
        ["a node too few", [one, two], [one], [one, two], "bad", `hub.example.com → ${one} instead of ${one} ${two}`],
        ["gone", [one, two], [], no, "bad", `hub.example.com → nothing instead of ${one} ${two}`],
        [
            "its server not reachable from here, but others answer",
            [one, two],
            no,
            [one, two],
            "good",
            `hub.example.com → ${one} ${two}`,
        ],
        ["nobody answers", [one, two], no, no, "bad", `hub.example.com has no address: ${no.message}`],
        ["not managed: any address", undefined, undefined, ["198.51.100.7"], "good", "hub.example.com → 198.51.100.7"],
        ["not managed: none", undefined, undefined, [], "bad", "hub.example.com → nothing instead of an address"],
    ])("%s", (_, wanted, own, here, verdict, text) => {
        expect(nameMark("hub.example.com", wanted, own, here)).toEqual({ verdict, text });
    });
});

describe("the status as lines", () => {
    const good: Status = {
        stack: "prod",
        url: "https://hub.example.com",
        outputs: {
            release: pins,
            verifiedRelease: { ...pins },
            verification: { token: "9/9 pairs", name: "1/1 name" },
        },
        nodes: states({}, {}, {}),
        down: [],
        name: { verdict: "good", text: "hub.example.com → 192.0.2.11 192.0.2.12 192.0.2.13" },
    };

    test("all is well", () => {
        expect(statusText(good)).toMatchSnapshot();
        expect(statusText(good).healthy).toBe(true);
    });

    test("a node that is down by the configuration is named, and doesn't make it ill", () => {
        const { lines, healthy } = statusText({ ...good, nodes: states({}, {}), down: ["node3"] });
        expect(lines).toContain("node3    – down by the configuration (nodes[].state), not asked");
        expect(healthy).toBe(true);
    });

    test("much isn't", () => {
        const nodes = states({ mount: "missing" }, "192.0.2.12:22 didn't answer within 2 s", {
            "root.crt": "SHA256:b",
        });
        expect(statusText({ ...good, nodes })).toMatchSnapshot();
    });

    test.each<[string, Partial<Status>, string]>([
        ["no update has ended", { outputs: {} }, "not healthy: release"],
        ["not verified", { outputs: { release: pins } }, "not healthy: release"],
        [
            "another one verified",
            { outputs: { release: pins, verifiedRelease: { ...pins, rendered: "x" } } },
            "not healthy: release",
        ],
        ["a record wrong", { name: { verdict: "bad", text: "x" } }, "not healthy: DNS"],
        ["a node's command doesn't say", { nodes: states({}, { proxy: undefined }) }, "not healthy: node2"],
    ])("isn't well when %s", (_, change, last) => {
        const { lines, healthy } = statusText({ ...good, ...change });
        expect({ healthy, last: lines.at(-1) }).toEqual({ healthy: false, last });
    });
});

test("facts that all nodes give stand in the support file as the node prints them", () => {
    expect([...healthyFacts.keys()]).toEqual([
        "node",
        "clock",
        "private_key.pem",
        "root.crt",
        "containers",
        "expected containers",
        "withdrawn",
        "version",
        "proxy",
        "mount",
        "cluster key",
        "secretkey",
    ]);
});
