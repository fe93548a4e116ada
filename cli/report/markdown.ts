import { definitionOf } from "../../plan/steps";
import {
    type Change,
    differences,
    type FileDiff,
    type PreviewJson,
    type PreviewReport,
    reportOf,
    shortFile,
    sign,
} from "./model";
import { interruptionOf, interruptionText, summary } from "./interruption";

/** GitHub takes 65,536 characters in a comment. */
const maxLength = 60_000;

/** One Markdown page from a preview. */
export function report(stack: string, preview: PreviewJson): string {
    return markdown(reportOf(stack, preview));
}

export function markdown(report: PreviewReport): string {
    const { stack, changes, warnings, diffs } = report;
    if (changes.length === 0) return `## Preview of \`${stack}\`\n\nNothing changes on any host.\n`;
    const page = [
        `## Preview of \`${stack}\``,
        "",
        `**${summary(report)}.**`,
        ...section(
            "Be careful",
            warnings.map(({ title, text }) => `- **${title}** ${text}`),
        ),
        "",
        ...nodeTable(report),
        ...section("For the whole cluster", changes.filter(({ node }) => !node).map(clusterLine)),
        "",
        ...diffs.flatMap(details),
    ].join("\n");
    return page.length <= maxLength
        ? `${page}\n`
        : `${page.slice(0, maxLength)}\n\n… cut; see \`pulumi preview --diff\`\n`;
}

function nodeTable({ nodes, changes }: PreviewReport): string[] {
    const rows = nodes.map((node) => {
        const own = changes.filter((change) => change.node === node);
        const files = own.flatMap((change) => (change.file ? [`${sign(change)} ${shortFile(change.file)}`] : []));
        const steps = own.flatMap((change) =>
            change.file || !change.step ? [] : [`${sign(change)} ${definitionOf(change.step).short ?? change.step}`],
        );
        const up = own.find(({ step }) => step === "up");
        const interruption = interruptionText[up ? interruptionOf(up) : "none"];
        return `| ${node} | ${files.join("<br>") || "–"} | ${steps.join(" → ") || "–"} | ${interruption} |`;
    });
    return ["| Node | Files | Steps | Interruption |", "| --- | --- | --- | --- |", ...rows];
}

function clusterLine(change: Change): string {
    const why = differences(change)
        .map(({ key, before, after }) => `${key}: ${before ?? "–"} → ${after ?? "–"}`)
        .join("; ");
    return `- ${sign(change)} \`${change.name}\`${why ? ` (${why})` : ""}`;
}

function section(title: string, lines: readonly string[]): string[] {
    return lines.length === 0 ? [] : ["", `### ${title}`, "", ...lines];
}

function details({ file, nodes, body }: FileDiff): string[] {
    const summaryLine = `<summary><code>${file}</code> on ${nodes.join(", ")}</summary>`;
    return ["<details>", summaryLine, "", "```diff", body, "```", "</details>", ""];
}
