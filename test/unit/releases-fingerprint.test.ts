import { releasePins } from "../../releases/fingerprint";
import { fileOf } from "../../releases/release";
import { release, releaseWith, sandboxRelease } from "../support/release";

test("a release is pinned by version, archive and what the program makes of it", () => {
    const { version, sha256 } = release;
    expect(releasePins(release)).toEqual({
        version,
        sha256,
        rendered: expect.stringMatching(/^[0-9a-f]{12,64}$/) as string,
    });
    expect(releasePins(release)).toEqual(releasePins({ ...release, archive: "/elsewhere/harbor.tgz" }));
});

test("another text of the release gives another fingerprint", () => {
    const changed = [
        "harbor.cfg",
        "docker-compose.yml",
        "common/templates/ui/env",
        "common/templates/registry/config.yml",
    ].map((path) => releasePins(releaseWith({ [path]: `${fileOf(release, path)}# changed\n` })).rendered);
    expect(new Set([...changed, releasePins(release).rendered, releasePins(sandboxRelease).rendered]).size).toBe(6);
});
