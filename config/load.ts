import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { namedAs, stackNaming } from "../base/naming";
import { having } from "./checks/required";
import { type ConfigKey, type KeyName, keyNames, keys } from "./keys";
import { parseValues } from "./parse";

const namespace = "harbor-ha";

/** Keys that every stack has. */
type RequiredKey = {
    [K in KeyName]: (typeof keys)[K] extends { readonly default: unknown } | { readonly absent: string } ? never : K;
}[KeyName];

const withoutDefault = Object.fromEntries(
    keyNames
        .filter(
            (name) => (keys[name] as ConfigKey).default === undefined && (keys[name] as ConfigKey).absent === undefined,
        )
        .map((name) => [name, "required"]),
) as Record<RequiredKey, string>;

/**
 * The configuration of the selected stack, checked, by the names of its keys. Files are taken relative to the project's folder.
 * @throws ConfigError, before any resource is registered.
 */
export function loadValues() {
    const prefix = `${namespace}:`;
    const values = new Map(
        Object.entries(pulumi.runtime.allConfig())
            .filter(([key]) => key.startsWith(prefix))
            .map(([key, value]) => [key.slice(prefix.length), value]),
    );
    // The engine names the encrypted keys only here; the SDK has no call for it.
    const secretKeys = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]") as string[];
    const checked = parseValues({
        values,
        isEncrypted: (key) => secretKeys.includes(prefix + key),
        readFile: (path) => readFileSync(resolve(path), "utf8"),
        now: new Date(),
    });
    return namedAs(having(checked, withoutDefault), stackNaming);
}
