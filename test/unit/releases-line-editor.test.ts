import fc from "fast-check";
import { putKey, setKeys, valuesOf } from "../../releases/line-editor";

const fail = (problem: string): Error => new Error(problem);

const text =
    "# a comment\nhostname = reg.mydomain.com\n#port = 1\nssl_cert= /a\n  ssl = more\nssl_cert_key =/b\nempty =\nRESET=false\n";

test("a value is replaced, the rest of its line and all others stay", () => {
    const values = { hostname: "hub", ssl_cert: "/x", ssl_cert_key: "/y", empty: "full", RESET: "true" };
    expect(setKeys(text, values, "cfg", fail)).toBe(
        "# a comment\nhostname = hub\n#port = 1\nssl_cert= /x\n  ssl = more\nssl_cert_key =/y\nempty =full\nRESET=true\n",
    );
});

test.each([
    ["port", "expected one line 'port = …', found 0"],
    ["ssl", "expected one line 'ssl = …', found 0"],
    ["host.ame", "expected one line 'host.ame = …', found 0"],
])("%s isn't there uncommented", (key, message) => {
    expect(() => setKeys(text, { [key]: "x" }, "cfg", fail)).toThrow(new Error(message));
});

test.each([
    ["cfg", "a=1\na = 2\n", "expected one line 'a = …', found 2"],
    ["cfg", "a=1\nA=2\n", "expected one line 'a = …', found 2"],
    ["cfg", "a=1\na: 2\n", "expected one line 'a = …', found 2"],
    ["env", "a=1\na=2\n", "expected one line 'a=…', found 2"],
    ["env", "a=1\n  a=2\n", "expected one line 'a=…', found 2"],
    ["env", "a=1\nexport a=2\n", "expected one line 'a=…', found 2"],
    ["env", "a=1\na: 2\n", "expected one line 'a=…', found 2"],
    ["env", "A=1\n", "expected one line 'a=…', found 0"],
] as const)("a key of %s that its reader finds in %j can't be set", (style, source, message) => {
    expect(() => setKeys(source, { a: "3" }, style, fail)).toThrow(new Error(message));
});

test("a line of an env file is written as both versions of Compose read it", () => {
    for (const line of ["a=1", " a=1", "export a=1", "a = 1", "a: 1"]) {
        expect(setKeys(`b=1\n${line}\n`, { a: "2" }, "env", fail)).toBe("b=1\na=2\n");
    }
});

test.each([
    ["hostname", ["reg.mydomain.com"]],
    ["HostName", ["reg.mydomain.com"]],
    ["port", []],
    ["empty", [""]],
    ["ssl", []],
    ["ssl_cert", ["/a"]],
    ["ssl_cert_key", ["/b"]],
])("the value of %s", (key, values) => {
    expect(valuesOf(text, key, "cfg")).toEqual(values);
});

test("all values of a key", () => {
    expect(valuesOf("a=1\nexport a=2\n a: 3 \n#a=4\nA=5\nab=6\n", "a", "env")).toEqual(["1", "2", "3"]);
});

test("a key is added at the end, or set where it is", () => {
    expect(putKey("a=1\n", "b", "2", fail)).toBe("a=1\nb=2\n");
    expect(putKey("a=1", "b", "2", fail)).toBe("a=1\nb=2\n");
    expect(putKey("", "b", "2", fail)).toBe("b=2\n");
    expect(putKey("b=1\na=1\n", "b", "2", fail)).toBe("b=2\na=1\n");
    expect(() => putKey("b=1\nb=1\n", "b", "2", fail)).toThrow("found 2");
});

describe("whatever the text is", () => {
    const key = fc.stringMatching(/^[A-Za-z_$.*+]{1,8}$/);
    const value = fc.string().map((v) => v.replace(/[\r\n\u2028\u2029]/g, "").trim());
    const other = fc
        .oneof(fc.constantFrom("", "# comment", "#a = 1", "[part]"), fc.string())
        .map((l) => l.replace(/[\r\n=:]/g, ""));
    const lines = fc.array(other, { maxLength: 6 });
    const newline = fc.constantFrom("\n", "\r\n");

    test("only the line of the key changes, and it has the value then", () => {
        fc.assert(
            fc.property(lines, key, value, value, lines, newline, (before, name, old, current, after, end) => {
                const source = [...before, `${name} = ${old}`, ...after].join(end);
                const result = setKeys(source, { [name]: current }, "cfg", fail);
                expect(result).toBe([...before, `${name} = ${current}`, ...after].join(end));
                expect(valuesOf(result, name, "cfg")).toEqual([current]);
                expect(setKeys(result, { [name]: current }, "cfg", fail)).toBe(result);
            }),
        );
    });

    test("a key that was put is there once, and putting it again changes nothing", () => {
        fc.assert(
            fc.property(lines, key, value, (before, name, current) => {
                const result = putKey(before.join("\n"), name, current, fail);
                expect(valuesOf(result, name, "env")).toEqual([current]);
                expect(putKey(result, name, current, fail)).toBe(result);
            }),
        );
    });
});
