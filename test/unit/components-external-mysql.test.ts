import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startScript } from "../../components/external-mysql";
import { withFolder } from "../support/files";

const password = "A.b_c~d!e@f^g*h+i=j-k";

interface Start {
    /** What the image's entrypoint was started with. */
    readonly started: string;
    /** The init file, where there is one. */
    readonly sql: string | undefined;
    readonly mode: number | undefined;
    /** Who got the file. */
    readonly owner: string | undefined;
}

/** Starts the container's command in a folder with an entrypoint that only says how it was called. */
function start(folder: string, env: Record<string, string> = {}): Start {
    const [bin, temporary, said] = ["bin", "tmp", "said"].map((name) => join(folder, name)) as [string, string, string];
    mkdirSync(bin, { recursive: true });
    mkdirSync(temporary, { recursive: true });
    const tool = (name: string, line: string): void =>
        writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
    tool("docker-entrypoint.sh", `echo "$*" >${said}`);
    tool("chown", `echo "$1" >${said}.owner`);
    tool("id", "echo 0");
    const file = join(temporary, "harbor-ha-login.sql");
    execFileSync("sh", ["-c", startScript(join(folder, "data"), temporary)], {
        env: { PATH: `${bin}:${process.env.PATH ?? ""}`, MARIADB_USER: "harbor", MARIADB_PASSWORD: password, ...env },
    });
    const there = existsSync(file);
    return {
        started: readFileSync(said, "utf8").trim(),
        sql: there ? readFileSync(file, "utf8") : undefined,
        mode: there ? statSync(file).mode & 0o777 : undefined,
        owner: existsSync(`${said}.owner`) ? readFileSync(`${said}.owner`, "utf8").trim() : undefined,
    };
}

test("an empty volume is left to the image", async () => {
    await withFolder((folder) => {
        expect(start(folder)).toMatchObject({ started: "--port=3306", sql: undefined });
    });
});

test("on a volume that was kept the server sets the login of now, at every start", async () => {
    await withFolder((folder) => {
        mkdirSync(join(folder, "data", "mysql"), { recursive: true });
        const file = join(folder, "tmp", "harbor-ha-login.sql");
        const sql = (user: string, secret: string): string =>
            `CREATE DATABASE IF NOT EXISTS registry;\nGRANT ALL ON registry.* TO '${user}'@'%' IDENTIFIED BY '${secret}';\n`;
        const first = start(folder);
        expect(first).toEqual({
            started: `--init-file=${file}`,
            sql: sql("harbor", password),
            mode: 0o600,
            owner: "mysql",
        });
        expect(start(folder, { MARIADB_USER: "first.last", MARIADB_PASSWORD: "other-Pass2" }).sql).toBe(
            sql("first.last", "other-Pass2"),
        );
    });
});

test("the file of an earlier start may be another user's in a sticky folder", async () => {
    await withFolder((folder) => {
        mkdirSync(join(folder, "data", "mysql"), { recursive: true });
        mkdirSync(join(folder, "tmp"));
        writeFileSync(join(folder, "tmp", "harbor-ha-login.sql"), "old", { mode: 0o400 });
        expect(start(folder).sql).toContain(password);
    });
});

test("without a password nothing is started", async () => {
    await withFolder((folder) => {
        mkdirSync(join(folder, "data", "mysql"), { recursive: true });
        const { status } = spawnSync("sh", ["-c", startScript(join(folder, "data"), folder)], {
            env: { PATH: process.env.PATH ?? "", MARIADB_USER: "harbor" },
        });
        expect(status).not.toBe(0);
    });
});
