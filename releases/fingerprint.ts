import { createHash } from "node:crypto";
import { releaseLine } from "./lines";
import type { HarborRelease, RenderInput } from "./release";

/** Stands for any environment, so that the fingerprints of two environments can be compared. */
const anyEnvironment: Omit<RenderInput, "protocol"> = {
    registryName: "registry.example.com",
    port: 443,
    dataDir: "/data",
    certDir: "/cert",
    mysql: { host: "mysql.example.com", port: 3306, user: "harbor" },
    redis: { host: "redis.example.com", port: 6379, database: 0, cacheDatabase: 1 },
    customizeCrt: true,
};

/** What a release and its verified deployment are known by; equal in all environments that run the same. */
export interface ReleasePins {
    readonly version: string;
    readonly sha256: string;
    readonly protocol: "http" | "https";
    /** Hash of the files that this program makes of the release: it changes with the program's transforms, too. */
    readonly rendered: string;
}

export function releasePins(release: HarborRelease, protocol: "http" | "https"): ReleasePins {
    const files = releaseLine(release.version).render(release, { ...anyEnvironment, protocol });
    const hash = createHash("sha256");
    for (const { path, content } of files) hash.update(`${path}\0${content}\0`);
    return { version: release.version, sha256: release.sha256, protocol, rendered: hash.digest("hex").slice(0, 16) };
}
