import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { eventually, must, run } from "./support/run";
import { prefix, sandbox, secretOf, sql } from "./support/sandbox";
import { dev } from "./support/stack";

jest.setTimeout(300_000);

const expected = "1 admin 2 anonymous / 1 projectAdmin 2 developer 3 guest / 1 library 1 / 1 1 1";
const ids = `SELECT GROUP_CONCAT(user_id, ' ', username ORDER BY user_id SEPARATOR ' ') FROM registry.user;
    SELECT GROUP_CONCAT(role_id, ' ', name ORDER BY role_id SEPARATOR ' ') FROM registry.role;
    SELECT GROUP_CONCAT(project_id, ' ', name, ' ', owner_id) FROM registry.project;
    SELECT CONCAT(project_id, ' ', user_id, ' ', role) FROM registry.project_member;`;
const idsOf = async (container: string): Promise<string> => (await sql(ids, container)).replaceAll("\n", " / ");

interface Server {
    readonly container: string;
    readonly address: string;
}
const server = (name: string, last: number): Server => ({ container: `harbor-ha-test-${name}`, address: `${prefix}.${last}` });

/** A server of its own beside the sandbox's, which counts ids as its options say. */
async function start({ container, address }: Server, options: readonly string[]): Promise<void> {
    const password = secretOf(sandbox.mysql.passwordFile);
    const where = ["--name", container, "--label", "harbor-ha.sandbox=1", "--network", sandbox.network, "--ip", address];
    const env = ["-e", "MARIADB_RANDOM_ROOT_PASSWORD=1", "-e", `MARIADB_USER=${sandbox.mysql.user}`, "-e", "MARIADB_PASSWORD", "-e", "MARIADB_DATABASE=registry"];
    await run("docker", ["rm", "-f", "-v", container]);
    await must("docker", ["run", "-d", ...where, ...env, sandbox.images.mariadb, "mariadbd", ...options], { env: { ...process.env, MARIADB_PASSWORD: password } });
    const login = ["exec", "-e", "MYSQL_PWD", container, "mariadb", "--no-defaults", "-h", address, "-u", sandbox.mysql.user, "-e", "USE registry"];
    await eventually(90, () => must("docker", login, { env: { ...process.env, MYSQL_PWD: password } }));
}

const load = ({ address }: Server): Promise<{ code: number; output: string }> => dev.step("harbor-mysql-schema", "node2", { host: address });

beforeAll(() => dev.ensure());

describe("a server that counts ids in steps", () => {
    const alone = server("mysql-steps", 44);
    const strict = ["--sql-mode=STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_AUTO_VALUE_ON_ZERO", "--innodb-force-primary-key=1"];
    beforeAll(() => start(alone, ["--auto-increment-increment=3", "--auto-increment-offset=2", ...strict]));
    afterAll(() => must("docker", ["rm", "-f", "-v", alone.container]));

    test("gets the ids of Harbor's code, strict as it is; later ones are its own", async () => {
        expect(await load(alone)).toMatchObject({ code: 0, output: expect.stringContaining("schema loaded") });
        expect(await idsOf(alone.container)).toBe(expected);
        expect(await sql("INSERT INTO registry.project (owner_id, name) VALUES (1, 'mine'); SELECT project_id FROM registry.project WHERE name = 'mine'", alone.container)).toBe("5");
    });

    test("a second run changes nothing", async () => {
        const again = await load(alone);
        expect(again.code).toBe(0);
        expect(again.output).not.toContain("loaded");
        expect(await sql("SELECT COUNT(*) FROM registry.project WHERE name = 'mine'", alone.container)).toBe("1");
    });
});

describe("a server of a Galera cluster", () => {
    // Galera sets the steps itself and lets no session change them (wsrep_auto_increment_control).
    const pair = [server("galera-1", 45), server("galera-2", 46)] as const;
    const galera = (address: string, join: string): string[] => [
        "--wsrep-on=ON",
        "--wsrep-provider=/usr/lib/galera/libgalera_smm.so",
        "--wsrep-sst-method=rsync",
        "--binlog-format=ROW",
        "--innodb-autoinc-lock-mode=2",
        `--wsrep-node-address=${address}`,
        `--wsrep-cluster-address=gcomm://${join}`,
    ];
    let second = pair[1];
    beforeAll(async () => {
        await start(pair[0], galera(pair[0].address, ""));
        await start(pair[1], galera(pair[1].address, pair[0].address));
        // Which of them begins with 2 is Galera's choice.
        await eventually(60, async () => {
            const counts = await Promise.all(pair.map(({ container }) => sql("SELECT @@GLOBAL.auto_increment_increment, @@GLOBAL.auto_increment_offset", container)));
            expect([...counts].sort()).toEqual(["2\t1", "2\t2"]);
            second = pair[counts.indexOf("2\t2")] ?? pair[1];
        });
    });
    afterAll(() => must("docker", ["rm", "-f", "-v", ...pair.map(({ container }) => container)]));

    test("gets the ids of Harbor's code, and so does the other", async () => {
        expect(await load(second)).toMatchObject({ code: 0, output: expect.stringContaining("schema loaded") });
        for (const { container } of pair) await eventually(10, async () => expect(await idsOf(container)).toBe(expected));
    });
});
