import { releasePins } from "../../releases/fingerprint";
import { asRelease, differences, nameOf, parsePin, type Pin, pinOf, printPin } from "../../releases/pin";
import { type HarborRelease, ReleaseError } from "../../releases/release";
import { lineV2 } from "../../releases/v2/line";
import { noServices } from "../support/release";
import {
    httpsInput,
    inputV2,
    release214,
    release215,
    settingsAnd,
    settingsWith,
    templatesWith,
} from "../support/release-v2";

const size = 4711;
const known: HarborRelease = {
    ...release215,
    ...(release215.prepareImage && { prepareImage: { ...release215.prepareImage, schemaVersion: "180" } }),
};
const pin = pinOf(known, size);
const path = `releases/pins/${nameOf(pin)}.json`;
const through = (release: HarborRelease): HarborRelease => {
    const own = pinOf(release, size);
    return asRelease(parsePin(printPin(own), `${nameOf(own)}.json`));
};

test("a pin has the settings, the templates and the names of the images, and comes out as it went in", () => {
    expect(parsePin(printPin(pin), path)).toEqual(pin);
    expect([...pin.files.keys()]).toEqual(["harbor.yml.tmpl"]);
    expect(pin.publicTokenKey).toBe("none");
    expect(pin.prepareImage?.templates.size).toBe(known.prepareImage?.templates.size);
    expect(pin.prepareImage).toMatchObject({ name: "example/prepare:v2.15.2", schemaVersion: "180" });
});

test.each([
    ["2.14", release214],
    ["2.15", release215],
    ["one whose schema is known", known],
    [
        "one with an own password in what the program writes",
        settingsWith("# password: older-One-1", "#password: Own-one-4"),
    ],
])("a pinned release needs no archive: %s", (_what, release) => {
    const pinned = through(release);
    for (const input of [inputV2, httpsInput]) {
        const files = lineV2.render(release, input);
        expect(lineV2.render(pinned, input)).toEqual(files);
        expect(lineV2.facts(pinned, files)).toEqual(lineV2.facts(release, files));
    }
    expect(lineV2.prepare(pinned, noServices)).toEqual(lineV2.prepare(release, noServices));
    expect(lineV2.schemaVersion(pinned)).toBe(lineV2.schemaVersion(release));
    expect(releasePins(pinned, "https")).toEqual(releasePins(release, "https"));
});

test("the same release gives the same bytes, whatever the order of its templates", () => {
    const { prepareImage: image } = known;
    const turned = {
        ...known,
        ...(image && { prepareImage: { ...image, templates: new Map([...image.templates].reverse()) } }),
    };
    expect(printPin(pinOf(turned, size))).toBe(printPin(pin));
});

describe("secrets that people have put into a release", () => {
    test("in comments are not in the pin", () => {
        expect(printPin(pinOf(settingsAnd("# password: Old-one-1\n"), size))).not.toContain("Old-one-1");
    });

    test.each([
        ["a setting", settingsAnd("trivy2:\n  github_token: S3cret-one\n"), "harbor.yml.tmpl"],
        [
            "a password in a URL",
            settingsWith("http_proxy:\n", "http_proxy: http://me:S3cret-one@proxy:1\n"),
            "harbor.yml.tmpl",
        ],
        ["admin's", settingsWith("Harbor12345", "S3cret-one"), "harbor.yml.tmpl"],
        [
            "a template",
            templatesWith({ "core/env.jinja": "A={{csrf_key}}\nB_PASSWORD=S3cret-one\n" }),
            "core/env.jinja",
        ],
        [
            "a template's YAML",
            templatesWith({ "registry/config.yml.jinja": "password: S3cret-one\n" }),
            "registry/config.yml.jinja",
        ],
        [
            "a private key",
            templatesWith({ "db/env.jinja": "-----BEGIN RSA PRIVATE KEY-----\nS3cret-one\n" }),
            "db/env.jinja",
        ],
    ])("%s: no pin, and the message doesn't show it", (_what, release, file) => {
        const refusal = (): Pin => pinOf(release, size);
        expect(refusal).toThrow(ReleaseError);
        expect(refusal).toThrow(`Harbor v2.15.2, ${file}: `);
        expect(refusal).not.toThrow(/S3cret-one/);
    });
});

describe("differences", () => {
    test("none between a pin and its archive", () => {
        expect(differences(pin, pinOf(known, size))).toEqual([]);
    });

    test.each<[string, Pin, string]>([
        ["the schema", pinOf(release215, size), "schemaVersion: the pin has 180, the archive none"],
        [
            "a template",
            pinOf(templatesWith({ "log/logrotate.conf.jinja": "rotate {{log_rotate_count}}\n" }, known), size),
            "templates/log/logrotate.conf.jinja, line 2: the pin has 'size {{log_rotate_size}}', the archive ''",
        ],
        ["one more", pinOf(templatesWith({ "new.jinja": "" }, known), size), "templates/new.jinja: not in the pin"],
        [
            "one less",
            pinOf(templatesWith({ "db/env.jinja": undefined }, known), size),
            "templates/db/env.jinja: not in the archive",
        ],
    ])("%s", (_what, archive, line) => {
        expect(differences(pin, archive)).toEqual([line]);
    });

    test("names of images", () => {
        const { prepareImage: image } = known;
        if (image === undefined) throw new Error("no image");
        const more = { ...known, prepareImage: { ...image, images: [...image.images, "example/zzz:1"] } };
        expect(differences(pin, pinOf(more, size))).toEqual([
            `images: the pin has ${image.images.join(" ")}, the archive ${image.images.join(" ")} example/zzz:1`,
        ]);
    });
});

test.each([
    [
        "an image's name",
        '"name": "example/prepare:v2.15.2"',
        '"name": "no name"',
        "prepareImage.name: the name of an image",
    ],
    ["the schema", '"schemaVersion": "180"', '"schemaVersion": "new"', "prepareImage.schemaVersion: a number"],
    ["an unknown key", '"schemaVersion"', '"other": 1, "schemaVersion"', "other"],
    ["a key's fingerprint", '"publicTokenKey": "none"', '"publicTokenKey": "any"', "a SHA-256 in base64, or none"],
])("a file with another %s is no pin", (_what, from, to, message) => {
    const text = printPin(pin);
    expect(text).toContain(from);
    expect(() => parsePin(text.replace(from, to), path)).toThrow(message);
});
