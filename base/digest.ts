import { createHash } from "node:crypto";

/** A short hash for a preview: twelve hexadecimal digits, after a word so that none is taken for a number. */
export function digest(text: string): string {
    return `sha256:${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
}

/** One digest of all parameters of a step, whatever their order. */
export function digestOfParameters(parameters: Readonly<Record<string, unknown>>): string {
    return digest(JSON.stringify(Object.entries(parameters).sort()));
}
