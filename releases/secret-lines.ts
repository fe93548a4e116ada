import type { Style } from "./line-editor";
import { isNoSecret, isSecretKey, secretsInComment, secretsInside } from "./secret-words";
import { dropped, type Finding, type HiddenSecrets, secretsOf, Slots } from "./secrets";
import type { Fail } from "./yaml";

interface Part extends Finding {
    readonly start: number;
    readonly end: number;
}

/**
 * Takes the secrets out of a `key = value` text.
 * @throws what `fail` makes, where a secret goes on in the next line of harbor.cfg.
 */
export function hideInLines(path: string, text: string, style: Style, fail: Fail): HiddenSecrets {
    const lines = text.split("\n").map((line) => (isComment(line) ? withoutOld(line) : line));
    if (style === "cfg") refuseContinued(lines, fail);
    let start = 0;
    const parts = lines.flatMap((line) => {
        const at = start;
        start += line.length + 1;
        return isComment(line) ? [] : partsOf(line, at);
    });
    const slots = new Slots(path);
    const cleaned = lines.join("\n");
    let content = "";
    let end = 0;
    for (const part of secretsOf(path, parts)) {
        content += cleaned.slice(end, part.start) + slots.take(part.key, cleaned.slice(part.start, part.end));
        end = part.end;
    }
    return { content: content + cleaned.slice(end), secrets: slots.secrets };
}

const isComment = (line: string): boolean => /^\s*[#;]/.test(line);

/** A comment without the secrets that it may once have set. */
export function withoutOld(comment: string): string {
    return secretsInComment(comment).reduceRight(
        (text, [start, end]) => text.slice(0, start) + dropped + text.slice(end),
        comment,
    );
}

/** ConfigParser takes an indented line for more of the value before it, whatever stands in it. */
function refuseContinued(lines: readonly string[], fail: Fail): void {
    let before = "";
    for (const line of lines.filter((one) => one.trim() !== "" && !/^[#;]/.test(one))) {
        if (!/^\s/.test(line)) before = settingOf(line)?.key ?? "";
        else if (isSecretKey(before)) throw fail(`the value of ${before} goes on in the next line: write it in one`);
    }
}

function settingOf(line: string): { key: string; start: number; end: number } | undefined {
    const found = /^\s*(?:export[ \t]+)?([^=:]+?)[ \t]*[=:][ \t]*(.*?)[ \t\r]*$/d.exec(line);
    const span = found?.indices?.[2];
    return found === null || span === undefined ? undefined : { key: found[1] ?? "", start: span[0], end: span[1] };
}

function partsOf(line: string, at: number): Part[] {
    const { key, start, end } = settingOf(line) ?? { key: "", start: 0, end: line.length };
    const value = line.slice(start, end);
    const part = (from: number, to: number, kind: Part["kind"]): Part => ({
        start: at + start + from,
        end: at + start + to,
        key: [key],
        value: value.slice(from, to),
        kind,
    });
    if (isNoSecret(value)) return [];
    if (isSecretKey(key)) return [part(0, value.length, "secret")];
    const inside = secretsInside(value);
    return inside.length > 0 ? inside.map(([from, to]) => part(from, to, "secret")) : [part(0, value.length, "equal")];
}
