import fc from "fast-check";
import { parse } from "yaml";
import { parseParameters, renderParameters } from "../../plan/parameters";
import { endOfParameters } from "../../plan/toolkit";
import { bash } from "../support/bash";
import { word } from "../support/words";

describe("renderParameters", () => {
    test("one line each", () => {
        expect(renderParameters({ a: "text", n: 3, on: true, list: ["x", "y"], "digest/a.b-c": "0f" })).toBe(
            "a: text\nn: 3\non: true\nlist: x y\ndigest/a.b-c: 0f\n",
        );
    });

    test.each([
        "a\nb: c",
        "a\rb",
        "a#b",
        "",
        " a",
        "a ",
        "a: b",
        "- a",
        "a:",
        "'a",
        "&a",
        "*a",
        "a\0b",
        "@a",
        "\u00e4",
    ])("value %j is refused", (value) => {
        expect(() => renderParameters({ name: value })).toThrow(
            new Error(`value '${value}' of parameter name is not allowed: one plain line`),
        );
    });

    test.each(["", "a b", "a:", "a\n", "ä"])("name %j is refused", (name) => {
        expect(() => renderParameters({ [name]: "x" })).toThrow(new Error(`parameter name '${name}' is not allowed`));
    });

    /** The parameters that are taken, by names of their own. */
    const takenOf = (values: readonly string[]): Record<string, string> =>
        Object.fromEntries(
            values.flatMap((value, i) => {
                try {
                    renderParameters({ x: value });
                    return [[`name/${i}`, value]];
                } catch {
                    return [];
                }
            }),
        );
    const value = fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 :,=_@+'"$`\\*()-]*$/), word);
    const values = fc.array(value, { minLength: 100, maxLength: 200 }).map(takenOf);

    test("a value is refused, or the node reads it as it was", () => {
        const program =
            '. node/core/lib.sh; . node/core/parameters.sh; declare -A PARAMETERS=([any]="*:line"); read_parameters any; for name in "${!PARAM[@]}"; do printf "%s\\0%s\\0" "$name" "${PARAM[$name]}"; done';
        fc.assert(
            fc.property(values, (parameters) => {
                const { stdout, stderr } = bash(program, `${renderParameters(parameters)}${endOfParameters}\n`);
                expect(stderr).toBe("");
                const read = stdout.split("\0").slice(0, -1);
                const found = Object.fromEntries(read.flatMap((name, i) => (i % 2 === 0 ? [[name, read[i + 1]]] : [])));
                expect(found).toEqual(parameters);
            }),
            { numRuns: 10 },
        );
    });

    test("a value is refused, or a preview shows it as YAML", () => {
        fc.assert(
            fc.property(values, (parameters) => {
                const text = `${renderParameters(parameters)}${endOfParameters}\n`;
                expect(parse(text, { schema: "failsafe" })).toEqual(
                    Object.keys(parameters).length > 0 ? parameters : null,
                );
            }),
            { numRuns: 30 },
        );
    });

    test("a value is refused, or the program reads it back as it was", () => {
        fc.assert(
            fc.property(values, (parameters) => {
                const text = `${renderParameters(parameters)}${endOfParameters}\n`;
                expect(Object.fromEntries(parseParameters(text))).toEqual(parameters);
            }),
            { numRuns: 30 },
        );
    });
});
