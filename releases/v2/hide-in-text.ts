import type { Scalar } from "yaml";
import { withoutOld } from "../secret-lines";
import { hideInYaml } from "../secret-yaml";
import type { HiddenSecrets } from "../secrets";
import { type Fail, parseYaml } from "../yaml";
import { edited, scalarsIn, tokensOf } from "./yaml-text";

/** Takes the secrets out of a YAML text without aliases, as hideInYaml does, with all else letter for letter. */
export function hideInText(path: string, text: string, fail: Fail): HiddenSecrets {
    const cleaned = tokensOf(text)
        .map(({ source, isValue }) => (!isValue && source.startsWith("#") ? withoutOld(source) : source))
        .join("");
    const doc = parseYaml(cleaned, fail);
    const before = new Map(scalarsIn(doc.contents).map((node) => [node, node.value]));
    const secrets = hideInYaml(path, doc);
    const edits = [...before].flatMap(([node, was]) => {
        if (node.value === was || !node.range) return [];
        const [start, end] = node.range;
        return { start, end, text: written(node, cleaned.slice(start, end), was) };
    });
    return { content: edited(cleaned, edits), secrets };
}

/** A slot for the whole value stands without quotes; one for a part of it within the value's own. */
function written(node: Scalar, source: string, was: unknown): string {
    return node.type === "PLAIN" ? String(node.value) : source.replace(String(was), () => String(node.value));
}
