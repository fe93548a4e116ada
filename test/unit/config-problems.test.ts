import fc from "fast-check";
import { UserError } from "../../base/errors";
import { nearest } from "../../base/nearest";
import { ConfigError } from "../../config/problems";

test("one problem", () => {
    const error = new ConfigError([{ key: "domain", allowed: "a name" }]);
    expect(error.message).toBe(
        "1 problem in the configuration, nothing was touched:\n  harbor-ha:domain is missing: a name",
    );
});

test("several problems, with and without a value", () => {
    const problems = [
        { key: "domain", allowed: "a name" },
        { key: "port", value: "0", allowed: "more" },
    ];
    const error = new ConfigError(problems);
    expect(error.message.split("\n")).toEqual([
        "2 problems in the configuration, nothing was touched:",
        "  harbor-ha:domain is missing: a name",
        "  harbor-ha:port: 0 is not allowed: more",
    ]);
    expect(error.problems).toBe(problems);
});

test("errors have their own names and are all the operator's to mend", () => {
    const error = new ConfigError([]);
    expect(error).toBeInstanceOf(UserError);
    expect([error.name, new UserError("x").name]).toEqual(["ConfigError", "UserError"]);
});

describe("nearest", () => {
    const known = ["domain", "dnsServer", "dnsZone", "mysqlHost"];

    test.each([
        ["domian", "domain"],
        ["DOMAIN", "domain"],
        ["dnszone", "dnsZone"],
        ["mysqlhots", "mysqlHost"],
        ["dns", undefined],
        ["cephMonitors", undefined],
        ["", undefined],
    ])("%s: %s", (word, expected) => {
        expect(nearest(word, known)).toBe(expected);
    });

    test("nothing is near when nothing is known", () => {
        expect(nearest("domain", [])).toBeUndefined();
    });

    test("a name with one letter gone, added or changed is found again", () => {
        fc.assert(
            fc.property(fc.constantFrom(...known), fc.nat(), fc.constantFrom("", "x", "xy"), (name, n, letters) => {
                const at = n % name.length;
                expect(nearest(name.slice(0, at) + letters + name.slice(at + 1), known)).toBe(name);
            }),
        );
    });
});
