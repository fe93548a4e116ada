import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import { projectDir, projectFile } from "../support/files";

// How sandbox/up finds the stack of an installer, tried with the script as it is.

let work: string;
beforeEach(() => (work = mkdtempSync(join(tmpdir(), "harbor-ha-line-"))));
afterEach(() => rmSync(work, { recursive: true, force: true }));

function library(script: string, ...args: string[]): { code: number | null; output: string; said: string } {
    const lib = join(projectDir, "sandbox", "lib");
    // Only names: the copy of a stack's file goes into the work folder.
    const before = `. "${lib}/sandbox.sh"; . "${lib}/line.sh"; RUN_DIR=$0; PREFIX=\${SUBNET_OF_TEST:-10.88.0}`;
    const { status, stdout, stderr } = spawnSync("bash", ["-c", `${before}\n${script}`, work, ...args], {
        encoding: "utf8",
    });
    return { code: status, output: stdout.trim(), said: stderr };
}

function archive(...files: string[]): string {
    const file = join(work, "an archive.tgz");
    mkdirSync(join(work, "harbor"));
    for (const name of files) writeFileSync(join(work, "harbor", name), "");
    expect(spawnSync("tar", ["-C", work, "-czf", file, "harbor"]).status).toBe(0);
    return file;
}

test.each([
    ["1", ["harbor.cfg", "prepare"]],
    ["2", ["harbor.yml.tmpl", "prepare"]],
])("an installer of line %s is told by its files", (line, files) => {
    expect(library('line_of_installer "$1"', archive(...files))).toMatchObject({ code: 0, output: line });
});

test("other files are refused with a reason", () => {
    expect(library('line_of_installer "$1"', archive("readme"))).toMatchObject({
        code: 1,
        said: expect.stringContaining("neither harbor.cfg nor harbor.yml.tmpl") as unknown,
    });
    expect(library('line_of_installer "$1"', "/nowhere.tgz").said).toContain("there is no file /nowhere.tgz");
    expect(library("stack_of 3").said).toContain("there is no stack for Harbor 3.x");
});

test("the stack's own file is used as it is", () => {
    expect(library("config_of dev2")).toMatchObject({ code: 0, output: "Pulumi.dev2.yaml" });
});

test("an installer goes into a copy of the stack's file, and nothing else changes there", () => {
    const installer = '/tmp/some "odd" & back\\slash.tgz';
    const { code, output } = library('cat "$(config_of dev2 "$1")"', installer);
    expect(code).toBe(0);
    const original = parseYaml(projectFile("Pulumi.dev2.yaml")) as { config: Record<string, unknown> };
    expect(parseYaml(output)).toEqual({ ...original, config: { ...original.config, "harbor-ha:release": installer } });
});
