import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { installBrowser, looksOf, pictureOf, type Scheme } from "./support/browser";
import { must, run, type Result } from "./support/run";
import { hostOf, nodes, on, prefix, projectDir, runDir } from "./support/sandbox";
import { dev, succeeded } from "./support/stack";

jest.setTimeout(900_000);

let folder: string;
const file = (name: string): string => join(folder, name);

/** A tool of the command line in a folder with the dev stack's file, for this sandbox's addresses. */
const cli = (tool: string, ...args: string[]): Promise<Result> =>
    run("bash", ["-c", '. "$0" && cd "$1" && tool=$2 && shift 2 && exec "$PROJECT/node_modules/.bin/tsx" "$PROJECT/cli/$tool.ts" "$@"', join(runDir, "engine.env"), folder, tool, "--stack", "dev", ...args], {
        env: { ...process.env, PROJECT: projectDir },
        seconds: 600,
    });

beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "harbor-ha-pages-"));
    mkdirSync(file("pages"));
    symlinkSync(join(projectDir, "sandbox"), file("sandbox"));
    writeFileSync(file("Pulumi.yaml"), readFileSync(join(projectDir, "Pulumi.yaml")));
    const config = readFileSync(join(projectDir, "Pulumi.dev.yaml"), "utf8");
    writeFileSync(file("Pulumi.dev.yaml"), config.replaceAll("10.88.0.", `${prefix}.`));
    await installBrowser();
    await dev.ensure();
});

afterAll(async () => {
    await run("docker", ["unpause", hostOf("node3").container]);
    await on("node3", "docker start nginx >/dev/null");
    rmSync(folder, { recursive: true, force: true });
});

const backgrounds: Readonly<Record<Scheme, string>> = { light: "244,246,248", dark: "16,21,27" };

/** What every page has to be, on a wide window and on a narrow one, in the dark and in the light. */
async function looksGood(page: string): Promise<void> {
    for (const scheme of ["light", "dark"] as const) {
        for (const width of [1280, 640]) {
            const { overflow, background, contrast, covered } = await looksOf(page, scheme, width);
            expect({ overflow, background, covered }).toEqual({ overflow: 0, background: backgrounds[scheme], covered: [] });
            // WCAG 2.1 AA for text of this size.
            expect([contrast.text, contrast.ratio >= 4.5]).toEqual([contrast.text, true]);
        }
        const { corner, different } = await pictureOf(page, scheme);
        expect(corner).toBe(backgrounds[scheme]);
        expect(different).toBeGreaterThan(100);
    }
}

describe("status", () => {
    test("a cluster that is well: about ten lines, and exit status 0", async () => {
        const { code, stdout, output } = await cli("status");
        expect([code, output]).toEqual([0, stdout]);
        const lines = stdout.trimEnd().split("\n");
        expect(lines.length).toBeLessThan(12);
        expect(lines.at(-1)).toBe("healthy: 3 of 3 nodes");
        expect(lines.filter((line) => /^node\d .*6 of 6 containers .*keys agree .*proxy answers, v1\.1\.2$/.test(line))).toHaveLength(3);
    });

    test("a node that doesn't answer is said so, and the others are told of", async () => {
        await must("docker", ["pause", hostOf("node3").container]);
        const { code, stdout } = await cli("status");
        await must("docker", ["unpause", hostOf("node3").container]);
        expect(code).toBe(1);
        expect(stdout).toMatch(new RegExp(`^node3 +✗ ${prefix}\\.13:22.*didn't answer within`, "m"));
        expect(stdout).toMatch(/^node1 +✓ reachable .*✓ proxy answers/m);
        expect(stdout).toMatch(/not healthy: node3\n$/);
    });
});

describe("the page of a verification", () => {
    test("all is well", async () => {
        const page = file("pages/good.html");
        const { code, output } = await cli("verify", "--html", page);
        expect([code, output]).toEqual([0, `40 of 40 checks passed; page: ${page}\n`]);
        await looksGood(page);
        // Tokens and sessions between all, pulls from the others, and five kinds of checks of single nodes.
        expect(await looksOf(page, "light", 1280)).toMatchObject({ goodCells: 9 + 9 + 6 + 15, badCells: 0 });
        const text = readFileSync(page, "utf8");
        for (const node of nodes) expect(text).toContain(`<h3>${node} <span class="soft">v1.1.2</span></h3>`);
    });

    test("a node's proxy is away", async () => {
        await on("node3", "docker stop nginx >/dev/null");
        const page = file("pages/bad.html");
        const { code, output } = await cli("verify", "--html", page);
        await on("node3", "docker start nginx >/dev/null");
        expect(code).toBe(1);
        expect(output).toContain("node3: 5 of 6 containers, not running: nginx");
        expect(output).toContain("realm node3: /v2/ answers 000");
        await looksGood(page);
        const { badCells, goodCells } = await looksOf(page, "light", 1280);
        expect([badCells > 5, goodCells > 5]).toEqual([true, true]);
        expect(readFileSync(page, "utf8")).toContain("Something is wrong");
    });
});

test("the page of a preview", async () => {
    const { stdout } = succeeded("preview", await dev.preview({ port: 8071, dnsTtl: "30" }, "--json"));
    writeFileSync(file("preview.json"), stdout.slice(stdout.indexOf("{")));
    const page = file("pages/preview.html");
    const { code, output } = await cli("preview-report", "--from", file("preview.json"), "--html", page);
    expect([code, output.split("\n")[0]]).toEqual([0, "## Preview of `dev`"]);
    await looksGood(page);
    // Host, two files, prepare, cert sync and start of each node, and DNS and verification.
    expect(await looksOf(page, "light", 1280)).toMatchObject({ chips: 3 * 6 + 2 });
    const text = readFileSync(page, "utf8");
    expect(text).toContain("Harbor starts on <strong>node1, then node2, then node3</strong>");
});
