import { parse } from "yaml";
import { hasFileForm, keyNames } from "../../config/keys";
import { projectYaml, referencePage } from "../../cli/config-reference";
import { argumentsFile, withArguments } from "../../cli/argument-reference";
import { packageName, pluginSchema } from "../../cli/plugin-schema";
import { withOrder } from "../../cli/order-reference";
import { projectFile } from "../support/files";

/** Fails with what to do about it, not with a page of differences. */
function expectUpToDate(path: string, expected: string): void {
    const state = projectFile(path) === expected ? "up to date" : "out of date: npm run docs";
    expect(`${path} is ${state}`).toBe(`${path} is up to date`);
}

test("Pulumi.yaml declares the keys of config/keys.ts", () => {
    expectUpToDate("Pulumi.yaml", projectYaml(projectFile("Pulumi.yaml")));
});

test("docs/configuration.md describes them", () => {
    expectUpToDate("docs/configuration.md", referencePage());
});

test("the package's arguments are those of config/keys.ts, and docs/package.md lists them", () => {
    expectUpToDate("cluster/arguments.ts", argumentsFile());
    expectUpToDate("docs/package.md", withArguments(projectFile("docs/package.md")));
});

test("plugin/schema.json is what the SDK's analyzer makes of the types", () => {
    expectUpToDate("plugin/schema.json", pluginSchema());
}, 60_000);

test("docs/architecture.md shows the order of plan/steps.ts", () => {
    expectUpToDate("docs/architecture.md", withOrder(projectFile("docs/architecture.md")));
});

test("the package has one name and one version in every language, the name of its type tokens", () => {
    const json = (path: string) => JSON.parse(projectFile(path)) as { name: string; version: string };
    const { version } = json("package.json");
    const named = ["plugin/package.json", "plugin/schema.json"].map(json);
    expect(named.map(({ name, version: own }) => [name, own])).toEqual([
        [packageName, version],
        [packageName, version],
    ]);
    expect(projectFile("cluster/harbor-cluster.ts")).toContain(`super("${packageName}:index:HarborCluster"`);
});

interface Declaration {
    readonly type: string;
    readonly default?: unknown;
    readonly secret?: unknown;
}

const declared = (parse(projectYaml("name: x\n# kept\nruntime: nodejs\n")) as { config: Record<string, Declaration> })
    .config;

test("every key is declared, with its file form", () => {
    const expected = keyNames.flatMap((name) => (hasFileForm(name) ? [name, `${name}File`] : [name]));
    expect(Object.keys(declared)).toEqual(expected);
});

test("the engine demands only what has no other form and no default", () => {
    const required = Object.keys(declared).filter((name) => declared[name]?.default === undefined);
    expect(required.sort()).toEqual(["domain", "nodes", "release"]);
});

test("an optional list is one that has nothing in it", () => {
    expect(declared.cephMonitors).toMatchObject({ type: "array", items: { type: "string" }, default: [] });
    expect(declared.nodes).not.toHaveProperty("default");
});

test("an optional number may be left empty", () => {
    expect(declared.port).toMatchObject({ type: "string", default: "" });
    expect(declared.sshPort).toMatchObject({ type: "integer", default: 22 });
});

test("the rest of Pulumi.yaml stays as it is", () => {
    expect(projectYaml("name: x\n# kept\nruntime: nodejs\n")).toMatch(/^name: x\n# kept\nruntime: nodejs\nconfig:\n/);
});
