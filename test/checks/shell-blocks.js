/**
 * node shell-blocks.js REPOSITORY FOLDER: writes the shell that actionlint doesn't look into, that of composite actions and
 * of the GitLab pipeline, into FOLDER as scripts, for shellcheck.
 */
const { readdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { parse } = require("yaml");

const [, , repository, folder] = process.argv;
const deployment = join(repository, "examples", "deployment");

/** Shell by the name of its job or action; the images have bash, and the action asks for it. */
const blocks = [];
for (const path of readdirSync(join(deployment, "github", "actions"), { recursive: true })) {
    if (!path.endsWith("action.yml")) continue;
    const { runs } = parse(readFileSync(join(deployment, "github", "actions", path), "utf8"));
    runs.steps.forEach(({ run }, index) => run && blocks.push([`action-${path}-${index}`, run]));
}
const pipeline = parse(readFileSync(join(deployment, "gitlab", ".gitlab-ci.yml"), "utf8"));
for (const [job, { before_script: before = [], script = [] } = {}] of Object.entries(pipeline))
    if (before.length + script.length > 0) blocks.push([`gitlab-${job}`, [...before, ...script].join("\n")]);

if (blocks.length === 0) throw new Error(`no shell found in ${deployment}`);
for (const [name, text] of blocks)
    writeFileSync(join(folder, `${name.replace(/[^\w-]+/g, "-")}.sh`), `#!/usr/bin/env bash\n${text}\n`);
