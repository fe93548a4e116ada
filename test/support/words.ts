import fc from "fast-check";

/** Anything that can be an argument: no NUL, and text that UTF-8 can carry. */
export const word = fc
    .oneof(
        fc.string({ unit: "binary" }),
        fc.string({ unit: fc.constantFrom(...Array.from("'\"\\$`!*?[]{}()<>|&;~#= \n\t\r")) }),
        fc.constantFrom("", "-n", "~", "*", "$(false)", "a b", "'", "\\", "a'b'c", "\u00e4", "!!"),
    )
    .map((text) => text.replaceAll("\0", ""));
