import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectFile, withFolder } from "../support/files";

// The shell of the nightly drift checks, run as a runner does with stand-ins for pulumi and npm.

interface Night {
    readonly code: number | null;
    readonly output: string;
    /** The lines with which npm was called. */
    readonly called: string[];
}

/** GitHub's two steps; the second gets what the first has handed on. */
function github(): string {
    const { jobs } = parse(projectFile("examples/deployment/github/workflows/drift.yml")) as {
        jobs: { drift: { steps: { run?: string }[] } };
    };
    const [look = "", tell = ""] = jobs.drift.steps.flatMap(({ run }) => run ?? []);
    return `${look}\nPAGE=$(sed -n 's/^page=//p' "$GITHUB_OUTPUT")\n${tell}`;
}

function gitlab(): string {
    const file = parse(projectFile("examples/deployment/gitlab/.gitlab-ci.yml")) as { ".drift": { script: string[] } };
    return file[".drift"].script.join("\n");
}

/** A night in which `pulumi preview` ends with a status. */
const night = (script: string, status: number, reportStatus = 0): Promise<Night> =>
    withFolder((folder) => {
        const program = (name: string, text: string): void =>
            writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
        program("pulumi", `echo "pulumi $*"; exit ${status}`);
        program(
            "npm",
            `echo "$*" >>${folder}/called\ncase $* in *preview:report*) echo "the page"; exit ${reportStatus} ;; esac`,
        );
        for (const name of ["called", "output", "summary"]) writeFileSync(join(folder, name), "");
        const { status: code, stdout } = spawnSync("bash", ["-eo", "pipefail", "-c", script], {
            cwd: folder,
            encoding: "utf8",
            env: {
                PATH: `${folder}:${process.env.PATH ?? ""}`,
                STACK: "prod",
                GITHUB_OUTPUT: join(folder, "output"),
                GITHUB_STEP_SUMMARY: join(folder, "summary"),
            },
        });
        const called = readFileSync(join(folder, "called"), "utf8").split("\n").filter(Boolean);
        return { code, output: stdout, called };
    });

describe.each([
    ["GitHub", github],
    ["GitLab", gitlab],
])("%s", (_, script) => {
    test("without drift closes the issue", async () => {
        const { code, output, called } = await night(script(), 0);
        expect(called).toEqual(["run --silent drift:issue -- --stack prod"]);
        expect(output).toContain("--expect-no-changes");
        expect(code).toBe(0);
    });

    test("with drift writes the page into the issue", async () => {
        const { code, called } = await night(script(), 7);
        expect(called).toEqual([
            "run --silent preview:report -- --stack prod",
            "run --silent drift:issue -- --stack prod --page drift.md",
        ]);
        expect(code).toBe(0);
    });

    test.each([1, 2, 3, 9, 255])("a preview that fails with %s is neither drift nor none", async (status) => {
        expect(await night(script(), status)).toMatchObject({ code: status, called: [] });
    });

    test("a report that fails writes no issue", async () => {
        const { code, called } = await night(script(), 7, 1);
        expect(called).toHaveLength(1);
        expect(code).toBe(1);
    });
});
