/** Text that is markup already; only `markup` makes one. */
export class Html {
    constructor(readonly text: string) {}
}

/** What may stand in a template; undefined and false are nothing. */
type Part = Html | string | number | undefined | false | readonly Part[];

/** Markup with everything escaped that stands in it and isn't markup itself, in attributes too (they have to be quoted). */
export function markup(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
    return new Html(texts.map((text, i) => text + markupOf(parts[i])).join(""));
}

function markupOf(part: Part): string {
    if (part === undefined || part === false) return "";
    if (part instanceof Html) return part.text;
    return typeof part === "object" ? part.map(markupOf).join("") : escape(String(part));
}

const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
};

/** Control characters, as a container's answer may have them, become U+FFFD: HTML has no way to write them. */
function escape(text: string): string {
    return text
        .replace(/[&<>"']/g, (character) => entities[character] ?? character)
        .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\ufffd");
}
