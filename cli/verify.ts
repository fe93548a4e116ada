/**
 * npm run verify -- [--stack NAME] [--html FILE]: the verification of `pulumi up`, at any time and without changing
 * anything: compares the nodes' keys, then runs the checks through every node from the last of them that answers. `--html`
 * makes a page of what was found, too. Exit status 1 when something is wrong.
 */
import { parseArgs } from "node:util";
import { type ClusterSettings, redisAddress, registryUrl } from "../base/settings";
import { askNodes, type NodeAnswer } from "../live/ask";
import { findDifferences } from "../live/facts";
import { runCommand } from "../live/node-command";
import { nodeStates } from "../live/node-state";
import { verifyByHand } from "../plan/step-parameters";
import { parseRows } from "../plan/verification-table";
import { writePage } from "./page/page";
import { pulumi, stackSettings } from "./stack";
import { verificationPage } from "./verification/html";
import { problemsOf, type Verification } from "./verification/model";

const facts = { timeoutSeconds: 60 };
const checks = { timeoutSeconds: 900 };

/** The checks run through every node; any of those that answer can ask them. */
const runnerOf = (answers: readonly NodeAnswer[]) => answers.filter(({ facts: known }) => known).at(-1)?.node;

async function onTerminal(settings: ClusterSettings, answers: readonly NodeAnswer[]): Promise<boolean> {
    const known = answers.flatMap(({ facts: found }) => found ?? []);
    const silent = answers.flatMap(({ node, problem }) => (problem === undefined ? [] : [`${node.name}: ${problem}`]));
    const problems = [...silent, ...findDifferences(known)];
    for (const { name, down } of settings.nodes) if (down) console.log(`${name}: down by the configuration, not asked`);
    console.log(problems.length === 0 ? `keys: the same on ${known.length} nodes` : problems.join("\n"));

    const runner = runnerOf(answers);
    if (!runner) return false;
    const parameters = verifyByHand(settings, runner);
    const { code, stdout, stderr } = await runCommand(settings, runner, ["verify"], { parameters, ...checks });
    process.stdout.write(stdout);
    if (code !== 0) process.stdout.write(stderr);
    return code === 0 && problems.length === 0;
}

/** The same, told by a page; the terminal gets what is wrong. */
async function asPage(
    settings: ClusterSettings,
    answers: readonly NodeAnswer[],
    stack: string,
    file: string,
): Promise<boolean> {
    const { storage, database, redis } = settings;
    const runner = runnerOf(answers);
    const ran = runner && {
        parameters: verifyByHand(settings, runner),
        ...checks,
    };
    const result = ran && (await runCommand(settings, runner, ["verify", "--rows"], ran));
    const verification: Verification = {
        stack,
        url: registryUrl(settings),
        at: new Date(),
        runner: runner?.name,
        nodes: nodeStates(answers),
        checks: result ? parseRows(result.stdout) : [],
        said: result && result.code !== 0 ? lastLine(result.stderr) : undefined,
        services: {
            storage:
                storage.mode === "cephfs"
                    ? { name: "CephFS", place: `${storage.monitors.join(",")}:${storage.path}` }
                    : { name: "Shared storage", place: storage.mountPoint },
            database: { kind: database.kind, address: `${database.host}:${database.port}` },
            redis: redisAddress(redis),
        },
    };
    if (result?.code === 0 && verification.checks.length === 0) throw new Error("the verification has checked nothing");
    const problems = problemsOf(verification);
    writePage(file, verificationPage(verification));
    const good = verification.checks.filter(({ problem }) => problem === undefined).length;
    console.log([...problems, `${good} of ${verification.checks.length} checks passed; page: ${file}`].join("\n"));
    return problems.length === 0;
}

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "it failed without a word";

async function main(): Promise<boolean> {
    const { values } = parseArgs({ options: { stack: { type: "string" }, html: { type: "string" } } });
    const settings = stackSettings(values.stack);
    const answers = await askNodes(settings, facts);
    return values.html === undefined
        ? onTerminal(settings, answers)
        : asPage(settings, answers, values.stack ?? pulumi("stack", "--show-name").trim(), values.html);
}

main().then(
    (good) => {
        process.exitCode = good ? 0 : 1;
    },
    (error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        process.exitCode = 2;
    },
);
