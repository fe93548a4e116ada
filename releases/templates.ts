import { type Style, valuesOf } from "./line-editor";
import { shownValue } from "./secret-words";
import type { Fail } from "./yaml";

/** What a template of the release has to say, so that prepare makes of it what all nodes and this program rely on. */
export interface TemplateRule {
    /** Path below `harbor/`. */
    readonly path: string;
    readonly style: Style;
    /** Keys that have this value, on exactly one line. A placeholder may be written `${name}`, too. */
    readonly needs: Readonly<Record<string, string>>;
    /** Keys that Harbor has a default for: not there at all, or with this value. */
    readonly unless: Readonly<Record<string, string>>;
}

/** @throws what `fail` makes, with key, found and expected value; a secret's value isn't shown. */
export function checkTemplate(text: string, { style, needs, unless }: TemplateRule, fail: Fail): void {
    for (const [key, value] of Object.entries(needs)) {
        const found = valuesOf(text, key, style);
        if (found.length !== 1) throw fail(`expected one line '${key}=${value}', found ${found.length}`);
        requireValue(key, value, found, fail);
    }
    for (const [key, value] of Object.entries(unless)) requireValue(key, value, valuesOf(text, key, style), fail);
}

function requireValue(key: string, value: string, found: readonly string[], fail: Fail): void {
    const other = found.find((one) => !sameTemplate(one, value));
    if (other !== undefined) throw fail(`${key} must be '${value}', found '${shownValue(key, other)}'`);
}

/** `${ui_url}` and `$ui_url` are the same to prepare. */
export function sameTemplate(one: string, other: string): boolean {
    return one.replace(/^\$\{(\w+)\}/, "$$$1") === other;
}
