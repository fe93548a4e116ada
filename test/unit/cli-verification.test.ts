import { describe, expect, test } from "@jest/globals";
import { verificationPage } from "../../cli/verification/html";
import { nodeGrid, nodeKinds, pairGrid, problemsOf, type Verification } from "../../cli/verification/model";
import { nodeStates } from "../../live/node-state";
import { type Check, parseRows } from "../../plan/verification-table";
import { answer, silent } from "../support/answers";
import { bodyOf } from "../support/pages";

const nodes = ["node1", "node2"];
const check = (kind: string, from: string, to?: string, problem?: string): Check => ({ kind, from, to, problem });
const pairs = (kind: string, problem?: (from: string, to: string) => string | undefined): Check[] =>
    nodes.flatMap((from) => nodes.map((to) => check(kind, from, to, problem?.(from, to))));

const good: Verification = {
    stack: "prod",
    url: "https://hub.example.com",
    at: new Date("2026-11-25T08:00:00Z"),
    runner: "node2",
    nodes: nodeStates([answer(0), answer(1)]),
    checks: [
        ...nodes.map((node) => check("login", node)),
        ...pairs("token"),
        ...pairs("session"),
        check("pull", "node1", "node2"),
        check("pull", "node2", "node1"),
        check("name", "hub.example.com"),
    ],
    said: undefined,
    services: {
        storage: { name: "CephFS", place: "192.0.2.21:/harbor" },
        database: { kind: "mysql", address: "192.0.2.22:3306" },
        redis: "192.0.2.23:6379",
    },
};

describe("rows", () => {
    test("as the node prints them", () => {
        expect(parseRows("login\tnode1\t-\tok\t \ntoken\ta\tb\tFAILED\t401; why \n")).toEqual([
            check("login", "node1"),
            check("token", "a", "b", "401; why"),
        ]);
        expect(parseRows("")).toEqual([]);
    });

    test.each(["realm  2/2 nodes  ok", "a\tb\t-\tok", "a\tb\t-\tmaybe\t", "a\tb\t-\tok\tx\ty"])("not %j", (text) => {
        expect(() => parseRows(`login\tnode1\t-\tok\t \n${text}\n`)).toThrow(`pulumi up brings this one): ${text}`);
    });
});

describe("grids", () => {
    test("from rows to columns, with each cause once", () => {
        const checks = pairs("token", (from, to) =>
            from === "node2" ? "its key" : to === "node2" ? "other" : undefined,
        );
        const { rows, causes, good: passed, all } = pairGrid([...checks, ...pairs("session")], "token", nodes);
        expect(rows.map((row) => row.map(({ verdict, cause }) => cause ?? verdict))).toEqual([
            ["good", 1],
            [2, 2],
        ]);
        expect(causes).toEqual([
            { number: 1, text: "other", where: ["node1 → node2"] },
            { number: 2, text: "its key", where: ["node2 → node1", "node2 → node2"] },
        ]);
        expect({ passed, all }).toEqual({ passed: 1, all: 4 });
    });

    test("what wasn't checked isn't good", () => {
        expect(pairGrid([], "token", ["a"])).toEqual({ good: 0, all: 0, rows: [[{ verdict: "unknown" }]], causes: [] });
    });

    test("of single nodes: neither pairs nor the name", () => {
        expect(nodeKinds(good.checks, nodes)).toEqual(["login"]);
        const { rows } = nodeGrid([check("login", "node2", undefined, "x")], ["login"], nodes);
        expect(rows).toEqual([[{ verdict: "unknown" }, { verdict: "bad", cause: 1, problem: "x" }]]);
    });
});

describe("what is wrong", () => {
    const failed = [
        check("session", "node1", "node2", "Redis is down"),
        check("session", "node2", "node1", "Redis is down"),
    ];
    test.each<[string, Partial<Verification>, string[]]>([
        ["nothing", {}, []],
        [
            "a cause on two pairs, said once",
            { checks: failed, said: "harbor-ha: verification failed: 2 of 2 checks" },
            ["session node1 → node2, node2 → node1: Redis is down"],
        ],
        [
            "it stopped early",
            { checks: failed, said: "harbor-ha: verification stops: why" },
            ["session node1 → node2, node2 → node1: Redis is down", "harbor-ha: verification stops: why"],
        ],
        ["it did nothing", { checks: [], said: "harbor-ha: busy" }, ["harbor-ha: busy"]],
        ["a node is away", { nodes: nodeStates([answer(0), silent(1, "no route")]) }, ["node2: no route"]],
        ["all are", { nodes: [], checks: [], runner: undefined }, ["no node answers, so nothing was checked"]],
        ["a node only has an older command", { nodes: nodeStates([answer(0, { proxy: undefined })]) }, []],
    ])("%s", (_, change, expected) => {
        expect(problemsOf({ ...good, ...change })).toEqual(expected);
    });
});

describe("a verification as a page", () => {
    test("all is well", () => {
        expect(bodyOf(verificationPage(good))).toMatchSnapshot();
    });

    test("a cause stands in the text and at its cells, beside a sign", () => {
        const checks = [...good.checks, check("token", "node1", "node2", "401; node2 refuses")].filter(
            ({ kind, to, problem }) => kind !== "token" || to !== "node2" || problem !== undefined,
        );
        const body = bodyOf(verificationPage({ ...good, checks }));
        expect(body).toContain("✗</span> token node1 → node2: 401; node2 refuses</p>");
        expect(body).toContain(`<td class="bad" title="node1 → node2: 401; node2 refuses">✗ 1</td>`);
        expect(body).toContain(`<li value="1">401; node2 refuses <span class="soft">(node1 → node2)</span></li>`);
        expect(body).toContain(`<td title="node2 → node2: not checked">?</td>`);
        expect(body).toContain("Something is wrong");
    });

    test("of Harbor 2.x CSRF tokens and logs of jobs have a grid of their own", () => {
        const body = bodyOf(
            verificationPage({ ...good, checks: [...good.checks, ...pairs("csrf"), ...pairs("job-log")] }),
        );
        expect(body).toMatch(/CSRF tokens – 4 of 4[^]*Logs of jobs – 4 of 4/);
        expect(bodyOf(verificationPage(good))).not.toMatch(/CSRF|Logs of jobs/);
    });

    test("no check at all isn't well", () => {
        expect(verificationPage({ ...good, checks: [], nodes: [] })).not.toContain("works as one");
    });

    test("what the hosts say doesn't become markup", () => {
        const evil = `"><img src=x onerror=alert(1)>`;
        const page = verificationPage({
            ...good,
            url: evil,
            said: evil,
            nodes: nodeStates([answer(0, { version: evil, proxy: evil, mount: evil, containers: evil })]),
            checks: [check("token", "node1", "node1", evil), check("name", evil, undefined, evil)],
        });
        expect(page).not.toContain("<img");
        expect(page.split("&quot;&gt;&lt;img src=x onerror=alert(1)&gt;").length).toBeGreaterThan(7);
    });
});
