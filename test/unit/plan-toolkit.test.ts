import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootstrap, endOfFile, endOfParameters, toolkit, toolkitParts } from "../../plan/toolkit";
import { bash } from "../support/bash";
import { projectDir } from "../support/files";

let home: string;
let command: string;

beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "harbor-ha-test-"));
    command = join(home, "bin", "harbor-ha");
    mkdirSync(join(home, "bin"));
    writeFileSync(command, `${toolkit("v1")}\n${endOfFile}\n`);
    chmodSync(command, 0o755);
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

const run = (input: string, ...args: string[]) => bash('"$@"', input, [command, ...args]);

test("the node's command is one program", () => {
    expect(bash('bash -n "$1"', "", [command])).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(toolkit("v1").match(/^#!/gm)).toHaveLength(1);
    expect(toolkit("v1")).toMatch(/^#!\/usr\/bin\/env bash\n/);
});

test("every script is a part of it", () => {
    const scripts = ["core", "database", "lines"].flatMap((folder) =>
        readdirSync(join(projectDir, "node", folder)).map((name) => `${folder}/${name}`),
    );
    const parts = new Set([...toolkitParts("v1"), ...toolkitParts("v2"), "core/bootstrap.sh"]);
    expect([...parts].sort()).toEqual(scripts.sort());
    const lastLine = (part: string): string =>
        readFileSync(join(projectDir, "node", part), "utf8")
            .trimEnd()
            .split("\n")
            .at(-1) ?? "";
    expect(toolkitParts("v1").filter((part) => !toolkit("v1").includes(lastLine(part)))).toEqual([]);
});

test("no pipe ends at a reader that stops early: under pipefail the writer's SIGPIPE is a failure, now and then", () => {
    const early = String.raw`[^|]\|[ ]*(grep -[a-zA-Z]*[qm]|head |sed .*[;{ ]q[;}'])`;
    const scripts =
        "$(git ls-files 'node/*.sh' sandbox/up sandbox/down sandbox/status 'sandbox/lib/*.sh' 'bench/*.sh' sandbox/*/build sandbox/*/install test/run .ci/run)";
    const found = bash(`grep -nE "${early}" ${scripts} || true`);
    expect(found.stderr).toBe("");
    // What runs in a container under sh without pipefail, or reads bytes of a fixed number that its writer counts too.
    const allowed = [/ceph health \| grep -qv HEALTH_ERR/, /head -c /];
    expect(found.stdout.split("\n").filter((line) => line && !allowed.some((one) => one.test(line)))).toEqual([]);
});

test("shellcheck has nothing to say", () => {
    expect(bash("shellcheck -x node/*/*.sh")).toEqual({ status: 0, stdout: "", stderr: "" });
}, 60_000);

test("the ends of texts are the same in program and scripts", () => {
    const { stdout } = bash('. node/core/lib.sh; printf "%s\\n%s" "$END_OF_FILE" "$END_OF_PARAMETERS"');
    expect(stdout).toBe(`${endOfFile}\n${endOfParameters}`);
    expect(bootstrap()).toContain(`'${endOfFile}'`);
});

test("every command of the scripts can be called by its name", () => {
    const names = [...toolkit("v1").matchAll(/^cmd_(\w+)\(\)/gm)].map(([, name = ""]) => name);
    expect(names.length).toBeGreaterThan(15);
    const functions = toolkit("v1").replace(/\nmain "\$@"\n[\s\S]*$/, "\n");
    const stubs = names.map((name) => `cmd_${name}() { echo ${name}; }`).join("\n");
    const calls = names.map((name) => `main ${name.replaceAll("_", "-")}`).join("\n");
    expect(bash("bash -s", `${functions}\n${stubs}\n${calls}\n`).stdout.trimEnd().split("\n")).toEqual(names);
});

test.each<[string[], number]>([
    [[], 0],
    [["help"], 0],
    [["no-such-command"], 1],
])("%j shows how to use it", (args, status) => {
    const result = run("", ...args);
    expect(result).toMatchObject({ status, stdout: expect.stringMatching(/^usage: harbor-ha /) as string });
});

describe("put", () => {
    const target = (): string => join(home, "files", "deep", "docker-compose.yml");
    const text = "services: {}\n# ä ' \" $HOME `x` \\n\n\n";
    const put = (content: string, mode = "0644") => run(content, "put", target(), mode);

    test("writes the text as it is, with its mode, and says so", () => {
        expect(put(`${text}${endOfFile}\n`, "0600")).toEqual({ status: 0, stdout: "written\n", stderr: "" });
        expect(readFileSync(target(), "utf8")).toBe(text);
        expect(statSync(target()).mode & 0o777).toBe(0o600);
    });

    test("leaves an equal file alone", () => {
        put(`${text}${endOfFile}\n`);
        const before = statSync(target());
        expect(put(`${text}${endOfFile}\n`).stdout).toBe("unchanged\n");
        expect(statSync(target())).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
    });

    test("replaces a file at once: who has it open keeps the old one", () => {
        put(`old\n${endOfFile}\n`);
        const before = statSync(target()).ino;
        expect(put(`new\n${endOfFile}\n`).stdout).toBe("written\n");
        expect(statSync(target()).ino).not.toBe(before);
        expect(readdirSync(join(home, "files", "deep"))).toEqual(["docker-compose.yml"]);
    });

    test("sets another mode of an equal file", () => {
        put(`${text}${endOfFile}\n`, "0644");
        expect(put(`${text}${endOfFile}\n`, "0600").stdout).toBe("written\n");
        expect(statSync(target()).mode & 0o777).toBe(0o600);
    });

    test.each(["", "services: {}\n", `services: {}\n${endOfFile.slice(0, -3)}`, `${endOfFile}\nmore\n`])(
        "refuses %j, which was cut off, and changes nothing",
        (content) => {
            put(`${text}${endOfFile}\n`);
            const result = put(content);
            expect(result).toMatchObject({ status: 1, stdout: "" });
            expect(result.stderr).toBe(
                `harbor-ha: ${target()}: the file was cut off (connection lost?); nothing was changed\n`,
            );
            expect(readFileSync(target(), "utf8")).toBe(text);
            expect(readdirSync(join(home, "files", "deep"))).toEqual(["docker-compose.yml"]);
        },
    );
});

describe("remove", () => {
    test("takes a file away, also when it is gone already", () => {
        const file = join(home, "unit");
        writeFileSync(file, "x");
        expect(run("", "remove", file)).toEqual({ status: 0, stdout: "removed\n", stderr: "" });
        expect(readdirSync(home)).toEqual(["bin"]);
        expect(run("", "remove", file).status).toBe(0);
    });
});

describe("bootstrap", () => {
    const install = (input: string) =>
        bash('sh -c "$1" bootstrap "$2"', input, [bootstrap(), join(home, "new", "bin", "harbor-ha")]);

    test("puts the command in place", () => {
        expect(install(`${toolkit("v1")}\n${endOfFile}\n`)).toEqual({ status: 0, stdout: "", stderr: "" });
        expect(bash('"$1" help', "", [join(home, "new", "bin", "harbor-ha")]).status).toBe(0);
    });

    test("refuses a text that was cut off", () => {
        const result = install(toolkit("v1"));
        expect(result.status).toBe(1);
        expect(result.stderr).toBe("harbor-ha: the file was cut off (connection lost?); nothing was changed\n");
        expect(readdirSync(join(home, "new", "bin"))).toEqual([]);
    });
});
