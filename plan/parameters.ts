/**
 * What a step on a node takes: the kinds of values, and the `name: value` grammar in which they travel on standard input.
 * The node's command reads the same grammar (node/core/parameters.sh); base-shell's property tests hold both to it.
 */

export type ParameterValue = string | number | boolean | readonly string[];

export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** A kind of value. `shell` is how the node's command is told of it; see `check_value` in node/core/parameters.sh. */
export interface Kind<T extends ParameterValue = ParameterValue> {
    readonly shell: string;
    /** Only there for the type checker. */
    readonly value?: T;
}

/** One that is only given where the stack's settings ask for it: without them nothing of it appears anywhere. */
export interface OptionalKind<T extends ParameterValue = ParameterValue> extends Kind<T> {
    readonly optional: true;
}

export const optional = <T extends ParameterValue>(kind: Kind<T>): OptionalKind<T> => ({ ...kind, optional: true });

export const isOptional = (kind: Kind): boolean => "optional" in kind;

/** One line of plain text. */
export const line: Kind<string> = { shell: "line" };
/** A whole number from 0 on. */
export const int: Kind<number> = { shell: "int" };
export const flag: Kind<boolean> = { shell: "flag" };
/** Words without white space in them, joined by blanks. At least one. */
export const words: Kind<readonly string[]> = { shell: "words" };
/** One of these words. */
export const oneOf = <const T extends string>(...values: readonly T[]): Kind<T> => ({ shell: `=${values.join("|")}` });

/**
 * Parameters as lines: the node reads them one by one, and a preview shows a change as YAML.
 * @throws Error on a name or value that either reader could misunderstand.
 */
export function renderParameters(parameters: ParameterValues): string {
    return Object.entries(parameters)
        .map(([name, value]) => {
            const text = typeof value === "object" ? value.join(" ") : String(value);
            if (!/^[\w./-]+$/.test(name)) throw new Error(`parameter name '${name}' is not allowed`);
            if (!isPlainLine(text)) {
                throw new Error(`value '${text}' of parameter ${name} is not allowed: one plain line`);
            }
            return `${name}: ${text}\n`;
        })
        .join("");
}

/** Whether a text can be a value: neither YAML nor the node may read anything but the text itself. */
export function isPlainLine(text: string): boolean {
    return /^[A-Za-z0-9/_.+][\x20-\x7e]*$/.test(text) && !/#|: |[:\s]$/.test(text);
}

/** The parameters in a text that `renderParameters` has made; other lines are passed over. */
export function parseParameters(text: string): Map<string, string> {
    return new Map(
        text.split("\n").flatMap((row): [string, string][] => {
            const at = row.indexOf(": ");
            return at > 0 && !row.startsWith("#") ? [[row.slice(0, at), row.slice(at + 2)]] : [];
        }),
    );
}
