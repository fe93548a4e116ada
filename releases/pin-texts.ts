import { publicDefaults } from "../base/defaults";
import type { Style } from "./line-editor";
import { hideInLines, withoutOld } from "./secret-lines";
import { isNoSecret, isPlaceholder, secretsInComment } from "./secret-words";
import { hideInYaml } from "./secret-yaml";
import { dropped, refusePrivateKeys } from "./secrets";
import { type ReleaseSlotName, slot } from "./slots";
import { type Fail, parseYaml } from "./yaml";

/**
 * What stands in Harbor's own files in the place of secrets, for everybody to read: harbor.cfg, the registry's http.secret
 * and the templates of tags v1.1.0 to v1.2.2, beside the defaults that everybody knows. Such a value tells nothing.
 */
const publicValues = new Set([
    ...[...publicDefaults, "abc", "password", "secret", "placeholder", dropped],
    "/your/private/key/path", // harbor.yml.tmpl of v2.12.0 to v2.15.2
]);
const publicPlaceholders = /^\$\{?(uaa_clientsecret|clair_db_password)\}?$/;

function isPublic(text: string): boolean {
    const value = text.trim().replace(/^(["'])(.*)\1$/, "$2");
    return isNoSecret(value) || publicValues.has(value) || isPlaceholder(value) || publicPlaceholders.test(value);
}

/**
 * A release's text as it may be committed. Nothing reads old values in comments, and a `key = value` that the program
 * writes itself may have any, so those are dropped; whether anything needs them is to be seen by rendering the result.
 * @throws what `fail` makes for a private key, and for a secret of a YAML file, whose text must stay as it is.
 */
export function committable(path: string, text: string, fail: Fail): string {
    refusePrivateKeys(text, fail);
    if (path.endsWith(".jinja")) return checkedTemplate(text, fail);
    const isYaml = /\.yml(\.tmpl)?$/.test(path);
    const isComment = isYaml ? /^\s*#/ : /^\s*[#;]/;
    const lines = text.split("\n").map((line) => (isComment.test(line) ? withoutOld(line) : line));
    return isYaml ? checkedYaml(path, lines, fail) : withoutSecrets(path, lines.join("\n"), fail);
}

function withoutSecrets(path: string, text: string, fail: Fail): string {
    const style: Style = path.endsWith("env") ? "env" : "cfg";
    const { content, secrets } = hideInLines(path, text, style, fail);
    const names = Object.keys(secrets) as ReleaseSlotName[];
    return names.reduce((all, name) => {
        const value = secrets[name] ?? "";
        return all.replace(slot(name), () => (isPublic(value) ? value : dropped));
    }, content);
}

function checkedYaml(path: string, lines: readonly string[], fail: Fail): string {
    const text = lines.join("\n");
    const found = Object.entries(hideInYaml(path, parseYaml(text, fail))).find(([, value]) => !isPublic(value));
    if (found) throw fail(`${found[0]} looks like a secret and would stand in the pin`);
    lines.forEach((line, i) => {
        const [, comment = ""] = /\s#(.*)$/.exec(line) ?? [];
        const secret = secretsInComment(comment).find((span) => !isPublic(comment.slice(...span)));
        if (secret) throw fail(`line ${i + 1}: what stands behind # looks like a secret and would stand in the pin`);
    });
    return text;
}

/** What a template of prepare fills in isn't there yet; all else must stay as it is, since the nodes compare the result. */
function checkedTemplate(text: string, fail: Fail): string {
    text.split("\n").forEach((line, i) => {
        const rest = line.replace(/\{\{.*?\}\}|\{%.*?%\}/g, "");
        if (secretsInComment(rest).some((span) => !isPublic(rest.slice(...span)))) {
            throw fail(`line ${i + 1}: something in it looks like a secret and would stand in the pin`);
        }
    });
    return text;
}
