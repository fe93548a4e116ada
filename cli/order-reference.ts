/** The order of the steps as docs/architecture.md shows it, made from its single source, plan/steps.ts. */
import { type Reference, stepNames, type StepName } from "../plan/step-definition";
import { definitionOf } from "../plan/steps";

const begin = "<!-- order: made from plan/steps.ts by npm run docs -->";
const end = "<!-- end of order -->";

/** The page with its part about the order as plan/steps.ts has it. */
export function withOrder(page: string): string {
    const [before, rest] = page.split(`${begin}\n`);
    const after = rest?.split(end)[1];
    if (before === undefined || after === undefined) throw new Error(`docs/architecture.md has no ${begin} … ${end}`);
    return `${before}${begin}\n${diagram()}\n\n${table()}\n${end}${after}`;
}

const id = (step: StepName): string => step.replace(/\W/g, "");
const label = (step: StepName): string => `${id(step)}["${definitionOf(step).title.replace(", ", ",<br>")}"]`;

/** Without what an arrow says that another way says already. */
function direct(step: StepName): StepName[] {
    const names = [...new Set(definitionOf(step).after.map(({ step: other }) => other))].filter(
        (name) => name !== step,
    );
    return names.filter((name) => !names.some((other) => other !== name && waitsFor(other, name)));
}

function waitsFor(step: StepName, earlier: StepName): boolean {
    const before = definitionOf(step).after.map(({ step: other }) => other);
    return before.some((name) => name !== step && (name === earlier || waitsFor(name, earlier)));
}

function diagram(): string {
    const ofNode = stepNames.filter((step) => definitionOf(step).scope === "node");
    const lines = [
        ...stepNames.map((step) => `    ${label(step)}${ofNode.includes(step) ? "" : ":::cluster"}`),
        ...stepNames.flatMap((step) => direct(step).map((before) => `    ${id(before)} --> ${id(step)}`)),
        '    up -. "the next node" .-> up',
        "    classDef cluster stroke-width:3px",
    ];
    return ["```mermaid", "flowchart TB", ...lines, "```"].join("\n");
}

function table(): string {
    const rows = stepNames.flatMap((step) => {
        const { title, scope, after, again, barrier } = definitionOf(step);
        const row = `| \`${step}\` | ${title} | ${scope === "node" ? "every node" : "once"} | ${list(after)} | ${list(again)} |`;
        return barrier === undefined ? [row] : [`| | **${barrier}** | | | |`, row];
    });
    return ["| Step | What | Where | Waits for | Then again |", "| --- | --- | --- | --- | --- |", ...rows].join("\n");
}

const where: Readonly<Record<Reference["of"], string>> = {
    own: "",
    cluster: "",
    every: " of all nodes",
    previous: " of the node before",
};

function list(references: readonly Reference[]): string {
    return references.map(({ step, of }) => `${step}${where[of]}`).join(", ") || "–";
}
