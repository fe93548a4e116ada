import type { LineId } from "../releases/release";
import { int, isOptional, type Kind, line, type OptionalKind, words } from "./parameters";
import { type StepName, stepNames } from "./step-definition";
import { definitionOf, steps } from "./steps";

/** What the node's command is told of its parameters, made from plan/steps.ts. */

type ValueOf<K> = K extends Kind<infer T> ? T : never;

type Declared<S extends StepName> = (typeof steps)[S]["parameters"];
type OptionalIn<D> = { [P in keyof D]: D[P] extends OptionalKind ? P : never }[keyof D];

/** The names and types of a step's parameters, without `runs_on`. */
export type ParametersOf<S extends StepName> = {
    readonly [P in Exclude<keyof Declared<S>, OptionalIn<Declared<S>>>]: ValueOf<Declared<S>[P]>;
} & { readonly [P in OptionalIn<Declared<S>>]?: ValueOf<Declared<S>[P]> };

/** Steps that take parameters, by the command of the node that runs them. */
export type CommandStep = { [S in StepName]: (typeof steps)[S] extends { command: string } ? S : never }[StepName];

/** A step of the whole cluster shows where it runs: otherwise a preview of one that moves would show its connection only. */
const runsOn = { runs_on: line };

/** What a step takes, as the node is told. */
export function parametersOf(step: StepName): Readonly<Record<string, Kind>> {
    const { scope, parameters } = definitionOf(step);
    return scope === "cluster" ? { ...parameters, ...runsOn } : parameters;
}

const { up, verify } = steps;

/** Commands that read a node without being steps: drift detection, and what `up` leaves for systemd's start. */
export const readers = {
    inspect: {
        release_dir: line,
        mount_point: line,
        data_dir: line,
        shared_dir: line,
        files: words,
        slots: words,
        secrets: words,
        containers: words,
        insecure_registry: line,
        domain: line,
        dns: verify.parameters.dns,
        dns_server: line,
        dns_port: int,
        addresses: words,
        "file/*": line,
    },
    start: pick(up.parameters, [
        "release_dir",
        "shared_dir",
        "mount_point",
        "data_dir",
        "service_address",
        "protocol",
        "domain",
        "port",
        "ca_file",
        "containers",
        "proxy_container",
        "upstream_containers",
        "log_address",
    ]),
} as const satisfies Record<string, Readonly<Record<string, Kind>>>;

export type ReaderParameters<R extends keyof typeof readers> = {
    readonly [P in keyof (typeof readers)[R]]: ValueOf<(typeof readers)[R][P]>;
};

function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
    return Object.fromEntries(names.map((name) => [name, from[name]])) as Pick<T, K>;
}

/** A name of the list that the node's command carries, `?` at its end for one that may be absent. */
const declared = (name: string, kind: Kind, optional = isOptional(kind)): string =>
    `${name}:${kind.shell}${optional ? "?" : ""}`;

/**
 * What each command of the node takes. A command that undoes a step gets what the step was once given, by this program or
 * by an older one: it needs little of that, and takes the rest.
 */
export function declarations(line: LineId): Map<string, string[]> {
    const list = new Map<string, string[]>();
    for (const step of stepNames) {
        const { command, undo, lines = [line] } = definitionOf(step);
        if (command === undefined || !lines.includes(line)) continue;
        const all = Object.entries(parametersOf(step));
        list.set(
            command,
            all.map(([name, kind]) => declared(name, kind)),
        );
        if (!undo) continue;
        const optional = (name: string): boolean => !undo.needs.includes(name);
        list.set(
            undo.command,
            all.map(([name, kind]) => declared(name, kind, optional(name) || isOptional(kind))),
        );
    }
    for (const [reader, parameters] of Object.entries(readers)) {
        list.set(
            reader,
            Object.entries(parameters).map(([name, kind]) => declared(name, kind)),
        );
    }
    return list;
}
