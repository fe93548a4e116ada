import { createTwoFilesPatch } from "diff";
import { pathOfPut } from "../plan/files";
import { placeOf } from "../plan/names";
import { parseParameters } from "../plan/parameters";
import { definitionOf, type StepName, stepNames } from "../plan/steps";

/** The part of `pulumi preview --json` that the report reads. */
export interface PreviewJson {
    readonly steps?: readonly PreviewStep[];
}

export interface PreviewStep {
    readonly op: string;
    readonly urn: string;
    readonly oldState?: State;
    readonly newState?: State;
}

interface State {
    readonly inputs?: Inputs;
    readonly parent?: string;
}

type Inputs = Readonly<Record<string, unknown>>;

interface Change {
    readonly name: string;
    readonly op: string;
    /** Undefined: no step of the plan, for example what a service's container is made of. */
    readonly step: StepName | undefined;
    /** Undefined: a step of the whole cluster. */
    readonly node: string | undefined;
    /** Path on the host, for a file. */
    readonly file: string | undefined;
    readonly before: string;
    readonly after: string;
}

/** GitHub takes 65,536 characters in a comment. */
const maxLength = 60_000;

/** One Markdown page from a preview: what changes on each node, what is interrupted, what to be careful about. */
export function report(stack: string, preview: PreviewJson): string {
    const steps = preview.steps ?? [];
    const nodes = nodeNames(steps);
    const changes = steps
        .filter(({ op, urn }) => op !== "same" && op !== "read" && isCommand(urn))
        .map(toChange)
        .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
    if (changes.length === 0) return `## Preview of \`${stack}\`\n\nNothing changes on any host.\n`;
    const page = [
        `## Preview of \`${stack}\``,
        "",
        summary(nodes, changes),
        ...section("Be careful", warnings(changes)),
        "",
        ...nodeTable(nodes, changes),
        ...section("For the whole cluster", changes.filter(({ node }) => !node).map(clusterLine)),
        "",
        ...fileDiffs(changes),
    ].join("\n");
    return page.length <= maxLength
        ? `${page}\n`
        : `${page.slice(0, maxLength)}\n\n… cut; see \`pulumi preview --diff\`\n`;
}

/** Unchanged steps aren't always in the preview, so the nodes are known by whatever belongs to them. */
function nodeNames(steps: readonly PreviewStep[]): string[] {
    return [...new Set(steps.flatMap((step) => placeOfStep(step)?.node ?? []))].sort();
}

const placeOfStep = ({ urn, oldState, newState }: PreviewStep) =>
    placeOf(urn, newState?.parent ?? oldState?.parent ?? "");

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? urn;
const isCommand = (urn: string): boolean => /\bcommand:remote:(Command|CopyToRemote)::/.test(urn);

function toChange(step: PreviewStep): Change {
    const { op, urn, oldState, newState } = step;
    const text = (state: State | undefined): string =>
        typeof state?.inputs?.stdin === "string" ? state.inputs.stdin : "";
    const line = newState?.inputs?.create ?? oldState?.inputs?.create;
    const place = placeOfStep(step);
    return {
        name: nameOf(urn).replace(/^harbor-/, ""),
        op,
        step: place?.step,
        node: place?.node,
        file: typeof line === "string" ? pathOfPut(line) : undefined,
        before: text(oldState),
        after: text(newState),
    };
}

/** The order in which an update does things; the engine's own order differs from run to run. */
function rank({ step }: Change): number {
    return step === undefined ? stepNames.length : stepNames.indexOf(step);
}

function summary(nodes: readonly string[], changes: readonly Change[]): string {
    const files = new Set(changes.flatMap(({ file }) => file ?? [])).size;
    const restarted = nodes.filter((node) =>
        changes.some((c) => c.step === "up" && c.node === node && c.op !== "delete"),
    );
    const what =
        files === 0 ? "No file changes" : `${files} file${files === 1 ? "" : "s"} change${files === 1 ? "s" : ""}`;
    return restarted.length === 0
        ? `**${what}; nothing is restarted.**`
        : `**${what}; Harbor is restarted on ${restarted.join(", ")}.**`;
}

function nodeTable(nodes: readonly string[], changes: readonly Change[]): string[] {
    const rows = nodes.map((node) => {
        const own = changes.filter((change) => change.node === node);
        const files = own.flatMap(({ file, op }) =>
            file ? [`${sign(op)} ${file.split("/files/").at(-1) ?? file}`] : [],
        );
        const steps = own.flatMap(({ file, op, step }) =>
            file || !step ? [] : [`${sign(op)} ${definitionOf(step).short ?? step}`],
        );
        const up = own.find(({ step }) => step === "up");
        const interruption = !up ? "none" : up.op === "delete" ? "stops for good" : "its containers are made anew";
        return `| ${node} | ${files.join("<br>") || "–"} | ${steps.join(" → ") || "–"} | ${interruption} |`;
    });
    return ["| Node | Files | Steps | Interruption |", "| --- | --- | --- | --- |", ...rows];
}

const sign = (op: string): string => (op.startsWith("create") ? "+" : op.startsWith("delete") ? "−" : "~");

function clusterLine({ name, op, before, after }: Change): string {
    const [old, now] = [parseParameters(before), parseParameters(after)];
    const keys =
        op === "update"
            ? [...new Set([...old.keys(), ...now.keys()])].filter((key) => old.get(key) !== now.get(key))
            : [];
    const why = keys.map((key) => `${key}: ${old.get(key) ?? "–"} → ${now.get(key) ?? "–"}`).join("; ");
    return `- ${sign(op)} \`${name}\`${why ? ` (${why})` : ""}`;
}

function warnings(changes: readonly Change[]): string[] {
    const changed = (step: StepName, ...keys: string[]): boolean => {
        const change = changes.find((c) => c.step === step && c.op !== "create" && c.op !== "delete");
        if (!change) return false;
        const [old, now] = [parseParameters(change.before), parseParameters(change.after)];
        return keys.some((key) => old.get(key) !== now.get(key));
    };
    return [
        ...(changed("store", "secretkey_fingerprint")
            ? [
                  "- **The secretkey would change.** The node refuses another one than it has: passwords stored in Harbor are encrypted with it.",
              ]
            : []),
        ...(changed("mysql", "host", "port")
            ? [
                  "- **The database moves.** Settings made in the UI are taken anew from harbor.cfg on the first node's start.",
              ]
            : []),
        ...(changed("mysql", "schema_version")
            ? ["- **Another database schema is needed.** It isn't migrated; the update stops until it is."]
            : []),
        ...(changed("token-key", "given_key")
            ? ["- **Another token key.** Tokens are refused between nodes until the last one is restarted."]
            : []),
        ...(changed("dns", "name") ? ["- **The registry gets another name.** Image names contain it."] : []),
        ...changes
            .filter(({ step, op }) => step === "up" && op === "delete")
            .map(({ node }) => `- **Harbor stops on ${node ?? "a node"}.** Its files and the data stay.`),
    ];
}

function section(title: string, lines: readonly string[]): string[] {
    return lines.length === 0 ? [] : ["", `### ${title}`, "", ...lines];
}

/** Each changed file once, with the nodes where the same change happens. */
function fileDiffs(changes: readonly Change[]): string[] {
    const diffs = new Map<string, string[]>();
    for (const { file, before, after, node } of changes) {
        if (!file || before === after) continue;
        const patch = createTwoFilesPatch(file, file, before, after, "", "", { context: 2 });
        const body = patch.slice(patch.indexOf("@@")).trimEnd();
        const key = `${file}\0${body}`;
        diffs.set(key, [...(diffs.get(key) ?? []), node ?? "?"]);
    }
    return [...diffs].flatMap(([key, nodes]) => {
        const [file = "", body = ""] = key.split("\0");
        const summaryLine = `<summary><code>${file}</code> on ${nodes.join(", ")}</summary>`;
        return ["<details>", summaryLine, "", "```diff", body, "```", "</details>", ""];
    });
}
