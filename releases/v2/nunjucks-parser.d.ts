/** The parser alone: the rest of nunjucks would make a program of a template and run it. */
declare module "nunjucks/src/parser" {
    interface Node {
        readonly typename: string;
        readonly lineno: number;
        readonly [field: string]: unknown;
    }
    export function parse(
        text: string,
        extensions: readonly never[],
        options: { readonly trimBlocks: boolean; readonly lstripBlocks: boolean },
    ): Node;
}
