import type { NodeSettings } from "../base/settings";
import type { ParameterValue } from "./parameters";
import type { SecretName } from "./secrets";
import type { StepName } from "./step-definition";
import type { CommandStep, ParametersOf } from "./declarations";

/** What stands in a plan for a value that only the running program has. */
export type Derived =
    /** A salted fingerprint that changes with any of these secrets. */
    | { readonly fingerprint: readonly SecretName[] }
    /** A digest of the parameters of these steps: it changes whenever one of them runs again. */
    | { readonly digestOf: readonly string[] }
    /** The secret itself, in base64. */
    | { readonly secret: SecretName };

export type PlannedValue = ParameterValue | Derived;

/** A step's parameters; a text may be derived. */
export type Planned<S extends CommandStep> = {
    readonly [P in keyof ParametersOf<S>]: ParametersOf<S>[P] | (ParametersOf<S>[P] extends string ? Derived : never);
};

export function isDerived(value: PlannedValue): value is Derived {
    return typeof value === "object" && !Array.isArray(value);
}

/** One step of a cluster's plan. */
export interface PlannedStep {
    /** `prepare@node1`, or `store` for a step of the cluster. */
    readonly id: string;
    readonly step: StepName;
    /** The node that takes it. */
    readonly node: NodeSettings;
    /** Name of its resource; undefined for one that makes several or none (`files`, `units`, `ca`). */
    readonly resource: string | undefined;
    readonly parameters: Readonly<Record<string, PlannedValue>>;
    /** Ids of the steps that it waits for. */
    readonly after: readonly string[];
    /** Ids of the steps that have to run again when it has. */
    readonly again: readonly string[];
    /** For a step that is undone with its old values: a change of these undoes it and makes it anew. */
    readonly identity: readonly string[];
    /** Seconds after which its command is ended on the host. */
    readonly timeoutSeconds: number;
}

export function stepId(step: StepName, scope: "node" | "cluster", node: string): string {
    return scope === "cluster" ? step : `${step}@${node}`;
}
