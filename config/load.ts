import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parseSettings } from "./parse";
import type { ClusterSettings } from "../base/settings";

const namespace = "harbor-ha";

/**
 * Settings of the selected stack. Files are taken relative to the project's folder.
 * @throws ConfigError, before any resource is registered.
 */
export function loadSettings(): ClusterSettings {
    const prefix = `${namespace}:`;
    const values = new Map(
        Object.entries(pulumi.runtime.allConfig())
            .filter(([key]) => key.startsWith(prefix))
            .map(([key, value]) => [key.slice(prefix.length), value]),
    );
    // The engine names the encrypted keys only here; the SDK has no call for it.
    const secretKeys = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]") as string[];
    return parseSettings({
        values,
        isEncrypted: (key) => secretKeys.includes(prefix + key),
        readFile: (path) => readFileSync(resolve(path), "utf8"),
        now: new Date(),
    });
}
