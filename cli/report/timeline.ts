import { type StepName, stepNames } from "../../plan/step-definition";
import { definitionOf } from "../../plan/steps";
import { interruptionOf } from "./interruption";
import { type Change, isCreate, isDelete, type PreviewReport } from "./model";

/** A time of the update at which something happens. */
export interface Phase {
    readonly title: string;
    /** What has to be true before it, where plan/steps.ts says so. */
    readonly barrier: string | undefined;
    readonly changes: readonly Change[];
}

/** Whether clients are served by a node during a phase. `pause`: its containers are made anew. */
export type Service = "serving" | "pause" | "none";

export interface Lane {
    readonly node: string;
    /** One for each phase. */
    readonly service: readonly Service[];
}

export interface Timeline {
    readonly phases: readonly Phase[];
    /** In the order in which nodes start; those that don't start last. */
    readonly lanes: readonly Lane[];
    /** Nodes that start at the same time, wave after wave. */
    readonly waves: readonly (readonly string[])[];
}

/** When an update does what: the steps in their order, starts of Harbor in the order of the rollout, removals last. */
export function timelineOf({ nodes, changes }: PreviewReport): Timeline {
    const whole = withoutHalves(changes);
    const kept = whole.filter((change) => !isDelete(change));
    const removed = whole.filter(isDelete);
    const waves = wavesOf(kept);
    const phases = [
        ...stepNames.flatMap((step) => (step === "up" ? starts(kept, waves) : phaseOf(step, kept))),
        ...other(
            "other resources",
            kept.filter(({ step }) => step === undefined),
        ),
        ...other("what is taken out", removed),
    ];
    const order = waves.flat();
    const lanes = [...order, ...nodes.filter((node) => !order.includes(node))];
    return { phases, waves, lanes: lanes.map((node) => ({ node, service: serviceOf(node, phases) })) };
}

/** A replacement comes as two halves and a whole. */
function withoutHalves(changes: readonly Change[]): Change[] {
    const replaced = new Set(changes.filter(({ op }) => op === "replace").map(({ name }) => name));
    return changes.filter(({ name, op }) => op === "replace" || !replaced.has(name));
}

function phaseOf(step: StepName, changes: readonly Change[]): Phase[] {
    const own = changes.filter((change) => change.step === step);
    return own.length === 0 ? [] : [{ title: titleOf(step), barrier: definitionOf(step).barrier, changes: own }];
}

const other = (title: string, changes: readonly Change[]): Phase[] =>
    changes.length === 0 ? [] : [{ title, barrier: undefined, changes }];

function starts(changes: readonly Change[], waves: readonly (readonly string[])[]): Phase[] {
    const { barrier } = definitionOf("up");
    return waves.map((wave, i) => ({
        title: `Harbor starts on ${wave.join(", ")}`,
        barrier: i === 0 ? barrier : `${waves[i - 1]?.join(", ") ?? ""} healthy`,
        changes: changes.filter(({ step, node }) => step === "up" && node !== undefined && wave.includes(node)),
    }));
}

const titleOf = (step: StepName): string => definitionOf(step).short ?? definitionOf(step).title;

/** A node waits for those that it depends on, where they start in this update. */
function wavesOf(changes: readonly Change[]): string[][] {
    const before = new Map(
        changes.flatMap(({ step, node, startsAfter }) =>
            step === "up" && node !== undefined ? [[node, startsAfter] as const] : [],
        ),
    );
    const wave = (node: string): number =>
        Math.max(0, ...(before.get(node) ?? []).filter((other) => before.has(other)).map((other) => wave(other) + 1));
    const found: string[][] = [];
    for (const node of [...before.keys()].sort()) (found[wave(node)] ??= []).push(node);
    return found;
}

function serviceOf(node: string, phases: readonly Phase[]): Service[] {
    let state: Service = phases.some(({ changes }) =>
        changes.some((change) => change.step === "up" && change.node === node && isCreate(change)),
    )
        ? "none"
        : "serving";
    return phases.map(({ changes }): Service => {
        const up = changes.find((change) => change.step === "up" && change.node === node);
        if (!up) return state;
        const quiet = interruptionOf(up) === "none";
        const during: Service = quiet ? state : state === "serving" ? "pause" : "none";
        state = isDelete(up) ? "none" : "serving";
        return during;
    });
}
