import type { ClusterPlan, NodePlan } from "../plan/cluster-plan";
import { expectationOf } from "../plan/expectation";
import { type Drift, fileKey, withFollowers } from "../plan/findings";
import { stepId } from "../plan/planned";
import { type StepName, stepNames } from "../plan/step-definition";
import { definitionOf } from "../plan/steps";
import { commandMissing, runCommand } from "./node-command";

/** A host that hasn't answered by then is reported and passed over. */
const answerWithinSeconds = 15;

export interface DriftReport {
    readonly drift: Drift;
    /** Why a node's drift isn't known. */
    readonly unknown: readonly string[];
}

/**
 * Compares every node with what the plan would deploy: files, keys, mount, containers and, through one node, the DNS
 * records. Reads only, on all nodes at once. What differs comes back by the step that owns it, with all that follows.
 */
export async function detectDrift(plan: ClusterPlan): Promise<DriftReport> {
    const answers = await Promise.all(plan.nodes.filter(({ node }) => !node.down).map((node) => inspect(plan, node)));
    const found = withFollowers(new Map(answers.flatMap(({ findings }) => findings)), plan);
    return { drift: dated(found, new Date()), unknown: answers.flatMap(({ unknown }) => unknown ?? []) };
}

/** A stack keeps the text of a repair, and the same text again would be no change of it: nothing would run. */
export function dated(found: Drift, at: Date): Drift {
    return new Map([...found].map(([key, text]) => [key, `found ${at.toISOString()}: ${text}`]));
}

type Finding = readonly [key: string, text: string];

interface Answer {
    readonly findings: readonly Finding[];
    readonly unknown?: string;
}

async function inspect(plan: ClusterPlan, nodePlan: NodePlan): Promise<Answer> {
    const { node } = nodePlan;
    const { toolkit } = plan.layout;
    try {
        const { code, stdout, stderr } = await runCommand(plan.settings, node, ["inspect"], {
            parameters: expectationOf(plan, nodePlan),
            timeoutSeconds: answerWithinSeconds,
        });
        if (code === commandMissing) {
            return { findings: everythingOf(plan, nodePlan, `${node.name}: ${toolkit} is missing`) };
        }
        if (code !== 0) return { findings: [], unknown: `${node.name}: ${stderr.trim().slice(-300)}` };
        return { findings: parseFindings(node.name, stdout) };
    } catch (error) {
        return { findings: [], unknown: `${node.name}: ${error instanceof Error ? error.message : String(error)}` };
    }
}

/**
 * A host without the node's command is a new one, or has been set up anew: nothing of what was done there can be taken for
 * granted. Where the rest is still there, its steps find nothing to do.
 */
export function everythingOf({ layout, steps }: ClusterPlan, { node, files }: NodePlan, text: string): Finding[] {
    const own = steps.filter(({ step, node: at }) => at === node && definitionOf(step).scope === "node");
    const keys = own.flatMap(({ id, step, resource }) => (resource === undefined || step === "toolkit" ? [] : [id]));
    const paths = [layout.toolkit, ...files.map(({ path }) => path)];
    return [...paths.map((path) => fileKey(node.name, path)), ...keys].map((key): Finding => [key, text]);
}

/** Lines `step<TAB>what was found`, as the nodes' `inspect` prints them, by the step or file that owns it. */
export function parseFindings(node: string, output: string): Finding[] {
    return output.split("\n").flatMap((line): Finding[] => {
        const [owner, text] = line.split("\t");
        if (!owner || !text) return [];
        const found = `${node}: ${text.trim()}`;
        if (owner.startsWith("put ")) return [[fileKey(node, owner.slice(4)), found]];
        const step = stepNames.find((name) => name === owner);
        if (step === undefined) throw new Error(`the node reports ${owner}, which is no step`);
        return [[keyOf(step, node), found]];
    });
}

const keyOf = (step: StepName, node: string): string => stepId(step, definitionOf(step).scope, node);
