import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { password } from "../../config/rules";
import { slot, slotNames } from "../../releases/slots";
import { endOfParameters } from "../../plan/toolkit";
import { bash } from "../support/bash";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "harbor-ha-test-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs functions of the scripts, with the node's folders in the test's own. */
const scripted = (program: string, input = "") =>
    bash(
        `. node/core/lib.sh; . node/core/parameters.sh; . node/core/files.sh; declare -A PARAMETERS=([any]='*:line' [secrets]='*:line'); SECRETS=$1/secrets; STATE=$1/state; ${program}`,
        input,
        [folder],
    );

describe("read_parameters", () => {
    test.each([
        ["cut off before the last line", "a: 1\n", "the parameters were cut off (connection lost?); nothing was done"],
        ["empty", "", "the parameters were cut off (connection lost?); nothing was done"],
        ["with a line that is none", `a: 1\nb\n${endOfParameters}\n`, "a line of the parameters is no 'name: value'"],
    ])("refuses parameters %s", (_, input, message) => {
        expect(scripted("read_parameters any", input)).toEqual({
            status: 1,
            stdout: "",
            stderr: `harbor-ha: ${message}\n`,
        });
    });

    test("never repeats a line that it refuses: it may hold a secret", () => {
        expect(scripted("read_parameters any", `s3cr3t\n${endOfParameters}\n`).stderr).not.toContain("s3cr3t");
    });
});

describe("errors are short, whatever the tool says", () => {
    test("lines and length are bounded", () => {
        const { stdout } = scripted('for i in $(seq 100); do printf "%01000d\\n" "$i"; done | bounded 5');
        expect(
            stdout
                .trimEnd()
                .split("\n")
                .map((line) => line.length),
        ).toEqual(Array(5).fill(400));
    });

    test("a failing command is named, with its line", () => {
        const { status, stderr } = scripted("false");
        expect(status).toBe(1);
        expect(stderr).toMatch(/^harbor-ha: exit status 1 at line \d+: false\n$/);
    });
});

describe("secrets", () => {
    const values = (all: Record<string, string>): string =>
        Object.entries(all)
            .map(([name, value]) => `${name}: ${Buffer.from(value).toString("base64")}\n`)
            .join("") + `${endOfParameters}\n`;
    const stored = (): Record<string, string> =>
        Object.fromEntries(
            readdirSync(join(folder, "secrets")).map((n) => [n, readFileSync(join(folder, "secrets", n), "utf8")]),
        );

    test("are stored each in a file for root only, and those not listed any more are gone", () => {
        const first = { mysql_password: "a$b", https_key: "-----BEGIN\nKEY\n-----END\n" };
        expect(scripted("cmd_secrets", values(first))).toEqual({ status: 0, stdout: "secrets: 2\n", stderr: "" });
        expect(stored()).toEqual(first);
        const modes = [".", "mysql_password", "https_key"].map(
            (n) => statSync(join(folder, "secrets", n)).mode & 0o777,
        );
        expect(modes).toEqual([0o700, 0o600, 0o600]);
        expect(scripted("cmd_secrets", values({ ceph_key: "x" })).status).toBe(0);
        expect(stored()).toEqual({ ceph_key: "x" });
    });

    test.each(["../x", "a b", "A"])("the name %s is refused", (name) => {
        const result = scripted("cmd_secrets", values({ [name]: "x" }));
        expect(result).toMatchObject({ status: 1, stderr: "harbor-ha: a secret's name isn't valid\n" });
    });
});

describe("fill_slots", () => {
    const fill = (text: string): ReturnType<typeof scripted> =>
        scripted(`PARAM[slots]="${slotNames.join(" ")}"; fill_slots`, text);
    const store = (values: Readonly<Record<string, string>>): void => {
        mkdirSync(join(folder, "secrets"), { recursive: true });
        for (const [name, value] of Object.entries(values)) writeFileSync(join(folder, "secrets", name), value);
    };
    const allowed = fc
        .string({ unit: fc.constantFrom(...Array.from("abcXYZ019._~!@^*+=-")), minLength: 8, maxLength: 64 })
        .filter((text) => password.safeParse(text).success);

    test("every password that config takes stands in the file as it is", () => {
        const text = fc.array(
            fc.oneof(fc.constantFrom(...slotNames.map(slot)), fc.constantFrom("\n", "\\", "&", "$x", " = ")),
        );
        fc.assert(
            fc.property(
                fc.tuple(...slotNames.map(() => allowed)),
                text,
                fc.constantFrom("", "\n", "\n\n"),
                (passwords, parts, end) => {
                    store(Object.fromEntries(slotNames.map((name, i) => [name, passwords[i] ?? ""])));
                    const source = parts.join("") + end;
                    const expected = slotNames.reduce((t, name, i) => t.split(slot(name)).join(passwords[i]), source);
                    expect(fill(source)).toEqual({ status: 0, stdout: expected, stderr: "" });
                },
            ),
            { numRuns: 25 },
        );
    });

    test("names a secret that isn't there", () => {
        store({ admin_password: "x" });
        const { status, stderr } = fill("a\n");
        expect(status).not.toBe(0);
        expect(stderr).toContain("secrets/mysql_password: No such file or directory");
    });
});
