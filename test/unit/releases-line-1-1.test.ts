import { createHash, createPublicKey } from "node:crypto";
import { parse } from "yaml";
import { composeFacts } from "../../releases/compose-facts";
import { line11 } from "../../releases/line-1-1";
import { type HarborRelease, ReleaseError, type RenderedFile, type RenderInput } from "../../releases/release";
import { slotsIn } from "../../releases/slots";
import { noServices, release, releaseWith, renderInput, sandboxRelease } from "../support/release";
import { composeText, editedText, fail, paths, smallRelease } from "./releases.texts";

const https: RenderInput = {
    ...renderInput,
    protocol: "https",
    port: 443,
    registryName: "hub.example.com",
    customizeCrt: false,
};

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
])("what changes in a release's files: %s", (_, input) => {
    const base = smallRelease();
    const changes = line11
        .render(base, input)
        .map(({ path, content }) => [path, ...lineChanges(base.files.get(path) ?? "", content)]);
    expect(changes).toMatchSnapshot();
});

test("the sandbox's release takes the same changes", () => {
    const of = (base: HarborRelease) =>
        line11
            .render(base, renderInput)
            .map(({ path, content }) => [path, slotsIn(content).filter((name) => !name.startsWith("release_"))]);
    expect(of(sandboxRelease)).toEqual(of(release));
    expect(of(release)).toEqual([
        [paths.cfg, ["admin_password", "mysql_password"]],
        [paths.compose, []],
        [paths.adminserver, []],
        [paths.ui, ["redis_password"]],
        [paths.registry, ["redis_password"]],
    ]);
});

describe.each([
    ["the fixture's", release],
    ["the sandbox's", sandboxRelease],
    ["a small release's", smallRelease()],
])("%s files", (_, base) => {
    const files = line11.render(base, renderInput);

    test("hold no password but slots", () => {
        for (const { content } of files) expect(content).not.toMatch(/root123|Harbor12345|first-1|First12345/);
        const settings = contentOf(files, paths.cfg).split("\n");
        expect(settings).toContain("db_password = __mysql_password__");
        expect(settings).toContain("harbor_admin_password = __admin_password__");
        expect(contentOf(files, paths.adminserver)).toMatch(/^MYSQL_PWD=\$db_password$/m);
    });

    test("stay valid YAML with their slots", () => {
        for (const { path, content } of files.filter(({ path: p }) => p.endsWith(".yml"))) {
            expect([path, parse(content)]).toEqual([path, expect.any(Object)]);
        }
    });

    test("end like the originals", () => {
        for (const { content } of files) expect(content).toMatch(/[^\n]\n$/);
    });

    test("are the same for the same input", () => {
        expect(line11.render({ ...base }, renderInput)).toEqual(files);
        expect(line11.render(base, { ...renderInput })).toEqual(files);
    });

    test("differ where the input does, whatever was rendered before", () => {
        const other = line11.render(base, https);
        expect(line11.render({ ...base }, https)).toEqual(other);
        expect(contentOf(other, paths.compose)).not.toBe(contentOf(files, paths.compose));
        expect(line11.render(base, renderInput)).toEqual(files);
    });
});

test("only the first node makes a key pair of its own, and nothing else differs between the nodes", () => {
    const [first, other] = [true, false].map((customizeCrt) =>
        line11.render(release, { ...renderInput, customizeCrt }),
    );
    const setting = (files: readonly RenderedFile[] = []): string | undefined =>
        /^customize_crt = (.*)$/m.exec(contentOf(files, paths.cfg))?.[1];
    expect([setting(first), setting(other)]).toEqual(["on", "off"]);
    expect(first?.slice(1)).toEqual(other?.slice(1));
});

test.each<[string, Record<string, string | undefined>, string]>([
    ["no harbor.cfg", { [paths.cfg]: undefined }, "harbor.cfg: the file isn't in the archive"],
    ["no hostname", { [paths.cfg]: "#hostname = x\n" }, "harbor.cfg: expected one line 'hostname = …', found 0"],
    [
        "a second hostname that wins",
        editedText(paths.cfg, "token_expiration", "HOSTNAME: other\ntoken_expiration"),
        "harbor.cfg: expected one line 'hostname = …', found 2",
    ],
    ["no database in Compose", { [paths.compose]: "services: {}\n" }, "docker-compose.yml: no service mysql to remove"],
    [
        "a name that isn't there",
        { [paths.compose]: composeText({ ui: ["restart: always", "restart: *nobody"] }) },
        "docker-compose.yml: service ui: no &nobody stands before *nobody",
    ],
    [
        "an image of no form",
        { [paths.compose]: composeText({ ui: ["example/ui:1", "Example:x:y"] }) },
        'docker-compose.yml: service ui: image "Example:x:y" is not allowed: [host[:port]/]path[:tag]',
    ],
    [
        "a variable and a .env",
        { [paths.compose]: composeText({ ui: ["example/ui:1", "${R:-x}/ui"] }), ".env": "R=y\n" },
        "docker-compose.yml: service ui, image: the archive's .env may set its variable; write the value in",
    ],
    [
        "no proxy",
        { [paths.compose]: composeText().replace("\n  proxy:", "\n  nginx:") },
        "docker-compose.yml: no service proxy",
    ],
    [
        "no MYSQL_PWD",
        editedText(paths.adminserver, "MYSQL_PWD=$db_password\n", ""),
        `${paths.adminserver}: expected one line 'MYSQL_PWD=…', found 0`,
    ],
    [
        "no MYSQL_HOST",
        editedText(paths.adminserver, "MYSQL_HOST=mysql\n", ""),
        `${paths.adminserver}: expected one line 'MYSQL_HOST=…', found 0`,
    ],
    ["no environment of the ui", { [paths.ui]: undefined }, `${paths.ui}: the file isn't in the archive`],
    ["no cache of the registry", { [paths.registry]: "storage: {}\n" }, `${paths.registry}: no storage.cache`],
])("a release with %s is an error that names file and release", (_, files, message) => {
    const render = (): unknown => line11.render(smallRelease(files), renderInput);
    expect(render).toThrow(ReleaseError);
    expect(render).toThrow(new Error(`Harbor v1.1.2, ${message}`));
});

describe("what a node has to know", () => {
    const rendered = (compose: string): readonly RenderedFile[] =>
        line11.render(smallRelease({ [paths.compose]: compose }), renderInput);

    test.each([
        ["Harbor's", release, ["harbor-ui", "registry"], "nginx"],
        ["the sandbox's", sandboxRelease, ["harbor-ui", "registry"], "nginx"],
        ["a small", smallRelease(), ["box-ui", "box-registry"], "box-nginx"],
    ])("of %s files", (_, base, upstreamContainers, proxyContainer) => {
        const files = line11.render(base, renderInput);
        expect(line11.facts(base, files)).toEqual({
            ...composeFacts(contentOf(files, paths.compose), fail),
            proxyContainer,
            upstreamContainers,
            coreImage: "none",
        });
        expect(line11.facts(base, files).logAddress).toBe("127.0.0.1:1514");
    });

    test.each([
        [
            composeText({
                registry: ["box-registry", '"harbor-registry" # 1.2'],
                proxy: ["    container_name: box-nginx\n", ""],
            }),
        ],
        [composeText({ ui: ["example/ui:1", "${REGISTRY:-vmware}/ui # pinned"] }, "x-a: &a {k: v}\n")],
        [
            composeText({
                log: ["127.0.0.1:1514:514", '"127.0.0.1:99:51"'],
                registry: ["127.0.0.1:1514", "localhost:99"],
            }),
        ],
    ])("is the same whether it is read while a file is made or from its text: %#", (compose) => {
        const files = rendered(compose);
        const copies = files.map(({ path, content }) => ({ path, content }));
        expect(line11.facts(release, copies)).toEqual(line11.facts(release, files));
    });

    test("can't be had without the file", () => {
        expect(() => line11.facts(release, [])).toThrow(
            new ReleaseError(release, paths.compose, "the file isn't rendered"),
        );
        const files = [{ path: paths.compose, content: "services: {ui: {image: a}}\n" }];
        expect(() => line11.facts(release, files)).toThrow(
            new ReleaseError(release, paths.compose, "service ui has no container_name"),
        );
    });
});

describe("facts of a release", () => {
    test("image with the database's client and schema", () => {
        expect(line11.databaseImage(release)).toBe("vmware/harbor-db:v1.1.2");
        expect(line11.databaseImage(sandboxRelease)).toBe("sandbox/harbor-db:v1.1.1");
        const database = (text: string): string =>
            line11.databaseImage(releaseWith({ [paths.compose]: `services: {mysql: ${text}}\n` }));
        expect(database("{image: '${R:-vmware}/db:1' }")).toBe("vmware/db:1");
        const error = (problem: string): Error => new Error(`Harbor v1.1.2, docker-compose.yml: ${problem}`);
        expect(() => database("{}")).toThrow(error("service mysql has no image"));
        expect(() => database("{image: 1}")).toThrow(error("service mysql: image is no text"));
        expect(() => database('{image: "a b"}')).toThrow(
            error('service mysql: image "a b" is not allowed: [host[:port]/]path[:tag]'),
        );
        expect(() => database("{image: $R}")).toThrow("service mysql, image: the variable R has no definite value");
        expect(() => database("[")).toThrow("Harbor v1.1.2, docker-compose.yml: not valid YAML");
        expect(() => line11.databaseImage(releaseWith({ [paths.compose]: "services: {}\n" }))).toThrow(
            error("no service mysql"),
        );
    });

    test("Python of prepare", () => {
        expect([line11.prepare(release, noServices).python, line11.prepare(sandboxRelease, noServices).python]).toEqual(
            [2, 3],
        );
        expect(line11.prepare(releaseWith({ prepare: "#!/usr/bin/env python2\n" }), noServices)).toEqual({
            python: 2,
            image: "none",
            arguments: ["none"],
        });
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
