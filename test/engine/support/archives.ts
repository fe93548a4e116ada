import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HarborRelease } from "../../../releases/release";
import { writeArchive } from "../../support/archive";
import { savedImages, type TestImage, tgz } from "../../support/images";
import { release } from "../../support/release";
import { release214, release215 } from "../../support/release-v2";

/** Small installers in the shape of Harbor's: v1.1.1, and v1.1.2 with the changes of a real update. */
export async function writeArchives(folder: string): Promise<{ v111: string; v112: string }> {
    const v112 = join(folder, "harbor-offline-installer-v1.1.2.tgz");
    const v111 = join(folder, "harbor-offline-installer-v1.1.1.tgz");
    const files = Object.fromEntries(release.files);
    await writeArchive(v112, installer("v1.1.2", files));
    await writeArchive(v111, installer("v1.1.1", earlier(files)));
    return { v111, v112 };
}

function installer(version: string, files: Readonly<Record<string, string>>): Record<string, string> {
    const inFolder = Object.entries(files).map(([path, text]): [string, string] => [`harbor/${path}`, text]);
    return { [`harbor/harbor.${version}.tar.gz`]: `images of ${version}`, ...Object.fromEntries(inFolder) };
}

/** The release before: other images, fewer workers by default, a setting that didn't exist yet. */
function earlier(files: Readonly<Record<string, string>>): Record<string, string> {
    const edited = (path: string, ...edits: readonly [string, string][]): Record<string, string> => {
        const text = edits.reduce((before, [from, to]) => before.replaceAll(from, to), files[path] ?? "");
        if (text === files[path]) throw new Error(`nothing to edit in ${path}`);
        return { [path]: text };
    };
    return {
        ...files,
        ...edited(
            "docker-compose.yml",
            [":v1.1.2", ":v1.1.1"],
            ["nginx:1.11.5-patched", "nginx:1.11.5"],
            ["registry:2.6.1-photon", "registry:2.6.0"],
        ),
        ...edited("harbor.cfg", ["max_job_workers = 3", "max_job_workers = 2"], ["self_registration = on\n", ""]),
    };
}

/** The same of Harbor 2.x: v2.14.4, and v2.15.2 with another schema and a setting more. */
export async function writeArchivesV2(folder: string): Promise<{ v214: string; v215: string }> {
    return {
        v214: await writeInstallerV2(folder, release214, "0150_2.13.0_schema"),
        v215: await writeInstallerV2(folder, release215, "0170_2.15.0_schema"),
    };
}

/** @param migration The newest one of core's. */
async function writeInstallerV2(folder: string, made: HarborRelease, migration: string): Promise<string> {
    const { version, files, prepareImage } = made;
    if (prepareImage === undefined) throw new Error(`${version} has no image of prepare`);
    const contents: Readonly<Record<string, TestImage["layers"][number]>> = {
        prepare: Object.fromEntries(
            [...prepareImage.templates].map(([path, text]) => [`usr/src/app/templates/${path}`, text]),
        ),
        "harbor-core": { [`harbor/migrations/postgresql/${migration}.up.sql`]: "SELECT 1;\n" },
    };
    const images = prepareImage.images.map((tag): TestImage => {
        const [, name = ""] = /\/([^:]+):/.exec(tag) ?? [];
        return { tags: [tag], layers: [{ "etc/image": tag }, ...(contents[name] ? [contents[name]] : [])] };
    });
    const inFolder = [...files].map(([path, text]): [string, string] => [`harbor/${path}`, text]);
    const archive = join(folder, `harbor-offline-installer-${version}.tgz`);
    const saved = await savedImages(images, { form: "blobs" });
    writeFileSync(archive, await tgz({ [`harbor/harbor.${version}.tar.gz`]: saved, ...Object.fromEntries(inFolder) }));
    return archive;
}
