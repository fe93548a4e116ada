import {
    type HarborRelease,
    ReleaseError,
    type ReleaseLine,
    type RenderedFile,
    type RenderInput,
    fileOf,
} from "../release";
import type { Fail } from "../yaml";
import { checkCompose, composeOverride, rolesIn } from "./compose";
import { harborYml, template } from "./harbor-yml";
import { composeFile, prepared } from "./prepared";

/**
 * Harbor 2.12 to 2.15: one harbor.yml, of which an image called prepare makes everything else on the node. What it is going
 * to make is worked out here from its own templates. Facts: goharbor/harbor tags v2.12.0 to v2.15.2.
 */
export const lineV2: ReleaseLine = {
    id: "v2",
    name: "2.12–2.15",
    database: "postgres",
    slots: ["admin_password", "postgres_password", "redis_password"],
    rendersPerNode: false,

    accepts: (version) => /^v2\.1[2-5]\.\d+(-|$)/.test(version),

    render: (release, input) => {
        const yml = harborYml(release, input);
        const { compose, others } = prepared(release, yml, input.services?.trivy === true);
        const fail = failing(release);
        checkCompose(compose.content, input, release.prepareImage?.images ?? [], fail);
        const override: RenderedFile = {
            path: "docker-compose.override.yml",
            content: composeOverride(compose.content, input, fail),
        };
        return [yml, override, compose, ...others, ...authorityOfRedis(input)];
    },

    facts: (release, rendered) => {
        const file = rendered.find(({ path }) => path === composeFile);
        if (file === undefined) throw new ReleaseError(release, composeFile, "the file isn't rendered");
        const { facts, ...roles } = rolesIn(file.content, failing(release));
        const { notShown = {} } = file;
        return { ...facts, ...roles, ...(Object.keys(notShown).length > 0 && { notShown }) };
    },

    databaseImage: () => "none",

    // No pair lies in the release: prepare makes one.
    publicTokenKey: () => "none",

    prepare: (release, { trivy }) => ({
        python: 0,
        image: imageOf(release).name,
        arguments: ["prepare", ...(trivy ? ["--with-trivy"] : [])],
    }),

    schemaVersion: (release) => imageOf(release).schemaVersion ?? "none",

    texts: (release) => new Map([[template, fileOf(release, template)]]),
};

/** Where containers take further authorities from: prepare copies rootCA there (make/photon/prepare/utils/cert.py). */
function authorityOfRedis({ redis }: RenderInput): RenderedFile[] {
    const content = redis.tls?.authority?.certificate;
    if (content === undefined) return [];
    return [{ path: "common/config/shared/trust-certificates/redis_tls_ca.crt", content, made: "prepare" }];
}

function failing(release: Pick<HarborRelease, "version">): Fail {
    return (problem) => new ReleaseError(release, composeFile, problem);
}

function imageOf(release: HarborRelease): NonNullable<HarborRelease["prepareImage"]> {
    if (release.prepareImage !== undefined) return release.prepareImage;
    throw new ReleaseError(release, "prepare", "no image of prepare: the offline installer is needed");
}
