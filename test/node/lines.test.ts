import { readdirSync } from "node:fs";
import { join } from "node:path";
import { declarations } from "../../plan/declarations";
import { toolkitParts } from "../../plan/toolkit";
import { projectDir, projectFile } from "../support/files";

const lines = ["v1", "v2"] as const;
const partsOf = (line: (typeof lines)[number]): string[] =>
    toolkitParts(line).filter((part) => part.startsWith("lines/"));
/** Functions and constants of a line, apart from helpers, whose names begin with the line's. */
function defined(line: (typeof lines)[number]): { functions: string[]; helpers: string[] } {
    const texts = partsOf(line).map((part) => projectFile(`node/${part}`));
    const names = texts.flatMap((text) => [...text.matchAll(/^(\w+)\(\) (?:\{|\()/gm)].map(([, name = ""]) => name));
    return {
        functions: names.filter((name) => !/^v\d_/.test(name)).sort(),
        helpers: names.filter((name) => /^v\d_/.test(name)),
    };
}
const core = toolkitParts("v1")
    .filter((part) => part.startsWith("core/"))
    .map((part) => projectFile(`node/${part}`))
    .join("\n");

test("both release lines define the same functions", () => {
    expect(defined("v2").functions).toEqual(defined("v1").functions);
    expect(defined("v1").functions.length).toBeGreaterThan(30);
    expect(new Set(defined("v1").functions).size).toBe(defined("v1").functions.length);
});

test("and the same constants", () => {
    const constants = (line: (typeof lines)[number]): string[] =>
        partsOf(line)
            .flatMap((part) => [...projectFile(`node/${part}`).matchAll(/(?:^|(?<=^\S+ ))([A-Z][A-Z_]+)=/gm)])
            .map(([, name = ""]) => name)
            .filter((name) => new RegExp(`\\$\\{?${name}\\b`).test(core))
            .sort();
    expect(constants("v2")).toEqual(constants("v1"));
});

test.each(lines)("%s: helpers bear the line's name, and the core calls none", (line) => {
    expect(defined(line).helpers.filter((name) => !name.startsWith(`${line}_`))).toEqual([]);
    expect(core).not.toMatch(/\bv[12]_\w/);
});

test("every part of a line is in its command, and in no other's", () => {
    const files = readdirSync(join(projectDir, "node", "lines")).map((file) => `lines/${file}`);
    expect([...partsOf("v1"), ...partsOf("v2")].sort()).toEqual(files.sort());
});

test("the core knows no path of either line", () => {
    const comments = /^\s*#.*$/gm;
    const found = core
        .replace(comments, "")
        .match(/api\/(systeminfo|v2\.0)|harbor\.(cfg|yml)|secret\/|adminserver|\bui\/|data_dir\]\}\/secretkey/g);
    expect(found).toBeNull();
});

test.each(lines)("%s reads no parameter that its steps don't declare", (line) => {
    const declared = new Set([...declarations(line).values()].flat().map((entry) => entry.split(":")[0]));
    const read = toolkitParts(line).flatMap((part) =>
        [...projectFile(`node/${part}`).matchAll(/PARAM\[([a-z_0-9]+)\]/g)].map(([, name = ""]) => name),
    );
    expect(read.length).toBeGreaterThan(50);
    expect(read.filter((name) => !declared.has(name))).toEqual([]);
});
