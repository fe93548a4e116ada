import { type Document, isMap, isScalar, isSeq, type Scalar, visit } from "yaml";
import { withoutOld } from "./secret-lines";
import { isNoSecret, isSecretKey, secretsInside, type Span } from "./secret-words";
import { type Finding, secretsOf, Slots } from "./secrets";
import { keyText } from "./yaml";

interface Part extends Finding {
    readonly node: Scalar;
    /** Of the value; undefined for all of it. */
    readonly span?: Span;
}

/** Takes the secrets out of a YAML document: values of keys, parts of values such as `- NAME=value`, comments. */
export function hideInYaml(path: string, doc: Document.Parsed): Slots["secrets"] {
    const slots = new Slots(path);
    const parts = secretsOf(path, partsOf(doc.contents, [], false));
    // From the end, so that the places of those before stay right; names are given from the beginning.
    const texts = parts.map((part) => slots.take(part.key, part.span ? part.value : sourceOf(part.node)));
    parts.forEach(({ node, span }, i) => {
        if (span === undefined) replace(node, texts[i] ?? "");
    });
    parts.reduceRight((_, { node, span }, i) => {
        if (span !== undefined) {
            const value = String(node.value);
            node.value = value.slice(0, span[0]) + (texts[i] ?? "") + value.slice(span[1]);
        }
        return undefined;
    }, undefined);
    cleanComments(doc);
    return slots.secrets;
}

/** A slot without quotes: those of the value are in its text. */
function replace(node: Scalar, text: string): void {
    node.value = text;
    node.type = "PLAIN";
}

/** What the node writes in a slot's place: a plain value as it stood, any other in double quotes. */
function sourceOf(node: Scalar): string {
    const { value, source = "" } = node;
    if (typeof value !== "string" || (isAsWritten(node) && !value.includes("\n"))) return source;
    const escape = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
    return JSON.stringify(value).replace(/[\x7f-\x9f\u2028\u2029\ufeff]/g, escape);
}

/** A plain value that no transform has changed. */
function isAsWritten({ type, value, source }: Scalar): boolean {
    return type === "PLAIN" && value === source;
}

function partsOf(node: unknown, key: readonly string[], isSecret: boolean): Part[] {
    if (isScalar(node)) return partsOfScalar(node, key, isSecret);
    if (isSeq(node)) {
        return node.items.flatMap((item, i) => partsOf(item, key, isSecret || isSecretFlag(node.items[i - 1])));
    }
    if (!isMap(node)) return [];
    return node.items.flatMap((pair) => {
        const name = keyText(pair);
        const own = isSecretKey(name) && !holdsNames(name, pair.value);
        return partsOf(pair.value, [...key, name], isSecret || own);
    });
}

/** Below a secret's key everything is one, but for the registry's `auth.token` and Compose's `secrets`. */
function holdsNames(key: string, value: unknown): boolean {
    return (key === "token" && isMap(value)) || (key === "secrets" && !isScalar(value));
}

/** `--requirepass`, whose value is the next item of a command. */
function isSecretFlag(node: unknown): boolean {
    const value = isScalar(node) ? node.value : undefined;
    return typeof value === "string" && /^--?[A-Za-z][\w-]*$/.test(value) && isSecretKey(value);
}

function partsOfScalar(node: Scalar, key: readonly string[], isSecret: boolean): Part[] {
    const value = typeof node.value === "string" ? node.value : (node.source ?? "");
    const whole = { node, key, value };
    if (isNoSecret(value)) return [];
    if (isSecret) return [{ ...whole, kind: "secret" }];
    // `- NAME=value`: all that follows, blanks too
    const [, name = "", rest = ""] = /^([A-Za-z_][\w.-]*)=(.*)$/s.exec(value) ?? [];
    const spans: Span[] =
        isSecretKey(name) && !isNoSecret(rest) ? [[name.length + 1, value.length]] : secretsInside(value);
    if (spans.length === 0) return [{ ...whole, kind: "equal" }];
    if (!isLiteral(node)) return [{ ...whole, kind: "secret" }];
    return spans.map((span) => ({
        node,
        key: name === "" ? key : [...key, name],
        value: value.slice(...span),
        span,
        kind: "secret",
    }));
}

/** Whether a part of the value stands in the text letter for letter, in whatever quotes. */
function isLiteral(node: Scalar): boolean {
    const { type, value } = node;
    if (typeof value !== "string" || value.includes("\n")) return false;
    if (isAsWritten(node)) return true;
    return (type === "QUOTE_SINGLE" || type === "QUOTE_DOUBLE") && /^[^\\"'\p{C}]*$/u.test(value);
}

function cleanComments(doc: Document.Parsed): void {
    const clean = (text: string): string => text.split("\n").map(withoutOld).join("\n");
    const cleanOf = (holder: { comment?: string | null; commentBefore?: string | null }): void => {
        if (holder.comment) holder.comment = clean(holder.comment);
        if (holder.commentBefore) holder.commentBefore = clean(holder.commentBefore);
    };
    cleanOf(doc);
    visit(doc, { Node: (_, node) => cleanOf(node) });
}
