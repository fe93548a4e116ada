/**
 * Writes what describes the configuration from its single source, config/keys.ts: the `config` part of Pulumi.yaml and
 * docs/configuration.md, the arguments of the package and its schema; and the order in docs/architecture.md from plan/steps.ts. `npm run docs` runs it; a test fails when
 * they are out of date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { type ConfigKey, hasFileForm, keyNames, keys } from "../config/keys";
import { argumentsFile, withArguments } from "./argument-reference";
import { pluginSchema } from "./plugin-schema";
import { withOrder } from "./order-reference";

const root = join(__dirname, "..");
const projectFile = join(root, "Pulumi.yaml");
const orderFile = join(root, "docs", "architecture.md");
const argumentsPath = join(root, "cluster", "arguments.ts");
const packagePage = join(root, "docs", "package.md");
const docsFile = join(root, "docs", "configuration.md");

/** Pulumi.yaml with its `config` part as config/keys.ts has it. */
export function projectYaml(current: string): string {
    const doc = parseDocument(current);
    doc.set("config", doc.createNode(Object.fromEntries(keyNames.flatMap(declarations))));
    return doc.toString({ lineWidth: 0 });
}

type Declaration = [string, Record<string, unknown>];

/**
 * The engine treats a declared key without a default as required, so optional keys get an empty one. It takes no default
 * for a secret key, so that a secret is encrypted is checked by the program.
 */
function declarations(name: keyof typeof keys): Declaration[] {
    const key: ConfigKey = keys[name];
    const required = isRequired(key) && !hasFileForm(name);
    const optional = key.default === undefined && !required;
    const declaration: Record<string, unknown> = {
        type: optional && key.type !== "array" ? "string" : key.type,
        ...(key.type === "array" ? { items: { type: name === "nodes" ? "object" : "string" } } : {}),
        description: key.secret ? `${key.description} (secret)` : key.description,
        ...(required ? {} : { default: key.default ?? (key.type === "array" ? [] : "") }),
    };
    const file = { type: "string", description: `File with ${name}, relative to the project`, default: "" };
    return hasFileForm(name)
        ? [
              [name, declaration],
              [`${name}File`, file],
          ]
        : [[name, declaration]];
}

function isRequired(key: ConfigKey): boolean {
    return key.default === undefined && key.absent === undefined;
}

/** What a table has no room for. */
const rules = [
    "## What is checked, and how",
    "",
    "What the program hands on is judged as its reader judges it, so that nothing is refused half way:",
    "",
    "- **Certificates** by the rules of Go's crypto/x509, as Docker and containerd apply them. The name stands in the",
    "  subjectAltName (the CN counts for nothing), every certificate up to `httpsCaCertificate` is valid now, authorities may sign",
    "  (basicConstraints, keyUsage, pathlen, nameConstraints), no signature is of SHA-1 or MD5, and the server's purpose allows TLS",
    "  servers. Without `httpsCaCertificate` only the certificate and its issuers beside it can be judged, since public authorities",
    "  aren't known here. One that signed itself goes into `httpsCaCertificate` as well.",
    "- **The login key** by Go's and ssh2's readers: one private key, in OpenSSH's or PEM's form, with its line breaks, without a",
    "  passphrase. The provider also connects to the agent that `SSH_AUTH_SOCK` names, whatever key is configured; when none answers",
    "  there, a warning says so (`env -u SSH_AUTH_SOCK pulumi up`).",
    "- **Host keys** by OpenSSH's rules for known_hosts: lists, `*`, `?`, `!`, hashed names, `[host]:port`, `@revoked`. A",
    "  `@cert-authority` gives no key to pin, and a key of port 22 isn't taken for another port.",
    "- **Images** by Docker's grammar for names. The container of `mysqlMode: container` is the official image of MariaDB or a mirror.",
    "- **The release** by what `tar --strip-components=1` leaves of it on the nodes: all files lie in one folder. From a URL it is",
    "  downloaded through the proxy of `HTTPS_PROXY` (http:// or https://, `NO_PROXY` is honoured), once.",
    "- **`promoteFrom`** is a name, or organization/project/name; on a backend in files or an object store the organization is",
    "  called `organization`.",
];

/** The page docs/configuration.md. */
export function referencePage(): string {
    const groups = [...new Set(keyNames.map((name) => keys[name].group))];
    const sections = groups.map((group) => {
        const rows = keyNames
            .filter((name) => keys[name].group === group)
            .map((name) => {
                const key: ConfigKey = keys[name];
                const forms = [name, ...(hasFileForm(name) ? [`${name}File`] : [])].map((n) => `\`${n}\``).join("<br>");
                const absent =
                    key.default !== undefined ? `\`${String(key.default)}\`` : (key.absent ?? "**required**");
                return `| ${forms} | ${key.type}${key.secret ? ", secret" : ""} | ${absent} | ${key.description} |`;
            });
        return [`## ${group}`, "", "| Key | Type | When absent | Meaning |", "| --- | --- | --- | --- |", ...rows].join(
            "\n",
        );
    });
    return [
        "# Configuration",
        "",
        "Every key belongs to the namespace `harbor-ha` of a stack (`Pulumi.<stack>.yaml`, `pulumi config set`). A secret is set",
        "with `pulumi config set --secret KEY`, or read from the file that `<key>File` names. All of it is checked before",
        "anything is touched, and every problem is reported at once. This page is made from `config/keys.ts` by `npm run docs`.",
        "",
        sections.join("\n\n"),
        "",
        "An entry of `nodes` has `name` (part of resource names), `address` (for SSH), and optionally `serviceAddress` (IPv4 for",
        "clients and DNS, default `address`), `port` and `user` (for SSH), `hostKey` (`ssh-ed25519 AAAA…`) and `state` (`up` or `down`: for a host that is away).",
        "",
        ...rules,
        "",
    ].join("\n");
}

if (require.main === module) {
    writeFileSync(projectFile, projectYaml(readFileSync(projectFile, "utf8")));
    writeFileSync(docsFile, referencePage());
    writeFileSync(argumentsPath, argumentsFile());
    writeFileSync(join(root, "plugin", "schema.json"), pluginSchema());
    writeFileSync(packagePage, withArguments(readFileSync(packagePage, "utf8")));
    writeFileSync(orderFile, withOrder(readFileSync(orderFile, "utf8")));
}
