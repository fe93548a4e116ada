/**
 * npm run status -- [STACK], or --stack STACK: the cluster at a glance, reading only: what was deployed and verified, and of
 * every node whether it is reachable, has its mount, its containers and the cluster's keys, and answers. Exit status 0 when
 * all of it is well, 1 when something isn't, 2 when it can't be told.
 */
import { parseArgs } from "node:util";
import { registryUrl } from "../base/settings";
import { askNodes } from "../live/ask";
import { lookUpName } from "../live/name";
import { nodeStates } from "../live/node-state";
import { stackOutputs, stackSettings } from "./stack";
import { statusText } from "./status-text";

/** A node that takes longer is told to be late: the whole is to take less than three seconds. */
const patience = { timeoutSeconds: 1.5, graceSeconds: 0.2 };

async function main(): Promise<boolean> {
    const { values, positionals } = parseArgs({ options: { stack: { type: "string" } }, allowPositionals: true });
    const stack = values.stack ?? positionals[0];
    if (positionals.length > (values.stack === undefined ? 1 : 0)) throw new Error("usage: npm run status -- [STACK]");
    const reading = stackOutputs(stack);
    const settings = stackSettings(stack);
    const [outputs, answers, name] = await Promise.all([reading, askNodes(settings, patience), lookUpName(settings)]);
    const { lines, healthy } = statusText({
        stack: stack ?? "the current stack",
        url: registryUrl(settings),
        outputs,
        nodes: nodeStates(answers),
        down: settings.nodes.flatMap(({ name: node, down }) => (down ? [node] : [])),
        name,
    });
    console.log(lines.join("\n"));
    return healthy;
}

main().then(
    (healthy) => {
        // A name server that is still waited for needn't be.
        process.exit(healthy ? 0 : 1);
    },
    (error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        process.exit(2);
    },
);
