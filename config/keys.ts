import type * as z from "zod";
import type { ConfigKey } from "./keys/config-key";
import { hostKeys, type NodeConfig } from "./keys/hosts";
import { optionKeys } from "./keys/options";
import { registryKeys } from "./keys/registry";
import { storageKeys } from "./keys/storage";
import { serviceKeys } from "./keys/services";

export type { ConfigKey, NodeConfig };

/** All keys of the configuration: the single source of parsing, Pulumi.yaml, docs/configuration.md and the types. */
export const keys = {
    ...registryKeys,
    ...hostKeys,
    ...storageKeys,
    ...serviceKeys,
    ...optionKeys,
} as const satisfies Record<string, ConfigKey>;

type Keys = typeof keys;

export type KeyName = keyof Keys;

/** What the rules of the keys make of their texts. */
export type Outputs = { readonly [K in KeyName]: z.output<Keys[K]["schema"]> };

/** The keys as a table in which a key's rule and its value belong together. */
export const keyTable: { readonly [K in KeyName]: ConfigKey<Outputs[K]> } = keys;

/** What was given, or the defaults. A key is undefined when it is absent without a default, or when its rule refuses it. */
export type GivenValues = Partial<{ readonly [K in KeyName]: Outputs[K] | undefined }>;

/** Values of which each has passed its own rule: what has a default is there. */
export type ConfigValues = {
    readonly [K in KeyName]: Keys[K] extends { readonly default: unknown } ? Outputs[K] : Outputs[K] | undefined;
};

export const keyNames = Object.keys(keys) as KeyName[];

/** Whether a key has the `<key>File` form as well. */
export function hasFileForm(name: KeyName): boolean {
    const key: ConfigKey = keys[name];
    return key.secret === true || key.file === true;
}
