import fc from "fast-check";
import { parse, stringify } from "yaml";
import { isSecretKey } from "../../releases/secret-words";
import { hideInText } from "../../releases/v2/hide-in-text";
import { edited, scalarText, tokensOf, YamlText } from "../../releases/v2/yaml-text";
import { tmpl214, tmpl215 } from "../support/release-v2";
import { fail } from "./releases.texts";

const word = fc.stringMatching(/^[a-z]{1,6}$/).filter((key) => !isSecretKey(key));
const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const section = fc.dictionary(word, fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })), { minKeys: 1, maxKeys: 4 });
const document = fc.dictionary(word, section, { minKeys: 2, maxKeys: 5 });

test("the parts of a text are the text", () => {
    for (const text of [
        tmpl214,
        tmpl215,
        tmpl215.replaceAll("\n", "\r\n"),
        "a: |\n  # no comment\nb: 'x # y' # z\n",
        "",
    ]) {
        expect(
            tokensOf(text)
                .map(({ source }) => source)
                .join(""),
        ).toBe(text);
    }
});

test("without changes a text stays letter for letter, also where secrets are looked for", () => {
    fc.assert(
        fc.property(document, (values) => {
            const text = stringify(values);
            expect(new YamlText(text, fail).toString()).toBe(text);
            expect(hideInText("harbor.yml", text, fail).content).toBe(text);
        }),
    );
});

test("a value that is set is there, and all others stay", () => {
    fc.assert(
        fc.property(document, word, word, fc.oneof(fc.string(), fc.integer()), (values, name, key, value) => {
            const text = new YamlText(stringify({ ...values, [name]: { a: 1, ...values[name], [key]: 0 } }), fail);
            text.set([name, key], value);
            const found = parse(text.toString()) as Record<string, Record<string, unknown>>;
            expect(found).toEqual({ ...values, [name]: { a: 1, ...values[name], [key]: value } });
        }),
    );
});

test("a new key stands in its section, a new section at the end", () => {
    const text = new YamlText("# first\na:\n    # of b\n    b: 1\nc:\n  d:\n", fail);
    text.set(["a", "x"], 2);
    text.set(["c", "d"], "set");
    text.append(["e:", "  f: 3"]);
    expect(text.toString()).toBe("# first\na:\n    # of b\n    x: 2\n    b: 1\nc:\n  d: set\n\ne:\n  f: 3\n");
});

test("a section goes with its comments, and no other", () => {
    fc.assert(
        fc.property(document, (values) => {
            const names = Object.keys(values);
            const written = names.map(
                (name) => `# of ${name}\n${stringify({ [name]: values[name] })}  # in ${name}\n\n`,
            );
            const gone = names[1] ?? "";
            const text = new YamlText(written.join(""), fail);
            text.remove(gone);
            const rest = Object.entries(values).filter(([name]) => name !== gone);
            expect(parse(text.toString())).toEqual(Object.fromEntries(rest));
            expect(text.toString().match(/# (of|in) \w+/g)).toEqual(
                names.filter((name) => name !== gone).flatMap((name) => [`# of ${name}`, `# in ${name}`]),
            );
        }),
    );
});

test("what isn't there is no change", () => {
    const text = new YamlText("a: 1", fail);
    text.remove("b");
    expect(text.toString()).toBe("a: 1\n");
    expect(() => {
        text.set(["b", "c"], 1);
    }).toThrow("no b");
    expect(() => new YamlText("- a\n", fail)).toThrow("no settings");
    expect(() => new YamlText("a: &x 1\nb: *x\n", fail)).toThrow("aliases (&name, *name) are not supported");
    expect(() => new YamlText("a: '&x *y'\nb: |\n  *z\n", fail)).not.toThrow();
});

test("parts are replaced wherever they stand", () => {
    const edits = [
        { start: 4, end: 5, text: "E" },
        { start: 0, end: 2, text: "" },
        { start: 3, end: 3, text: "+" },
    ];
    expect(edited("abcdef", edits)).toBe("c+dEf");
    expect([scalarText(5), scalarText("x"), scalarText("on"), scalarText("x", true)]).toEqual([
        "5",
        "x",
        '"on"',
        '"x"',
    ]);
});
