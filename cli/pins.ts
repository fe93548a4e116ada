import { type Document, isMap, isScalar, type Pair, parseDocument, type Scalar, stringify, type YAMLMap } from "yaml";
import { reasonOf } from "../base/reason";

/** What is promoted: the version and the archive or its pin. Everything else belongs to the environment. */
export const pinnedKeys = ["harborVersion", "release", "releaseSource", "releaseSha256"] as const;

type PinnedKey = (typeof pinnedKeys)[number];

/**
 * The target stack's file with the pins of the source stack's. Only their own lines change, byte for byte: comments,
 * order, quotes and line ends of all others stay.
 * @throws Error when a file isn't a stack configuration, when the source has no release or a pin that can't be copied, and
 * when the target is written so that another key would change with a pin.
 */
export function copyPins(source: string, target: string): string {
    const from = read(source, "the source").config;
    if (from.get("release") === undefined) throw new Error("the source stack has no harbor-ha:release to promote");
    const before = read(target, "the target");
    let text = target;
    let now = before;
    for (const key of pinnedKeys) {
        const value = pinOf(from, key);
        if (now.config.get(key) === value) continue;
        text = withPin(text, now.document, key, value);
        now = readChanged(text);
    }
    requireOnlyPins(before, now, from);
    return text;
}

interface StackFile {
    readonly document: Document.Parsed;
    /** Everything but the configuration. */
    readonly rest: Readonly<Record<string, unknown>>;
    /** The configuration by the short names of its keys. */
    readonly config: ReadonlyMap<string, unknown>;
}

/** As Pulumi reads it: aliases and merge keys (`<<`) stand for what they name. */
function read(text: string, which: string): StackFile {
    const document = parseDocument(text, { merge: true });
    const { config, ...rest } = plain(document, which);
    if (typeof config !== "object" || config === null)
        throw new Error(`${which} is no stack configuration (no config:)`);
    return { document, rest, config: new Map(Object.entries(config).map(([key, value]) => [shortName(key), value])) };
}

function plain(document: Document.Parsed, which: string): Record<string, unknown> {
    try {
        const [error] = document.errors;
        if (error) throw error;
        return (document.toJS() ?? {}) as Record<string, unknown>;
    } catch (error) {
        throw new Error(`${which} is no YAML: ${reasonOf(error).split("\n")[0] ?? ""}`);
    }
}

const tied = "other keys of the target hang on a pin by an anchor or a merge key (<<); write the values out";

function readChanged(text: string): StackFile {
    try {
        return read(text, "the target");
    } catch {
        throw new Error(tied); // it was good before a pin was changed
    }
}

/** Pulumi takes `harbor-ha:config:release` for the same key. */
const shortName = (key: string): string => key.replace(/^harbor-ha:(config:)?/, "");

function pinOf(from: ReadonlyMap<string, unknown>, key: PinnedKey): string | undefined {
    const value = from.get(key);
    if (value === undefined || typeof value === "string") return value;
    const why =
        typeof value === "object"
            ? "is encrypted, or no text; its value can't be copied"
            : "is no text; write it in quotes";
    throw new Error(`harbor-ha:${key} of the source ${why}`);
}

function withPin(text: string, document: Document.Parsed, key: PinnedKey, value: string | undefined): string {
    const config = document.get("config", true);
    if (!isMap(config) || config.flow) {
        throw new Error("config: of the target is an alias or in one line; write its keys below each other");
    }
    const pair = config.items.find((item) => isScalar(item.key) && shortName(String(item.key.value)) === key);
    if (pair && value === undefined) return withoutLines(text, pair);
    if (pair) return withValue(text, pair, value ?? "");
    return value === undefined ? text : withLine(text, config, `harbor-ha:${key}`, value);
}

const written = (value: string): string => stringify(value, { lineWidth: 0 }).trimEnd();

function rangeOf(node: unknown): readonly [number, number, number] {
    const { range } = node as Scalar;
    if (!range) throw new Error("a key of the target has no place in its text");
    return range;
}

function withValue(text: string, { key, value }: Pair, to: string): string {
    if (value === null) throw new Error("a pin of the target has no value; write one or take it away");
    const [start, close] = rangeOf(value);
    // The range of a mapping, as an encrypted value is, ends behind its last line.
    const end = start + text.slice(start, close).trimEnd().length;
    // An empty value stands right behind the colon.
    const blank = start === rangeOf(key)[1] + 1 ? " " : "";
    return text.slice(0, start) + blank + written(to) + text.slice(end);
}

/** The whole lines of a key, with the comment behind its value. */
function withoutLines(text: string, { key, value }: Pair): string {
    const [start] = rangeOf(key);
    const [, end] = rangeOf(value ?? key);
    const first = text.lastIndexOf("\n", start - 1) + 1;
    const next = text.indexOf("\n", Math.max(start, end - 1));
    return text.slice(0, first) + (next === -1 ? "" : text.slice(next + 1));
}

/** A line of its own behind the release, or else the last key. */
function withLine(text: string, config: YAMLMap, key: string, value: string): string {
    const isRelease = (pair: Pair): boolean => isScalar(pair.key) && shortName(String(pair.key.value)) === "release";
    const behind = config.items.find(isRelease) ?? config.items.at(-1);
    if (!behind) throw new Error("config: of the target has no key yet");
    const [start] = rangeOf(behind.key);
    const indent = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
    const [, end] = rangeOf(behind.value ?? behind.key);
    const next = text.indexOf("\n", Math.max(start, end - 1));
    const newline = text.includes("\r\n") ? "\r\n" : "\n";
    const line = `${indent}${key}: ${written(value)}`;
    return next === -1
        ? `${text}${newline}${line}`
        : `${text.slice(0, next + 1)}${line}${newline}${text.slice(next + 1)}`;
}

/** Anchors and merge keys can tie others to a pin; then nothing is written. */
function requireOnlyPins(before: StackFile, after: StackFile, from: ReadonlyMap<string, unknown>): void {
    const others = ({ rest, config }: StackFile): string =>
        JSON.stringify([rest, [...config].filter(([key]) => !pinnedKeys.some((pin) => pin === key))]);
    const differs = pinnedKeys.some((key) => after.config.get(key) !== from.get(key));
    if (differs || others(before) !== others(after)) throw new Error(tied);
}

/** The lines that differ, as `- old` and `+ new`; the files differ in single lines only. */
export function lineDiff(before: string, after: string): string[] {
    const [old, now] = [before.split(/\r?\n/), after.split(/\r?\n/)];
    return [
        ...old.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
        ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
    ];
}
