import { type Document, isMap, isScalar, isSeq } from "yaml";
import { type Fail, keyText, placeOf } from "./yaml";

/** Parts of the file in which Compose replaces variables. */
const sections = ["services", "networks", "volumes", "configs", "secrets"];

/** `$$` is a dollar sign; `${NAME-default}` counts for an unset variable, `${NAME:-default}` for an empty one, too. */
const variable = /\$(?:\$|\{[A-Za-z_]\w*:?-([^}$]*)\}|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)[^}]*\}?)?/g;

/**
 * Writes out the variables of a compose file. Compose takes them on each node from root's environment, so a preview
 * couldn't show what a node will run; with a default it is definite, since the nodes set none.
 * @param envFile Whether the archive has a `.env`, which Compose reads, too.
 * @param only Path of the only value that matters; by default all do.
 * @throws what `fail` makes, for a variable without a default, and for any where `.env` might set it.
 */
export function writeOutVariables(
    doc: Document.Parsed,
    envFile: boolean,
    fail: Fail,
    only: readonly string[] = [],
): void {
    const walk = (node: unknown, path: readonly string[]): void => {
        if (isScalar(node) && typeof node.value === "string") {
            node.value = node.value.replace(variable, (all, fallback?: string, plain?: string, braced?: string) => {
                if (all === "$$" || (fallback !== undefined && !envFile)) return fallback ?? all;
                const where = path[0] === "services" ? `${placeOf(path)}, ${path.slice(2).join(".")}` : placeOf(path);
                throw fail(`${where}: ${problem(plain ?? braced, fallback !== undefined)}`);
            });
        } else if (isMap(node)) {
            for (const pair of node.items) walk(pair.value, [...path, keyText(pair)]);
        } else if (isSeq(node)) {
            for (const item of node.items) walk(item, path);
        }
    };
    if (only.length > 0) walk(doc.getIn(only, true), only);
    else for (const section of sections) walk(doc.get(section), [section]);
}

function problem(name: string | undefined, hasDefault: boolean): string {
    if (hasDefault) return "the archive's .env may set its variable; write the value in";
    if (name === undefined) return "a single $ is not allowed; write the value in, or $$ for a dollar sign";
    return `the variable ${name} has no definite value; write the value in, or a default as in \${${name}:-value}`;
}
