import { createTwoFilesPatch } from "diff";
import { pathOfPut } from "../../plan/files";
import { placeOf } from "../../plan/names";
import { parseParameters } from "../../plan/parameters";
import { type StepName, stepNames } from "../../plan/step-definition";
import { type Warning, warnings } from "./warnings";

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
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly parent?: string;
    /** URNs of what is done before. */
    readonly dependencies?: readonly string[];
}

export interface Change {
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
    /** Nodes that start before this one, for a start of Harbor. */
    readonly startsAfter: readonly string[];
}

/** The same change of a file on some nodes, as the body of a unified diff. */
export interface FileDiff {
    readonly file: string;
    readonly nodes: readonly string[];
    readonly body: string;
}

/** What a preview means: the same for every form in which it is shown. */
export interface PreviewReport {
    readonly stack: string;
    /** By name. */
    readonly nodes: readonly string[];
    /** In the order of plan/steps.ts. */
    readonly changes: readonly Change[];
    readonly warnings: readonly Warning[];
    /** Each changed file once. */
    readonly diffs: readonly FileDiff[];
}

/** What changes on each node, what is interrupted, what to be careful about. */
export function reportOf(stack: string, preview: PreviewJson): PreviewReport {
    const steps = preview.steps ?? [];
    const changes = steps
        .filter(({ op, urn }) => op !== "same" && op !== "read" && isCommand(urn))
        .map(toChange)
        .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
    return { stack, nodes: nodeNames(steps), changes, warnings: warnings(changes), diffs: fileDiffs(changes) };
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
        startsAfter: place?.step === "up" ? startsBefore(newState) : [],
    };
}

/** The rollout's steps are those of one component, so that what they depend on has the same parent. */
function startsBefore(state: State | undefined): string[] {
    return (state?.dependencies ?? []).flatMap((urn) => {
        const place = placeOf(urn, state?.parent ?? "");
        return place?.step === "up" && place.node !== undefined ? [place.node] : [];
    });
}

/** The order in which an update does things; the engine's own order differs from run to run. */
function rank({ step }: Change): number {
    return step === undefined ? stepNames.length : stepNames.indexOf(step);
}

export const isDelete = ({ op }: Change): boolean => op.startsWith("delete");
export const isCreate = ({ op }: Change): boolean => op.startsWith("create");
export const sign = (change: Change): string => (isCreate(change) ? "+" : isDelete(change) ? "−" : "~");

/** What of the release's files and of the program's own a change is about, short. */
export const shortFile = (file: string): string => file.split("/files/").at(-1) ?? file;

export interface Difference {
    readonly key: string;
    /** Undefined: not there. */
    readonly before: string | undefined;
    readonly after: string | undefined;
}

/** The parameters in which an update differs from what was done before. */
export function differences({ op, before, after }: Change): Difference[] {
    if (op !== "update") return [];
    const [old, now] = [parseParameters(before), parseParameters(after)];
    return [...new Set([...old.keys(), ...now.keys()])]
        .filter((key) => old.get(key) !== now.get(key))
        .map((key) => ({ key, before: old.get(key), after: now.get(key) }));
}

function fileDiffs(changes: readonly Change[]): FileDiff[] {
    const diffs = new Map<string, FileDiff>();
    for (const { file, before, after, node = "?" } of changes) {
        if (!file || before === after) continue;
        const patch = createTwoFilesPatch(file, file, before, after, "", "", { context: 2 });
        const body = patch.slice(patch.indexOf("@@")).trimEnd();
        const key = `${file}\0${body}`;
        diffs.set(key, { file, body, nodes: [...(diffs.get(key)?.nodes ?? []), node] });
    }
    return [...diffs.values()];
}
