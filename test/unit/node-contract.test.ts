import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stepNames } from "../../plan/step-definition";
import { declarations } from "../../plan/declarations";
import type { LineId } from "../../releases/release";
import { steps } from "../../plan/steps";
import { toolkit, toolkitParts } from "../../plan/toolkit";
import { bash, type BashResult } from "../support/bash";
import { projectDir } from "../support/files";
import { sampleParameters, stepInput } from "../support/step-input";

// D1: what the program sends and what a node's step reads are one list, and nothing is done without all of it.

const lines: readonly LineId[] = ["v1", "v2"];

let folder: string;

beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "harbor-ha-test-"));
    for (const line of lines) {
        mkdirSync(join(folder, line, "bin"), { recursive: true });
        // Without its last lines, which call it: it is read once for all inputs, which takes most of a call's time.
        const [functions = "", call] = toolkit(line).split('\nmain "$@"\n');
        expect(call?.trim()).toBe("exit");
        writeFileSync(join(folder, line, "bin", "harbor-ha"), functions);
    }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a command of the node makes of each of these inputs, in a process of its own for each. */
function runAll(line: LineId, name: string, inputs: readonly string[]): BashResult[] {
    inputs.forEach((input, i) => {
        writeFileSync(join(folder, `${i}`), input);
    });
    const program = `. "$1"
      for ((i = 0; i < $3; i++)); do
        status=0
        # Beside this loop, since a tested command would go on after an error.
        main "$2" <"$4/$i" >"$4/$i.out" 2>"$4/$i.err" &
        wait "$!" || status=$?
        echo "$status"
      done`;
    if (inputs.length === 0) return [];
    const { stdout, stderr } = bash(program, "", [
        join(folder, line, "bin", "harbor-ha"),
        name,
        String(inputs.length),
        folder,
    ]);
    expect(stderr).toBe("");
    const read = (i: number, part: string): string => readFileSync(join(folder, `${i}.${part}`), "utf8");
    return stdout
        .trimEnd()
        .split("\n")
        .map((status, i) => ({ status: Number(status), stdout: read(i, "out"), stderr: read(i, "err") }));
}

/** `start` takes its parameters from a file of the node. */
const commandsOf = (line: LineId): string[] => [...declarations(line).keys()].filter((name) => name !== "start");
const fixed = (line: LineId, name: string): string[] =>
    (declarations(line).get(name) ?? [])
        .filter((entry) => !/\*:|\?$/.test(entry))
        .map((entry) => entry.split(":")[0] ?? "");

const all = lines.flatMap((line) => commandsOf(line).map((name): [LineId, string] => [line, name]));

describe.each(all)("%s %s", (line, name) => {
    /** Parameters, and why they are refused. */
    type Case = readonly [parameters: Record<string, string>, why: string];
    const refused = (...cases: readonly Case[]): void => {
        const results = runAll(
            line,
            name,
            cases.map(([parameters]) => stepInput(parameters)),
        );
        expect(results).toHaveLength(cases.length);
        for (const [i, [, why]] of cases.entries()) {
            expect(results[i]).toEqual({
                status: 1,
                stdout: "",
                stderr: expect.stringMatching(
                    new RegExp(`^harbor-ha: parameters of ${name}: .*${why}.*nothing was done\\n$`),
                ) as string,
            });
        }
    };
    const good = sampleParameters(name, line);

    test("a missing parameter stops it before any work, whichever it is", () => {
        const without = (missing: string): Case => [
            Object.fromEntries(Object.entries(good).filter(([key]) => key !== missing)),
            `${missing} is missing`,
        ];
        refused(...fixed(line, name).map(without));
    });

    test("a misspelt parameter stops it", () => {
        const [first] = fixed(line, name);
        if (first === undefined || declarations(line).get(name)?.includes("*:line")) return;
        const misspelt = Object.fromEntries(
            Object.entries(good).map(([key, value]) => [key === first ? `${key}x` : key, value]),
        );
        refused([misspelt, `${first}x is unknown.*${first} is missing`]);
    });

    test("a value of another kind stops it", () => {
        const narrow = (declarations(line).get(name) ?? [])
            .map((entry) => entry.split(/:(.*)/))
            .filter(([, kind = ""]) => /^(int|flag|=)/.test(kind));
        refused(...narrow.map(([key = ""]): Case => [{ ...good, [key]: "neither" }, `${key} is 'neither'`]));
    });

    test("a parameter given twice is refused", () => {
        const [first] = Object.entries(good);
        if (first === undefined) throw new Error(`${name} takes nothing`);
        const input = stepInput(good);
        const [key, value] = first;
        const [result] = runAll(line, name, [input.replace(`${key}: ${value}\n`, (text) => text + text)]);
        expect(result?.stdout).toBe("");
        expect(result?.status).toBe(1);
        expect(result?.stderr).toContain(`${key} is given twice`);
    });
});

test.each(lines)(
    "%s: no step reads a parameter that none declares, and none by a call that may fail unseen",
    (line) => {
        const declared = new Set([...declarations(line).values()].flat().map((entry) => entry.split(":")[0]));
        const texts = toolkitParts(line).map((part) => readFileSync(join(projectDir, "node", part), "utf8"));
        const read = texts.flatMap((text) => [...text.matchAll(/PARAM\[([a-z_0-9]+)\]/g)].map(([, name = ""]) => name));
        expect(read.length).toBeGreaterThan(50);
        expect(read.filter((name) => !declared.has(name))).toEqual([]);
        expect(texts.filter((text) => /\$\(param /.test(text))).toEqual([]);
    },
);

test.each(lines)("%s: a command reads the parameters of its own name", (line) => {
    const text = toolkitParts(line)
        .map((part) => readFileSync(join(projectDir, "node", part), "utf8"))
        .join("\n");
    const readers = [
        ...text.matchAll(/^cmd_(\w+)\(\) \{\n(?: {2}local .*\n)*(?:.*\n){0,2}? {2}read_parameters (\S+)/gm),
    ];
    expect(readers.map(([, fn = "", name]) => [fn.replaceAll("_", "-"), name])).toEqual(
        readers.map(([, fn = ""]) => [fn.replaceAll("_", "-"), fn.replaceAll("_", "-")]),
    );
    expect(readers.map(([, , name]) => name).sort()).toEqual(commandsOf(line).sort());
});

test("the order that the steps state is the one in which they stand", () => {
    expect(Object.keys(steps)).toEqual([...stepNames]);
    for (const step of stepNames) {
        const before = stepNames.slice(0, stepNames.indexOf(step) + 1) as readonly string[];
        for (const { step: other, of } of steps[step].after) {
            expect([step, other, before.includes(other) && (other !== step || of === "previous")]).toEqual([
                step,
                other,
                true,
            ]);
        }
        for (const { step: other } of steps[step].again) expect(before.slice(0, -1)).not.toContain(other);
    }
});
