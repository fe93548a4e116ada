import type { ParameterValue } from "../../plan/parameters";
import { type Check, parseRows } from "../../plan/verification-table";
import { clusterPair, otherPair, storage } from "./support/deployed";
import { dig } from "./support/dig";
import { adminPassword, harborForEachTest } from "./support/harbor";
import { hostForEachTest, type Result } from "./support/host";
import { parametersFor } from "./support/samples";

const host = hostForEachTest();
const harbor = harborForEachTest(2);
const names = ["node1", "node2"];
const addresses = (): string[] => names.map((_, i) => harbor().address(i));

beforeEach(() => {
    storage(host());
    host().secret("admin_password", adminPassword);
    host().secret("redis_password", "Redis_12345");
    for (const node of harbor().nodes) Object.assign(node, { signs: clusterPair.kid, trusts: clusterPair.kid });
    named(addresses());
});

/** What the name resolves to. */
function named(found: readonly string[]): void {
    host().answer("dig", { run: dig({ records: found.map((address) => `A ${address}`) }) });
    host().answer("getent", { out: found.map((address) => `${address} STREAM hub.example.com\n`).join("") });
}

const given = (): Readonly<Record<string, ParameterValue>> => ({
    port: harbor().port,
    nodes: names.map((name, i) => `${name}=${harbor().address(i)}`),
    realm: harbor().node(0).realm,
    dns: "managed",
    database_host: "127.0.0.1",
    database_port: harbor().port,
    redis_host: "127.0.0.1",
    redis_port: 1,
});
const verify = (more: Readonly<Record<string, string | string[]>> = {}): Promise<Result> =>
    host().run("verify", { ...given(), ...more });
/** What a page is made of. */
const rows = async (...words: string[]): Promise<Result & { checks: readonly Check[] }> => {
    const result = await host().call(["verify", ...words], parametersFor("verify", host().usual, given()));
    return { ...result, checks: parseRows(result.stdout) };
};

/** All that was said, and that it failed. */
async function failing(more: Readonly<Record<string, string | string[]>> = {}): Promise<string> {
    const { status, stdout, stderr } = await verify(more);
    expect({ status, verified: /^verified: /m.test(stdout) }).toEqual({ status: 1, verified: false });
    return `${stdout}${stderr}`;
}

describe("a cluster that works as one", () => {
    test("is verified through every node and pair", async () => {
        const { status, stdout, stderr } = await verify();
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
        for (const counts of [
            /token +4\/4 pairs +ok/,
            /session +4\/4 pairs +ok/,
            /pull +2\/2 pairs +ok/,
            /push +2\/2 nodes +ok/,
            /name +1\/1 name +ok/,
        ]) {
            expect(stdout).toMatch(counts);
        }
        expect(stdout).not.toContain("FAILED");
    });

    test("changes nothing but blobs of the repository of the checks", async () => {
        await verify();
        const writes = harbor().nodes.flatMap(({ requests }) => requests.filter((line) => !/^(GET|HEAD) /.test(line)));
        expect(
            writes.filter((line) => !/^(POST \/login|(POST|PUT|DELETE) \/v2\/library\/harbor-ha-check\/)/.test(line)),
        ).toEqual([]);
    });

    test("no wrong password is tried, and none is shown", async () => {
        const { stdout, stderr } = await verify();
        expect(harbor().nodes.map(({ requests }) => requests.filter((line) => line === "POST /login").length)).toEqual([
            1, 1,
        ]);
        expect(
            [
                stdout,
                stderr,
                ...host()
                    .calls()
                    .map(({ line }) => line),
            ].filter((text) => text.includes(adminPassword)),
        ).toEqual([]);
    });
});

describe("what fails is named with node, pair and cause:", () => {
    // The talk, problem 2.
    test("a node that signs with a key of its own", async () => {
        harbor().node(1).signs = otherPair.kid;
        harbor().node(1).trusts = otherPair.kid;
        const said = await failing();
        expect(said).toMatch(/token +2\/4 pairs +FAILED/);
        expect(said).toContain(
            `token node2 -> node1: 401; node2 signs with another key than the cluster's: its private_key.pem has ${otherPair.kid}`,
        );
        expect(said).toContain("token node1 -> node2: 401; node2 doesn't accept the cluster's key");
    });

    test("a registry that wasn't restarted since the key changed", async () => {
        harbor().node(1).trusts = otherPair.kid;
        expect(await failing()).toContain(
            `token node1 -> node2: 401; node2 doesn't accept the cluster's key ${clusterPair.kid}: its root.crt differs, or its registry wasn't restarted since`,
        );
    });

    test("sessions that aren't shared", async () => {
        harbor().node(0).sharesSessions = false;
        const said = await failing();
        expect(said).toContain("session node1 -> node2: 401;");
        expect(said).toContain("Redis at 127.0.0.1:1");
    });

    test("storage that isn't shared", async () => {
        harbor().node(1).sharesStorage = false;
        const said = await failing();
        expect(said).toContain("pull node2 -> node1: not pulled through node1: 404");
        expect(said).toContain("pull node1 -> node2: not pulled through node2: 404");
    });

    test("a node whose storage takes no write", async () => {
        harbor().node(1).takesWrites = false;
        expect(await failing()).toContain("push node2: opening an upload answers 500");
    });

    test("a clock", async () => {
        harbor().node(1).clock = 90;
        expect(await failing()).toMatch(/clock node2: clock of node2 differs by (89|90|91) s from node1: set up NTP/);
    });

    test("a realm", async () => {
        harbor().node(1).realm = "http://hub.example.com:8099/service/token";
        expect(await failing()).toContain(
            "realm node2: /v2/ names the token service http://hub.example.com:8099/service/token instead of",
        );
    });

    test("a version", async () => {
        harbor().node(1).version = "v1.1.1-a";
        expect(await failing()).toContain("version node2: serves version v1.1.1-a instead of v1.1.2");
    });

    test("a node that is away", async () => {
        harbor().node(1).uiAnswers = 502;
        harbor().node(1).registryAnswers = 502;
        const said = await failing();
        expect(said).toContain("realm node2: /v2/ answers 502 instead of 401");
        expect(said).toContain("login node2: login answers 502");
    });

    test("the admin's password: no node is asked with it again", async () => {
        for (const node of harbor().nodes) node.password = "Changed_12345";
        expect(await failing()).toContain("another attempt would lock the account admin");
        expect(
            harbor().nodes.flatMap(({ requests }) => requests.filter((line) => line === "POST /login")),
        ).toHaveLength(1);
    });

    test.each<[string, string[], string]>([
        ["misses a node", ["127.0.0.1"], "resolves to 127.0.0.1 instead of 127.0.0.1 127.0.0.2"],
        ["has one too many", ["127.0.0.1", "127.0.0.2", "192.0.2.9"], "192.0.2.9 instead of"],
        ["has none", [], "resolves to no A record"],
    ])("a name that %s", async (_, found, message) => {
        named(found);
        expect(await failing()).toContain(message);
    });

    test("a name that isn't managed here and doesn't resolve", async () => {
        named([]);
        expect(await failing({ dns: "none" })).toContain("hub.example.com doesn't resolve on node1");
        named(["192.0.2.100"]);
        expect(await verify({ dns: "none" })).toMatchObject({ status: 0 });
    });
});

test("a node's command that isn't the program's verifies nothing", async () => {
    const said = await failing({ command: "sha256:000000000000" });
    expect(said).toContain("this node's own command is another one");
    expect(harbor().nodes.flatMap(({ requests }) => requests)).toEqual([]);
});

describe("verify --rows", () => {
    const kinds = ["version", "realm", "clock", "login", "token-service", "token", "session", "push", "pull", "name"];

    test("each check by itself, and nothing else", async () => {
        const { status, stderr, checks } = await rows("--rows");
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
        expect(checks.filter(({ problem }) => problem !== undefined)).toEqual([]);
        const counts = kinds.map((kind) => checks.filter((check) => check.kind === kind).length);
        expect(counts).toEqual([2, 2, 2, 2, 2, 4, 4, 2, 2, 1]);
        expect(checks.find(({ kind }) => kind === "pull")).toEqual({
            kind: "pull",
            from: "node1",
            to: "node2",
            problem: undefined,
        });
        expect(checks.find(({ kind }) => kind === "login")?.to).toBeUndefined();
    });

    test("those that failed beside those that didn't, each with its cause; the status says so, too", async () => {
        harbor().node(1).signs = otherPair.kid;
        const { status, stderr, checks } = await rows("--rows");
        expect({ status, stderr }).toEqual({
            status: 1,
            stderr: expect.stringMatching(/^harbor-ha: verification failed: \d+ of \d+ checks\n$/) as string,
        });
        expect(checks).toContainEqual({
            kind: "token",
            from: "node2",
            to: "node1",
            problem: expect.stringContaining("node2 signs with another key than the cluster's") as string,
        });
        expect(checks).toContainEqual({ kind: "token", from: "node1", to: "node2", problem: undefined });
    });

    test("those before a refused login", async () => {
        for (const node of harbor().nodes) node.password = "Changed_12345";
        const { status, stderr, checks } = await rows("--rows");
        expect({ status, stderr }).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("another attempt would lock") as string,
        });
        expect(checks.at(-1)).toMatchObject({
            kind: "login",
            problem: expect.stringContaining("login refused") as string,
        });
    });

    test("another word is refused", async () => {
        expect(await rows("--row")).toMatchObject({
            status: 1,
            stdout: "",
            stderr: "harbor-ha: verify takes --rows or nothing, not '--row'\n",
        });
    });
});
