import { hostForEachTest, type Result } from "./support/host";
import { listenerForEachTest } from "./support/listener";

const host = hostForEachTest("v2");
const server = listenerForEachTest();

/** What the server says of itself and the database. */
const answers = (changed: Readonly<Record<string, string | undefined>> = {}): string =>
    Object.entries({
        server: "150008 15.8 (Debian 15.8-0+deb12u1)",
        recovery: "false",
        encoding: "UTF8",
        schema: "public",
        create: "true",
        tables: "0",
        migrations: "0",
        users: "0",
        foreign: "0",
        version: undefined,
        ...changed,
    })
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name} ${value ?? ""}\n`)
        .join("");
const says = (changed: Readonly<Record<string, string | undefined>> = {}): void =>
    host().answer("psql", { out: answers(changed) });
const harbors = { tables: "52", migrations: "1", users: "1" };

const postgres = (given: Readonly<Record<string, string | number>> = {}): Promise<Result> =>
    host().run("postgres", {
        host: "127.0.0.1",
        port: server().port,
        database: "registry",
        user: "harbor",
        ssl_mode: "disable",
        schema_version: "180",
        wait: 3,
        ...given,
    });

beforeEach(() => {
    host().secret("postgres_password", "Se:cr\\et_12345");
    says();
});

describe("a database that core can take", () => {
    test.each<[string, Readonly<Record<string, string>>, string]>([
        ["an empty one", {}, "empty; the first node's core makes the schema"],
        [
            "one with nothing but an empty table of versions",
            { tables: "1", migrations: "1" },
            "empty; the first node's core makes the schema",
        ],
        ["one of this release", { ...harbors, version: "180 false" }, "schema 180"],
        [
            "one of an earlier release",
            { ...harbors, version: "171 false" },
            "schema 171; the first node's core migrates it to 180",
        ],
    ])("%s", async (_, found, message) => {
        says(found);
        expect(await postgres()).toEqual({ status: 0, stdout: `postgres: ${message}\n`, stderr: "" });
    });

    test("nothing is written: core does that", async () => {
        await postgres();
        const [call] = host().calls("psql");
        expect(call?.input.replace(/'[^']*'/g, "")).not.toMatch(/\b(create|drop|insert|update|delete|alter)\b/i);
        expect(call?.line).toContain(`-h 127.0.0.1 -p ${server().port} -U harbor -d registry`);
    });
});

describe("what core couldn't take is refused with the way out:", () => {
    test.each<[string, Readonly<Record<string, string>>, string]>([
        ["a server that is too old", { server: "110022 11.22" }, "is version 11.22; Harbor v2.15.2 needs 12 or later"],
        ["a standby", { recovery: "true" }, "harbor-ha:postgresHost must be the primary"],
        ["another encoding", { encoding: "SQL_ASCII" }, "has encoding SQL_ASCII instead of UTF8: make it anew"],
        ["no schema", { schema: "none" }, "CREATE SCHEMA public AUTHORIZATION harbor"],
        ["no right to make tables", { create: "false" }, "may make no tables in schema public of database registry"],
        [
            "somebody else's tables",
            { tables: "3" },
            "has 3 tables but no schema_migrations with a version: not a Harbor database",
        ],
        [
            "another program's schema",
            { tables: "9", migrations: "1", version: "12 false" },
            "has schema 12 of something else than Harbor",
        ],
        [
            "tables of another user",
            { ...harbors, version: "180 false", foreign: "52" },
            "52 tables of database registry don't belong to user harbor",
        ],
        [
            "a dirty schema",
            { ...harbors, version: "171 true" },
            "the schema 171 of database registry is dirty: a migration was broken off",
        ],
        [
            "a later release's",
            { ...harbors, version: "190 false" },
            "has schema 190, and Harbor v2.15.2 knows only up to 180",
        ],
    ])("%s", async (_, found, message) => {
        says(found);
        expect(await postgres()).toMatchObject({
            status: 1,
            stdout: "",
            stderr: expect.stringContaining(message) as string,
        });
    });

    test("something that isn't PostgreSQL", async () => {
        host().answer("psql", { out: "server 150008 15\n" });
        expect((await postgres()).stderr).toContain("doesn't say what it was asked for (recovery)");
    });
});

describe("a server that refuses is told by the key that mends it:", () => {
    const fatal = (text: string): string =>
        `psql: error: connection to server at "127.0.0.1", port 5432 failed: FATAL:  ${text}\n`;
    test.each<[string, string, Readonly<Record<string, string>>, string]>([
        [
            "the password",
            fatal('password authentication failed for user "harbor"'),
            {},
            "harbor-ha:postgresPassword must be its password",
        ],
        ["a user", fatal('role "harbor" does not exist'), {}, "has no user harbor: CREATE USER harbor"],
        ["a user that can't log in", fatal('role "harbor" is not permitted to log in'), {}, "ALTER USER harbor LOGIN"],
        [
            "a database",
            fatal('database "registry" does not exist'),
            {},
            "has no database registry: CREATE DATABASE registry OWNER harbor, or set harbor-ha:postgresDatabase",
        ],
        [
            "the right to connect",
            fatal('permission denied for database "registry"'),
            {},
            "may not connect to database registry",
        ],
        [
            "TLS that is missing",
            fatal('no pg_hba.conf entry for host "127.0.0.1", user "harbor", database "registry", no encryption'),
            {},
            "without TLS: set harbor-ha:postgresSslMode to require",
        ],
        [
            "a host that isn't allowed",
            fatal('no pg_hba.conf entry for host "127.0.0.1", user "harbor", database "registry", SSL encryption'),
            { ssl_mode: "require" },
            "from node1: allow it there (pg_hba.conf",
        ],
        [
            "a server without TLS",
            "psql: error: server does not support SSL, but SSL was required\n",
            { ssl_mode: "require" },
            "has no TLS, and harbor-ha:postgresSslMode is require",
        ],
        [
            "a certificate",
            "psql: error: SSL error: certificate verify failed\n",
            { ssl_mode: "verify-full" },
            "isn't accepted with harbor-ha:postgresSslMode verify-full",
        ],
        ["too many connections", fatal("sorry, too many clients already"), {}, "raise max_connections there"],
        ["something else", fatal("the moon is full"), {}, "fails: psql: error: connection to server"],
    ])("%s", async (_, err, given, message) => {
        host().answer("psql", { err, status: 2 });
        expect(await postgres(given)).toMatchObject({
            status: 1,
            stdout: "",
            stderr: expect.stringContaining(message) as string,
        });
    });

    test("nothing that listens", async () => {
        await server().close();
        expect(await postgres()).toMatchObject({
            status: 1,
            stderr: expect.stringMatching(/doesn't answer\n$/) as string,
        });
    });

    test("one that starts is waited for", async () => {
        host().answer(
            "psql",
            { times: 2, err: fatal("the database system is starting up"), status: 2 },
            { out: answers() },
        );
        expect(await postgres({ wait: 30 })).toMatchObject({ status: 0 });
        host().answer("psql", { err: fatal("the database system is starting up"), status: 2 });
        expect(await postgres()).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("is still starting up") as string,
        });
    });
});

test("the password is in a file for root only, in psql's own form, and in no output or command line", async () => {
    host().answer("psql", {
        run: `cp "$PGPASSFILE" "$root/pgpass"; stat -c %a "$PGPASSFILE" >"$root/mode"; echo "$PGSSLMODE" >"$root/ssl"; echo bad >&2; exit 2`,
    });
    const { stdout, stderr } = await postgres({ ssl_mode: "verify-ca" });
    expect(host().read("/pgpass")).toBe(`127.0.0.1:${server().port}:registry:harbor:Se\\:cr\\\\et_12345\n`);
    expect(host().read("/mode")).toBe("600\n");
    expect(host().read("/ssl")).toBe("verify-ca\n");
    const calls = host()
        .calls()
        .map(({ line, input }) => `${line}${input}`);
    expect([stdout, stderr, ...calls].filter((text) => text.includes("cr\\et"))).toEqual([]);
});

describe("host", () => {
    const asked = (given: Readonly<Record<string, string | boolean>>): Promise<Result> => {
        host().keep("psql");
        host().lacks("psql");
        return host().run("host", { install_packages: true, ...given });
    };

    test("the node that asks PostgreSQL gets psql", async () => {
        host().answer("apt-get", { to: "*install*", run: `cp "$root/kept/psql" "$root/usr/local/bin/psql"` });
        expect(await asked({ postgres: true })).toMatchObject({
            status: 0,
            stdout: expect.stringContaining("installing: postgresql-client\n") as string,
        });
    });

    test("no other node does", async () => {
        expect(await asked({})).toMatchObject({ status: 0 });
        expect(host().calls("apt-get", "install")).toEqual([]);
    });
});

test("what the verification compares with is the schema of a release that was taken, not of one that was refused", async () => {
    const known = (): string => host().read("/opt/harbor-ha/state/schema-version");
    says({ ...harbors, version: "180 false" });
    expect(await postgres()).toMatchObject({ status: 0 });
    expect(known()).toBe("180\n");
    expect(await postgres({ schema_version: "171", version: "v2.14.4" })).toMatchObject({ status: 1 });
    expect(known()).toBe("180\n");
});
