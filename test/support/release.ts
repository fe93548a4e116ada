import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { OptionalServices } from "../../base/settings";
import type { HarborRelease, RenderInput } from "../../releases/release";
import { projectDir } from "./files";

function texts(folder: string): Map<string, string> {
    const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
    return new Map(paths.sort().map((path) => [relative(folder, path), readFileSync(path, "utf8")]));
}

/** Texts in the shape of Harbor 1.1.2's installer. */
export const release: HarborRelease = {
    version: "v1.1.2",
    sha256: "1f".repeat(32),
    archive: "/releases/harbor-offline-installer-v1.1.2.tgz",
    files: texts(join(projectDir, "test", "fixtures", "release")),
};

/** Texts of the sandbox's own release, with its version filled in as its build does. */
export const sandboxRelease: HarborRelease = {
    version: "v1.1.1",
    sha256: "2e".repeat(32),
    archive: "/releases/harbor-sandbox-offline-installer-v1.1.1.tgz",
    files: new Map(
        [...texts(join(projectDir, "sandbox", "release", "installer"))].map(([path, text]) => [
            path,
            text.replaceAll("@VERSION@", "v1.1.1"),
        ]),
    ),
};

/** A release in which some files are different, or, with undefined, missing. */
export function releaseWith(files: Readonly<Record<string, string | undefined>>, base = release): HarborRelease {
    const all = new Map(base.files);
    for (const [path, text] of Object.entries(files)) {
        if (text === undefined) all.delete(path);
        else all.set(path, text);
    }
    return { ...base, files: all };
}

export const noServices: OptionalServices = { trivy: false, metrics: undefined };

export const renderInput: RenderInput = {
    registryName: "hub.example.com:8070",
    protocol: "http",
    port: 8070,
    dataDir: "/mnt/cephfs/harbor/data",
    certDir: "/opt/harbor-ha/cert",
    localDir: "/opt/harbor-ha",
    hostname: "hub.example.com",
    database: {
        kind: "mysql",
        host: "db.example.com",
        port: 3306,
        user: "harbor",
        name: "registry",
        sslMode: "disable",
    },
    redis: { host: "redis.example.com", port: 6379, database: 0, cacheDatabase: 1 },
    customizeCrt: true,
};
