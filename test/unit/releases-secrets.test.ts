import { parse } from "yaml";
import { line11 } from "../../releases/line-1-1";
import { ReleaseError, type RenderedFile } from "../../releases/release";
import { isSecretKey } from "../../releases/secret-words";
import { slot, slotNames, slotsIn } from "../../releases/slots";
import { release, renderInput, sandboxRelease } from "../support/release";
import { composeText, editedText, filled, paths, servicesIn, smallRelease, smallTexts } from "./releases.texts";

test.each([
    "password",
    "db_password",
    "MYSQL_ROOT_PASSWORD",
    "passwd",
    "ldap_search_pwd",
    "LDAP-Search-PWD",
    "smtp.pass",
    "passphrase",
    "secret",
    "UI_SECRET",
    "clientSecret",
    "client_secret",
    "secretkey",
    "SECRET_KEY",
    "accesskey",
    "access_key_id",
    "AccessKeySecret",
    "token",
    "api_token",
    "tokens",
    "credential",
    "CREDENTIALS",
    "private_key",
    "apiKey",
    "accountkey",
    "Authorization",
    "requirepass",
])("%s is a secret's key", (key) => {
    expect(isSecretKey(key)).toBe(true);
});

test.each([
    "hostname",
    "secretkey_path",
    "token_expiration",
    "TOKEN_SERVICE_URL",
    "ssl_cert_key",
    "customize_crt",
    "MYSQL_PASSWORD_FILE",
    "email_identity",
    "auth_mode",
    "CONFIG_PATH",
    "keyid",
    "passwords_hint",
])("%s is none", (key) => {
    expect(isSecretKey(key)).toBe(false);
});

describe("a release", () => {
    const render = (changes: Record<string, string | undefined>): readonly RenderedFile[] =>
        line11.render(smallRelease(changes), renderInput);

    test("with secrets in every file shows none, and every node gets what stood there", () => {
        const cfg = `${smallTexts[paths.cfg] ?? ""}ldap_search_pwd = Bind-S3cret-2\n#ldap_search_pwd = Bind-S3cret-1\nemail_password=Mail-S3cret\n`;
        const compose = composeText(
            {
                ui: [
                    "    restart: always\n",
                    '    environment:\n      - "PROXY=http://u:Proxy-S3cret@proxy:3128"\n      - A_TOKEN=Env-S3cret\n',
                ],
                mysql: ["    restart: always\n", "    environment: {MYSQL_ROOT_PASSWORD: Root-S3cret}\n"],
            },
            "x-all: &all {API_KEY: Key-S3cret} # PASSWORD=Old-S3cret\n",
        );
        const changed = {
            [paths.cfg]: cfg,
            [paths.compose]: compose,
            ...editedText(paths.adminserver, "LDAP_SEARCH_PWD=$ldap_search_pwd", "LDAP_SEARCH_PWD=Ldap-S3cret"),
            ...editedText(
                paths.registry,
                "secret: placeholder",
                "secret: Http-S3cret\n  headers: {X-Token: [Head-S3cret]}",
            ),
        };
        const files = render(changed);
        const before = render({});
        expect(files.map(({ content }) => content).join("")).not.toMatch(/S3cret/);
        for (const { path, content, secrets } of files) {
            const names = slotsIn(content).filter((name) => name.startsWith("release_"));
            expect([path, names.sort()]).toEqual([path, Object.keys(secrets ?? {}).sort()]);
        }
        expect(files.map(({ path, secrets }) => [path, secrets])).toMatchSnapshot();
        const [ownCfg = ""] = files.map(filled);
        expect(ownCfg.split("\n")).toEqual([
            ...(before[0]?.content ?? "").split("\n").slice(0, -1),
            "ldap_search_pwd = Bind-S3cret-2",
            "#ldap_search_pwd = (dropped)",
            "email_password=Mail-S3cret",
            "",
        ]);
    });

    test.each<[string, string, string]>([
        ["environment: {A_PWD: '${P:-S3cret}'}", "A_PWD", '"S3cret"'],
        ["environment:\n      A_PWD: ${P:-S3cret-1e5}", "A_PWD", '"S3cret-1e5"'],
        ["environment:\n      - A_PWD=${P:-S3cret}x", "A_PWD", '"A_PWD=S3cretx"'],
        ["environment: ['A_PWD=${P:-S3cret}x']", "A_PWD", "S3cretx"],
        ['environment: ["A_PWD=${P:-S3cr\\"e#t}"]', "A_PWD", '"A_PWD=S3cr\\"e#t"'],
        ["environment:\n      - P=http://u:${P:-S3cret}@h", "P", '"P=http://u:S3cret@h"'],
    ])("whose variable has a secret for a default hides it: %j", (line, key, secret) => {
        const text = composeText({ ui: ["    restart: always\n", `    ${line}\n`] });
        const [, compose] = render({ [paths.compose]: text });
        expect(compose?.content).not.toContain("S3c");
        expect(Object.values(compose?.secrets ?? {})).toEqual([secret]);
        const resolved = line.replace(/\$\{P:-(.*?)\}/, "$1");
        const wanted = (parse(resolved) as { environment: unknown }).environment;
        expect(servicesIn(filled(compose ?? { content: "" })).ui?.environment).toEqual(wanted);
        expect(JSON.stringify(wanted)).toContain(key);
    });

    test.each([
        ["Harbor's", release],
        ["the sandbox's", sandboxRelease],
    ])("%s own values are secrets where they are called so", (_, base) => {
        const files = line11.render(base, renderInput);
        const found = Object.assign({}, ...files.map(({ secrets }) => secrets)) as Record<string, string>;
        expect(found).toMatchObject({ release_registry_config_http_secret: "placeholder" });
        for (const file of files)
            expect(slotsIn(filled(file)).filter((name) => name.startsWith("release_"))).toEqual([]);
    });

    test.each([
        [paths.cfg, "ssl_cert = /data", "a = -----BEGIN RSA PRIVATE KEY-----\nssl_cert = /data", 6],
        [paths.compose, "services:", "x-k: |\n  -----BEGIN PRIVATE KEY-----\n  abc\nservices:", 3],
        [paths.ui, "LOG_LEVEL", "#-----BEGIN OPENSSH PRIVATE KEY-----\nLOG_LEVEL", 1],
        [paths.registry, "http:", "k: |\n  -----BEGIN ENCRYPTED PRIVATE KEY-----\nhttp:", 9],
    ])("with a private key in %s is refused", (path, from, to, line) => {
        expect(() => render(editedText(path, from, to))).toThrow(
            new ReleaseError(release, path, `line ${line} begins a private key, which doesn't belong into this file`),
        );
    });

    test.each([...slotNames, "release_harbor_ldap_search_pwd" as const])("that has %s itself is refused", (name) => {
        for (const path of [paths.cfg, paths.ui]) {
            expect(() => render({ [path]: `${smallTexts[path] ?? ""}x = ${slot(name)}\n` })).toThrow(
                new ReleaseError(release, path, `${slot(name)} is not allowed: such words stand for secrets`),
            );
        }
    });
});
