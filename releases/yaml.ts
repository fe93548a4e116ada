import {
    type Document,
    isAlias,
    isMap,
    isScalar,
    isSeq,
    type Node,
    parseDocument,
    type Pair,
    visit,
    type YAMLMap,
} from "yaml";

/** Makes the error of one file of one release. */
export type Fail = (problem: string) => Error;

/** A few lines can stand for millions of values, each list naming the one before it several times. */
const maxCopies = 20_000;

/**
 * The one reader of a release's YAML files. Their aliases and merge keys (`<<`) are written out, so that every mapping
 * says by itself what holds for it, and a part can be changed or removed without its name being missed elsewhere.
 * A text without them keeps its form, its comments and its order.
 * @throws what `fail` makes, never with a value of the text in it.
 */
export function parseYaml(text: string, fail: Fail): Document.Parsed {
    // A `%YAML 1.1` line would make `on` and `22:22` something else here than in Docker Compose and the registry.
    const doc = parseDocument(text, { schema: "core", resolveKnownTags: false });
    const [problem] = [...doc.errors, ...doc.warnings];
    if (problem) {
        const [place] = problem.linePos ?? [];
        const what = (problem.message.split(/:|\n| at line /)[0] ?? "").trim();
        throw fail(`not valid YAML (${what}${place ? `, line ${place.line}, column ${place.col}` : ""})`);
    }
    if (/<<|\*/.test(text)) writeOut(doc, fail);
    return doc;
}

/** The text of a document. A long line stays one. */
export function printYaml(doc: Document.Parsed): string {
    return doc.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** `service ui` or `auth.token`: where something stands, for a message. */
export function placeOf(path: readonly string[]): string {
    const [section, service] = path;
    return section === "services" && service !== undefined ? `service ${service}` : path.join(".");
}

/** The text of a key; numbers are keys, too. */
export function keyText(pair: Pair): string {
    return isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : "";
}

/** Walks the document in its order, which is the order in which YAML defines its names. */
function writeOut(doc: Document.Parsed, fail: Fail): void {
    const anchors = new Map<string, Node>();
    const open: Node[] = [];
    let copies = 0;

    const count = (): void => {
        if (++copies > maxCopies) throw fail(`its aliases stand for more than ${maxCopies} values`);
    };

    const resolved = (node: unknown, path: readonly string[]): unknown => {
        if (isAlias(node)) {
            const target = anchors.get(node.source);
            if (target === undefined) throw fail(`${placeOf(path)}: no &${node.source} stands before *${node.source}`);
            if (open.includes(target)) throw fail(`${placeOf(path)}: *${node.source} holds itself`);
            visit(target, { Value: count });
            return withoutAnchors(target.clone() as Node, node);
        }
        if (!isScalar(node) && !isMap(node) && !isSeq(node)) return node;
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
        if (isScalar(node)) return node;
        open.push(node);
        if (isSeq(node)) {
            node.items = node.items.map((item, i) => resolved(item, [...path, String(i)]));
        } else {
            for (const pair of node.items) {
                pair.key = resolved(pair.key, path);
                pair.value = resolved(pair.value, [...path, keyText(pair)]);
            }
            if (node.items.some(isMerge)) node.items = merged(node, path, fail);
        }
        open.pop();
        return node;
    };

    resolved(doc.contents, []);
}

/** The copy in an alias's place has the comments of that place. */
function withoutAnchors(copy: Node, alias: Node): Node {
    const { comment, commentBefore, spaceBefore } = alias;
    Object.assign(copy, { comment, commentBefore, spaceBefore });
    visit(copy, {
        Value: (_, node) => {
            delete node.anchor;
        },
    });
    return copy;
}

function isMerge(pair: Pair): boolean {
    return isScalar(pair.key) && pair.key.type === "PLAIN" && pair.key.value === "<<";
}

/** A mapping's own keys win over merged ones, and of those the first. */
function merged(map: YAMLMap, path: readonly string[], fail: Fail): Pair[] {
    const taken = new Set(map.items.filter((pair) => !isMerge(pair)).map(keyText));
    return map.items.flatMap((pair) => {
        if (!isMerge(pair)) return [pair];
        const sources: unknown[] = isSeq(pair.value) ? pair.value.items : [pair.value];
        return sources.flatMap((source) => {
            if (!isMap(source)) throw fail(`${placeOf(path)}: << takes mappings only`);
            const added = source.items.filter((item) => !taken.has(keyText(item)));
            for (const item of added) taken.add(keyText(item));
            return added;
        });
    });
}
