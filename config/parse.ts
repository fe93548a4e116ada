import type * as z from "zod";
import {
    type ConfigKey,
    type ConfigValues,
    type GivenValues,
    hasFileForm,
    type KeyName,
    keyNames,
    keyTable,
    type Outputs,
} from "./keys";
import { nodeFields } from "./keys/hosts";
import { nearest } from "../base/nearest";
import { shownUrl } from "../base/url";
import { ConfigError, type Problem } from "./problems";
import { crossCheck } from "./cross-check";
import { assemble } from "./assemble";
import type { ClusterSettings } from "../base/settings";

/** Where the raw values come from; the tests hand in their own. */
export interface ConfigSource {
    /** Values of the namespace by key, as the engine gives them: text, with JSON for lists. */
    readonly values: ReadonlyMap<string, string>;
    /** Whether the stack holds the key encrypted. */
    isEncrypted(key: string): boolean;
    /** Reads a file named by a `…File` key; throws when it can't. */
    readFile(path: string): string;
    readonly now: Date;
}

/**
 * Checks the whole configuration and gives the settings.
 * @throws ConfigError with every problem found, never just the first.
 */
export function parseSettings(source: ConfigSource): ClusterSettings {
    return assemble(parseValues(source));
}

/**
 * The same, as checked values by the names of their keys.
 * @throws ConfigError with every problem found.
 */
export function parseValues(source: ConfigSource): ConfigValues {
    const problems: Problem[] = [...unknownKeys(source.values.keys())];
    const values = givenValues(source, problems);
    const failed = failedKeys(problems);
    problems.push(...crossCheck({ values, failed, now: source.now }));
    if (problems.length > 0 || !havePassed(values)) throw new ConfigError(problems);
    return values;
}

/** Keys that have a problem of their own. */
export function failedKeys(problems: readonly Problem[]): Set<string> {
    return new Set(problems.map(({ key }) => key.replace(/[.[].*$/, "")));
}

function givenValues(source: ConfigSource, problems: Problem[]): GivenValues {
    const values: { -readonly [K in KeyName]?: Outputs[K] | undefined } = {};
    const set = <K extends KeyName>(name: K, value: Outputs[K] | undefined): void => {
        values[name] = value;
    };
    for (const name of keyNames) set(name, givenValue(name, source, problems));
    return values;
}

function givenValue<K extends KeyName>(name: K, source: ConfigSource, problems: Problem[]): Outputs[K] | undefined {
    const raw = rawValue(name, source, problems);
    return raw === undefined ? keyTable[name].default : parsedValue(name, keyTable[name], raw, problems);
}

/** A key with a default has no value only after a problem. */
export function havePassed(values: GivenValues): values is ConfigValues {
    return keyNames.every((name) => values[name] !== undefined || keyTable[name].default === undefined);
}

function unknownKeys(given: Iterable<string>): Problem[] {
    const known = keyNames.flatMap((name) => (hasFileForm(name) ? [name, `${name}File`] : [name]));
    return [...given]
        .filter((key) => !known.includes(key))
        .map((key) => {
            const suggestion = nearest(key, known);
            const hint = suggestion ? `did you mean ${suggestion}?` : "see docs/configuration.md for the known keys";
            return { key, value: "this key", allowed: `unknown; ${hint}` };
        });
}

const isOptionalList = ({ type, absent }: ConfigKey): boolean => type === "array" && absent !== undefined;

/** The text of a key, from its value or from the file that `<key>File` names. */
function rawValue(name: KeyName, source: ConfigSource, problems: Problem[]): string | undefined {
    const given = (key: string): string | undefined => {
        const value = source.values.get(key);
        // Pulumi.yaml declares optional keys with an empty default.
        return value === "" || (value === "[]" && isOptionalList(keyTable[name])) ? undefined : value;
    };
    const value = given(name);
    const path = hasFileForm(name) ? given(`${name}File`) : undefined;
    if (path === undefined) {
        if (value !== undefined && keyTable[name].secret && !source.isEncrypted(name)) {
            const allowed = `encrypted only: pulumi config set --secret ${name}, or ${name}File`;
            problems.push({ key: name, value: "plain text", allowed });
        }
        return value;
    }
    if (value !== undefined) {
        problems.push({ key: `${name}File`, value: path, allowed: `either ${name} or ${name}File, not both` });
        return value;
    }
    try {
        // One trailing newline is an editor's, not part of a password or key.
        return source.readFile(path).replace(/\r?\n$/, "");
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        problems.push({ key: `${name}File`, value: path, allowed: `a file that can be read (${reason})` });
        return undefined;
    }
}

function parsedValue<T>(name: string, key: ConfigKey<T>, raw: string, problems: Problem[]): T | undefined {
    let value: unknown = raw;
    if (key.type === "array") {
        try {
            value = JSON.parse(raw);
        } catch {
            problems.push({ key: name, value: `'${raw}'`, allowed: "a list" });
            return undefined;
        }
    }
    return checkedValue(name, key, value, problems);
}

/** The value as the key's rule makes it, or undefined and a problem. */
export function checkedValue<T>(name: string, key: ConfigKey<T>, value: unknown, problems: Problem[]): T | undefined {
    const result = key.schema.safeParse(value);
    if (result.success) return result.data;
    problems.push(...result.error.issues.flatMap((issue) => toProblems(name, key, value, issue)));
    return undefined;
}

/** Certificates aren't secret, but a key that was put in the place of one is. */
function shown(key: ConfigKey, value: unknown): string {
    if (key.secret) return "(secret)";
    if (key.file) return "(text)";
    return JSON.stringify(typeof value === "string" ? shownUrl(value) : value);
}

function toProblems(name: string, key: ConfigKey, value: unknown, issue: z.core.$ZodIssue): Problem[] {
    const path = issue.path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
    const at = issue.path.reduce<unknown>((v, part) => (v as Record<PropertyKey, unknown> | undefined)?.[part], value);
    if (issue.code === "unrecognized_keys") {
        return issue.keys.map((unknown) => {
            const suggestion = nearest(unknown, nodeFields);
            const hint = suggestion ? `did you mean ${suggestion}?` : `known: ${nodeFields.join(", ")}`;
            return { key: `${name}${path}.${unknown}`, value: "this key", allowed: `unknown; ${hint}` };
        });
    }
    return [{ key: `${name}${path}`, value: at === undefined ? undefined : shown(key, at), allowed: issue.message }];
}
