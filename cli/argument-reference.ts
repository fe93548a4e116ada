/** Writes the arguments of `HarborCluster` from config/keys.ts: cluster/arguments.ts, and the table in docs/package.md. */
import { argumentNotes } from "../config/argument-notes";
import { plainKeys } from "../config/arguments";
import { type ConfigKey, type KeyName, keyNames, keys } from "../config/keys";

const width = 116;

const isPlain = (name: KeyName): boolean => name === "nodes" || (plainKeys as readonly string[]).includes(name);

/** What is so of the package alone; descriptions of keys may speak of stacks. */
function description(name: KeyName): string {
    const { description: text, secret }: ConfigKey = keys[name];
    const note = argumentNotes[name];
    return [`${text}.`, ...(note === undefined ? [] : [note]), ...(secret ? ["Secret."] : [])].join(" ");
}

function whenAbsent(name: KeyName): string | undefined {
    const key: ConfigKey = keys[name];
    return key.default === undefined ? key.absent : JSON.stringify(key.default);
}

/** The words that a key takes, where it takes only some. */
function wordsOf(name: KeyName): readonly string[] | undefined {
    const { options } = keys[name].schema as { options?: readonly unknown[] };
    return options?.every((option): option is string => typeof option === "string") ? options : undefined;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `verify-ca`: `VerifyCa`. */
const memberName = (word: string): string => word.split("-").map(capital).join("");

function typeOf(name: KeyName): string {
    const { type }: ConfigKey = keys[name];
    if (name === "nodes") return "ClusterNode[]";
    if (type === "array") return isPlain(name) ? "string[]" : "pulumi.Input<pulumi.Input<string>[]>";
    const own = wordsOf(name) ? capital(name) : type === "integer" ? "number" : type;
    return isPlain(name) ? own : `pulumi.Input<${own}>`;
}

/** Lines of at most `width` characters, each behind an indent. */
function wrapped(text: string, indent: string): string[] {
    const lines: string[] = [];
    for (const word of text.split(" ")) {
        const last = lines.at(-1);
        if (last !== undefined && `${last} ${word}`.length <= width) lines[lines.length - 1] = `${last} ${word}`;
        else lines.push(`${indent}${word}`);
    }
    return lines;
}

function argument(name: KeyName): string {
    const absent = whenAbsent(name);
    const optional = absent !== undefined && name !== "sshPrivateKey";
    const doc = [
        "    /**",
        ...wrapped(description(name), "     * "),
        ...(absent === undefined ? [] : wrapped(`@default ${absent}`, "     * ")),
        "     */",
    ];
    // The SDK's analyzer finds the name of a list of words only where it stands alone.
    const orNothing = optional && !wordsOf(name) ? " | undefined" : "";
    return [...doc, `    readonly ${name}${optional ? "?" : ""}: ${typeOf(name)}${orNothing};`].join("\n");
}

function words(name: KeyName): string[] {
    const options = wordsOf(name);
    if (!options) return [];
    const members = options.map((word) => `    ${memberName(word)}: ${JSON.stringify(word)},`);
    const type = capital(name);
    return [
        [`/** Values of \`${name}\`. */`, `export const ${type} = {`, ...members, "} as const;"].join("\n"),
        `export type ${type} = (typeof ${type})[keyof typeof ${type}];`,
    ];
}

const head = `import type * as pulumi from "@pulumi/pulumi";
import type { ClusterNode } from "./node";

// Made from config/keys.ts by npm run docs.`;

/** The file cluster/arguments.ts. */
export function argumentsFile(): string {
    const all = [
        "/**",
        " * Arguments of a cluster. What decides which resources there are is plain; all else may be an output of another resource.",
        " */",
        "export interface HarborClusterArgs {",
        keyNames.map(argument).join("\n"),
        "}",
    ].join("\n");
    return `${[head, ...keyNames.flatMap(words), all].join("\n\n")}\n`;
}

const [start, end] = ["<!-- arguments: made from config/keys.ts by npm run docs -->", "<!-- end of arguments -->"];

/** The page with its table of arguments as config/keys.ts has them. */
export function withArguments(page: string): string {
    const rows = keyNames.map((name) => {
        const type = (
            wordsOf(name)
                ?.map((word) => `\`${word}\``)
                .join(", ") ?? typeOf(name)
        ).replace(/^pulumi\./, "");
        const kind = isPlain(name) ? "plain" : "input";
        return `| \`${name}\` | ${type.replace(/pulumi\.|[<>]/g, (c) => (c === "<" ? "&lt;" : c === ">" ? "&gt;" : ""))} | ${kind} | ${whenAbsent(name) ?? "**required**"} | ${description(name)} |`;
    });
    const table = ["| Argument | Type | | When absent | Meaning |", "| --- | --- | --- | --- | --- |", ...rows];
    const [before, rest] = page.split(start);
    const after = rest?.split(end)[1];
    if (before === undefined || after === undefined) throw new Error("docs/package.md has no place for the arguments");
    return `${before}${start}\n${table.join("\n")}\n${end}${after}`;
}
