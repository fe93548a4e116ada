/** The package's schema, from which `pulumi package add` makes SDKs of other languages: what the SDK's analyzer makes of the types. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ConfigKey, keyNames, keys } from "../config/keys";

/** Parts of the Node SDK that have no public types; the versions of the SDK are pinned, and a test runs this. */
interface Analyzer {
    analyze(): { components: unknown; typeDefinitions: unknown; dependencies: unknown };
}
type AnalyzerClass = new (folder: string, name: string, manifest: object, components: ReadonlySet<string>) => Analyzer;
type GenerateSchema = (
    name: string,
    version: string,
    description: string,
    components: unknown,
    types: unknown,
    dependencies: unknown,
) => Schema;

interface Schema {
    readonly resources: Readonly<Record<string, ComponentSchema>>;
}

interface ComponentSchema {
    readonly inputProperties: Record<string, { secret?: boolean }>;
    readonly properties: Record<string, { secret?: boolean }>;
}

/** The package's name in every language; the same as in the type tokens. */
export const packageName = "harborha";

const root = join(__dirname, "..");

/** Takes some seconds: it type-checks what the component consists of. */
export function pluginSchema(): string {
    /* eslint-disable @typescript-eslint/no-require-imports */
    const { Analyzer } = require("@pulumi/pulumi/provider/experimental/analyzer") as { Analyzer: AnalyzerClass };
    const { generateSchema } = require("@pulumi/pulumi/provider/experimental/schema") as {
        generateSchema: GenerateSchema;
    };
    /* eslint-enable @typescript-eslint/no-require-imports */
    const { version, description } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
        version: string;
        description: string;
    };
    const folder = join(root, "cluster");
    // Its index.ts is the entry, for want of a `main`.
    const found = new Analyzer(folder, packageName, {}, new Set(["HarborCluster"])).analyze();
    const schema = generateSchema(
        packageName,
        version,
        description,
        found.components,
        found.typeDefinitions,
        found.dependencies,
    );
    for (const component of Object.values(schema.resources)) markSecrets(component);
    return `${JSON.stringify(schema, undefined, 4)}\n`;
}

/** TypeScript has no type for a secret. */
function markSecrets({ inputProperties, properties }: ComponentSchema): void {
    const secrets = keyNames.filter((name) => (keys[name] as ConfigKey).secret);
    for (const secret of secrets) Object.assign(inputProperties[secret] ?? {}, { secret: true });
    Object.assign(properties.adminPassword ?? {}, { secret: true });
}
