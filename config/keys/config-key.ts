import * as z from "zod";

/** One configuration key of the `harbor-ha` namespace: the single source of parsing, Pulumi.yaml, the docs and the types. */
export interface ConfigKey<T = unknown> {
    readonly group: string;
    readonly description: string;
    /** Type in Pulumi.yaml's schema, which the engine checks before the program runs. */
    readonly type: "string" | "integer" | "boolean" | "array";
    readonly schema: z.ZodType<T>;
    /** What applies when the key is absent; shown in the docs. Undefined: the key is required or described by `absent`. */
    readonly default?: T & (string | number | boolean);
    /** In words, what an absent key means, where that is no plain value. */
    readonly absent?: string;
    /** Set with `pulumi config set --secret`; `<key>File` may name a file instead. */
    readonly secret?: true;
    /** Text from a file (`<key>File`), not secret. */
    readonly file?: true;
}

/** One of these words. */
export const oneOf = <const T extends readonly [string, ...string[]]>(values: T): z.ZodType<T[number]> =>
    z.enum(values, { error: `one of ${values.join(", ")}` });
