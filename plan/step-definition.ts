import type { LineId } from "../releases/release";
import type { Kind } from "./parameters";

/** All steps in their order. */
export const stepNames = [
    "toolkit",
    "secrets",
    "host",
    "ca",
    "mount",
    "upload",
    "store",
    "stage",
    "files",
    "units",
    "prepare",
    "mysql",
    "postgres",
    "redis",
    "token-key",
    "cert-sync",
    "up",
    "dns",
    "verify",
] as const;

export type StepName = (typeof stepNames)[number];

/** What a step waits for, or what follows it. */
export interface Reference {
    readonly step: StepName;
    /** `own`: of the same node. `every`: on all nodes. `cluster`: the one of the whole cluster. `previous`: the rollout. */
    readonly of: "own" | "every" | "cluster" | "previous";
}

export interface StepDefinition {
    /** What it does, for diagrams and reports. */
    readonly title: string;
    /** Its name in tables. @default the step's own */
    readonly short?: string;
    /** `node`: once on every node. `cluster`: once, by a node that plan/roles.ts chooses. */
    readonly scope: "node" | "cluster";
    /** Release lines that have it. @default all */
    readonly lines?: readonly LineId[];
    /** Command of the node that runs it; `upload` is the engine's own copy. */
    readonly command?: string;
    /** Said before it in the diagrams: nothing from here on begins before all above is done. */
    readonly barrier?: string;
    readonly after: readonly Reference[];
    /** What has to run again whenever this one has. */
    readonly again: readonly Reference[];
    readonly parameters: Readonly<Record<string, Kind>>;
    /** Seconds after which the command is ended on the host. @default 300 */
    readonly timeoutSeconds?: number;
    /** Command that undoes it when its resource is deleted, and the parameters that this needs. @default nothing is done */
    readonly undo?: { readonly command: string; readonly needs: readonly string[] };
}

export const own = (...steps: StepName[]): Reference[] => steps.map((step) => ({ step, of: "own" }));
export const every = (...steps: StepName[]): Reference[] => steps.map((step) => ({ step, of: "every" }));
export const cluster = (...steps: StepName[]): Reference[] => steps.map((step) => ({ step, of: "cluster" }));
export const previous = (...steps: StepName[]): Reference[] => steps.map((step) => ({ step, of: "previous" }));
