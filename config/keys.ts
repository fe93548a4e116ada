import type { ConfigKey } from "./keys/config-key";
import { hostKeys, type NodeConfig } from "./keys/hosts";
import { registryKeys } from "./keys/registry";
import { serviceKeys } from "./keys/services";

export type { ConfigKey, NodeConfig };

/** All keys of the configuration: the single source of parsing, Pulumi.yaml and docs/configuration.md. */
export const keys = { ...registryKeys, ...hostKeys, ...serviceKeys } as const satisfies Record<string, ConfigKey>;

export type KeyName = keyof typeof keys;

export const keyNames = Object.keys(keys) as KeyName[];

/** Whether a key has the `<key>File` form as well. */
export function hasFileForm(name: KeyName): boolean {
    const key: ConfigKey = keys[name];
    return key.secret === true || key.file === true;
}
