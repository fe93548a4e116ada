import fc from "fast-check";
import { renderTemplate } from "../../releases/v2/jinja";
import { isPlainText, isTrue, json, type Mapping, printed, safeLoad, type Value } from "../../releases/v2/python";

const variables: Mapping = {
    ...{ yes: true, no: false, none: null, one: 1, name: "core", empty: "", unset: undefined },
    ...{ list: ["FILE", "DB"], nothing: [], tls: { enabled: false, deep: { on: true } } },
};

describe("templates are rendered as Jinja does with trim_blocks and lstrip_blocks", () => {
    test.each<[string, string, string]>([
        ["text", "a\n  b", "a\n  b"],
        ["the last line break goes, and only that", "a\n\n", "a\n"],
        ["a value", "{{name}} {{ name }} {{one}} {{8080}}", "core core 1 8080"],
        ["Python's words", "{{yes}} {{no}} {{none}}", "True False None"],
        ["a name without value", "[{{unset}}]", "[]"],
        ["a line with a block alone leaves nothing", "a\n  {% if yes %}\nb\n  {% endif %}\nc", "a\nb\nc"],
        ["a block without a blank", "{%if yes %}\nb\n{%endif%}\n", "b\n"],
        ["else", "{% if no %}\na\n{% else %}\nb\n{% endif %}\n", "b\n"],
        ["elif", "{% if no %}a{% elif name == 'core' %}b{% else %}c{% endif %}", "b"],
        ["no else", "{% if no %}a{% endif %}", ""],
        [
            "what is empty is false",
            "{% if nothing %}a{% endif %}{% if empty %}b{% endif %}{% if unset %}c{% endif %}",
            "",
        ],
        [
            "False",
            "{% if no == False %}a{% endif %}{% if yes == False %}b{% endif %}{% if name != 'x' %}c{% endif %}",
            "ac",
        ],
        [
            "and, or, not",
            "{% if yes and not no %}a{% endif %}{% if no or one %}b{% endif %}{% if (no) %}c{% endif %}",
            "ab",
        ],
        ["the value of and, or", "{{ empty or name }} {{ one and name }} {{ no and name }}", "core core False"],
        ["attributes", "{% if tls.enabled %}a{% else %}{{ tls.deep.on }}{% endif %}", "True"],
        ["a choice in line", "{{ name if yes else 'x' }}{{ name if no else '' }}{{ name if no }}", "core"],
        ["a loop", "{% for item in list %}\n- {{item}}\n{% endfor %}\n", "- FILE\n- DB\n"],
        ["a loop over nothing", "{% for item in nothing %}a{% endfor %}", ""],
        [
            "filters",
            "{{ list | to_json | safe }} {{ tls|to_json }}",
            '["FILE", "DB"] {"enabled": false, "deep": {"on": true}}',
        ],
    ])("%s", (_what, template, expected) => {
        expect(renderTemplate(template, variables)).toBe(expected);
    });

    test("text without signs comes out as it is", () => {
        fc.assert(
            fc.property(
                fc.string().map((text) => text.replace(/[{}%#\r\n]/g, "")),
                (text) => {
                    expect(renderTemplate(text, {})).toBe(text);
                },
            ),
        );
    });

    test("a value is never taken for a template", () => {
        fc.assert(
            fc.property(fc.string(), (value) => {
                expect(renderTemplate("<{{v}}>", { v: value })).toBe(`<${value}>`);
            }),
        );
        expect(renderTemplate("{{v}}", { v: "{{ w }}{% if x %}" })).toBe("{{ w }}{% if x %}");
    });
});

describe("what isn't known is an error with the line", () => {
    test.each([
        ["a name", "a\n{{ other }}", "line 2: nothing is known of other"],
        ["a name in a condition", "{% if other %}a{% endif %}", "line 1: nothing is known of other"],
        ["an attribute", "\n\n{{ tls.other }}", "line 3: nothing is known of tls.other"],
        ["an attribute of a text", "{{ name.length }}", "line 1: nothing is known of name.length"],
        ["an attribute of nothing", "{{ unset.x }}", "line 1: nothing is known of unset.x"],
        ["what every object has", "{{ tls.constructor }}", "line 1: nothing is known of tls.constructor"],
        ["a call", "{{ name.upper() }}", "line 1: FunCall is not known"],
        ["a filter", "{{ name | upper }}", "line 1: the filter upper is not known"],
        ["a filter with parameters", "{{ list | to_json(1) }}", "line 1: the filter to_json takes no parameters"],
        ["a comparison", "{% if one < 2 %}a{% endif %}", "line 1: of comparisons == and != are known"],
        [
            "a comparison of lists",
            "{% if list == nothing %}a{% endif %}",
            "line 1: lists and mappings can't be compared",
        ],
        ["a test", "{% if name is defined %}a{% endif %}", "line 1: Is is not known"],
        [
            "a loop over a text",
            "{% for c in name %}a{% endfor %}",
            "line 1: for is known with one name and a list only",
        ],
        [
            "a loop with two names",
            "{% for a, b in list %}a{% endfor %}",
            "line 1: for is known with one name and a list only",
        ],
        ["the loop's own name", "{% for a in list %}{{ loop.index }}{% endfor %}", "line 1: nothing is known of loop"],
        ["a list printed", "{{ list }}", "line 1: a list or mapping can't be printed"],
        ["a tuple", "{{ (one, one) }}", "line 1: a tuple is not known"],
        ["an assignment", "{% set a = 1 %}", "line 1: Set is not known"],
        ["another file", '{% include "x" %}', "line 1: Include is not known"],
        ["a comment", "a\n  {# why #}\nb", "comments are not known"],
        ["sums", "{{ one + 1 }}", "line 1: Add is not known"],
    ])("%s", (_what, template, message) => {
        expect(() => renderTemplate(template, variables)).toThrow(new Error(message));
    });

    test("nor is what is no template", () => {
        expect(() => renderTemplate("{% if a %}", variables)).toThrow(/^not a template: /);
        expect(() => renderTemplate("{{ a", variables)).toThrow(/^not a template: /);
    });

    test("where it isn't reached it doesn't matter", () => {
        expect(renderTemplate("{% if no %}{{ other }}{% endif %}{{ other if no else '' }}", variables)).toBe("");
    });
});

describe("values are Python's", () => {
    test("what is true", () => {
        const all: Value[] = [0, "", null, undefined, false, [], {}, 1, "0", true, [0], { a: 0 }];
        expect(all.map(isTrue)).toEqual([...new Array<boolean>(7).fill(false), ...new Array<boolean>(5).fill(true)]);
    });

    test("JSON has blanks, and ASCII only", () => {
        expect(json({ a: [1, "ä\n", null], b: { c: true } })).toBe('{"a": [1, "\\u00e4\\n", null], "b": {"c": true}}');
        fc.assert(
            fc.property(fc.jsonValue(), (value) =>
                expect(JSON.parse(json(value as Value))).toEqual(JSON.parse(JSON.stringify(value))),
            ),
        );
    });

    test("YAML is read as 1.1, but y and n are letters, and 1.0 stays", () => {
        expect(safeLoad("a: on\nb: off\nc: 012\nd: 1.0\ne: 0.5\nf: ~\ny: n\ng: 5m\n")).toEqual({
            ...{ a: true, b: false, c: 10, d: "1.0", e: 0.5, f: null, y: "n", g: "5m" },
        });
        expect(printed((safeLoad("a: 1.0") as Mapping).a)).toBe("1.0");
    });

    test.each([
        ["registry", true],
        ["db.example.com", true],
        ["10.0.0.5", true],
        ["redis:6379", true],
        ["on", false],
        ["010", false],
        ["12:30", false],
        ["null", false],
        ["", false],
        ["a: b", false],
        ["a #b", false],
        ["[::1]", false],
    ])("%s is a text without quotes: %s", (text, expected) => {
        expect(isPlainText(text)).toBe(expected);
    });
});
