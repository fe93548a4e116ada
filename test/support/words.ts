import fc from "fast-check";

/** How many code points there are without surrogates, and where these would begin. */
const [codePoints, surrogates, surrogateCount] = [0x10ffff - 0x800, 0xd800, 0x800];

/**
 * Any code point that UTF-8 can carry, as the unit of `fc.string`. The library's own, "binary", writes a table of all of them
 * before its first text: most of a second in every file that uses it.
 */
export const anyCharacter = fc.integer({ min: 0, max: codePoints }).map(
    (number) => String.fromCodePoint(number < surrogates ? number : number + surrogateCount),
    (text) => {
        const code = typeof text === "string" ? text.codePointAt(0) : undefined;
        if (code === undefined || String.fromCodePoint(code) !== text) throw new Error("not one character");
        return code < surrogates ? code : code - surrogateCount;
    },
);

/** Anything that can be an argument: no NUL, and text that UTF-8 can carry. */
export const word = fc
    .oneof(
        fc.string({ unit: anyCharacter }),
        fc.string({ unit: fc.constantFrom(...Array.from("'\"\\$`!*?[]{}()<>|&;~#= \n\t\r")) }),
        fc.constantFrom("", "-n", "~", "*", "$(false)", "a b", "'", "\\", "a'b'c", "\u00e4", "!!"),
    )
    .map((text) => text.replaceAll("\0", ""));
