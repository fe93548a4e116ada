import { gzipSync } from "node:zlib";
import { readImages } from "../../releases/image-archive";
import { layer, savedImages, type SaveForm, tgz, type TestImage } from "../support/images";

const folder = "usr/src/app/templates";
const base = { "etc/os-release": "test\n", "usr/lib/big": "x".repeat(100_000) };
const prepare: TestImage = {
    tags: ["example/prepare:v2.15.2"],
    layers: [
        base,
        {
            [`${folder}/core/env.jinja`]: "A={{a}}\n",
            [`${folder}/log/x.conf.jinja`]: "x\n",
            "usr/src/app/main.py": "no\n",
        },
    ],
};
const core: TestImage = {
    tags: ["example/harbor-core:v2.15.2"],
    layers: [
        base,
        {
            "harbor/migrations/postgresql/0001_initial_schema.up.sql": "create\n",
            "harbor/migrations/postgresql/0180_2.15.0_schema.up.sql": "alter\n",
            "harbor/migrations/postgresql/0005_1.8.2_schema.up.sql": "alter\n",
        },
    ],
};

/** In pieces that end anywhere. */
async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}
const read = async (images: readonly TestImage[], form: SaveForm = { form: "blobs" }, size = 10_000) =>
    readImages(pieces(await savedImages(images, form), size));

const expected = {
    name: "example/prepare:v2.15.2",
    images: ["example/harbor-core:v2.15.2", "example/prepare:v2.15.2"],
    templates: new Map([
        ["core/env.jinja", "A={{a}}\n"],
        ["log/x.conf.jinja", "x\n"],
    ]),
    schemaVersion: "180",
};

describe("the templates of prepare, the images' names and the newest migration", () => {
    test.each<[string, SaveForm]>([
        ["folders", { form: "folders" }],
        ["folders, with the list first", { form: "folders", manifestFirst: true }],
        ["blobs", { form: "blobs" }],
        ["packed blobs", { form: "blobs", gzip: true }],
        ["packed blobs, with the list first", { form: "blobs", gzip: true, manifestFirst: true }],
    ])("%s", async (_what, form) => {
        expect(await read([core, prepare], form)).toEqual(expected);
        expect(await read([prepare, core], form, 77)).toEqual(expected);
    });

    test("a layer that links to the same of another image", async () => {
        const twin = { tags: ["example/other:1"], layers: [prepare.layers[1] ?? {}] };
        const found = await read([twin, prepare], { form: "folders" });
        expect(found.templates).toEqual(expected.templates);
    });

    test("without migrations none is known", async () => {
        expect(await read([prepare])).not.toHaveProperty("schemaVersion");
    });

    test("an image without a name is none that counts", async () => {
        expect((await read([{ tags: null, layers: [base] }, prepare])).images).toEqual(["example/prepare:v2.15.2"]);
    });

    test("a registry with a port is no tag", async () => {
        const found = await read([{ ...prepare, tags: ["hub.example.com:5000/goharbor/prepare:v2.15.2"] }]);
        expect(found.name).toBe("hub.example.com:5000/goharbor/prepare:v2.15.2");
    });
});

describe("each layer lies on those before it", () => {
    const texts = async (...layers: TestImage["layers"]): Promise<Record<string, string>> =>
        Object.fromEntries((await read([{ ...prepare, layers }])).templates);

    test("what it has is newer, what it takes away is gone", async () => {
        expect(
            await texts(
                { [`${folder}/a`]: "1", [`${folder}/b`]: "1", [`${folder}/c/d`]: "1" },
                { [`${folder}/a`]: "2", [`${folder}/b`]: undefined, [`${folder}/c`]: undefined, [`${folder}/e`]: "2" },
            ),
        ).toEqual({ a: "2", e: "2" });
    });

    test("a folder made anew is empty", async () => {
        expect(
            await texts({ [`${folder}/c/d`]: "1", [`${folder}/e`]: "1" }, { [`${folder}/c/.wh..wh..opq`]: "" }),
        ).toEqual({
            e: "1",
        });
    });

    test("links: a hard one is the file, a symbolic one is no text", async () => {
        const linked = {
            [`${folder}/a`]: "1",
            [`${folder}/b`]: { link: `${folder}/a` },
            [`${folder}/c`]: { symlink: "a" },
        };
        expect(await texts(linked)).toEqual({ a: "1", b: "1" });
    });

    test("paths with ./ before them, and large files, which are no texts", async () => {
        expect(await texts({ [`./${folder}/a`]: "1", [`${folder}/large`]: "x".repeat(256 * 1024 + 1) })).toEqual({
            a: "1",
        });
    });

    test("what is no layer is passed by", async () => {
        expect(await texts(Buffer.alloc(3000, 7), { [`${folder}/a`]: "1" }, Buffer.alloc(0))).toEqual({ a: "1" });
    });
});

describe("errors say what is there instead", () => {
    test.each<[string, TestImage[], string]>([
        ["no image of prepare", [core], "none of its images is called prepare (example/harbor-core:v2.15.2)"],
        [
            "no image with a name",
            [{ tags: null, layers: [base] }],
            "none of its images is called prepare (none has a name)",
        ],
        [
            "several",
            [prepare, { ...prepare, tags: ["other/prepare:v1"] }],
            "several of its images are called prepare (example/prepare:v2.15.2, other/prepare:v1)",
        ],
        [
            "one with two tags",
            [{ ...prepare, tags: ["example/prepare:a", "example/prepare:b"] }],
            "several of its images are called prepare (example/prepare:a, example/prepare:b)",
        ],
        [
            "no templates",
            [{ ...prepare, layers: [base] }],
            "its image example/prepare:v2.15.2 has no templates in /usr/src/app/templates/",
        ],
    ])("%s", async (_what, images, message) => {
        await expect(read(images)).rejects.toThrow(new Error(message));
    });

    test("no list of images", async () => {
        const bytes = await tgz({ "blobs/sha256/1": "x", "index.json": "{}" });
        await expect(readImages(pieces(bytes, 100))).rejects.toThrow(
            new Error("it has no manifest.json, so it is not what docker save writes"),
        );
        await expect(readImages(pieces(await tgz({ "manifest.json": "{}" }), 100))).rejects.toThrow(
            new Error("its manifest.json is no list of images"),
        );
    });

    test("no gzip, and one that was cut off", async () => {
        await expect(readImages(pieces(Buffer.from("images"), 3))).rejects.toThrow("incorrect header check");
        const bytes = await savedImages([prepare], { form: "blobs" });
        await expect(readImages(pieces(bytes.subarray(0, bytes.length / 2), 100))).rejects.toThrow(/unexpected end/i);
    });

    test("a layer that was cut off", async () => {
        const whole = await layer({ [`${folder}/a`]: "1".repeat(5000) });
        await expect(read([{ ...prepare, layers: [whole.subarray(0, 2000)] }])).rejects.toThrow(/end of data/i);
        const packed = gzipSync(whole);
        await expect(read([{ ...prepare, layers: [packed.subarray(0, packed.length - 9)] }])).rejects.toThrow(
            /end of/i,
        );
    });

    test("more text than templates can have", async () => {
        const large = Object.fromEntries(
            Array.from({ length: 70 }, (_, i) => [`${folder}/${i}`, "x".repeat(250 * 1024)]),
        );
        await expect(read([{ ...prepare, layers: [large] }])).rejects.toThrow(
            "more than 16777216 bytes of texts in a layer",
        );
    });
});
