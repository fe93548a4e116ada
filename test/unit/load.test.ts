import { spawnSync } from "node:child_process";
import { projectDir, projectFile } from "../support/files";

/** Runs the part of load.js before the bundle, then a program, in a process of its own. */
function afterLoad(program: string): string {
    const text = projectFile("load.js")
        .replace("if (!isCurrent()) build();", "")
        .replace("module.exports = require(bundle);", program);
    const { stdout, stderr, status } = spawnSync(
        "node",
        ["-e", text.replaceAll("__dirname", JSON.stringify(projectDir))],
        {
            cwd: projectDir,
            encoding: "utf8",
        },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return stdout.trim();
}

const isLoaded = `const loaded = (part) => Object.keys(require.cache).some((file) => file.includes(part));`;

test("what no program of resources uses isn't loaded with the SDK", () => {
    const program = `${isLoaded} require("@pulumi/pulumi"); console.log(loaded("/arborist/"), loaded("/automation/localWorkspace"))`;
    expect(afterLoad(program)).toBe("false false");
});

test("it is there for whoever uses it", () => {
    const program = `${isLoaded} const { automation, runtime } = require("@pulumi/pulumi");
        console.log(typeof automation.LocalWorkspace.create, "LocalWorkspace" in automation, loaded("/automation/localWorkspace"));
        runtime.computeCodePaths().then((paths) => console.log(paths instanceof Map, loaded("/arborist/")));`;
    expect(afterLoad(program).split("\n")).toEqual(["function true true", "true true"]);
}, 30_000);
