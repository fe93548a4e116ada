import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must } from "../../sandbox/support/run";
import { projectDir } from "../../support/files";

/** A project that has the package as npm gives it to others, and everything else from this repository's node_modules. */
export interface Consumer {
    readonly folder: string;
    /** Folder of the installed package. */
    readonly installed: string;
    /** Paths in the package. */
    readonly packed: readonly string[];
    remove(): void;
}

const strict = {
    compilerOptions: {
        target: "ES2022",
        module: "Node16",
        moduleResolution: "Node16",
        types: ["node"],
        strict: true,
        skipLibCheck: true,
        outDir: "bin",
    },
    files: ["index.ts"],
};

/** Packs the package, installs it beside a copy of a program, and compiles that against the package's own types. */
export async function consumer(program: string): Promise<Consumer> {
    const folder = mkdtempSync(join(tmpdir(), "harbor-ha-consumer-"));
    const modules = join(folder, "node_modules");
    mkdirSync(modules);
    linkAll(join(projectDir, "node_modules"), modules);
    cpSync(program, folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true }));
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(strict));
    const words = ["pack", "--silent", "--json", "--ignore-scripts=false", "--pack-destination", folder];
    const [made] = JSON.parse(await must("npm", ["--prefix", projectDir, ...words])) as {
        filename: string;
        files: { path: string }[];
    }[];
    if (!made) throw new Error("npm has packed nothing");
    const installed = join(modules, "harbor-ha");
    mkdirSync(installed);
    await must("tar", ["-xzf", join(folder, made.filename), "-C", installed, "--strip-components=1"]);
    await must(join(modules, ".bin", "tsc"), ["--project", folder]);
    return {
        folder,
        installed,
        packed: made.files.map(({ path }) => path).sort(),
        remove: () => rmSync(folder, { recursive: true, force: true }),
    };
}

/** Links what is in one node_modules into another one; scopes are folders of their own. */
function linkAll(from: string, to: string): void {
    for (const name of readdirSync(from)) {
        if (name.startsWith("@")) {
            mkdirSync(join(to, name));
            linkAll(join(from, name), join(to, name));
        } else symlinkSync(join(from, name), join(to, name));
    }
}
