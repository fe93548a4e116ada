import {
    type Document,
    isCollection,
    isMap,
    isNode,
    isPair,
    isScalar,
    Lexer,
    type Pair,
    type Range,
    type Scalar,
    type YAMLMap,
} from "yaml";
import { type Fail, keyText, parseYaml } from "../yaml";
import { isPlainText } from "./python";

export interface Edit {
    readonly start: number;
    readonly end: number;
    readonly text: string;
}

/** A text with parts of it replaced; no two of them overlap. */
export function edited(text: string, edits: readonly Edit[]): string {
    let [result, end] = ["", 0];
    for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
        result += text.slice(end, edit.start) + edit.text;
        end = edit.end;
    }
    return result + text.slice(end);
}

/** The parts of a YAML text that aren't text of values: comments, names, signs; with the text all the same. */
export function tokensOf(text: string): { readonly source: string; readonly isValue: boolean }[] {
    let isValue = false;
    return [...new Lexer().lex(text)].flatMap((source) => {
        const isMark = /^[\x02\x18\x1f]$/.test(source);
        const token = { source, isValue };
        isValue = source === "\x1f";
        return isMark ? [] : [token];
    });
}

/**
 * A YAML text that is changed in places and otherwise stays letter for letter. Printing the document would move each
 * comment between two sections of harbor.yml to the end of the section before it, and take it away with that.
 */
export class YamlText {
    private readonly doc: Document.Parsed;
    private readonly edits: Edit[] = [];
    private appended = "";

    /** @throws what `fail` makes, for what is no YAML, or has aliases: one place would then stand for several. */
    constructor(
        private readonly text: string,
        private readonly fail: Fail,
    ) {
        this.doc = parseYaml(text, fail);
        if (!isMap(this.doc.contents)) throw fail("no settings");
        if (tokensOf(text).some(({ source, isValue }) => !isValue && /^[&*]/.test(source))) {
            throw fail("aliases (&name, *name) are not supported: write the values out");
        }
    }

    has(...path: string[]): boolean {
        return this.doc.hasIn(path);
    }

    /**
     * Gives a key of a mapping a value. A key that isn't there is put before the others.
     * @param path A mapping, which has to be there, and the key.
     * @param quoted Whether the value stands in quotes in any case.
     */
    set(path: readonly string[], value: string | number | boolean, quoted = false): void {
        this.replace(path, scalarText(value, quoted));
    }

    /** The same with a value as it is to be written, also in the place of a mapping. */
    replace(path: readonly string[], written: string): void {
        const map = this.mapping(path.slice(0, -1));
        const key = path.at(-1) ?? "";
        const pair = pairOf(map, key);
        const isBlock = written.startsWith("{") && isMap(pair?.value) && !pair.value.flow;
        if (pair === undefined) {
            const first = startOf(map.items[0]);
            const start = this.lineStart(first);
            this.edits.push({ start, end: start, text: `${" ".repeat(first - start)}${key}: ${written}\n` });
        } else if (isBlock) {
            const start = startOf(pair);
            this.edits.push({ start, end: this.endOf(pair), text: `${key}: ${written}\n` });
        } else if ((isScalar(pair.value) || written.startsWith("{")) && hasRange(pair.value)) {
            const [start, end] = pair.value.range;
            this.edits.push({ start, end, text: this.text[start - 1] === ":" ? ` ${written}` : written });
        } else {
            throw this.fail(`${path.join(".")} is no single value`);
        }
    }

    /** Takes a section out, with the comment right before it and those within it. */
    remove(key: string): void {
        const pair = pairOf(this.mapping([]), key);
        if (pair === undefined) return;
        let start = this.lineStart(startOf(pair));
        while (start > 0 && this.text[this.lineStart(start - 1)] === "#") start = this.lineStart(start - 1);
        this.edits.push({ start, end: this.endOf(pair), text: "" });
    }

    /** Adds a section at the end. */
    append(lines: readonly string[]): void {
        this.appended += `\n${lines.join("\n")}\n`;
    }

    toString(): string {
        const text = edited(this.text, this.edits);
        return (text.endsWith("\n") ? text : `${text}\n`) + this.appended;
    }

    private mapping(path: readonly string[]): YAMLMap {
        const found: unknown = path.length === 0 ? this.doc.contents : this.doc.getIn(path);
        if (!isMap(found) || found.items.length === 0) throw this.fail(`no ${path.join(".")}`);
        if (found.flow) throw this.fail(`${path.join(".")} is written in braces: write one key a line`);
        return found;
    }

    private lineStart(offset: number): number {
        return this.text.lastIndexOf("\n", offset - 1) + 1;
    }

    /** Behind the last line of the pair that has a value, or a comment in the section's own depth. */
    private endOf(pair: Pair): number {
        const last = Math.max(...scalarsIn(pair).map(({ range }) => range?.[1] ?? 0));
        const newline = this.text.indexOf("\n", last - 1);
        const end = newline < 0 ? this.text.length : newline + 1;
        return end + (/^(?:[ \t]+#[^\n]*\n)*/.exec(this.text.slice(end))?.[0].length ?? 0);
    }
}

/** A value as it stands in a file that Python reads: as YAML 1.1, in which more words and figures are no text. */
export function scalarText(value: string | number | boolean, quoted = false): string {
    return typeof value !== "string" || (!quoted && isPlainText(value)) ? String(value) : JSON.stringify(value);
}

export function scalarsIn(node: unknown): Scalar[] {
    if (isScalar(node)) return [node];
    if (isPair(node)) return [...scalarsIn(node.key), ...scalarsIn(node.value)];
    return isCollection(node) ? node.items.flatMap(scalarsIn) : [];
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
    return map.items.find((pair) => keyText(pair) === key);
}

function hasRange(node: unknown): node is { readonly range: Range } {
    return isNode(node) && Boolean(node.range);
}

function startOf(pair: Pair | undefined): number {
    return (isScalar(pair?.key) ? pair.key.range?.[0] : undefined) ?? 0;
}
