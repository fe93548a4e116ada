import { readFileSync } from "node:fs";
import { join } from "node:path";

/** In the order in which they are joined: the library first, the dispatcher last. */
const parts = [
    "lib",
    "files",
    "host",
    "mount",
    "store",
    "release",
    "keys",
    "services",
    "http",
    "up",
    "verify",
    "start",
    "inspect",
    "main",
];

const scriptsDir = join(__dirname, "..", "scripts");

/** Last line of every text sent to a node, so that a lost connection never leaves half a file. */
export const endOfFile = "# harbor-ha: end of file";
export const endOfParameters = "# harbor-ha: end of parameters";

/** The node's command: all scripts as one program, which the other steps and the operator call. */
export function toolkit(): string {
    const texts = parts.map((part) => readFileSync(join(scriptsDir, `${part}.sh`), "utf8"));
    return texts
        .map((text, i) => (i === 0 ? text : text.replace(/^# shellcheck shell=.*\n\n?/, "")))
        .join("\n")
        .trimEnd();
}

/** Standard input: the text, and a last line that tells that it is whole and which command it is for. */
export function wholeText(text: string, end: string, words: readonly string[]): string {
    return `${text}${text.endsWith("\n") ? "" : "\n"}${end}; command: ${words.join(" ")}\n`;
}

/** The node's command as it lies on the node. */
export function toolkitFile(path: string): string {
    return wholeText(toolkit(), endOfFile, [path]);
}

/** A POSIX shell program that stores standard input as the node's command. */
export function bootstrap(): string {
    return readFileSync(join(scriptsDir, "bootstrap.sh"), "utf8").replace(/^# shellcheck .*\n/, "");
}

/** Path of the node's command. */
export function toolkitPath(installDir: string): string {
    return `${installDir}/bin/harbor-ha`;
}
