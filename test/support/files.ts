import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const projectDir = join(__dirname, "..", "..");

export function projectFile(path: string): string {
    return readFileSync(join(projectDir, path), "utf8");
}

/** A PEM text of test/fixtures/pki, without the newline at its end. */
export function pki(name: string): string {
    return projectFile(`test/fixtures/pki/${name}`).trimEnd();
}

/** A key of test/fixtures/ssh, without the newline at its end. */
export function ssh(name: string): string {
    return projectFile(`test/fixtures/ssh/${name}`).trimEnd();
}

/** A folder for one test, gone after it. */
export async function withFolder<T>(use: (folder: string) => T | Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), "harbor-ha-test-"));
    try {
        return await use(folder);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

export function at<T>(list: readonly T[], index: number): T {
    const item = list[index];
    if (item === undefined) throw new Error(`no item ${index}`);
    return item;
}
