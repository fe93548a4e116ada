import { fillDatabase, type Database, rightIds } from "./support/database";
import { hostForEachTest, type Result } from "./support/host";
import { listenerForEachTest } from "./support/listener";

const host = hostForEachTest();
const server = listenerForEachTest();

const database = (found: Database): void => fillDatabase(host(), found);

function mysql(): Promise<Result> {
    host().secret("mysql_password", "Secret_12345");
    return host().run("mysql", { host: "127.0.0.1", port: server().port, user: "harbor", schema_version: "0.4.0" });
}

/** All statements that the server got, one session after the other. */
const sessions = (): string[] =>
    host()
        .calls("docker", "--entrypoint mysql")
        .map(({ input }) => input);
const imports = (): string[] => sessions().filter((text) => /drop database/i.test(text));

describe("a database without schema", () => {
    test("gets it, and it is said only after its ids were seen to be Harbor's", async () => {
        database({});
        expect(await mysql()).toEqual({ status: 0, stdout: "mysql: schema loaded\nmysql: schema 0.4.0\n", stderr: "" });
        expect(imports()).toHaveLength(1);
        const text = imports()[0] ?? "";
        const order = [
            "foreign_key_checks = 0",
            "DROP DATABASE",
            "TABLE harbor_ha_import",
            "insert into alembic_version",
            "SET role_id = 3",
            "SELECT CONCAT('user ",
        ];
        expect(order.map((part) => text.indexOf(part))).toEqual(
            order.map((part) => text.indexOf(part)).sort((a, b) => a - b),
        );
        expect(order.filter((part) => !text.includes(part))).toEqual([]);
        expect(text).not.toContain("DROP TABLE");
        expect(sessions().filter((one) => one.includes("DROP TABLE registry.harbor_ha_import"))).toHaveLength(1);
    });

    test("no session is made anew in the middle of it", async () => {
        database({});
        await mysql();
        for (const { line } of host().calls("docker", "--entrypoint mysql"))
            expect(line).toContain(" --skip-reconnect ");
    });

    test("the release's own drop, create and use are left out; every table has a primary key", async () => {
        database({});
        await mysql();
        const text = imports()[0] ?? "";
        expect(text.match(/database/gi)).toHaveLength(2);
        expect(text.match(/^use /gim)).toBeNull();
        expect(text).toContain("`version_num` varchar(32) NOT NULL PRIMARY KEY\n");
    });

    // A server of a cluster of three: goharbor/harbor #2141 and #3007.
    test.each([
        [
            "developer",
            rightIds.map((row) => (row === "role developer 2" ? "role developer 5" : row)),
            "role developer has 5 instead of 2",
        ],
        [
            "the admin",
            rightIds.map((row) => (row === "user admin 1" ? "user admin 2" : row)),
            "user admin has 2 instead of 1",
        ],
        ["the member", rightIds.filter((row) => row !== "member library 1"), "member library has no id instead of 1"],
        ["everything", [], "user admin has no id instead of 1, user anonymous has no id"],
    ])("with another id of %s it isn't called loaded, and the next run begins again", async (_, ids, message) => {
        database({ ids });
        const { status, stdout, stderr } = await mysql();
        expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
        expect(stderr).toContain(message);
        expect(sessions().join()).not.toContain("DROP TABLE");
    });

    test.each([
        ["has no schema", "", "is no Harbor schema"],
        ["holds something else", "create table theirs (a int);", "is no Harbor schema"],
    ])("an image that %s is refused before anything", async (_, image, message) => {
        database({ image });
        expect(await mysql()).toMatchObject({ status: 1, stderr: expect.stringContaining(message) as string });
        expect(imports()).toEqual([]);
    });

    test("an import that stops is an error", async () => {
        database({ refuses: "*DROP DATABASE*" });
        const result = await mysql();
        expect(result).toMatchObject({
            status: 1,
            stdout: "",
            stderr: expect.stringContaining("the schema can't be loaded into MySQL") as string,
        });
        expect(sessions().join()).not.toContain("DROP TABLE");
    });
});

describe("a database that has one", () => {
    test("is left alone", async () => {
        database({ state: "12 1 0" });
        expect(await mysql()).toEqual({ status: 0, stdout: "mysql: schema 0.4.0\n", stderr: "" });
        expect(sessions().join()).not.toMatch(/drop|update|insert/i);
    });

    test("of another release is refused", async () => {
        database({ state: "12 1 0", version: "1.2.0" });
        expect(await mysql()).toEqual({
            status: 1,
            stdout: "",
            stderr: "harbor-ha: the database has schema 1.2.0, Harbor v1.1.2 needs 0.4.0: migrate it first (docs/operations.md)\n",
        });
    });

    test("in which roles have other ids works on, and it is said", async () => {
        database({ state: "12 1 0", ids: rightIds.map((row) => row.replace("guest 3", "guest 7")) });
        const { status, stdout } = await mysql();
        expect(status).toBe(0);
        expect(stdout).toMatch(/^note: .*role guest has 7 instead of 3\nmysql: schema 0.4.0\n$/);
    });

    test("that is somebody else's is refused and stays", async () => {
        database({ state: "3 0 0" });
        expect(await mysql()).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("not a Harbor database") as string,
        });
        expect(imports()).toEqual([]);
    });
});

describe("an import that was interrupted", () => {
    const finished = "mysql: schema 0.4.0\n";

    test("before the version was filled in: begins again", async () => {
        database({ state: "5 0 1" });
        expect(await mysql()).toEqual({ status: 0, stdout: `mysql: schema loaded\n${finished}`, stderr: "" });
    });

    test("with only its marker left: that is removed", async () => {
        database({ state: "12 1 1" });
        expect(await mysql()).toEqual({ status: 0, stdout: finished, stderr: "" });
        expect(imports()).toEqual([]);
        expect(sessions().join()).toContain("DROP TABLE registry.harbor_ha_import");
    });

    test.each([
        ["an empty version", { versions: 0 }],
        ["wrong ids", { ids: rightIds.map((row) => row.replace("guest 3", "guest 8")) }],
    ])("with %s: begins again", async (_, found) => {
        database({ state: "12 1 1", ...found });
        await mysql();
        expect(imports()).toHaveLength(1);
    });

    test("of an image with other tables: begins again", async () => {
        database({ state: "12 1 1" });
        host().answer("docker", {
            to: "run *--entrypoint mysql *",
            times: 3,
            run: `case $input in
  *registry.user*) echo "ERROR 1146 (42S02) at line 3: Table 'registry.access' doesn't exist" >&2; exit 1 ;;
  *information_schema*) echo '12 1 1' ;;
  *) echo 1 ;;
esac`,
        });
        const { stderr } = await mysql();
        expect(stderr).not.toContain("can't be looked at");
        expect(host().calls("docker", "--entrypoint cat")).toHaveLength(1);
    });

    test.each(["*COUNT(*) FROM registry.alembic_version*", "*registry.user*"])(
        "is not begun again because the server failed once (%s)",
        async (refuses) => {
            database({ state: "12 1 1", refuses });
            expect(await mysql()).toMatchObject({ status: 1, stdout: "" });
            expect(imports()).toEqual([]);
        },
    );
});

test("the password is in a file for root only, never on a command line", async () => {
    database({});
    await mysql();
    expect(host().read("/opt/harbor-ha/secrets/mysql_cnf")).toContain('password="Secret_12345"');
    expect(
        host()
            .calls()
            .filter(({ line, input }) => `${line}${input}`.includes("Secret_12345")),
    ).toEqual([]);
});

test("a server that doesn't answer, or refuses the login, is named", async () => {
    database({ refuses: "*information_schema*" });
    expect(await mysql()).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(
            /MySQL at 127\.0\.0\.1:\d+ refuses user harbor, or fails: see above\n$/,
        ) as string,
    });
    await server().close();
    expect(await mysql()).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/^harbor-ha: MySQL at 127\.0\.0\.1:\d+ doesn't answer\n$/) as string,
    });
});
