import { clusterPlan } from "../../plan/cluster-plan";
import { UserError } from "../../base/errors";
import { asRelease, differences, nameOf, parsePin, type Pin, pinOf, printPin } from "../../releases/pin";
import { type HarborRelease, ReleaseError } from "../../releases/release";
import { release, releaseWith, sandboxRelease } from "../support/release";
import { changed, minimalHttp, minimalHttps, parse, rawNodes } from "../support/settings";

const size = 4711;
const pin = pinOf(release, size);
const path = `releases/pins/${nameOf(pin)}.json`;
const textOf = (file: string): string => release.files.get(file) ?? "";
const edited = (file: string, from: string, to: string): HarborRelease => {
    const text = textOf(file).replace(from, to);
    if (text === textOf(file)) throw new Error(`nothing to edit in ${file}`);
    return releaseWith({ [file]: text });
};

/** Everything that a deployment does with it. */
function planOf(from: HarborRelease, protocol: "http" | "https"): unknown {
    const nodes = { nodes: JSON.stringify(rawNodes(3)) };
    const settings = parse(changed(protocol === "http" ? minimalHttp : minimalHttps, nodes));
    const plan = clusterPlan(settings, from);
    const steps = plan.steps.map(({ parameters, ...step }) => ({
        ...step,
        // That the archive is known by its checksum is the one thing that is to differ.
        parameters: { ...parameters, release_pinned: undefined },
    }));
    return { ...plan, release: undefined, steps, releaseSecrets: [...plan.releaseSecrets] };
}

describe("a pin", () => {
    test("comes out of its file as it went in, and the same release gives the same bytes", () => {
        expect(parsePin(printPin(pin), path)).toEqual(pin);
        const anew = { ...release, files: new Map([...release.files].reverse()) };
        expect(printPin(pinOf(anew, size))).toBe(printPin(pin));
    });

    test.each([
        ["the fixture's", release],
        ["the sandbox's", sandboxRelease],
        ["one with an environment file", releaseWith({ ".env": "LOG=1\n" })],
        ["one with Windows line ends", releaseWith({ "harbor.cfg": textOf("harbor.cfg").replaceAll("\n", "\r\n") })],
        ["one with passwords in what the program writes itself", withOwnPasswords()],
    ])("of %s release plans a deployment to the byte as its archive does", (_what, from) => {
        const own = pinOf(from, size);
        const pinned = asRelease(parsePin(printPin(own), `${nameOf(own)}.json`));
        for (const protocol of ["http", "https"] as const) {
            expect(planOf(pinned, protocol)).toEqual(planOf(from, protocol));
        }
    });

    test("holds what is read, not the private key, not the rest", () => {
        const more = releaseWith({ "install.sh": "#!/bin/bash\n", ".env": "PASSWORD=of-the-compose\n", LICENSE: "x" });
        const { files } = pinOf(more, size);
        expect([...files.keys()]).toEqual([
            ".env",
            "common/templates/adminserver/env",
            "common/templates/registry/config.yml",
            "common/templates/ui/env",
            "docker-compose.yml",
            "harbor.cfg",
            "prepare",
        ]);
        expect(files.get(".env")).toBe("");
        expect(files.get("prepare")).toBe("#!/usr/bin/python\n");
        expect(printPin(pinOf(more, size))).not.toMatch(/PRIVATE KEY|of-the-compose/);
        expect(pin.publicTokenKey).toMatch(/^[A-Za-z0-9+/]{43}$/);
    });

    test("keeps what stands in everybody's Harbor", () => {
        expect(pin.files.get("harbor.cfg")).toContain("\nharbor_admin_password = Harbor12345\n");
        expect(pin.files.get("harbor.cfg")).toContain("\nemail_password = abc\n");
        expect(pin.files.get("common/templates/registry/config.yml")).toContain("secret: placeholder");
    });
});

function withOwnPasswords(): HarborRelease {
    return releaseWith({
        "harbor.cfg": textOf("harbor.cfg")
            .replace("db_password = root123", "#db_password = Old-one-1\ndb_password = Own-one-2")
            .replace("harbor_admin_password = Harbor12345", "harbor_admin_password = Own-one-3"),
        "docker-compose.yml": `# password: Old-one-4\n${textOf("docker-compose.yml")}`,
    });
}

describe("secrets that people have put into a release", () => {
    test("aren't in the pin where nothing needs them", () => {
        expect(printPin(pinOf(withOwnPasswords(), size))).not.toMatch(/Old-one|Own-one/);
    });

    test.each([
        ["the mail server's password", edited("harbor.cfg", "email_password = abc", "email_password = S3cret-one")],
        [
            "a user and password in a URL",
            edited(
                "harbor.cfg",
                "email_password = abc",
                "email_password = abc\nproxy = http://me:S3cret-one@proxy:3128",
            ),
        ],
        [
            "the registry's own",
            edited("common/templates/registry/config.yml", "secret: placeholder", "secret: S3cret-one"),
        ],
        [
            "one behind a value of a YAML file",
            edited(
                "common/templates/registry/config.yml",
                "secret: placeholder",
                "secret: placeholder # token: S3cret-one",
            ),
        ],
        [
            "one of a template",
            releaseWith({ "common/templates/ui/env": `${textOf("common/templates/ui/env")}LDAP_PWD=S3cret-one\n` }),
        ],
        [
            "one of a template that is only looked at",
            releaseWith({
                "common/templates/jobservice/app.conf": "httpport = 80\n-----BEGIN RSA PRIVATE KEY-----\nS3cret-one\n",
            }),
        ],
    ])("%s: no pin, and the message doesn't show it", (_what, from) => {
        const refusal = (): Pin => pinOf(from, size);
        expect(refusal).toThrow(ReleaseError);
        expect(refusal).toThrow(/^Harbor v1\.1\.2, (harbor\.cfg|common\/templates\/\S+): /);
        expect(refusal).not.toThrow(/S3cret-one/);
    });

    test("the message says what to do", () => {
        expect(() => pinOf(edited("harbor.cfg", "= abc", "= S3cret-one"), size)).toThrow(
            new ReleaseError(
                release,
                "harbor.cfg",
                "release_harbor_email_password looks like a secret, so it can't be pinned: set it in Harbor instead of in the release, or name the archive itself in harbor-ha:release",
            ),
        );
    });
});

test("a pin of a program that read less says that it has to be made anew", () => {
    const files = new Map([...pin.files].filter(([file]) => file !== "docker-compose.yml"));
    expect(() => planOf(asRelease({ ...pin, files }), "http")).toThrow(
        "docker-compose.yml: the file isn't in the pin: make it anew with npm run release:pin",
    );
});

describe("differences", () => {
    test("none between a pin and its archive", () => {
        expect(differences(pin, pinOf(release, size))).toEqual([]);
        expect(differences(pin, pinOf({ ...release, archive: "/elsewhere/renamed.tgz" }, size))).toEqual([]);
    });

    test.each<[string, Pin, string]>([
        ["size", pinOf(release, 4712), "size: the pin has 4711, the archive 4712"],
        [
            "checksum",
            pinOf({ ...release, sha256: "2e".repeat(32) }, size),
            `sha256: the pin has ${"1f".repeat(32)}, the archive ${"2e".repeat(32)}`,
        ],
        ["version", pinOf({ ...release, version: "v1.1.1" }, size), "version: the pin has v1.1.2, the archive v1.1.1"],
        [
            "a line",
            pinOf(edited("harbor.cfg", "max_job_workers = 3", "max_job_workers = 5"), size),
            "harbor.cfg, line 21: the pin has 'max_job_workers = 3', the archive 'max_job_workers = 5'",
        ],
        [
            "another line",
            pinOf(releaseWith({ "common/templates/ui/env": `${textOf("common/templates/ui/env")}A=1\n` }), size),
            "common/templates/ui/env, line 9: the pin has '', the archive 'A=1'",
        ],
        ["another file", pinOf(releaseWith({ ".env": "" }), size), ".env: not in the pin"],
    ])("%s, with both values", (_what, archive, line) => {
        expect(differences(pin, archive)).toEqual([line]);
    });

    test("a file that only the pin has", () => {
        const more = { ...pin, files: new Map([...pin.files, ["more", ""]]) };
        expect(differences(more, pin)).toEqual(["more: not in the archive"]);
    });
});

describe("a file that is no pin", () => {
    const read = printPin(pin);
    test.each([
        ["no JSON", "{", /is no pin: .*JSON/],
        ["another format", read.replace('"format": 1', '"format": 2'), "is no pin: format: "],
        ["another checksum", read.replace("1f1f", "2e2e"), `its name is v1.1.2-2e2e1f1f.json`],
        ["a short checksum", read.replace("1f1f", ""), "sha256: 64 hexadecimal digits"],
        ["a path", read.replace('"file": "', '"file": "../'), "file: a name without folders"],
        ["an unknown key", read.replace('"size"', '"extra": 1, "size"'), "extra"],
    ])("%s", (_what, text, message) => {
        expect(() => parsePin(text, path)).toThrow(UserError);
        expect(() => parsePin(text, path)).toThrow(message);
        expect(() => parsePin(text, path)).toThrow(`harbor-ha:release: ${path} is no pin: `);
    });
});
