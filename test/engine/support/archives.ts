import { join } from "node:path";
import { writeArchive } from "../../support/archive";
import { release } from "../../support/release";

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
