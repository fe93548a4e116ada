import { isScalar, parseDocument, visit } from "yaml";

/** A value as Python's YAML reader gives it to prepare; undefined is a name that prepare leaves without a value. */
export type Value = string | number | boolean | null | undefined | readonly Value[] | Mapping;
export interface Mapping {
    readonly [key: string]: Value;
}

export function isMapping(value: Value): value is Mapping {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A section of a mapping; one that isn't there, or has nothing, is empty. */
export function section(settings: Value, ...path: readonly string[]): Mapping {
    const found = path.reduce<Value>((value, key) => (isMapping(value) ? value[key] : undefined), settings);
    return isMapping(found) ? found : {};
}

/** Nothing, zero and what is empty are false. */
export function isTrue(value: Value): boolean {
    if (Array.isArray(value)) return value.length > 0;
    return isMapping(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** `value or other` */
export function or(value: Value, other: Value): Value {
    return isTrue(value) ? value : other;
}

/** What `str()` makes of a value. @throws Error for lists and mappings, which no configuration file takes. */
export function printed(value: Value): string {
    if (value === undefined) return "";
    if (value === null) return "None";
    if (typeof value === "boolean") return value ? "True" : "False";
    if (typeof value === "object") throw new Error("a list or mapping can't be printed");
    return String(value);
}

/** `json.dumps`, which writes blanks behind commas and colons, and ASCII only. */
export function json(value: Value): string {
    if (Array.isArray(value)) return `[${value.map(json).join(", ")}]`;
    if (isMapping(value)) {
        const entries = Object.entries(value).map(([key, item]) => `${json(key)}: ${json(item)}`);
        return `{${entries.join(", ")}}`;
    }
    const escape = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
    return JSON.stringify(value ?? null).replace(/[\x7f-\uffff]/g, escape);
}

/** Reads YAML 1.1, as `yaml.safe_load` does. The text has been read as YAML before, so it is valid. */
export function safeLoad(text: string): Value {
    const doc = parseDocument(text, { version: "1.1", schema: "yaml-1.1" });
    visit(doc, {
        Scalar: (_, node) => {
            const { value, source = "" } = node;
            // 1.0 stays 1.0 where it is printed, and PyYAML takes y and n for letters.
            if (typeof value === "number" && Number.isInteger(value) && source.includes(".")) node.value = `${value}.0`;
            if (typeof value === "boolean" && /^[yn]$/i.test(source)) node.value = source;
        },
    });
    return doc.toJS() as Value;
}

/** Whether Python reads a text that stands there without quotes as that text, and not as a number or a switch. */
export function isPlainText(text: string): boolean {
    const doc = parseDocument(text, { version: "1.1", schema: "yaml-1.1" });
    return doc.errors.length === 0 && isScalar(doc.contents) && doc.contents.value === text;
}
