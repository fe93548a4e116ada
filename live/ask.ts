import { type ClusterSettings, nodesUp, type NodeSettings } from "../base/settings";
import { type NodeFacts, parseFacts } from "./facts";
import { runCommand } from "./node-command";

/** What came of asking a node about itself. */
export interface NodeAnswer {
    readonly node: NodeSettings;
    /** Undefined: nothing is known. Those of a node that ran out of time are what it could say until then. */
    readonly facts: NodeFacts | undefined;
    /** Why nothing is known, without the node's name. */
    readonly problem: string | undefined;
}

export interface Patience {
    /** What the node's command may take, in seconds; it is ended then. */
    readonly timeoutSeconds: number;
    /** What connecting and closing may take besides. @default 3 */
    readonly graceSeconds?: number;
}

/** Its command was ended since it took too long (timeout of coreutils). */
const outOfTime = 124;

/** Asks all nodes that are up, at once, reading only. */
export function askNodes(settings: ClusterSettings, patience: Patience): Promise<NodeAnswer[]> {
    return Promise.all(nodesUp(settings.nodes).map((node) => ask(settings, node, patience)));
}

async function ask(settings: ClusterSettings, node: NodeSettings, patience: Patience): Promise<NodeAnswer> {
    try {
        const { code, stdout, stderr } = await runCommand(settings, node, ["facts"], patience);
        if (code === 0 || (code === outOfTime && stdout !== "")) {
            return { node, facts: parseFacts(node.name, stdout), problem: undefined };
        }
        return { node, facts: undefined, problem: stderr.trim().slice(-300) || `exit status ${code} of facts` };
    } catch (error) {
        return { node, facts: undefined, problem: error instanceof Error ? error.message : String(error) };
    }
}
