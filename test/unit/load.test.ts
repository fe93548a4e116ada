import { spawnSync } from "node:child_process";
import { projectDir, projectFile } from "../support/files";

/** Runs the part of load.js before the bundle, then a program, in a process of its own. */
function afterLoad(program: string, env: Readonly<Record<string, string>> = {}): string {
    const text = projectFile("load.js")
        .replace("if (!isCurrent()) build();", "")
        .replace("module.exports = require(bundle);", program);
    const { stdout, stderr, status } = spawnSync(
        "node",
        ["-e", text.replaceAll("__dirname", JSON.stringify(projectDir))],
        {
            cwd: projectDir,
            encoding: "utf8",
            env: { ...process.env, HARBOR_HA_STACKS: "", ...env },
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

test.each([
    ["the SDK's debug messages stay here, and no resource tells its place in the bundle", {}, "warning 0"],
    ["who looks for a fault gets both", { HARBOR_HA_STACKS: "1" }, "debug warning 1"],
])("%s", (_, env, expected) => {
    const program = `const { log, Resource } = require("@pulumi/pulumi");
        const sent = [];
        require("@pulumi/pulumi/runtime/settings").getEngine = () => ({ log: (request, done) => { sent.push(request.getMessage()); done(); } });
        log.debug("debug");
        log.warn("warning").then(() => console.log(...sent, Math.min(Resource.stackTrace(0).length, 1)));`;
    expect(afterLoad(program, env)).toBe(expected);
});
