import * as parser from "nunjucks/src/parser";
import { reasonOf } from "../../base/reason";
import { isMapping, isTrue, json, type Mapping, printed, type Value } from "./python";

type Node = ReturnType<typeof parser.parse>;

/**
 * Renders a template of prepare as Harbor does (make/photon/prepare/utils/jinja.py: trim_blocks, lstrip_blocks, nothing
 * escaped, the last line break dropped), with what Harbor's templates are made of: if, for, inline if, comparisons and the
 * filters to_json and safe. Nothing is called and nothing evaluated, so a template can do nothing but print.
 * @param variables All that the template may name. One that prepare leaves undefined is there with undefined.
 * @throws Error with the line, for a name that isn't there, and for anything else that isn't known.
 */
export function renderTemplate(text: string, variables: Mapping): string {
    // nunjucks leaves the line of a comment, Jinja doesn't.
    if (text.includes("{#")) throw new Error("comments are not known");
    let root: Node;
    try {
        root = parser.parse(text.replace(/\r?\n$/, ""), [], { trimBlocks: true, lstripBlocks: true });
    } catch (error) {
        throw new Error(`not a template: ${reasonOf(error).replace(/\s+/g, " ").slice(0, 200)}`);
    }
    return rendered(root, variables);
}

function unknown(node: Node, what: string): Error {
    return new Error(`line ${node.lineno + 1}: ${what}`);
}

const nodeOf = (value: unknown): Node => value as Node;
const nodesOf = (value: unknown): Node[] => value as Node[];

function rendered(node: Node, variables: Mapping): string {
    switch (node.typename) {
        case "Root":
        case "NodeList":
            return nodesOf(node.children)
                .map((child) => rendered(child, variables))
                .join("");
        case "Output":
            return nodesOf(node.children)
                .map((child) => put(child, variables))
                .join("");
        case "If":
            if (isTrue(evaluated(nodeOf(node.cond), variables))) return rendered(nodeOf(node.body), variables);
            return node.else_ ? rendered(nodeOf(node.else_), variables) : "";
        case "For":
            return loop(node, variables);
        default:
            throw unknown(node, `${node.typename} is not known`);
    }
}

function put(node: Node, variables: Mapping): string {
    if (node.typename === "TemplateData") return String(node.value);
    const value = evaluated(node, variables);
    try {
        return printed(value);
    } catch (error) {
        throw unknown(node, reasonOf(error));
    }
}

function loop(node: Node, variables: Mapping): string {
    const items = evaluated(nodeOf(node.arr), variables);
    const name = nodeOf(node.name);
    if (!Array.isArray(items) || name.typename !== "Symbol" || node.else_) {
        throw unknown(node, "for is known with one name and a list only");
    }
    return (items as readonly Value[])
        .map((item) => rendered(nodeOf(node.body), { ...variables, [String(name.value)]: item }))
        .join("");
}

const constants: Mapping = { True: true, False: false, None: null };

function evaluated(node: Node, variables: Mapping): Value {
    const of = (child: unknown): Value => evaluated(nodeOf(child), variables);
    switch (node.typename) {
        case "Literal":
            return node.value as Value;
        case "Symbol":
            return named({ ...constants, ...variables }, String(node.value), String(node.value), node);
        case "LookupVal":
            return attribute(node, of(node.target), of(node.val));
        case "Group": {
            const [only, ...others] = nodesOf(node.children);
            if (only === undefined || others.length > 0) throw unknown(node, "a tuple is not known");
            return of(only);
        }
        case "InlineIf":
            return isTrue(of(node.cond)) ? of(node.body) : node.else_ ? of(node.else_) : undefined;
        case "Not":
            return !isTrue(of(node.target));
        case "And": {
            const left = of(node.left);
            return isTrue(left) ? of(node.right) : left;
        }
        case "Or": {
            const left = of(node.left);
            return isTrue(left) ? left : of(node.right);
        }
        case "Compare":
            return compared(node, of);
        case "Filter":
            return filtered(node, of);
        default:
            throw unknown(node, `${node.typename} is not known`);
    }
}

function named(mapping: Mapping, name: string, shown: string, node: Node): Value {
    if (!Object.hasOwn(mapping, name)) throw unknown(node, `nothing is known of ${shown}`);
    return mapping[name];
}

function attribute(node: Node, target: Value, key: Value): Value {
    const of = nodeOf(node.target);
    const shown = `${of.typename === "Symbol" ? String(of.value) : "…"}.${printed(key)}`;
    if (!isMapping(target) || typeof key !== "string") throw unknown(node, `nothing is known of ${shown}`);
    return named(target, key, shown, node);
}

function compared(node: Node, of: (child: unknown) => Value): boolean {
    const [operand, ...others] = nodesOf(node.ops);
    const type = operand?.type;
    if (operand === undefined || others.length > 0 || (type !== "==" && type !== "!=")) {
        throw unknown(node, "of comparisons == and != are known");
    }
    const [left, right] = [of(node.expr), of(operand.expr)];
    if ([left, right].some((value) => typeof value === "object" && value !== null)) {
        throw unknown(node, "lists and mappings can't be compared");
    }
    return (left === right) === (type === "==");
}

function filtered(node: Node, of: (child: unknown) => Value): Value {
    const name = String(nodeOf(node.name).value);
    const [value, ...more] = nodesOf(nodeOf(node.args).children);
    if (value === undefined || more.length > 0) throw unknown(node, `the filter ${name} takes no parameters`);
    if (name === "to_json") return json(of(value));
    if (name === "safe") return of(value);
    throw unknown(node, `the filter ${name} is not known`);
}
