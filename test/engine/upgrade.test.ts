import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectDir } from "../support/files";
import { writeArchives } from "./support/archives";
import { Stack, succeeded } from "./support/stack";

jest.setTimeout(300_000);

const fixture = (name: string): string => join(projectDir, "test", "fixtures", "stacks", name);

/** What may come new with a version: nothing so far. */
const added: readonly string[] = [];

// Existing stacks keep their resources' names and URNs through every version of the program.
describe.each(["0.1.0-three-nodes", "0.1.0-other-names"])("a stack of before: %s", (name) => {
    let folder: string;
    let stack: Stack;

    beforeAll(async () => {
        folder = mkdtempSync(join(tmpdir(), "harbor-ha-upgrade-"));
        const { v111 } = await writeArchives(folder);
        stack = await Stack.imported(fixture(`${name}.json`), readFileSync(fixture(`${name}.yaml`), "utf8"), {
            release: v111,
        });
    });

    afterAll(() => {
        stack.remove();
        rmSync(folder, { recursive: true, force: true });
    });

    test("nothing of it is replaced or deleted", async () => {
        const before = (await stack.resources()).map(({ urn }) => urn);
        expect(before.length).toBeGreaterThan(70);
        const { changes } = succeeded(await stack.preview());
        const others = Object.entries(changes).filter(([, op]) => op !== "update");
        expect(others.filter(([resource, op]) => !(op === "create" && added.includes(resource)))).toEqual([]);
        expect(Object.keys(changes).length).toBeGreaterThan(3);
    });
});
