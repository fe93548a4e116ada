import { spawnSync } from "node:child_process";
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectDir, withFolder } from "../support/files";

function promote(folder: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
    const tsx = join(projectDir, "node_modules", ".bin", "tsx");
    return spawnSync(tsx, [join(projectDir, "cli", "promote.ts"), ...args], { cwd: folder, encoding: "utf8" });
}

const stack = (release: string): string => `config:\r\n  harbor-ha:release: ${release} # pinned\r\n`;

test("the target stays a link with its mode and its line ends", async () => {
    await withFolder((folder) => {
        const target = join(folder, "prod.yaml");
        writeFileSync(join(folder, "Pulumi.staging.yaml"), stack("new.tgz"));
        writeFileSync(target, stack("old.tgz"));
        chmodSync(target, 0o640);
        symlinkSync("prod.yaml", join(folder, "Pulumi.prod.yaml"));
        expect(promote(folder, "staging", "prod")).toMatchObject({
            status: 0,
            stdout: [
                "Pulumi.prod.yaml",
                "-   harbor-ha:release: old.tgz # pinned",
                "+   harbor-ha:release: new.tgz # pinned",
                "",
                "Next: pulumi preview --diff --stack prod\n",
            ].join("\n"),
        });
        expect(lstatSync(join(folder, "Pulumi.prod.yaml")).isSymbolicLink()).toBe(true);
        expect(statSync(target).mode & 0o777).toBe(0o640);
        expect(readFileSync(target, "utf8")).toBe(stack("new.tgz"));
        expect(readdirSync(folder).sort()).toEqual(["Pulumi.prod.yaml", "Pulumi.staging.yaml", "prod.yaml"]);
        expect(promote(folder, "staging", "prod").stdout).toBe(
            "Pulumi.prod.yaml has the release of staging already.\n",
        );
    });
});

test("what can't be promoted leaves the target alone", async () => {
    await withFolder((folder) => {
        writeFileSync(join(folder, "Pulumi.staging.yaml"), "config:\n  harbor-ha:release: {secure: v1:abc}\n");
        writeFileSync(join(folder, "Pulumi.prod.yaml"), stack("old.tgz"));
        expect(promote(folder, "staging", "prod")).toMatchObject({
            status: 1,
            stderr: "promote: harbor-ha:release of the source is encrypted, or no text; its value can't be copied\n",
        });
        expect(readFileSync(join(folder, "Pulumi.prod.yaml"), "utf8")).toBe(stack("old.tgz"));
    });
});
