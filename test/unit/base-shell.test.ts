import fc from "fast-check";
import { asRoot, limited, shellQuote } from "../../base/shell";
import { bash } from "../support/bash";
import { word } from "../support/words";

describe("shellQuote", () => {
    test.each([
        ["", "''"],
        ["plain/path-1.2_x:y=@%+,", "plain/path-1.2_x:y=@%+,"],
        ["a b", "'a b'"],
        ["it's", "'it'\\''s'"],
        ["~", "'~'"],
    ])("%j is %s", (text, quoted) => {
        expect(shellQuote(text)).toBe(quoted);
    });

    test.each(["bash", "sh"])("every text arrives as it is in %s", (shell) => {
        fc.assert(
            fc.property(fc.array(word, { minLength: 200, maxLength: 400 }), (words) => {
                const { stdout } = bash(`${shell} -s`, `printf '%s\\0' ${words.map(shellQuote).join(" ")}`);
                expect(stdout.split("\0").slice(0, -1)).toEqual(words);
            }),
            { numRuns: 5 },
        );
    });
});

describe("asRoot and limited", () => {
    test("ends by itself", () => {
        expect(asRoot(limited(["/opt/x", "put", "a b"], 60), "root")).toBe("timeout -k 15 60 /opt/x put 'a b'");
    });

    test("a login that isn't root's uses sudo, which never asks", () => {
        expect(asRoot(limited(["/opt/x"], 5), "ops")).toBe("sudo -n timeout -k 15 5 /opt/x");
    });
});
