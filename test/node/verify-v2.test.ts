import type { ParameterValue } from "../../plan/parameters";
import { type Check, parseRows } from "../../plan/verification-table";
import { clusterPair, otherPair } from "./support/deployed";
import { pinned, preparedV2, secretsV2, storageV2 } from "./support/deployed-v2";
import { dig } from "./support/dig";
import { adminPassword } from "./support/harbor";
import { harborV2ForEachTest } from "./support/harbor-v2";
import { hostForEachTest, type Result } from "./support/host";
import { parametersFor } from "./support/samples";

const host = hostForEachTest("v2");
const harbor = harborV2ForEachTest(2);
const names = ["node1", "node2"];
const addresses = (): string[] => names.map((_, i) => harbor().address(i));
const record = (name: string): string => `${host().value("shared_dir")}/state/configuration/${name}`;

let left: string | undefined;

beforeEach(async () => {
    await storageV2(host());
    preparedV2(host());
    host().secret("admin_password", adminPassword);
    for (const node of harbor().nodes) Object.assign(node, { signs: clusterPair.kid, trusts: clusterPair.kid });
    host().answer("dig", { run: dig({ records: addresses().map((address) => `A ${address}`) }) });
    host().answer("psql", { out: "180 false\n" });
    host().write("/opt/harbor-ha/state/release-dir", `${host().value("release_dir")}\n`);
    // What each node's cert-sync and up leave: the same for every host of these tests, so it is made once.
    if (left === undefined) {
        expect(await host().run("cert-sync")).toMatchObject({ status: 0 });
        left = host().read(record("node1"));
    }
    host().write(record("node1"), left);
    for (const index of names.keys()) keep(index);
});

function keep(index: number): void {
    const text = host()
        .read(record("node1"))
        .replace(/^address .*$/m, `address ${harbor().address(index)}`);
    host().write(record(`host-${index}`), text);
}

const given = (): Readonly<Record<string, ParameterValue>> => ({
    port: harbor().port,
    nodes: names.map((name, i) => `${name}=${harbor().address(i)}`),
    realm: harbor().node(0).realm,
    dns: "managed",
    database_host: "127.0.0.1",
    database_port: harbor().port,
    redis_host: "127.0.0.1",
    redis_port: harbor().port,
});
/** The same command with these of its checks alone: a whole verification takes 70 requests, and most faults show in one kind. */
function only(...checks: string[]): void {
    const command = "/opt/harbor-ha/bin/harbor-ha";
    const text = host().read(command);
    expect(text).toContain('\nmain "$@"\n');
    const narrowed = text.replace('\nmain "$@"\n', () => `\nline_checks() { ${checks.join("; ")}; }\nmain "$@"\n`);
    host().write(command, narrowed, 0o755);
}

/** All checks by themselves. */
async function rows(
    changed: Readonly<Record<string, ParameterValue>> = {},
): Promise<Result & { checks: readonly Check[] }> {
    host().removePath(record("node1"));
    const result = await host().call(
        ["verify", "--rows"],
        parametersFor("verify", host().usual, { ...given(), ...changed }, "v2"),
    );
    return { ...result, checks: parseRows(result.stdout) };
}
/** What failed, as `kind from to`, with its cause. */
async function failing(changed: Readonly<Record<string, ParameterValue>> = {}): Promise<Record<string, string>> {
    const { status, checks } = await rows(changed);
    expect(status).toBe(1);
    return Object.fromEntries(
        checks.flatMap(({ kind, from, to, problem }) =>
            problem === undefined ? [] : [[[kind, from, to].filter(Boolean).join(" "), problem]],
        ),
    );
}

test.each(["redis", "database"])("without %s it stops at once, with the cause", async (service) => {
    const name = service === "redis" ? "Redis" : "PostgreSQL";
    const found = await failing({ [`${service}_port`]: 1 });
    expect(found).toEqual(Object.fromEntries(names.map((node) => [`login ${node}`, `${name} at 127.0.0.1:1 is down`])));
});

describe("a cluster that works as one", () => {
    test("is verified through every node and pair, with a session, a token, a CSRF token, a blob and a job of each", async () => {
        const { status, stderr, checks } = await rows();
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
        const kinds = [...new Set(checks.map(({ kind }) => kind))];
        expect(kinds.map((kind) => [kind, checks.filter((check) => check.kind === kind).length])).toEqual([
            ["realm", 2],
            ["clock", 2],
            ["login", 2],
            ["token-service", 2],
            ["version", 2],
            ["token", 4],
            ["session", 4],
            ["csrf", 4],
            ["push", 2],
            ["pull", 2],
            ["configuration", 2],
            ["schema", 1],
            ["job", 2],
            ["job-log", 4],
            ["name", 1],
        ]);
        expect(checks.filter(({ problem }) => problem !== undefined)).toEqual([]);
    });

    test("tokens are proved by opening uploads, which a token of no worth could not", async () => {
        await rows();
        expect(
            harbor()
                .node(1)
                .requests.filter((line) => /^POST .*uploads\/$/.test(line)).length,
        ).toBeGreaterThanOrEqual(3);
    });

    test("no wrong password is tried, and no secret is shown", async () => {
        const { stdout, stderr } = await rows();
        const texts = [
            stdout,
            stderr,
            ...host()
                .calls()
                .map(({ line }) => line),
        ];
        const secrets = [adminPassword, secretsV2.postgres_password, ...Object.values(pinned)];
        expect(texts.filter((text) => secrets.some((value) => text.includes(value)))).toEqual([]);
    });
});

describe("what fails is named with node, pair and cause:", () => {
    test("a node that reads a key of its own", async () => {
        Object.assign(harbor().node(1), { signs: otherPair.kid, trusts: otherPair.kid });
        const found = await failing();
        expect(found["token node2 node1"]).toContain("401; node2 signs with another key than the cluster's");
        expect(found["token node1 node2"]).toContain("401; node2 doesn't accept the cluster's key");
        expect(found["token node1 node2"]).toContain("replaced by rename");
        expect(found["token node1 node1"]).toBeUndefined();
    });

    test("sessions that aren't shared", async () => {
        harbor().node(0).sharesSessions = false;
        expect((await failing())["session node1 node2"]).toContain(`401; Redis at 127.0.0.1:${harbor().port}`);
    });

    test("a CSRF key that differs: logins work all the same", async () => {
        harbor().node(1).csrfKey = "another";
        only("open_sessions", "v2_check_csrf");
        const found = await failing();
        expect(Object.keys(found).sort()).toEqual(["csrf node1 node2", "csrf node2 node1"]);
        expect(found["csrf node1 node2"]).toContain(
            "403; node2 doesn't take the CSRF token of node1: CSRF_KEY in common/config/core/env differs",
        );
    });

    // Nothing else shows it before a replication fails.
    test("a JOBSERVICE_SECRET that differs on one node, by node and name, never by value", async () => {
        host().write(
            record("host-1"),
            host()
                .read(record("host-1"))
                .replace(/^(value (core|jobservice)\/JOBSERVICE_SECRET) .*$/gm, "$1 000000000000"),
        );
        const found = await failing();
        expect(found).toEqual({
            "configuration node2":
                "has another core/JOBSERVICE_SECRET, jobservice/JOBSERVICE_SECRET than the cluster; run pulumi up with HARBOR_HA_DETECT_DRIFT=true",
        });
    });

    test.each<[string, (text: string) => string, string]>([
        [
            "a secretkey",
            (text) => text.replace(/^value secretkey .*$/m, "value secretkey 000000000000"),
            "has another secretkey than the cluster",
        ],
        [
            "a key",
            (text) => text.replace(/^value private_key.pem .*$/m, "value private_key.pem 000000000000"),
            "has another private_key.pem than the cluster",
        ],
        [
            "a file",
            (text) => text.replace(/^(file common\/config\/nginx\/nginx.conf) .*$/m, "$1 000000000000"),
            "has another common/config/nginx/nginx.conf than most nodes",
        ],
        [
            "a file that is missing",
            (text) => text.replace(/^file docker-compose.override.yml .*\n/m, ""),
            "docker-compose.override.yml (missing)",
        ],
        [
            "the whole",
            (text) => text.replace(/^configuration .*$/m, "configuration 0"),
            "has another configuration than most nodes",
        ],
    ])("%s that differs", async (_, change, message) => {
        host().write(record("host-1"), change(host().read(record("host-1"))));
        only("v2_check_configuration");
        const found = await failing();
        expect(Object.keys(found)).toEqual(["configuration node2"]);
        expect(found["configuration node2"]).toContain(message);
    });

    test("a node that has told nothing", async () => {
        host().removePath(record("host-1"));
        only("v2_check_configuration");
        expect(await failing()).toEqual({
            "configuration node2": "node2 has told nothing of its configuration: run pulumi up",
        });
    });

    test("pinned values that are gone", async () => {
        host().removePath(`${host().value("shared_dir")}/keys/pinned`);
        only("v2_check_configuration");
        const found = await failing();
        expect(found["configuration node1"]).toContain("the pinned values are missing on the shared storage");
        expect(found["configuration node2"]).toBe(found["configuration node1"]);
    });

    test("storage that isn't shared", async () => {
        harbor().node(1).sharesStorage = false;
        const found = await failing();
        expect(found["pull node1 node2"]).toContain("not pulled through node2: 404");
    });

    test("a version", async () => {
        harbor().node(1).version = "v2.14.4-abc";
        only("check_versions");
        expect((await failing())["version node2"]).toBe("serves version v2.14.4-abc instead of v2.15.2");
    });

    test.each<[string, () => unknown, string, string]>([
        ["jobservice is away", () => (harbor().node(1).startsJob = 500), "job node2", "a job can't be started: 500"],
        [
            "a collection runs already",
            () => (harbor().node(1).startsJob = 409),
            "job node2",
            "a garbage collection runs already",
        ],
        ["a job fails", () => (harbor().node(1).jobEnds = "Error"), "job node2", "job 2 ended as Error"],
        [
            "no jobservice takes a job",
            () => (harbor().node(1).jobEnds = "Pending"),
            "job node2",
            "job 2 waits for more than 60 s",
        ],
        [
            "logs aren't shared",
            () => (harbor().node(1).sharesLogs = false),
            "job-log node1 node2",
            "the log of job 1 answers 500 through node2",
        ],
    ])("%s", async (_, change, row, message) => {
        change();
        only("open_sessions", "v2_check_jobs");
        expect((await failing())[row]).toContain(message);
    });

    test("a job that goes on is proof enough, and is stopped", async () => {
        harbor().node(1).jobEnds = "Running";
        expect(await rows()).toMatchObject({ status: 0 });
        expect(harbor().node(1).requests).toContain("PUT /api/v2.0/system/gc/2");
    });

    test.each<[string, Parameters<typeof answerPsql>[0], string]>([
        ["dirty", { out: "171 true\n" }, "the schema is 171 and dirty, so that no core starts again"],
        [
            "newer than the release knows",
            { out: "181 false\n" },
            "the schema is 181, and the release that was deployed last knows 180 at most",
        ],
        ["not to be read", { err: "no route\n", status: 2 }, "the schema's version can't be read (no route)"],
    ])("a schema that is %s", async (_, answer, message) => {
        host().write("/opt/harbor-ha/state/schema-version", "180\n");
        only("v2_check_schema");
        answerPsql(answer);
        expect((await failing())["schema node1"]).toContain(message);
    });

    test("the admin's password, after which no node is asked with it again", async () => {
        for (const node of harbor().nodes) node.password = "Changed_12345";
        const { status, stderr } = await rows();
        expect({ status, stderr }).toEqual({
            status: 1,
            stderr: expect.stringContaining("another attempt would lock") as string,
        });
        expect(
            harbor()
                .node(1)
                .requests.filter((line) => line.startsWith("POST")),
        ).toEqual([]);
    });
});

function answerPsql(answer: { out?: string; err?: string; status?: number }): void {
    host().answer("psql", answer);
}
