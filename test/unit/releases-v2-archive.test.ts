import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../base/errors";
import { cacheDir, openArchive } from "../../releases/archive";
import { lineV2 } from "../../releases/v2/line";
import { savedImages, type TestImage, tgz } from "../support/images";
import { imagesOf, inputV2, release215, templates, tmpl215 } from "../support/release-v2";

let folder: string;
let path: string;
const cacheHome = process.env.XDG_CACHE_HOME;

beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "harbor-ha-test-"));
    path = join(folder, "harbor-offline-installer-v2.15.2.tgz");
    process.env.XDG_CACHE_HOME = join(folder, "cache");
});

afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    if (cacheHome === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = cacheHome;
});

const version = "v2.15.2";
const app = Object.fromEntries(
    Object.entries(templates).map(([name, text]) => [`usr/src/app/templates/${name}`, text]),
);
const images: TestImage[] = imagesOf(version).map((tag) => ({
    tags: [tag],
    layers: [{ "etc/x": tag }, ...(tag.includes("/prepare:") ? [app] : [])],
}));

async function write(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
    writeFileSync(path, await tgz(files));
}
const installer = async (
    form: "folders" | "blobs" = "blobs",
    all = images,
): Promise<Record<string, string | Buffer>> => ({
    // As upstream packs it: the images first
    [`harbor/harbor.${version}.tar.gz`]: await savedImages(all, { form }),
    "harbor/prepare": "#!/bin/bash\n",
    "harbor/harbor.yml.tmpl": tmpl215,
});
const cached = (): string[] =>
    readdirSync(join(cacheDir(), "releases")).map((name) => join(cacheDir(), "releases", name));

test.each(["folders", "blobs"] as const)("an installer of 2.x has its images' templates: %s", async (form) => {
    await write(await installer(form));
    const release = await openArchive(path);
    expect(release.version).toBe(version);
    expect([...release.files.keys()].sort()).toEqual(["harbor.yml.tmpl", "prepare"]);
    expect(release.prepareImage).toEqual(release215.prepareImage);
    expect(lineV2.render(release, inputV2)).toEqual(lineV2.render(release215, inputV2));
});

test("the second time they come from the cache", async () => {
    await write(await installer());
    const first = await openArchive(path);
    const [file = ""] = cached();
    const index = JSON.parse(readFileSync(file, "utf8")) as { prepareImage: { templates: object } };
    const changed = { ...index, prepareImage: { ...index.prepareImage, name: "from/prepare:cache" } };
    writeFileSync(file, JSON.stringify(changed));
    const second = await openArchive(path);
    expect(second.prepareImage).toEqual({ ...first.prepareImage, name: "from/prepare:cache" });
});

test("of 1.x nothing is looked for in the images", async () => {
    await write({ "harbor/harbor.v1.1.2.tar.gz": "no images at all", "harbor/prepare": "#!/usr/bin/python\n" });
    expect(await openArchive(path)).not.toHaveProperty("prepareImage");
});

describe("what can't be used", () => {
    const refused = async (why: string | RegExp): Promise<void> => {
        const error: unknown = await openArchive(path).catch((e: unknown) => e);
        expect(error).toBeInstanceOf(UserError);
        expect((error as Error).message).toMatch(why);
        expect((error as Error).message).toContain(`harbor-ha:release: ${path} can't be used: `);
        expect((error as Error).message).toContain(
            "The offline installer of a Harbor version is needed, harbor-offline-installer-v<version>.tgz",
        );
    };

    test("an online installer", async () => {
        await write({ "harbor/prepare": "#!/bin/bash\n", "harbor/harbor.yml.tmpl": tmpl215 });
        await refused("it has no images (harbor.v<version>.tar.gz)");
    });

    test("images that are none", async () => {
        await write({ ...(await installer()), [`harbor/harbor.${version}.tar.gz`]: "images" });
        await refused(/harbor\/harbor\.v2\.15\.2\.tar\.gz: incorrect header check\./);
    });

    test("images without prepare", async () => {
        await write(await installer("blobs", [{ tags: ["example/harbor-core:v2.15.2"], layers: [{ "etc/x": "" }] }]));
        await refused("none of its images is called prepare (example/harbor-core:v2.15.2).");
    });

    test("several of prepare", async () => {
        await write(await installer("blobs", [...images, { tags: ["other/prepare:1"], layers: [app] }]));
        await refused("several of its images are called prepare (example/prepare:v2.15.2, other/prepare:1).");
    });
});
