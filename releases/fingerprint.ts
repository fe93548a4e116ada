import { createHash } from "node:crypto";
import { defaultPort } from "../base/settings";
import { releaseLine } from "./lines";
import type { HarborRelease, ReleaseLine, RenderInput } from "./release";

type Environment = Omit<RenderInput, "protocol" | "port" | "customizeCrt">;

const common: Omit<Environment, "database"> = {
    registryName: "registry.example.com",
    hostname: "registry.example.com",
    dataDir: "/data",
    certDir: "/cert",
    localDir: "/local",
    redis: { host: "redis.example.com", port: 6379, database: 0, cacheDatabase: 1 },
};
const login = { user: "harbor", name: "registry", sslMode: "disable" } as const;
const databases: Readonly<Record<ReleaseLine["database"], Environment["database"]>> = {
    mysql: { kind: "mysql", host: "mysql.example.com", port: 3306, ...login },
    postgres: { kind: "postgres", host: "postgres.example.com", port: 5432, ...login },
};

/** Stands for any environment of a line, so that the fingerprints of two environments can be compared. */
export function anyEnvironment(
    line: ReleaseLine,
    protocol: RenderInput["protocol"],
    port: number,
): Omit<RenderInput, "customizeCrt"> {
    const registryName = port === defaultPort(protocol) ? common.hostname : `${common.hostname}:${port}`;
    return { ...common, registryName, database: databases[line.database], protocol, port };
}

/** What a release and its verified deployment are known by; equal in all environments that run the same. */
export interface ReleasePins {
    readonly version: string;
    readonly sha256: string;
    /** Files for http and https differ, and so does what was proved with them. */
    readonly protocol: RenderInput["protocol"];
    /** Hash of the files that this program makes of the release: it changes with the program's transforms, too. */
    readonly rendered: string;
}

/** The release's own secrets are no part of it: they stand in the files as slots, and change the archive's hash. */
export function releasePins(release: HarborRelease, protocol: RenderInput["protocol"]): ReleasePins {
    const line = releaseLine(release.version);
    const environment = anyEnvironment(line, protocol, defaultPort(protocol));
    const hash = createHash("sha256");
    // The first node and the others
    for (const customizeCrt of line.rendersPerNode ? [true, false] : [true]) {
        const files = line.render(release, { ...environment, customizeCrt });
        for (const { path, content } of files) hash.update(`${path}\0${content}\0`);
    }
    return { version: release.version, sha256: release.sha256, protocol, rendered: hash.digest("hex").slice(0, 16) };
}
