import { readdirSync, readFileSync } from "node:fs";
import type { TlsOptions } from "node:tls";
import { pki } from "../support/files";
import { hostForEachTest, type Result } from "./support/host";
import { type Answers, type FakeRedis, fakeRedisForEachTest, master, sentinel } from "./support/redis";

// Redis through TLS, and found by Sentinels: the server itself is asked as one without either.

const password = "Secret_12345";
const works = master(password);
/** For 127.0.0.1, and for another name; of the same authority. */
const own: TlsOptions = { key: pki("server.key"), cert: pki("localhost.crt") };
const others: TlsOptions = { key: pki("server.key"), cert: pki("server.crt") };

const host = hostForEachTest();
const serve = fakeRedisForEachTest();
const caFile = (): string => host().path("/opt/harbor-ha/cert/redis-ca.crt");

beforeEach(() => {
    host().secret("redis_password", password);
    host().write(caFile(), pki("ca.crt"));
});

type Given = Readonly<Record<string, string | number | boolean>>;

const redis = (given: Given): Promise<Result> =>
    host().run("redis", { database: 0, cache_database: 1, wait: 5, ...given });
const throughTls = (port: number, given: Given = {}): Promise<Result> =>
    redis({ host: "127.0.0.1", port, tls: true, ca_file: caFile(), ...given });
const bySentinels = (sentinels: readonly FakeRedis[], given: Given = {}): Promise<Result> =>
    redis({
        ...{ host: "none", port: 0, master_set: "mymaster" },
        sentinels: sentinels.map(({ port }) => `127.0.0.1:${port}`).join(" "),
        ...given,
    });
const commands = (server: FakeRedis): string[] => server.got.map((line) => line.split(" ")[0] ?? "");
const all = ["AUTH", "SELECT", "SET", "DEL", "SELECT", "SET", "DEL", "INFO"];

function processesWith(word: string): string[] {
    return readdirSync("/proc").flatMap((id) => {
        if (!/^\d+$/.test(id)) return [];
        try {
            const line = readFileSync(`/proc/${id}/cmdline`, "utf8");
            return line.includes("s_client") && line.includes(word) ? [line.replaceAll("\0", " ")] : [];
        } catch {
            return []; // It has ended.
        }
    });
}

describe("through TLS", () => {
    test("a server of the authority, with a certificate for its address, is asked as one without", async () => {
        const server = await serve(works, own);
        expect(await throughTls(server.port)).toEqual({ status: 0, stdout: "redis: ready\n", stderr: "" });
        expect(commands(server)).toEqual(all);
        expect(
            host()
                .calls()
                .filter(({ line }) => line.includes(password)),
        ).toEqual([]);
    });

    test("a name is looked for in the certificate, too", async () => {
        const server = await serve(works, own);
        expect(await throughTls(server.port, { host: "localhost" })).toMatchObject({ status: 0 });
    });

    test.each<[string, TlsOptions | undefined, Given, RegExp]>([
        [
            "another authority",
            own,
            { ca_file: "another" },
            /isn't accepted \(.*\): harbor-ha:redisCaCertificate must be/,
        ],
        ["no authority", own, { ca_file: "" }, /isn't accepted \(.*\): harbor-ha:redisCaCertificate must be/],
        ["a certificate for another name", others, {}, /for another name: its subjectAltName must hold 127\.0\.0\.1/],
        ["no TLS", undefined, {}, /doesn't speak TLS there: give its tls-port/],
        [
            "one that wants a certificate of the client",
            { ...own, requestCert: true, rejectUnauthorized: true, ca: pki("ca.crt") },
            {},
            /asks for a certificate of the client, which Harbor has none of: set tls-auth-clients no/,
        ],
        [
            "the same with TLS 1.2",
            { ...own, requestCert: true, rejectUnauthorized: true, ca: pki("ca.crt"), maxVersion: "TLSv1.2" },
            {},
            /asks for a certificate of the client/,
        ],
        [
            "a TLS that is too old",
            { ...own, minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL@SECLEVEL=0" },
            {},
            /Redis at/,
        ],
    ])("%s is refused with its cause, before the password is said", async (_, tls, given, cause) => {
        const server = await serve(works, tls);
        const another = host().write("/opt/harbor-ha/cert/another.crt", pki("token.crt"));
        const { ca_file: wanted, ...more } = { ca_file: caFile(), ...given };
        const ca_file = wanted === "another" ? another : wanted;
        const { status, stdout, stderr } = await redis({
            ...{ host: "127.0.0.1", port: server.port, tls: true },
            ...(ca_file !== "" && { ca_file }),
            ...more,
        });
        expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
        expect(stderr).toMatch(new RegExp(`^harbor-ha: Redis at 127\\.0\\.0\\.1:${server.port} [^\n]*\n$`));
        expect(stderr).toMatch(cause);
        expect(server.got.filter((line) => line.includes(password))).toEqual([]);
    });

    test("what the server says then has its own cause", async () => {
        const replica: Answers = (command, args) =>
            command === "SET" ? "-READONLY You can't write against a read only replica." : works(command, args);
        const server = await serve(replica, own);
        expect((await throughTls(server.port)).stderr).toMatch(/is a replica/);
        server.answers = () => undefined;
        expect((await throughTls(server.port)).stderr).toMatch(
            /doesn't answer to AUTH through TLS: is it Redis, and its tls-port\?/,
        );
    });

    test("no process is left behind", async () => {
        const server = await serve(works, own);
        await throughTls(server.port);
        let left = processesWith(`127.0.0.1:${server.port}`);
        for (let i = 0; left.length > 0 && i < 50; i += 1) {
            await new Promise((resolve) => setTimeout(resolve, 100));
            left = processesWith(`127.0.0.1:${server.port}`);
        }
        expect(left).toEqual([]);
    });
});

describe("found by Sentinels", () => {
    const three = async (to: FakeRedis, tls?: TlsOptions): Promise<FakeRedis[]> =>
        Promise.all(
            [1, 2, 3].map(() =>
                serve(
                    sentinel("mymaster", () => to.port),
                    tls,
                ),
            ),
        );

    test("the master is asked, and the Sentinels get no password", async () => {
        const server = await serve(works);
        const sentinels = await three(server);
        expect(await bySentinels(sentinels)).toEqual({ status: 0, stdout: "redis: ready\n", stderr: "" });
        expect(commands(server)).toEqual(all);
        for (const { got } of sentinels) expect(got).toEqual(["SENTINEL get-master-addr-by-name mymaster"]);
    });

    test("through TLS, too: the Sentinels as well as the master", async () => {
        const server = await serve(works, own);
        const sentinels = await three(server, own);
        expect(await bySentinels(sentinels, { tls: true, ca_file: caFile() })).toMatchObject({ status: 0, stderr: "" });
        expect(commands(server)).toEqual(all);
        const [first] = sentinels;
        const { stderr } = await bySentinels(await three(server), { tls: true, ca_file: caFile() });
        expect(stderr).toMatch(/^harbor-ha: The Sentinel at 127\.0\.0\.1:\d+ doesn't speak TLS there/);
        expect(first?.got).toHaveLength(1);
    });

    test("one that is away is passed over, and named", async () => {
        const server = await serve(works);
        const sentinels = await three(server);
        await sentinels[1]?.close();
        expect(await bySentinels(sentinels)).toEqual({
            status: 0,
            stdout: `redis: the Sentinel at 127.0.0.1:${sentinels[1]?.port ?? 0} doesn't answer\nredis: ready\n`,
            stderr: "",
        });
    });

    test("all of them away", async () => {
        const sentinels = await three(await serve(works));
        await Promise.all(sentinels.map((one) => one.close()));
        const addresses = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(", ");
        expect(await bySentinels(sentinels)).toEqual({
            status: 1,
            stdout: "",
            stderr: `harbor-ha: None of the Sentinels at ${addresses} answers\n`,
        });
    });

    test.each<[string, Answers, RegExp]>([
        [
            "another name",
            sentinel("other", () => 1),
            /knows no master mymaster: harbor-ha:redisSentinelMasterSet must be/,
        ],
        [
            "a password of their own",
            () => "-NOAUTH Authentication required.",
            /wants a password, and Harbor gives Sentinels none/,
        ],
        ["no Sentinel", works, /knows no master mymaster/],
        [
            "a server of data",
            () => "-ERR unknown command 'SENTINEL', with args beginning with: 'get-master-addr-by-name'",
            /is no Sentinel: give those in harbor-ha:redisSentinels, or this server as harbor-ha:redisHost/,
        ],
        ["half an answer", () => "*2\r\n$9\r\n127.0.0.1\r\n$0\r\n", /knows no master mymaster/],
    ])("%s is refused", async (_, answers, cause) => {
        const server = await serve(answers);
        const { status, stderr } = await bySentinels([server]);
        expect(status).toBe(1);
        expect(stderr).toMatch(new RegExp(`^harbor-ha: The Sentinel at 127\\.0\\.0\\.1:${server.port} `));
        expect(stderr).toMatch(cause);
    });

    test("a master that doesn't work is told by its address and by who named it", async () => {
        const server = await serve(master("Another_1"));
        expect((await bySentinels(await three(server))).stderr).toBe(
            `harbor-ha: Redis at 127.0.0.1:${server.port}, the master of mymaster to its Sentinels, refuses the password: harbor-ha:redisPassword must be its requirepass\n`,
        );
    });

    test("a change of the master is waited for, and no longer than that", async () => {
        const [old, now] = [await serve(works), await serve(works)];
        let asked = 0;
        const late = await serve(sentinel("mymaster", () => (asked++ < 2 ? old.port : now.port)));
        const first = await serve(sentinel("mymaster", () => now.port));
        expect(await bySentinels([first, late], { wait: 20 })).toMatchObject({ status: 0 });
        expect(commands(old)).toEqual([]);
        asked = -1000;
        const { status, stderr } = await bySentinels([first, late]);
        expect(status).toBe(1);
        expect(stderr).toContain(
            `The Sentinels don't agree: the master of mymaster is 127.0.0.1:${now.port} to 127.0.0.1:${first.port}, and 127.0.0.1:${old.port} to`,
        );
    });
});
