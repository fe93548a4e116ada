import { readdirSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { projectDir, projectFile } from "../support/files";
import { type TestCluster, testCluster } from "./support/cluster";
import { type Consumer, consumer } from "./support/consumer";
import { three } from "./support/names";
import { startPlugin } from "./support/plugin";
import { leaks } from "./support/secrets";
import { succeeded } from "./support/stack";

jest.setTimeout(300_000);

/** A file and all that it imports, as paths in the project without endings. */
function importedBy(entry: string): Set<string> {
    const found = new Set<string>();
    const visit = (path: string): void => {
        if (found.has(path)) return;
        found.add(path);
        for (const [, to = ""] of projectFile(`${path}.ts`).matchAll(/(?:from |import\()"(\.[^"]+?)(?:\.js)?"/g)) {
            visit(normalize(join(dirname(path), to)));
        }
    };
    visit(entry);
    return found;
}

function filesIn(folder: string): string[] {
    return readdirSync(join(projectDir, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(projectDir, join(entry.parentPath, entry.name)));
}

/** The package as another program has it: packed by npm, installed, compiled against, previewed and deployed. */
describe("a program that uses the package", () => {
    let project: Consumer;
    let cluster: TestCluster;

    beforeAll(async () => {
        project = await consumer(join(projectDir, "test", "consumer"));
        cluster = await testCluster({}, project.folder);
    });

    afterAll(async () => {
        await cluster.close();
        project.remove();
    });

    test("the package holds what runs, and nothing else", () => {
        const modules = [...importedBy("cluster/index"), ...importedBy("cluster/provider")];
        const compiled = [...new Set(modules)].flatMap((path) => [`dist/${path}.js`, `dist/${path}.d.ts`]);
        const nodes = filesIn("node").map((path) => `dist/${path}`);
        const expected = [...compiled, ...nodes, ...filesIn("plugin"), "LICENSE", "README.md", "package.json"];
        expect(project.packed).toEqual(expected.sort());
    });

    test("a preview shows every step of hosts and passwords that are still to be made", async () => {
        const preview = succeeded(await cluster.stack.preview());
        for (const node of three) {
            expect(preview.changes).toMatchObject({
                [`registry-${node}-prepare`]: "create",
                [`registry-up-${node}`]: "create",
                [`registry-${node}-harbor.cfg`]: "create",
            });
        }
        expect(preview.changes).toMatchObject({ "registry-verification-checks": "create", project: "create" });
        expect(preview.output).not.toMatch(/0\.0\.0\.\d|not known yet/);
        expect(cluster.hosts.forget().connected).toBe(0);
    });

    test("up hands the values of other resources to the nodes, and what needs the registry waits for its verification", async () => {
        const update = succeeded(await cluster.stack.up());
        const record = cluster.hosts.forget();
        const resources = await cluster.stack.resources();
        const made = (name: string): string => {
            const found = resources.find(({ urn }) => urn.endsWith(`::${name}`));
            const result = found?.outputs.result;
            return typeof result === "string"
                ? result
                : (JSON.parse((result as { plaintext: string }).plaintext) as string);
        };
        const password = made("database-password");
        expect(password).toHaveLength(24);
        const encoded = Buffer.from(password).toString("base64");
        for (const node of three) expect(record.call("secrets", node).stdin).toContain(`mysql_password: ${encoded}\n`);
        expect(record.call("mysql", "node2").stdin).toContain(`host: ${made("database")}.db.example.com\n`);
        expect(record.call("verify", "node2").stdin).toMatch(/^nodes: node1=\S+ node2=\S+ node3=\S+$/m);
        const order = update.steps.filter(({ at }) => at !== "begin").map(({ name }) => name);
        expect(order.indexOf("project")).toBeGreaterThan(order.indexOf("registry-verification-checks"));
        const shown = update.steps.length > 0 ? update.output : "";
        expect(leaks(shown + (await cluster.stack.exported()), { password })).toEqual([]);
    });

    test("a second up has nothing to do", async () => {
        succeeded(await cluster.stack.up({}, "--expect-no-changes"));
        expect(cluster.hosts.forget().connected).toBe(0);
    });

    test("all problems of the arguments are told at once, by their paths", async () => {
        const { code, output } = await cluster.stack.preview({ port: 70000, sshKnownHosts: "", sshPort: 0 });
        expect(code).not.toBe(0);
        expect(output).toContain("problems in the configuration, nothing was touched");
        expect(output).toContain("port: 70000 is not allowed: a whole number from 1 to 65535");
        expect(output).toContain("sshPort: 0 is not allowed");
        expect(output).not.toMatch(/harbor-ha:|\w+File\b/);
    });

    test("a release that isn't there is the component's error", async () => {
        const { code, output } = await cluster.stack.preview({ release: "gone.tgz" });
        expect(code).not.toBe(0);
        expect(output).toMatch(/^error: release: \S*gone.tgz is not a file/m);
    });

    test("its plugin answers with the committed schema, and tells problems by their paths", async () => {
        const plugin = await startPlugin(join(project.installed, "plugin"));
        try {
            expect(await plugin.schema()).toBe(projectFile("plugin/schema.json"));
            const wrong = plugin.construct("harborha:index:HarborCluster", { domain: "hub", port: 0 });
            const paths = ["domain", "port", "nodes", "release", "sshPrivateKey", "redisHost"];
            expect((await wrong).map(({ path }) => path)).toEqual(expect.arrayContaining(paths));
            expect((await wrong).find(({ path }) => path === "port")?.reason).toBe(
                "0 is not allowed: a whole number from 1 to 65535",
            );
        } finally {
            plugin.stop();
        }
    });
});
