import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../base/errors";
import { type Naming, namingOf, said } from "../base/naming";
import type { ClusterSettings } from "../base/settings";
import type { LaterValues } from "../components/remote/values";
import { type ArgumentValues, later, settingsOf } from "../config/arguments";
import { type ConfigKey, keyNames, keys } from "../config/keys";
import { ConfigError, reasonFor } from "../config/problems";
import { type ClusterPlan, clusterPlan } from "../plan/cluster-plan";
import type { HarborRelease } from "../releases/release";

/**
 * Arguments, as far as they are known when the component is made. They are no inputs of it, since those would stand in its
 * state, passwords among them; so nothing of this can be listed.
 */
export class GivenArguments {
    readonly #values: ArgumentValues;
    readonly #naming: Naming;
    readonly #settings: ClusterSettings;

    /** @throws InputPropertiesError with all problems of what is known. */
    constructor(args: object) {
        this.#values = { ...args };
        this.#naming = namingOf(args);
        this.#settings = this.#checked(knownOf(this.#values));
    }

    /** Decides which resources there are; holds stand-ins for what comes later. */
    get settings(): ClusterSettings {
        return this.#settings;
    }

    get naming(): Naming {
        return this.#naming;
    }

    /** What comes later, of a plan and of the settings. */
    later(plan: ClusterPlan, release: HarborRelease): LaterValues {
        const late = keyNames.filter((name) => isLater(this.#values[name]));
        if (late.length === 0) return {};
        const settings = pulumi.secret(pulumi.output(this.#values).apply((values) => this.#checked(values)));
        const isSecret = (name: string): boolean => (keys[name as keyof typeof keys] as ConfigKey).secret === true;
        if (late.every(isSecret)) return { settings };
        // Without the secrets, which would make a secret of every file.
        const open = Object.entries(this.#values).filter(([name]) => !isSecret(name));
        const secrets = Object.entries(knownOf(this.#values)).filter(([name]) => isSecret(name));
        const whole = pulumi.output(Object.fromEntries(open)).apply((values) => {
            const known = this.#checked({ ...values, ...Object.fromEntries(secrets) });
            return requireSameGraph(plan, clusterPlan(known, release, plan.name));
        });
        return { plan: whole, settings };
    }

    /** The plan with all its values and secrets, as soon as they are known; undefined in a preview that doesn't know them. */
    async whole({ plan: late, settings }: LaterValues, plan: ClusterPlan): Promise<ClusterPlan | undefined> {
        if (!late && !settings) return plan;
        if (!settings || !(await isKnown(settings))) return undefined;
        const known = await new Promise<ClusterSettings>((resolve) => settings.apply(resolve));
        return clusterPlan(known, plan.release, plan.name);
    }

    /** An error in the caller's words, which the engine shows without a stack trace. */
    inWords(error: unknown, of: pulumi.Resource): unknown {
        return error instanceof UserError ? new pulumi.ResourceError(error.saidTo(this.#naming), of, true) : error;
    }

    #checked(values: ArgumentValues): ClusterSettings {
        try {
            return settingsOf(values, new Date());
        } catch (error) {
            if (!(error instanceof ConfigError)) throw error;
            const errors = error.problems.map((problem) => ({
                propertyPath: problem.key,
                reason: said(reasonFor(problem), this.#naming).replace(/^:? /, ""),
            }));
            throw new pulumi.InputPropertiesError({ message: error.saidTo(this.#naming), errors });
        }
    }
}

/** The SDK's own flag, which its types keep to themselves. It waits until the value's resources are made. */
const isKnown = (output: pulumi.Output<unknown>): Promise<boolean> =>
    (output as unknown as { readonly isKnown: Promise<boolean> }).isKnown;

/** Whether a value, or a part of it, is to be made by another resource. */
function isLater(value: unknown): boolean {
    if (pulumi.Output.isInstance(value) || value instanceof Promise) return true;
    return typeof value === "object" && value !== null && Object.values(value).some(isLater);
}

/** The arguments with `later` in the place of what isn't known: of a list of nodes the fields, else the whole argument. */
function knownOf(values: ArgumentValues): ArgumentValues {
    const known = (name: string, value: unknown): unknown => {
        if (name !== "nodes" || !Array.isArray(value)) return isLater(value) ? later : value;
        return value.map((node: unknown) => {
            if (typeof node !== "object" || node === null || pulumi.Output.isInstance(node)) return node;
            return mapValues(node, (_, field) => (isLater(field) ? later : field));
        });
    };
    return mapValues(values, known);
}

const mapValues = (from: object, map: (name: string, value: unknown) => unknown): ArgumentValues =>
    Object.fromEntries(Object.entries(from).map(([name, value]) => [name, map(name, value)]));

/** A value that came later fills in texts; were it to decide the graph, what was registered would be another plan's. */
function requireSameGraph(registered: ClusterPlan, whole: ClusterPlan): ClusterPlan {
    const graph = ({ steps, nodes }: ClusterPlan): string =>
        JSON.stringify([
            steps.map(({ id, resource, after, identity }) => [id, resource, after, identity.length]),
            nodes.map(({ files, secrets }) => [files.map(({ path, suffix }) => [path, suffix]), secrets]),
        ]);
    if (graph(registered) === graph(whole)) return whole;
    throw new Error("an argument that came later would change which resources there are");
}
