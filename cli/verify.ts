/**
 * npm run verify -- [--stack NAME]: the verification of `pulumi up`, at any time and without changing anything: compares
 * the nodes' keys, then runs the checks through every node from the last of them that answers. Exit status 1 when
 * something is wrong.
 */
import { parseArgs } from "node:util";
import type { ClusterSettings, NodeSettings } from "../base/settings";
import { findDifferences, type NodeFacts, parseFacts } from "../live/facts";
import { runCommand } from "../live/node-command";
import { verifyByHand } from "../plan/step-parameters";
import { stackSettings } from "./stack";

async function facts(settings: ClusterSettings, node: NodeSettings): Promise<NodeFacts | string> {
    try {
        const { code, stdout, stderr } = await runCommand(settings, node, ["facts"], { timeoutSeconds: 60 });
        return code === 0 ? parseFacts(node.name, stdout) : `${node.name}: ${stderr.trim()}`;
    } catch (error) {
        return `${node.name}: ${error instanceof Error ? error.message : String(error)}`;
    }
}

async function main(): Promise<boolean> {
    const { values } = parseArgs({ options: { stack: { type: "string" } } });
    const settings = stackSettings(values.stack);
    const answers = await Promise.all(settings.nodes.map((node) => facts(settings, node)));
    const known = answers.filter((answer) => typeof answer !== "string");
    const problems = [...answers.filter((answer) => typeof answer === "string"), ...findDifferences(known)];
    console.log(problems.length === 0 ? `keys: the same on ${known.length} nodes` : problems.join("\n"));

    const runner = settings.nodes.filter(({ name }) => known.some(({ node }) => node === name)).at(-1);
    if (!runner) return false;
    const { code, stdout, stderr } = await runCommand(settings, runner, ["verify"], {
        parameters: verifyByHand(settings, runner),
        timeoutSeconds: 900,
    });
    process.stdout.write(stdout);
    if (code !== 0) process.stdout.write(stderr);
    return code === 0 && problems.length === 0;
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
