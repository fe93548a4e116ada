import fc from "fast-check";
import { parse, stringify } from "yaml";
import { hideInYaml } from "../../releases/secret-yaml";
import type { HiddenSecrets } from "../../releases/secrets";
import { parseYaml, printYaml } from "../../releases/yaml";
import { fail, filled, paths } from "./releases.texts";

function inYaml(text: string, path = "docker-compose.yml"): HiddenSecrets {
    const doc = parseYaml(text, fail);
    const secrets = hideInYaml(path, doc);
    return { content: printYaml(doc), secrets };
}

test.each<[string, string, Record<string, string>, string?]>([
    ["password: Pw-1x", "password: __release_docker_compose_password__", { release_docker_compose_password: "Pw-1x" }],
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

describe("whatever stands there", () => {
    const word = fc.constantFrom("db_password", "LDAP_SEARCH_PWD", "clientSecret", "api_token", "x-credentials");
    /** Marked, so that it can be found again in whatever form. */
    const secret = fc.string({ maxLength: 20 }).map((text) => `S3c${text.replace(/[\r\n\0]/g, "").trim()}r3t`);
    const value = fc.string({ maxLength: 20 }).map((text) => text.replace(/[\r\n]/g, ""));

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
});
