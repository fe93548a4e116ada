import fc from "fast-check";
import { hideInLines } from "../../releases/secret-lines";
import type { HiddenSecrets } from "../../releases/secrets";
import { slotsIn } from "../../releases/slots";
import { fail, filled, paths } from "./releases.texts";

const inLines = (text: string, path = "harbor.cfg"): HiddenSecrets =>
    hideInLines(path, text, path === "harbor.cfg" ? "cfg" : "env", fail);

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

    test("names are one for one", () => {
        fc.assert(
            fc.property(
                fc.array(fc.tuple(fc.stringMatching(/^[a-z0-9_]{0,6}pwd$/), secret), { maxLength: 8 }),
                (all) => {
                    const hidden = inLines(all.map(([key, text]) => `${key} = ${text}`).join("\n"));
                    expect(Object.keys(hidden.secrets)).toHaveLength(all.length);
                    expect(slotsIn(hidden.content)).toEqual(Object.keys(hidden.secrets));
                },
            ),
        );
    });
});
