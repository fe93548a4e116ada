import { renameSync, writeFileSync } from "node:fs";
import { Html, markup } from "./markup";
import { style } from "./style";

export type Tone = "good" | "bad" | "warn" | "unknown";

/** What stands beside each colour, for those who don't see it. */
const signs: Readonly<Record<Tone, string>> = { good: "✓", bad: "✗", warn: "⚠", unknown: "?" };

/** Sign and words in a colour. */
export function badge(tone: Tone, text: string): Html {
    return markup`<span class="badge ${tone}"><span aria-hidden="true">${signs[tone]}</span> ${text}</span>`;
}

export interface Page {
    readonly title: string;
    /** A line below the title. */
    readonly about: Html;
    readonly verdict: Html;
    readonly sections: readonly (Html | undefined)[];
}

/** One file for a browser: it loads nothing and runs nothing, and a browser is told so. */
export function page({ title, about, verdict, sections }: Page): string {
    const policy = "default-src 'none'; style-src 'unsafe-inline'";
    return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<header><div><h1>${title}</h1><p class="soft">${about}</p></div>${verdict}</header>
<main>
${sections.flatMap((section) => (section ? [section, "\n"] : []))}</main>
</body>
</html>
`.text;
}

export function section(title: string, ...parts: readonly (Html | undefined)[]): Html {
    return markup`<section><h2>${title}</h2>${parts}</section>`;
}

/** Written beside its place and renamed, so that nobody reads half of it. */
export function writePage(file: string, text: string): void {
    const temporary = `${file}.new`;
    writeFileSync(temporary, text);
    renameSync(temporary, file);
}
