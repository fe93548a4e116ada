import { createHash, createPublicKey } from "node:crypto";
import { parse } from "yaml";
import { line11 } from "../../releases/line-1-1";
import { ReleaseError, type RenderedFile, type RenderInput } from "../../releases/release";
import { slotsIn } from "../../releases/slots";
import { release, releaseWith, renderInput, sandboxRelease } from "../support/release";

const https: RenderInput = {
    ...renderInput,
    protocol: "https",
    port: 443,
    registryName: "hub.example.com",
    customizeCrt: false,
};
const adminserver = "common/templates/adminserver/env";
const ui = "common/templates/ui/env";
const registry = "common/templates/registry/config.yml";

const contentOf = (files: readonly RenderedFile[], path: string): string =>
    files.find((file) => file.path === path)?.content ?? "";

/** Lines that are in one text and not in the other. */
function lineChanges(before: string, after: string): string[] {
    const [old, current] = [before.split("\n"), after.split("\n")];
    return [
        ...old.filter((line) => !current.includes(line)).map((line) => `- ${line}`),
        ...current.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
    ];
}

test.each([
    ["http, first node", renderInput],
    ["https, other node", https],
])("what changes in the release's files: %s", (_, input) => {
    const changes = line11
        .render(release, input)
        .map(({ path, content }) => [path, ...lineChanges(release.files.get(path) ?? "", content)]);
    expect(changes).toMatchSnapshot();
});

test("the sandbox's release takes the same changes", () => {
    const of = (base: typeof release) =>
        line11.render(base, renderInput).map(({ path, content }) => [path, slotsIn(content)]);
    expect(of(sandboxRelease)).toEqual(of(release));
    expect(of(release)).toEqual([
        ["harbor.cfg", ["admin_password", "mysql_password"]],
        ["docker-compose.yml", []],
        [adminserver, []],
        [ui, ["redis_password"]],
        [registry, ["redis_password"]],
    ]);
});

describe.each([
    ["the fixture's", release],
    ["the sandbox's", sandboxRelease],
])("%s files", (_, base) => {
    const files = line11.render(base, renderInput);

    test("hold no password but slots", () => {
        for (const { content } of files) expect(content).not.toMatch(/root123|Harbor12345/);
        const settings = contentOf(files, "harbor.cfg").split("\n");
        expect(settings).toContain("db_password = __mysql_password__");
        expect(settings).toContain("harbor_admin_password = __admin_password__");
        expect(contentOf(files, adminserver)).toMatch(/^MYSQL_PWD=\$db_password$/m);
    });

    test("stay valid YAML with their slots", () => {
        for (const { path, content } of files.filter(({ path: p }) => p.endsWith(".yml"))) {
            expect([path, parse(content)]).toEqual([path, expect.any(Object)]);
        }
    });

    test("end like the originals", () => {
        for (const { content } of files) expect(content).toMatch(/[^\n]\n$/);
    });

    test("are the same for the same input, and rendering them again changes only what mysql's removal forbids", () => {
        expect(line11.render(base, renderInput)).toEqual(files);
        const again = Object.fromEntries(
            files.filter(({ path }) => path !== "docker-compose.yml").map((f) => [f.path, f.content]),
        );
        const twice = line11.render(releaseWith(again, base), renderInput);
        expect(twice).toEqual(files);
    });
});

test("only the first node makes a key pair of its own", () => {
    const setting = (customizeCrt: boolean): string | undefined =>
        /^customize_crt = (.*)$/m.exec(
            contentOf(line11.render(release, { ...renderInput, customizeCrt }), "harbor.cfg"),
        )?.[1];
    expect([setting(true), setting(false)]).toEqual(["on", "off"]);
});

test.each<[string, Record<string, string | undefined>, string]>([
    ["no harbor.cfg", { "harbor.cfg": undefined }, "Harbor v1.1.2, harbor.cfg: the file isn't in the archive"],
    [
        "no hostname",
        { "harbor.cfg": "#hostname = x\n" },
        "Harbor v1.1.2, harbor.cfg: expected one line 'hostname = …', found 0",
    ],
    [
        "no database in Compose",
        { "docker-compose.yml": "services: {}\n" },
        "Harbor v1.1.2, docker-compose.yml: no service mysql to remove",
    ],
    [
        "no RESET",
        { [adminserver]: "MYSQL_PWD=$db_password\n" },
        `Harbor v1.1.2, ${adminserver}: expected one line 'RESET=false'`,
    ],
    ["RESET on", { [adminserver]: "RESET=true\n" }, `Harbor v1.1.2, ${adminserver}: expected one line 'RESET=false'`],
    [
        "no MYSQL_PWD",
        { [adminserver]: "RESET=false\n" },
        `Harbor v1.1.2, ${adminserver}: expected one line 'MYSQL_PWD=…'`,
    ],
    [
        "no MYSQL_HOST",
        { [adminserver]: "RESET=false\nMYSQL_PWD=x\n" },
        `Harbor v1.1.2, ${adminserver}: expected one line 'MYSQL_HOST = …', found 0`,
    ],
    ["no environment of the ui", { [ui]: undefined }, `Harbor v1.1.2, ${ui}: the file isn't in the archive`],
    ["no cache of the registry", { [registry]: "storage: {}\n" }, `Harbor v1.1.2, ${registry}: no storage.cache`],
])("a release with %s is an error that names file and release", (_, files, message) => {
    const render = (): unknown => line11.render(releaseWith(files), renderInput);
    expect(render).toThrow(ReleaseError);
    expect(render).toThrow(new Error(message));
});

describe("facts of a release", () => {
    test("image with the database's client and schema", () => {
        expect(line11.databaseImage(release)).toBe("vmware/harbor-db:v1.1.2");
        expect(line11.databaseImage(sandboxRelease)).toBe("sandbox/harbor-db:v1.1.1");
        const without = releaseWith({ "docker-compose.yml": "services: {mysql: {}}\n" });
        expect(() => line11.databaseImage(without)).toThrow(
            "Harbor v1.1.2, docker-compose.yml: service mysql has no image",
        );
        const broken = releaseWith({ "docker-compose.yml": "services: [\n" });
        expect(() => line11.databaseImage(broken)).toThrow("Harbor v1.1.2, docker-compose.yml: not valid YAML");
    });

    test("Python of prepare", () => {
        expect([line11.preparePython(release), line11.preparePython(sandboxRelease)]).toEqual([2, 3]);
        expect(line11.preparePython(releaseWith({ prepare: "#!/usr/bin/env python2\n" }))).toBe(2);
    });

    test("fingerprint of the key that everybody has", () => {
        const pem = release.files.get("common/templates/ui/private_key.pem") ?? "";
        const der = createPublicKey(pem).export({ type: "spki", format: "der" });
        const expected = createHash("sha256").update(der).digest("base64").replaceAll("=", "");
        expect(line11.publicTokenKey(release)).toBe(expected);
        expect(line11.publicTokenKey(sandboxRelease)).not.toBe(expected);
    });

    test.each([
        ["v1.1.0", true, "0.4.0"],
        ["v1.1.2", true, "0.4.0"],
        ["v1.2.2", true, "1.2.0"],
        ["v1.2.0-rc1", true, "1.2.0"],
        ["v1.3.0", false, undefined],
        ["v1.10.0", false, undefined],
        ["v2.1.2", false, undefined],
    ])("%s", (version, accepted, schema) => {
        expect(line11.accepts(version)).toBe(accepted);
        if (schema !== undefined) expect(line11.schemaVersion({ ...release, version })).toBe(schema);
    });
});
