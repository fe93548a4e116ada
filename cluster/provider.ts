import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as provider from "@pulumi/pulumi/provider";
import type { HarborClusterArgs } from "./arguments";
import { HarborCluster } from "./harbor-cluster";

interface Schema {
    readonly version: string;
    readonly resources: Readonly<Record<string, { readonly properties: Readonly<Record<string, unknown>> }>>;
}

/**
 * Makes components for programs of other languages. The schema is the committed one: the SDK's own host would analyze the
 * sources at each start, which takes seconds and needs sources that the package doesn't hold.
 */
export class ClusterProvider implements provider.Provider {
    readonly version: string;
    readonly schema: string;

    constructor(folder: string) {
        this.schema = readFileSync(join(folder, "schema.json"), "utf8");
        this.version = this.parsed.version;
    }

    /** @throws InputPropertiesError with every problem of the arguments; Error for a type that the package hasn't. */
    construct(
        name: string,
        type: string,
        inputs: pulumi.Inputs,
        options: pulumi.ComponentResourceOptions,
    ): Promise<provider.ConstructResult> {
        const outputs = this.parsed.resources[type]?.properties;
        if (!outputs) throw new Error(`this package has no ${type}`);
        const cluster = new HarborCluster(name, inputs as HarborClusterArgs, options);
        const made = cluster as unknown as Readonly<Record<string, unknown>>;
        const state = Object.keys(outputs).map((output) => [output, made[output]]);
        return Promise.resolve({ urn: cluster.urn, state: Object.fromEntries(state) as pulumi.Inputs });
    }

    private get parsed(): Schema {
        return JSON.parse(this.schema) as Schema;
    }
}

/** Serves the engine until it ends the process. @param folder Where schema.json lies. */
export async function serve(folder: string, args: readonly string[]): Promise<void> {
    await provider.main(new ClusterProvider(folder), [...args]);
}
