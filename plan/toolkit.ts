import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { LineId } from "../releases/release";
import { declarations } from "./declarations";

const nodeDir = join(__dirname, "..", "node");

/** Last line of every text sent to a node, so that a lost connection never leaves half a file. */
export const endOfFile = "# harbor-ha: end of file";
export const endOfParameters = "# harbor-ha: end of parameters";

/** What every other part builds on comes first, the dispatcher last; between them the order has no meaning. */
const first = ["core/lib.sh", "core/parameters.sh"];
const last = "core/main.sh";
const foldersOf = (line: LineId): readonly (readonly [folder: string, names: RegExp])[] => [
    ["core", /./],
    ["database", line === "v1" ? /^mysql/ : /^postgresql/],
    ["lines", line === "v1" ? /^v1\b/ : /^v2\b/],
];

/** The parts of the node's command for a release line, in the order in which they are joined; it holds nothing of another. */
export function toolkitParts(line: LineId): string[] {
    const all = foldersOf(line).flatMap(([folder, names]) =>
        readdirSync(join(nodeDir, folder))
            .filter((file) => names.test(file))
            .sort()
            .map((file) => `${folder}/${file}`),
    );
    const own = all.filter((part) => part !== "core/bootstrap.sh" && part !== last && !first.includes(part));
    return [...first, ...own, last];
}

const joined = new Map<LineId, string>();

/** The node's command: all parts as one program, which the other steps and the operator call. */
export function toolkit(line: LineId): string {
    const known = joined.get(line);
    if (known !== undefined) return known;
    const parts = toolkitParts(line).slice(1).map(readPart);
    const text = [readPart("core/lib.sh"), parameterList(line), ...parts].join("\n").trimEnd();
    joined.set(line, text);
    return text;
}

const readPart = (part: string): string =>
    readFileSync(join(nodeDir, part), "utf8").replace(/^# shellcheck shell=.*\n\n?/, "");

/** What each command takes, for `read_parameters` (node/core/parameters.sh). */
function parameterList(line: LineId): string {
    const rows = [...declarations(line)].map(([command, names]) => `  [${command}]='${names.join(" ")}'\n`);
    return `# Made from plan/steps.ts.\ndeclare -A PARAMETERS=(\n${rows.join("")})\n`;
}

/** Standard input: the text, and a last line that tells that it is whole and which command it is for. */
export function wholeText(text: string, end: string, words: readonly string[]): string {
    return `${text}${text.endsWith("\n") ? "" : "\n"}${end}; command: ${words.join(" ")}\n`;
}

/** The node's command as it lies on the node. */
export function toolkitFile(line: LineId, path: string): string {
    return wholeText(toolkit(line), endOfFile, [path]);
}

/** A POSIX shell program that stores standard input as the node's command. */
export function bootstrap(): string {
    return readPart("core/bootstrap.sh");
}
