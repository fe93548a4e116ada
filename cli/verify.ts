/**
 * npm run verify -- [--stack NAME]: the verification of `pulumi up`, at any time and without changing anything: compares
 * the nodes' keys, then runs the checks through every node from the last of them that answers. Exit status 1 when
 * something is wrong.
 */
import { parseArgs } from "node:util";
import { verifyParameters } from "../components/cluster-verification";
import { asRoot, limited, renderParameters } from "../base/shell";
import { endOfParameters, toolkitPath } from "../plan/toolkit";
import { formatTable, parseChecks } from "../plan/verification-table";
import type { ClusterSettings, NodeSettings } from "../base/settings";
import { findDifferences, type NodeFacts, parseFacts } from "../live/facts";
import { runOnHost } from "../live/ssh";
import { stackSettings } from "./stack";

async function facts(settings: ClusterSettings, node: NodeSettings): Promise<NodeFacts | string> {
    const line = nodeCommand(settings, node, "facts", 60);
    try {
        const { code, stdout, stderr } = await runOnHost(node, settings.ssh, line, { timeoutMs: 75_000 });
        return code === 0 ? parseFacts(node.name, stdout) : `${node.name}: ${stderr.trim()}`;
    } catch (error) {
        return `${node.name}: ${error instanceof Error ? error.message : String(error)}`;
    }
}

function nodeCommand(settings: ClusterSettings, node: NodeSettings, command: string, timeoutSeconds: number): string {
    return asRoot(limited([toolkitPath(settings.installDir), command], timeoutSeconds), node.user);
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
    const { code, stdout, stderr } = await runOnHost(
        runner,
        settings.ssh,
        nodeCommand(settings, runner, "verify", 900),
        { stdin: `${renderParameters(verifyParameters(settings))}${endOfParameters}\n`, timeoutMs: 920_000 },
    );
    console.log(formatTable(parseChecks(stdout)));
    if (code !== 0) console.log(stderr.trim());
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
