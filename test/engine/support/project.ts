import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectDir } from "../../support/files";

/** A project that runs the real program and has pins of its own: what a test pins must not lie among the project's. */
export interface PinnedProject {
    readonly folder: string;
    readonly pins: string;
    remove(): void;
}

export function pinnedProject(): PinnedProject {
    const folder = mkdtempSync(join(tmpdir(), "harbor-ha-project-"));
    const pins = join(folder, "releases", "pins");
    mkdirSync(pins, { recursive: true });
    copyFileSync(join(projectDir, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    for (const name of ["load.js", "package.json", "node_modules"])
        symlinkSync(join(projectDir, name), join(folder, name));
    return { folder, pins, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
