import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectDir, projectFile } from "../support/files";

// What a linter doesn't know of the workflows: what they may do, whose secrets they see, and that their parts are there.

interface Step {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
    readonly if?: string;
    readonly uses?: string;
    readonly permissions?: Permissions;
    readonly env?: Readonly<Record<string, string>>;
    readonly steps?: readonly Step[];
}

type Permissions = Readonly<Record<string, string>>;

interface Workflow {
    readonly on: string | Readonly<Record<string, unknown>>;
    readonly permissions?: Permissions;
    readonly concurrency?: { readonly group: string; readonly "cancel-in-progress"?: boolean };
    readonly jobs: Readonly<Record<string, Job>>;
}

const own = ".github";
const example = "examples/deployment/github";
const pipelineFile = "examples/deployment/gitlab/.gitlab-ci.yml";
const workflowFiles = [own, example].flatMap((folder) =>
    readdirSync(join(projectDir, folder, "workflows")).map((name) => `${folder}/workflows/${name}`),
);
const actionFiles = [`${example}/actions/setup/action.yml`];
const allFiles = [...workflowFiles, ...actionFiles, pipelineFile];

const workflow = (file: string): Workflow => parse(projectFile(file)) as Workflow;
const jobsOf = (file: string): Job[] => Object.values(workflow(file).jobs);
const stepsOf = (file: string): readonly Step[] =>
    actionFiles.includes(file)
        ? (parse(projectFile(file)) as { runs: { steps: Step[] } }).runs.steps
        : jobsOf(file).flatMap(({ steps }) => steps ?? []);
const usesOf = (file: string): string[] =>
    [
        ...stepsOf(file).map(({ uses }) => uses),
        ...(actionFiles.includes(file) ? [] : jobsOf(file).map(({ uses }) => uses)),
    ].filter((uses) => uses !== undefined);

type GitlabJob = Readonly<{
    extends?: string | string[];
    script?: string[];
    before_script?: string[];
    resource_group?: string;
    rules?: { if: string; when?: string }[];
    environment?: string;
}>;
const pipeline = parse(projectFile(pipelineFile)) as Readonly<Record<string, GitlabJob>>;

/** A job with what it extends, as GitLab merges it: the later one wins. */
function gitlabJob(name: string): GitlabJob {
    const job = pipeline[name];
    if (!job) throw new Error(`no job ${name}`);
    return Object.assign({}, ...[job.extends ?? []].flat().map(gitlabJob), job) as GitlabJob;
}

const gitlabJobs = ["preview", "staging", "prod", "drift-staging", "drift-prod", "verify-staging", "verify-prod"];
const shellOf = (file: string): string[] =>
    file === pipelineFile
        ? Object.values(pipeline).flatMap((job) => [...(job.before_script ?? []), ...(job.script ?? [])])
        : stepsOf(file).flatMap(({ run }) => run ?? []);

const triggers = ({ on }: Workflow): string[] => (typeof on === "string" ? [on] : Object.keys(on));
const operatorFile = (name: string): string => `${example}/workflows/${name}.yml`;

test("this repository's own workflow is its tests; what deploys is an example", () => {
    expect(workflowFiles).toEqual([
        `${own}/workflows/test.yml`,
        ...["deploy", "drift", "preview", "up", "verify"].map(operatorFile),
    ]);
    expect(projectFile(`${own}/workflows/test.yml`)).not.toMatch(/secrets\.|id-token|self-hosted/);
});

test("actions of others are pinned by commit, one commit each, with the version beside it", () => {
    const pins = new Map<string, Set<string>>();
    for (const file of [...workflowFiles, ...actionFiles]) {
        for (const uses of usesOf(file).filter((name) => !name.startsWith("./"))) {
            expect([file, uses]).toEqual([file, expect.stringMatching(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/)]);
            expect(projectFile(file)).toMatch(new RegExp(`uses: ${uses} # v\\d+\\.\\d+\\.\\d+$`, "m"));
            const [name = "", commit = ""] = uses.split("@");
            pins.set(name, (pins.get(name) ?? new Set()).add(commit));
        }
    }
    expect([...pins.keys()]).toContain("actions/checkout");
    expect([...pins].filter(([, commits]) => commits.size > 1)).toEqual([]);
});

test("what a workflow calls in its repository is there", () => {
    const local = [...workflowFiles, ...actionFiles].flatMap((file) =>
        usesOf(file)
            .filter((uses) => uses.startsWith("./"))
            .map((uses) => uses.replace("./.github", file.startsWith(example) ? example : own)),
    );
    expect(local.length).toBeGreaterThan(0);
    const file = (path: string): string => (path.endsWith(".yml") ? path : `${path}/action.yml`);
    expect(local.filter((path) => !existsSync(join(projectDir, file(path))))).toEqual([]);
});

test("no workflow runs with more rights than it needs", () => {
    const rights = workflowFiles.map((file): [string, string[]] => {
        const { permissions, jobs } = workflow(file);
        expect([file, typeof permissions]).toEqual([file, "object"]);
        const all = [permissions ?? {}, ...Object.values(jobs).map((job) => job.permissions ?? {})];
        const writes = all.flatMap((one) => Object.keys(one).filter((name) => one[name] !== "read"));
        return [file, [...new Set(writes)].sort()];
    });
    expect(Object.fromEntries(rights)).toEqual({
        [`${own}/workflows/test.yml`]: [],
        [operatorFile("preview")]: ["id-token", "pull-requests"],
        [operatorFile("deploy")]: ["id-token"],
        [operatorFile("up")]: ["id-token"],
        [operatorFile("drift")]: ["id-token", "issues"],
        [operatorFile("verify")]: ["id-token"],
    });
});

test.each(workflowFiles)("%s gives code from forks no secret", (file) => {
    const text = projectFile(file);
    expect(triggers(workflow(file))).not.toContain("pull_request_target");
    expect(triggers(workflow(file))).not.toContain("workflow_run");
    if (!triggers(workflow(file)).includes("pull_request") || !text.includes("secrets.")) return;
    for (const job of jobsOf(file))
        expect(job.if).toBe("github.event.pull_request.head.repo.full_name == github.repository");
});

test("a merge request from a fork of the GitLab project gets no preview", () => {
    expect(gitlabJob("preview").rules).toEqual([
        { if: expect.stringContaining("$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID") as string },
    ]);
});

test.each(allFiles)("%s names only npm scripts that exist", (file) => {
    const { scripts } = JSON.parse(projectFile("package.json")) as { scripts: Record<string, string> };
    const named = shellOf(file).flatMap((text) =>
        [...text.matchAll(/\bnpm (?:run (?:--silent )?([\w:-]+)|(test)\b)/g)].map(
            ([, name, short]) => name ?? short ?? "",
        ),
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    if (!/deploy|action/.test(file.split("/").at(-1) ?? "")) expect(named).not.toEqual([]);
});

test.each(allFiles)("%s prints no secret, and takes no text of others for code", (file) => {
    for (const text of shellOf(file)) {
        expect(text).not.toMatch(/\$\{\{/);
        expect(text).not.toMatch(/--show-secrets|set -\w*x|\bprintenv\b|\benv\s*$/m);
        for (const line of text.split("\n").filter((one) => /\bpulumi (up|preview)\b/.test(one)))
            expect(line).toContain("--suppress-outputs");
    }
    if (file === pipelineFile) return;
    for (const step of stepsOf(file)) {
        if (step.uses?.startsWith("actions/checkout@"))
            expect(step.with).toMatchObject({ "persist-credentials": false });
        if (step.uses?.startsWith("pulumi/actions@") && step.with?.command)
            expect(step.with).toMatchObject({ "suppress-outputs": true });
    }
});

test("the CLI is the one that the program is tested with", () => {
    const version = /^PULUMI_VERSION=(.+)$/m.exec(projectFile("sandbox/engine/versions.env"))?.[1];
    const named = allFiles.flatMap((file) =>
        [...projectFile(file).matchAll(/(?:pulumi-version: |pulumi-nodejs:)(\S+)/g)].map(([, found]) => [file, found]),
    );
    expect(named.length).toBeGreaterThanOrEqual(3);
    expect(named.filter(([, found]) => found !== version)).toEqual([]);
});

test("two deployments never overlap, and none is cancelled half-way", () => {
    expect(workflow(operatorFile("deploy")).concurrency).toEqual({ group: "deploy", "cancel-in-progress": false });
    expect(triggers(workflow(operatorFile("up")))).toEqual(["workflow_call"]);
    for (const file of workflowFiles.filter((name) => name !== operatorFile("up")))
        expect([file, workflow(file).concurrency?.group]).toEqual([file, expect.any(String)]);
    for (const name of gitlabJobs.slice(1)) {
        const stack = name.replace(/^\w+-/, "");
        expect([name, gitlabJob(name)]).toEqual([name, expect.objectContaining({ resource_group: stack })]);
    }
});

test("each deployment is verified, prod after staging", () => {
    expect(workflow(operatorFile("deploy")).jobs.prod).toMatchObject({ needs: "staging" });
    const stages = pipeline.stages as unknown as string[];
    expect(stages.indexOf("staging")).toBeLessThan(stages.indexOf("prod"));
    const shells = [shellOf(operatorFile("up")), gitlabJob("staging").script ?? [], gitlabJob("prod").script ?? []];
    for (const shell of shells) {
        const up = shell.findIndex((text) => text.includes("pulumi up"));
        expect(shell[up + 1]).toBe('npm run --silent verify -- --stack "$STACK"');
    }
    expect(gitlabJob("prod").rules).toMatchObject([{ when: "manual" }]);
});

test("drift and verification run by schedule, drift with detection on", () => {
    for (const name of ["drift", "verify"]) expect(triggers(workflow(operatorFile(name)))).toContain("schedule");
    expect(jobsOf(operatorFile("drift"))[0]?.env).toMatchObject({ HARBOR_HA_DETECT_DRIFT: "true" });
    expect(pipeline[".drift"]).toMatchObject({ variables: { HARBOR_HA_DETECT_DRIFT: "true" } });
    for (const shell of [shellOf(operatorFile("drift")), gitlabJob("drift-prod").script ?? []])
        expect(shell.join("\n")).toMatch(/pulumi preview .*--expect-no-changes [^]*drift:issue/);
    for (const name of gitlabJobs.slice(3)) expect(gitlabJob(name).rules?.[0]?.if).toContain('== "schedule"');
});

test("examples of deployment hold no secret and no host", () => {
    const files = readdirSync(join(projectDir, "examples/deployment"), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(yml|md)$/.test(name))
        .map((name) => `examples/deployment/${name}`);
    expect(files.length).toBeGreaterThanOrEqual(8);
    for (const file of files) {
        const text = projectFile(file);
        expect([
            file,
            text.match(/\b\d{1,3}(?:\.\d{1,3}){3}\b|BEGIN [A-Z ]*KEY|AKIA|gh[ps]_|glpat-|pul-[0-9a-f]{8}/g),
        ]).toEqual([file, null]);
        const assigned = [...text.matchAll(/^\s*\w*(?:PASSPHRASE|TOKEN|PASSWORD|SECRET)\w*: *(.+)$/gm)];
        expect([file, assigned.filter(([, value = ""]) => !/^\$\{\{|^\{ aud: /.test(value))]).toEqual([file, []]);
    }
});
