import fc from "fast-check";
import { parse, stringify } from "yaml";
import { line11 } from "../../releases/line-1-1";
import { ReleaseError, type RenderedFile } from "../../releases/release";
import { hideInLines } from "../../releases/secret-lines";
import { isSecretKey } from "../../releases/secret-words";
import { hideInYaml } from "../../releases/secret-yaml";
import { slot, slotNames, type SlotName, slotsIn } from "../../releases/slots";
import { parseYaml, printYaml } from "../../releases/yaml";
import { release, renderInput, sandboxRelease } from "../support/release";
import { composeText, editedText, fail, paths, smallRelease, smallTexts } from "./releases.texts";

interface Hidden {
    readonly content: string;
    readonly secrets?: Readonly<Record<string, string>>;
}

/** What the node does: each slot is replaced literally. */
const filled = ({ content, secrets = {} }: Hidden): string =>
    Object.entries(secrets).reduce(
        (text, [name, value]) => text.replaceAll(slot(name as SlotName), () => value),
        content,
    );

const inLines = (text: string, path = "harbor.cfg"): Hidden =>
    hideInLines(path, text, path === "harbor.cfg" ? "cfg" : "env", fail);

function inYaml(text: string, path = "docker-compose.yml"): Hidden {
    const doc = parseYaml(text, fail);
    const secrets = hideInYaml(path, doc);
    return { content: printYaml(doc), secrets };
}

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

describe("lines", () => {
    test.each<[string, string, Record<string, string>, string?]>([
        [
            "a = 1\nldap_search_pwd = Bind-S3cret-2\n",
            "a = 1\nldap_search_pwd = __release_harbor_ldap_search_pwd__\n",
            { release_harbor_ldap_search_pwd: "Bind-S3cret-2" },
        ],
        [
            "email_password: abc\r\n",
            "email_password: __release_harbor_email_password__\r\n",
            { release_harbor_email_password: "abc" },
        ],
        [
            "EMAIL_PASSWORD=  a b = c # d \n",
            "EMAIL_PASSWORD=  __release_harbor_email_password__ \n",
            { release_harbor_email_password: "a b = c # d" },
        ],
        ["x_pwd = $ecret\n", "x_pwd = __release_harbor_x_pwd__\n", { release_harbor_x_pwd: "$ecret" }],
        ["x_pwd = 123456", "x_pwd = __release_harbor_x_pwd__", { release_harbor_x_pwd: "123456" }],
        [
            "pwd1 = a$&\npwd2 = b$1\n",
            "pwd1 = __release_harbor_pwd__\npwd2 = __release_harbor_pwd_b__\n",
            { release_harbor_pwd: "a$&", release_harbor_pwd_b: "b$1" },
        ],
        [
            "x_url = https://me:Pw-1x@h/a\n",
            "x_url = https://me:__release_harbor_x_url__@h/a\n",
            { release_harbor_x_url: "Pw-1x" },
        ],
        ["x = redis://:p@ss/w@h:1/0\n", "x = redis://:__release_harbor_x__@h:1/0\n", { release_harbor_x: "p@ss/w" }],
        [
            "dsn = root:Pw-1x@tcp(db:3306)/r\n",
            "dsn = root:__release_harbor_dsn__@tcp(db:3306)/r\n",
            { release_harbor_dsn: "Pw-1x" },
        ],
        [
            "o = --user x --password=Pw,1 -v\n",
            "o = --user x --password=__release_harbor_o__ -v\n",
            { release_harbor_o: "Pw,1" },
        ],
        ["o = --password 'Pw 1' -v\n", "o = --password '__release_harbor_o__' -v\n", { release_harbor_o: "Pw 1" }],
        [
            'j = {"user": "x", "password": "P\\"w"}\n',
            'j = {"user": "x", "password": "__release_harbor_j__"}\n',
            { release_harbor_j: 'P\\"w' },
        ],
        ["h = Bearer abcdef123456\n", "h = Bearer __release_harbor_h__\n", { release_harbor_h: "abcdef123456" }],
        [
            "a_pwd = Pw-1x\nseen = Pw-1x\nother = Pw-1xy\n",
            "a_pwd = __release_harbor_a_pwd__\nseen = __release_harbor_seen__\nother = Pw-1xy\n",
            { release_harbor_a_pwd: "Pw-1x", release_harbor_seen: "Pw-1x" },
        ],
        [
            "export MYSQL_PWD=x\n",
            "export MYSQL_PWD=__release_ui_env_mysql_pwd__\n",
            { release_ui_env_mysql_pwd: "x" },
            paths.ui,
        ],
        [
            "LDAP_SEARCH_PWD=$ldap_search_pwd\nA_SECRET=${ui_secret}\n",
            "LDAP_SEARCH_PWD=$ldap_search_pwd\nA_SECRET=${ui_secret}\n",
            {},
            paths.ui,
        ],
        ["A_TOKEN=$x\n", "A_TOKEN=__release_ui_env_a_token__\n", { release_ui_env_a_token: "$x" }, paths.ui],
    ])("%j", (text, content, secrets, ...[path]) => {
        const hidden = inLines(text, typeof path === "string" ? path : undefined);
        expect(hidden).toEqual({ content, secrets });
        expect(filled(hidden)).toBe(text);
    });

    test.each([
        "email_password =\n",
        "x_token = on\n",
        "x_pwd = __mysql_password__\n",
        "url = http://h:80/x y@z\n",
        "secretkey_path = /data\n",
        "_REDIS_URL=h:6379,100,__redis_password__,0\n",
        "email_from = admin <a@b.c>\n",
        "# the password of the bind user\n",
        "",
        "\n\n",
    ])("%j has none", (text) => {
        expect(inLines(text)).toEqual({ content: text, secrets: {} });
    });

    test.each([
        ["#ldap_search_pwd = password", "#ldap_search_pwd = (dropped)"],
        ["  ; LDAP_SEARCH_PWD: Pw 1 x", "  ; LDAP_SEARCH_PWD: (dropped)"],
        ["# was MYSQL_PWD=Pw-1x until May", "# was MYSQL_PWD=(dropped)"],
        ["# https://me:Pw-1x@h/", "# https://me:(dropped)@h/"],
        ["## export A_TOKEN='a b'\r", "## export A_TOKEN=(dropped)\r"],
    ])("an old secret in the comment %j is dropped", (text, expected) => {
        expect(inLines(`a = 1\n${text}\n`)).toEqual({ content: `a = 1\n${expected}\n`, secrets: {} });
    });

    test("a secret that goes on in the next line is refused", () => {
        const message = "the value of x_pwd goes on in the next line: write it in one";
        for (const next of [" more", "\tmore", "\n# comment\n more", " # more"]) {
            expect(() => inLines(`x_pwd = a\n${next}\nb = 1\n`)).toThrow(new Error(message));
        }
        expect(() => inLines("x_pwd = a\nb = 1\n more\n")).not.toThrow();
    });
});

describe("YAML", () => {
    test.each<[string, string, Record<string, string>, string?]>([
        [
            "password: Pw-1x",
            "password: __release_docker_compose_password__",
            { release_docker_compose_password: "Pw-1x" },
        ],
        [
            "a: {b_token: 'it''s'}",
            "a: {b_token: __release_docker_compose_a_b_token__}",
            { release_docker_compose_a_b_token: `"it's"` },
        ],
        [
            'password: "a\\tb\\x7f\\"" # old',
            "password: __release_docker_compose_password__ # old",
            { release_docker_compose_password: '"a\\tb\\u007f\\""' },
        ],
        [
            "password: 123456",
            "password: __release_docker_compose_password__",
            { release_docker_compose_password: "123456" },
        ],
        [
            "password: |\n  one\n  two\n",
            "password: __release_docker_compose_password__",
            { release_docker_compose_password: '"one\\ntwo\\n"' },
        ],
        [
            "password: one\n  two\n",
            "password: __release_docker_compose_password__",
            { release_docker_compose_password: "one two" },
        ],
        [
            "- A=1\n- DB_PASSWORD=a b,c",
            "- A=1\n- DB_PASSWORD=__release_docker_compose_db_password__",
            { release_docker_compose_db_password: "a b,c" },
        ],
        [
            '- "DB_PASSWORD=a b"',
            '- "DB_PASSWORD=__release_docker_compose_db_password__"',
            { release_docker_compose_db_password: "a b" },
        ],
        ['- "DB_PASSWORD=a\\"b"', "- __release_docker_compose__", { release_docker_compose: '"DB_PASSWORD=a\\"b"' }],
        [
            "command: [--requirepass, Pw-1x, -v]",
            "command: [--requirepass, __release_docker_compose_command__, -v]",
            { release_docker_compose_command: "Pw-1x" },
        ],
        [
            "command: x --requirepass Pw-1x -v",
            "command: x --requirepass __release_docker_compose_command__ -v",
            { release_docker_compose_command: "Pw-1x" },
        ],
        [
            "headers: {Authorization: [Basic abc]}",
            "headers: {Authorization: [__release_docker_compose_headers_authorization__]}",
            { release_docker_compose_headers_authorization: "Basic abc" },
        ],
        [
            "url: http://u:Pw-1x@h:1/",
            "url: http://u:__release_docker_compose_url__@h:1/",
            { release_docker_compose_url: "Pw-1x" },
        ],
        [
            "two: http://a:Pw-1x@h http://b:Pw-2x@h",
            "two: http://a:__release_docker_compose_two__@h http://b:__release_docker_compose_two_b__@h",
            { release_docker_compose_two: "Pw-1x", release_docker_compose_two_b: "Pw-2x" },
        ],
        [
            "credentials: {type: t, data: {id: k}}",
            "credentials: {type: __release_docker_compose_credentials_type__, data: {id: __release_docker_compose_credentials_data_id__}}",
            { release_docker_compose_credentials_type: "t", release_docker_compose_credentials_data_id: "k" },
        ],
        [
            "a: {passwords: {joe: Pw-1x, all: [Pw-2x, {b: Pw-3x}]}}",
            "a: {passwords: {joe: __release_docker_compose_a_passwords_joe__, all: [__release_docker_compose_a_passwords_all__, {b: __release_docker_compose_a_passwords_all_b__}]}}",
            {
                release_docker_compose_a_passwords_joe: "Pw-1x",
                release_docker_compose_a_passwords_all: "Pw-2x",
                release_docker_compose_a_passwords_all_b: "Pw-3x",
            },
        ],
        [
            "x: &p Pw-1x\ny: {password: *p}",
            "x: &p __release_docker_compose_x__\ny: {password: __release_docker_compose_y_password__}",
            { release_docker_compose_x: "Pw-1x", release_docker_compose_y_password: "Pw-1x" },
        ],
        [
            "run: |\n  export PASSWORD=Pw-1x\n  serve\n",
            "run: __release_docker_compose_run__",
            { release_docker_compose_run: '"export PASSWORD=Pw-1x\\nserve\\n"' },
        ],
        [
            "http:\n  secret: placeholder",
            "http:\n  secret: __release_registry_config_http_secret__",
            { release_registry_config_http_secret: "placeholder" },
            paths.registry,
        ],
        [
            "# top password: Pw-1x\na: 1 # DB_PWD=Pw-1x\n# token: Pw-1x\nb: 2",
            "# top password: Pw-1x\na: 1 # DB_PWD=(dropped)\n# token: (dropped)\nb: 2",
            {},
        ],
    ])("%j", (text, content, secrets, ...[path]) => {
        const hidden = inYaml(text, typeof path === "string" ? path : undefined);
        expect({ ...hidden, content: hidden.content.trimEnd() }).toEqual({ content, secrets });
        expect(parse(filled(hidden))).toEqual(parse(text));
    });

    test.each([
        "password:\n",
        "password: ''\n",
        "token: true\n",
        'redis:\n  password: "__redis_password__"\n',
        "auth:\n  token:\n    realm: $ui_url/service/token\n    service: harbor-registry\n",
        "secrets: {db: {file: x}}\nui: {secrets: [db, {source: db, target: /d}]}\n",
        "- AUTH_MODE=db\n",
        "image: a/b:1\nports:\n  - 80:80\n",
    ])("%j has none", (text) => {
        expect(inYaml(text)).toEqual({ content: text, secrets: {} });
    });
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

describe("whatever stands there", () => {
    const word = fc.constantFrom("db_password", "LDAP_SEARCH_PWD", "clientSecret", "api_token", "x-credentials");
    const plain = fc.constantFrom("hostname", "email_from", "token_expiration", "labels");
    /** Marked, so that it can be found again in whatever form. */
    const secret = fc.string({ maxLength: 20 }).map((text) => `S3c${text.replace(/[\r\n\0]/g, "").trim()}r3t`);
    const value = fc.string({ maxLength: 20 }).map((text) => text.replace(/[\r\n]/g, ""));

    test("no secret of lines is shown, and all come back as they were", () => {
        const line = fc.oneof(
            fc.tuple(word, fc.constantFrom("=", " = ", ": "), secret).map((parts) => parts.join("")),
            fc.tuple(plain, value).map(([key, text]) => `${key} = ${text}`),
        );
        fc.assert(
            fc.property(fc.array(line, { maxLength: 8 }), fc.constantFrom("\n", "\r\n"), (lines, end) => {
                const text = lines.join(end);
                const hidden = inLines(text);
                expect(hidden.content).not.toMatch(/S3c.*r3t/);
                expect(filled(hidden)).toBe(text);
            }),
        );
    });

    test("no secret of YAML is shown, and all come back as they were", () => {
        const leaf = fc.oneof(
            fc.tuple(word, secret).map(([key, text]) => ({ [key]: text })),
            fc.tuple(word, secret).map(([key, text]) => [`${key}=${text}`]),
            fc.tuple(fc.constant("labels"), value).map(([key, text]) => ({ [key]: text })),
            fc.tuple(word, fc.array(secret, { maxLength: 2 })).map(([key, texts]) => ({ [key]: texts })),
        );
        const style = fc.record({
            collectionStyle: fc.constantFrom("any" as const, "block" as const, "flow" as const),
            defaultStringType: fc.constantFrom("PLAIN" as const, "QUOTE_DOUBLE" as const, "QUOTE_SINGLE" as const),
            lineWidth: fc.constant(0),
        });
        fc.assert(
            fc.property(fc.dictionary(fc.constantFrom("a", "b", "c"), leaf), style, (value_, options) => {
                const text = stringify(value_, options);
                const hidden = inYaml(text);
                expect(hidden.content).not.toMatch(/S3c.*r3t/);
                expect(parse(filled(hidden))).toEqual(parse(text));
            }),
        );
    });

    test("names are one for one", () => {
        fc.assert(
            fc.property(
                fc.array(fc.tuple(fc.stringMatching(/^[a-z0-9_]{0,6}pwd$/), secret), { maxLength: 8 }),
                (all) => {
                    const hidden = inLines(all.map(([key, text]) => `${key} = ${text}`).join("\n"));
                    expect(Object.keys(hidden.secrets ?? {})).toHaveLength(all.length);
                    expect(slotsIn(hidden.content)).toEqual(Object.keys(hidden.secrets ?? {}));
                },
            ),
        );
    });
});
