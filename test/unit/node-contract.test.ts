import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stepNames } from "../../plan/step-definition";
import { declarations } from "../../plan/declarations";
import { steps } from "../../plan/steps";
import { toolkit, toolkitParts } from "../../plan/toolkit";
import { bash, type BashResult } from "../support/bash";
import { projectDir } from "../support/files";
import { sampleParameters, stepInput } from "../support/step-input";

// D1: what the program sends and what a node's step reads are one list, and nothing is done without all of it.

let folder: string;
let command: string;

beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "harbor-ha-test-"));
    command = join(folder, "bin", "harbor-ha");
    mkdirSync(join(folder, "bin"));
    writeFileSync(command, `${toolkit("v1")}\n`);
    chmodSync(command, 0o755);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (name: string, parameters: Record<string, string>): BashResult =>
    bash('"$1" "$2"', stepInput(parameters), [command, name]);

const commands = [...declarations("v1").keys()].filter((name) => name !== "start");
const fixed = (name: string): string[] =>
    (declarations("v1").get(name) ?? [])
        .filter((entry) => !/\*:|\?$/.test(entry))
        .map((entry) => entry.split(":")[0] ?? "");

describe.each(commands)("%s", (name) => {
    const refused = (parameters: Record<string, string>, why: string): void => {
        const { status, stdout, stderr } = run(name, parameters);
        expect({ status, stdout, stderr }).toEqual({
            status: 1,
            stdout: "",
            stderr: expect.stringMatching(
                new RegExp(`^harbor-ha: parameters of ${name}: .*${why}.*nothing was done\\n$`),
            ) as string,
        });
    };
    const good = sampleParameters(name);

    test("a missing parameter stops it before any work, whichever it is", () => {
        for (const missing of fixed(name)) {
            refused(
                Object.fromEntries(Object.entries(good).filter(([key]) => key !== missing)),
                `${missing} is missing`,
            );
        }
    });

    test("a misspelt parameter stops it", () => {
        const [first] = fixed(name);
        if (first === undefined || declarations("v1").get(name)?.includes("*:line")) return;
        const misspelt = Object.fromEntries(
            Object.entries(good).map(([key, value]) => [key === first ? `${key}x` : key, value]),
        );
        refused(misspelt, `${first}x is unknown.*${first} is missing`);
    });

    test("a value of another kind stops it", () => {
        for (const entry of declarations("v1").get(name) ?? []) {
            const [key = "", kind = ""] = entry.split(/:(.*)/);
            if (!/^(int|flag|=)/.test(kind)) continue;
            refused({ ...good, [key]: "neither" }, `${key} is 'neither'`);
        }
    });
});

test("a parameter given twice is refused", () => {
    const input = stepInput(sampleParameters("redis")).replace("host: sample\n", "host: sample\nhost: other\n");
    expect(bash('"$1" redis', input, [command]).stderr).toContain("host is given twice");
});

test("no step reads a parameter that none declares, and none reads one by a call that may fail unseen", () => {
    const declared = new Set([...declarations("v1").values()].flat().map((entry) => entry.split(":")[0]));
    const texts = toolkitParts("v1").map((part) => readFileSync(join(projectDir, "node", part), "utf8"));
    const read = texts.flatMap((text) => [...text.matchAll(/PARAM\[([a-z_0-9]+)\]/g)].map(([, name = ""]) => name));
    expect(read.length).toBeGreaterThan(50);
    expect(read.filter((name) => !declared.has(name))).toEqual([]);
    expect(texts.filter((text) => /\$\(param /.test(text))).toEqual([]);
});

test("a command reads the parameters of its own name", () => {
    const all = toolkitParts("v1")
        .map((part) => readFileSync(join(projectDir, "node", part), "utf8"))
        .join("\n");
    const readers = [
        ...all.matchAll(/^cmd_(\w+)\(\) \{\n(?: {2}local .*\n)*(?:.*\n){0,2}? {2}read_parameters (\S+)/gm),
    ];
    expect(readers.map(([, fn = "", name]) => [fn.replaceAll("_", "-"), name])).toEqual(
        readers.map(([, fn = ""]) => [fn.replaceAll("_", "-"), fn.replaceAll("_", "-")]),
    );
    expect(readers.map(([, , name]) => name).sort()).toEqual([...commands].sort());
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
