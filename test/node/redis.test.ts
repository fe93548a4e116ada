import { hostForEachTest, type Result } from "./support/host";
import { listenerForEachTest } from "./support/listener";
import { type Answers, master } from "./support/redis";

const password = "Secret_12345";
const works = master(password);
let answers: Answers = works;
let greeting = "";
let got: string[] = [];

const server = listenerForEachTest((socket) => {
    if (greeting !== "") socket.end(greeting);
    let rest = "";
    socket.setEncoding("utf8").on("data", (text: string) => {
        const lines = (rest + text).split("\r\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
            got.push(line);
            const [command = "", ...args] = line.split(" ");
            const answer = answers(command, args);
            if (answer === "reset") socket.resetAndDestroy();
            else if (answer === undefined) socket.destroy();
            else socket.write(`${answer}\r\n`);
        }
    });
});
const host = hostForEachTest();

beforeEach(() => {
    answers = works;
    greeting = "";
    got = [];
    host().secret("redis_password", password);
});

const redis = (given: Readonly<Record<string, number>> = {}): Promise<Result> =>
    host().run("redis", { host: "127.0.0.1", port: server().port, database: 2, cache_database: 3, wait: 5, ...given });
/** A server on which one command fails. */
const failing =
    (failed: string, answer: string | undefined): Answers =>
    (command, args) =>
        command === failed ? answer : works(command, args);

test("a server that takes the password and writes in both databases is ready; the keys go again by themselves", async () => {
    expect(await redis()).toEqual({ status: 0, stdout: "redis: ready\n", stderr: "" });
    expect(got.map((line) => line.replace(/\d{3,}/, "N"))).toEqual([
        `AUTH ${password.replace(/\d{3,}/, "N")}`,
        ...["SELECT 2", "SET harbor-ha:check:N 1 EX 10", "DEL harbor-ha:check:N"],
        ...["SELECT 3", "SET harbor-ha:check:N 1 EX 10", "DEL harbor-ha:check:N"],
        "INFO replication",
    ]);
});

test("the password stands on no command line", async () => {
    await redis();
    expect(
        host()
            .calls()
            .filter(({ line }) => line.includes(password)),
    ).toEqual([]);
});

// The words of Redis 7.0, tried with servers of each kind; those of 5 for the passwords.
test.each([
    ["AUTH", "-WRONGPASS invalid username-password pair or user is disabled.", /refuses the password/],
    ["AUTH", "-ERR invalid password", /refuses the password/],
    [
        "AUTH",
        "-ERR AUTH <password> called without any password configured for the default user. Are you sure?",
        /has no password: set requirepass/,
    ],
    ["AUTH", "-ERR Client sent AUTH, but no password is set", /has no password: set requirepass/],
    ["SET", "-READONLY You can't write against a read only replica.", /is a replica/],
    ["SELECT", "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", /is a replica/],
    ["SELECT", "-ERR SELECT is not allowed in cluster mode", /is a Redis Cluster/],
    ["SET", "-MOVED 1234 192.0.2.7:6379", /is a Redis Cluster/],
    ["SELECT", "-ERR DB index is out of range", /has no database 2/],
    ["SET", "-OOM command not allowed when used memory > 'maxmemory'.", /is full and takes no writes/],
    [
        "SET",
        "-MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
        /can't save to its disk/,
    ],
    ["SET", "-NOREPLICAS Not enough good replicas to write.", /min-replicas-to-write/],
    ["SET", "-NOPERM this user has no permissions to run the 'set' command", /doesn't allow SET/],
    ["SELECT", "-ERR unknown command 'SELECT', with args beginning with: '0'", /doesn't know SELECT: is it a Sentinel/],
    ["SET", "-ERR something new", /answers to SET: ERR something new/],
    ["AUTH", undefined, /doesn't answer to AUTH: is it Redis, and without TLS/],
    // As a port with TLS does.
    ["AUTH", "reset", /doesn't answer to AUTH: is it Redis, and without TLS/],
    ["INFO", "$22\r\n# Replication\r\nrole:slave", /is a replica/],
])("%s answered with %j is refused with its cause", async (command, answer, cause) => {
    answers = failing(command, answer);
    const { status, stdout, stderr } = await redis();
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^harbor-ha: Redis at 127\\.0\\.0\\.1:${server().port} [^\n]*\n$`));
    expect(stderr).toMatch(cause);
});

test("a failure in the second database only is one", async () => {
    let selected = "";
    answers = (command, args) => {
        if (command === "SELECT") selected = args[0] ?? "";
        return command === "SELECT" && selected === "3" ? "-ERR DB index is out of range" : works(command, args);
    };
    expect(await redis()).toMatchObject({ status: 1, stderr: expect.stringContaining("has no database 3") as string });
});

test("protected mode is told by a server that closes at once", async () => {
    greeting = "-DENIED Redis is running in protected mode because protected mode is enabled\r\n";
    expect(await redis()).toMatchObject({
        status: 1,
        stderr: expect.stringContaining("runs in protected mode") as string,
    });
});

test("one that still loads its data is waited for, but not longer than that", async () => {
    let loading = 3;
    answers = (command, args) =>
        loading-- > 0 ? "-LOADING Redis is loading the dataset in memory" : works(command, args);
    expect(await redis({ wait: 20 })).toMatchObject({ status: 0 });
    answers = () => "-LOADING Redis is loading the dataset in memory";
    expect(await redis()).toMatchObject({
        status: 1,
        stderr: expect.stringContaining("still loads its data") as string,
    });
});

test("one whose INFO isn't allowed is taken by its writes", async () => {
    answers = failing("INFO", "-NOPERM this user has no permissions to run the 'info' command");
    expect(await redis()).toMatchObject({ status: 0 });
});

test("a server that isn't there is named", async () => {
    const { port } = server();
    await server().close();
    expect(await redis()).toEqual({
        status: 1,
        stdout: "",
        stderr: `harbor-ha: Redis at 127.0.0.1:${port} doesn't answer\n`,
    });
});

test("a node without the password says so", async () => {
    host().removePath("/opt/harbor-ha/secrets/redis_password");
    const { status, stderr } = await redis();
    expect(status).not.toBe(0);
    expect(stderr).toContain("secret redis_password isn't on this node");
    expect(got).toEqual([]);
});
