import { declarations } from "../../plan/declarations";
import { endOfParameters } from "../../plan/toolkit";

/** A value of each kind that a step may declare. */
function sample(kind: string): string {
    if (kind === "line") return "text";
    if (kind === "int") return "1";
    if (kind === "flag") return "true";
    if (kind === "words") return "one two";
    return kind.slice(1).split("|")[0] ?? "";
}

/** What a command takes, with a sample value for each, so that a new parameter doesn't break every test. */
export function sampleParameters(command: string): Record<string, string> {
    const declared = declarations().get(command);
    if (!declared) throw new Error(`${command} declares nothing`);
    return Object.fromEntries(
        declared.map((entry): [string, string] => {
            const at = entry.indexOf(":");
            return [entry.slice(0, at).replace(/\*$/, "some"), sample(entry.slice(at + 1).replace(/\?$/, ""))];
        }),
    );
}

/** Standard input of a command. */
export function stepInput(parameters: Readonly<Record<string, string>>): string {
    const lines = Object.entries(parameters).map(([name, value]) => `${name}: ${value}\n`);
    return `${lines.join("")}${endOfParameters}\n`;
}
