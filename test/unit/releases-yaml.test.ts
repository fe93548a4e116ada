import { parse } from "yaml";
import { parseYaml, printYaml } from "../../releases/yaml";
import { composeText, fail, servicesIn, transformed } from "./releases.texts";

const written = (text: string): unknown => parse(printYaml(parseYaml(text, fail)));

test.each<[string, string]>([
    ["an alias of a value", "a: &x one\nb: *x\n"],
    ["an alias of a list", "a: &x [1, two]\nb: {c: *x, d: [*x]}\n"],
    ["an alias of an alias's holder", "a: &x 1\nb: &y [*x]\nc: *y\n"],
    ["a name that is given twice", "a: &x 1\nb: *x\nc: &x 2\nd: *x\n"],
    ["a merge", "a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  l: 3\n"],
    ["a merge behind the own keys", "a: &x {k: 1, l: 2}\nb: {l: 3, <<: *x}\n"],
    ["a merge of several", "a: &x {k: 1}\nb: &y {k: 2, l: 2}\nc: {<<: [*x, *y], m: 3}\n"],
    ["a merge of merges", "a: &x {k: 1}\nb: &y {<<: *x, l: 2}\nc: {<<: *y}\n"],
    ["a merge of what stands there", "a: {<<: {k: 1}, l: 2}\n"],
    ["an alias inside what is merged", "a: &x [1]\nb: &y {k: *x}\nc: {<<: *y}\n"],
    ["an alias as a key", "a: &x one\nb: {*x : 2}\n"],
    ["a merge of nothing", "a: &x {}\nb: {<<: *x}\n"],
])("%s is written out", (_, text) => {
    expect(written(text)).toEqual(parse(text, { merge: true }));
    expect(printYaml(parseYaml(text, fail))).not.toMatch(/\*[xy]|<</);
});

test("a text without names stays as it is", () => {
    const text = "# top\na: 1 # one\n\nb:\n  - 'x'\n  - \"y\" # *not* an alias, << neither\n";
    expect(printYaml(parseYaml(text, fail))).toBe(text);
});

test("comments of an alias's place stay there, those of its name's place aren't said twice", () => {
    const text = "a: &x\n  # about k\n  k: 1\n# before b\nb: *x # beside b\n";
    const printed = printYaml(parseYaml(text, fail));
    for (const comment of ["# before b", "# beside b"]) expect(printed.split(comment)).toHaveLength(2);
});

const bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
for (let i = 1; i < 9; i++)
    bomb.push(
        `a${i}: &a${i} [${Array(10)
            .fill(`*a${i - 1}`)
            .join(", ")}]`,
    );

test.each<[string, string, string | RegExp]>([
    ["a name that isn't there", "a: *x\n", "a: no &x stands before *x"],
    ["a name that comes later", "services:\n  ui: {a: *x}\nb: &x 1\n", "service ui: no &x stands before *x"],
    ["a value that holds itself", "services:\n  ui: &x\n    a: [*x]\n", "service ui: *x holds itself"],
    ["a merge of a text", "services:\n  ui:\n    <<: one\n", "service ui: << takes mappings only"],
    ["a merge of a list of texts", "a: {<<: [one]}\n", "a: << takes mappings only"],
    ["names that stand for billions", bomb.join("\n"), "its aliases stand for more than 20000 values"],
    ["a key that is there twice", "a: 1\na: 2\n", "not valid YAML (Map keys must be unique, line 2, column 1)"],
    ["tabs", "a:\n\tb: 1\n", /^not valid YAML \(Tabs .+, line 2, column 1\)$/],
    ["several documents", "a: 1\n---\nb: 1\n", /^not valid YAML \(Source contains multiple documents/],
    ["a tag that nobody knows", "a: !reset 1\n", /^not valid YAML \(Unresolved tag/],
    ["a tag that Compose doesn't know", "a: !!binary aGk=\n", /^not valid YAML \(Unresolved tag/],
    ["an end that is missing", "a: [\n", /^not valid YAML \(Flow sequence .+, line 2, column 1\)$/],
])("an error for %s", (_, text, message) => {
    expect(() => parseYaml(text, fail)).toThrow(typeof message === "string" ? new Error(message) : message);
});

test.each([
    "password: }Pw-1x{\n",
    "password: |Pw-1x\n  a\n",
    "password: 'Pw-1x\n",
    "- a\npassword: Pw-1x\n",
    'a: "b" Pw-1x\n',
])("no error shows a value of %j", (text) => {
    expect.assertions(2);
    try {
        parseYaml(text, fail);
    } catch (error) {
        expect(String(error)).toMatch(/not valid YAML \(.+ line \d/);
        expect(String(error)).not.toContain("Pw-1x");
    }
});

test("YAML 1.1 is read as Compose 2 and the registry read it", () => {
    expect(parseYaml("%YAML 1.1\n---\na: on\nb: 22:22\n", fail).toJS()).toEqual({ a: "on", b: "22:22" });
});

describe("in a compose file", () => {
    const base = "x-base: &base\n  restart: always\n  labels: {of: harbor}\n";

    test("an inherited restart is the service's own, and changed", () => {
        const text = composeText(
            {
                registry: ["    restart: always\n", "    <<: *base\n"],
                ui: ["    restart: always\n", "    <<: [*base]\n    labels: {of: ui}\n"],
                log: ["    restart: always\n", "    <<: *base\n    restart: 'no'\n"],
            },
            base,
        );
        const after = servicesIn(transformed(text));
        expect(after.registry).toMatchObject({ restart: "on-failure", labels: { of: "harbor" } });
        expect(after.ui).toMatchObject({ restart: "on-failure", labels: { of: "ui" } });
        expect(after.log).toMatchObject({ restart: "no" });
        expect(parse(transformed(text))).toMatchObject({ "x-base": { restart: "always" } });
    });

    test("what mysql gives a name to stays known to the others", () => {
        const logging = '{driver: syslog, options: {syslog-address: "tcp://127.0.0.1:1514", tag: all}}';
        const text = composeText({
            mysql: ["    restart: always\n", `    restart: &policy always\n    logging: &logging ${logging}\n`],
            ui: ["    restart: always\n", "    restart: *policy\n    logging: *logging\n"],
            proxy: ["    restart: always\n", "    restart: always\n    logging: *logging\n"],
        });
        const { ui, proxy, mysql } = servicesIn(transformed(text));
        expect(mysql).toBeUndefined();
        expect(ui).toMatchObject({ restart: "on-failure", logging: parse(logging) as object });
        expect(proxy?.logging).toEqual(ui?.logging);
    });

    test("a list that two services share is changed once in each", () => {
        const text = composeText({
            registry: ["    volumes:\n      - /data/registry", "    volumes: &v\n      - /data/registry"],
            log: ["    volumes:\n      - /var/log/box/:/var/log/docker/:z\n", ""],
            jobservice: [
                "    volumes:\n",
                "    labels: &l [a]\n    dns: *l\n    volumes:\n      - &j /data/extra:/extra\n",
            ],
            proxy: ["    volumes:\n", "    volumes:\n      - *j\n"],
        });
        const after = servicesIn(transformed(text));
        expect(after.proxy?.volumes).toContain("/mnt/cephfs/harbor/data/extra:/extra");
        expect(after.jobservice?.volumes).toContain("/mnt/cephfs/harbor/data/extra:/extra");
    });
});
