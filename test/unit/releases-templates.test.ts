import { line11 } from "../../releases/line-1-1";
import { ReleaseError } from "../../releases/release";
import { adminserverEnv, otherTemplates, uiEnv } from "../../releases/tables-1-1";
import { checkTemplate } from "../../releases/templates";
import { release, renderInput, sandboxRelease } from "../support/release";
import { editedText, fail, paths, smallRelease, smallTexts } from "./releases.texts";

const render = (changes: Record<string, string | undefined>): unknown =>
    line11.render(smallRelease(changes), renderInput);

const contentOf = (changes: Record<string, string | undefined>, path: string): string =>
    line11.render(smallRelease(changes), renderInput).find((file) => file.path === path)?.content ?? "";

describe("the connection to the database and the passwords are the stack's, whatever a template says", () => {
    test.each([
        ["MYSQL_PWD=$db_password", "MYSQL_PWD=old-plain-Pass1", "MYSQL_PWD=$db_password"],
        ["MYSQL_PWD=$db_password", "MYSQL_PWD=", "MYSQL_PWD=$db_password"],
        ["MYSQL_PWD=$db_password", "export MYSQL_PWD='x y'", "MYSQL_PWD=$db_password"],
        ["MYSQL_HOST=mysql", "MYSQL_HOST=10.0.0.9", "MYSQL_HOST=db.example.com"],
        ["MYSQL_USR=root", "MYSQL_USR=me", "MYSQL_USR=harbor"],
        [
            "HARBOR_ADMIN_PASSWORD=$harbor_admin_password",
            "HARBOR_ADMIN_PASSWORD=Our-Pw-1",
            "HARBOR_ADMIN_PASSWORD=$harbor_admin_password",
        ],
    ])("%s, written as %s", (from, to, expected) => {
        const content = contentOf(editedText(paths.adminserver, from, to), paths.adminserver);
        expect(content.split("\n")).toContain(expected);
        expect(content).not.toMatch(/old-plain|Our-Pw|x y/);
    });
});

const harbors: readonly (readonly [string, string, string])[] = [
    [paths.adminserver, "EXT_ENDPOINT", "$ui_url"],
    [paths.adminserver, "DATABASE_TYPE", "mysql"],
    [paths.adminserver, "MYSQL_DATABASE", "registry"],
    [paths.adminserver, "REGISTRY_URL", "http://registry:5000"],
    [paths.adminserver, "TOKEN_SERVICE_URL", "http://ui/service/token"],
    [paths.adminserver, "UI_SECRET", "$ui_secret"],
    [paths.adminserver, "JOBSERVICE_SECRET", "$jobservice_secret"],
    [paths.adminserver, "RESET", "false"],
    [paths.ui, "UI_SECRET", "$ui_secret"],
    [paths.ui, "JOBSERVICE_SECRET", "$jobservice_secret"],
];

describe.each(harbors)("%s: %s", (path, key, value) => {
    const line = `${key}=${value}`;
    const hidden = key.endsWith("SECRET");

    test("may not have another value", () => {
        expect(() => render(editedText(path, line, `${key}=other-Value1`))).toThrow(
            new ReleaseError(
                release,
                path,
                `${key} must be '${value}', found '${hidden ? "(not shown)" : "other-Value1"}'`,
            ),
        );
    });

    test("may not be missing, or be there twice in any form", () => {
        const expected = (count: number) =>
            new ReleaseError(release, path, `expected one line '${line}', found ${count}`);
        expect(() => render(editedText(path, `${line}\n`, ""))).toThrow(expected(0));
        expect(() => render(editedText(path, line, `#${line}`))).toThrow(expected(0));
        for (const second of [`${key}=x`, `  ${key}=x`, `export ${key}=x`, `${key}: x`, line]) {
            expect(() => render({ [path]: `${smallTexts[path] ?? ""}${second}\n` })).toThrow(expected(2));
        }
    });
});

test("a placeholder may have braces", () => {
    expect(() => render(editedText(paths.adminserver, "EXT_ENDPOINT=$ui_url", "EXT_ENDPOINT=${ui_url}"))).not.toThrow();
    expect(() => render(editedText(paths.adminserver, "EXT_ENDPOINT=$ui_url", "EXT_ENDPOINT=$ui_url:8099"))).toThrow(
        "EXT_ENDPOINT must be '$ui_url', found '$ui_url:8099'",
    );
});

test("an address in a message has no password", () => {
    const changed = editedText(
        paths.adminserver,
        "REGISTRY_URL=http://registry:5000",
        "REGISTRY_URL=http://u:Pw-1x@r:5000",
    );
    expect(() => render(changed)).toThrow(
        "REGISTRY_URL must be 'http://registry:5000', found 'http://u:(not shown)@r:5000'",
    );
});

test.each([
    [paths.adminserver, "JSON_CFG_STORE_PATH", "/etc/adminserver/config/config.json", "/tmp/config.json"],
    [paths.adminserver, "KEY_PATH", "/etc/adminserver/key", "/key"],
    [paths.ui, "KEY_PATH", "/etc/ui/key", "/etc/ui/other"],
    [paths.ui, "CONFIG_PATH", "/etc/ui/app.conf", "/app.conf"],
    [paths.ui, "ADMIN_SERVER_URL", "http://adminserver", "http://10.0.0.1"],
    [paths.jobservice, "LOG_DIR", "/var/log/jobs", "/tmp"],
    [paths.jobservice, "KEY_PATH", "/etc/jobservice/key", "/tmp/key"],
])("%s may do without %s, or have Harbor's own", (path, key, own, other) => {
    const text = smallTexts[path] ?? "UI_SECRET=$ui_secret\nJOBSERVICE_SECRET=$jobservice_secret\n";
    expect(() => render({ [path]: text })).not.toThrow();
    expect(() => render({ [path]: `${text}${key}=${own}\n` })).not.toThrow();
    expect(() => render({ [path]: `${text}${key}=${own}\n${key}=${other}\n` })).toThrow(
        new ReleaseError(release, path, `${key} must be '${own}', found '${other}'`),
    );
});

test("templates that aren't changed are looked at where they are there", () => {
    expect(() => render({ [paths.jobservice]: "UI_SECRET=fixed\nJOBSERVICE_SECRET=$jobservice_secret\n" })).toThrow(
        new ReleaseError(release, paths.jobservice, "UI_SECRET must be '$ui_secret', found '(not shown)'"),
    );
    expect(() => render({ "common/templates/ui/app.conf": "[dev]\nhttpport = 8080\n" })).toThrow(
        new ReleaseError(release, "common/templates/ui/app.conf", "httpport must be '80', found '8080'"),
    );
    expect(() => render({ "common/templates/jobservice/app.conf": "[dev]\nHTTPPort=80\n" })).not.toThrow();
});

test.each([
    ["Harbor's", release],
    ["the sandbox's", sandboxRelease],
])("%s templates are as they have to be", (_, { files }) => {
    const rules = [adminserverEnv, uiEnv, ...otherTemplates].filter(({ path }) => files.has(path));
    expect(rules.length).toBeGreaterThan(1);
    for (const rule of rules) expect(() => checkTemplate(files.get(rule.path) ?? "", rule, fail)).not.toThrow();
});
