import type { LineId } from "../../releases/release";
import { declarations } from "../../plan/declarations";
import { endOfParameters } from "../../plan/toolkit";
import { sampleOf } from "../node/support/samples";

/** What a command takes, with a sample value for each, so that a new parameter doesn't break every test. */
export function sampleParameters(command: string, line: LineId = "v1"): Record<string, string> {
    const declared = declarations(line).get(command);
    if (!declared) throw new Error(`${command} declares nothing`);
    return Object.fromEntries(
        declared.map((entry): [string, string] => {
            const at = entry.indexOf(":");
            return [
                entry.slice(0, at).replace(/\*$/, "some"),
                String(sampleOf(entry.slice(at + 1).replace(/\?$/, ""))),
            ];
        }),
    );
}

/** Standard input of a command. */
export function stepInput(parameters: Readonly<Record<string, string>>): string {
    const lines = Object.entries(parameters).map(([name, value]) => `${name}: ${value}\n`);
    return `${lines.join("")}${endOfParameters}\n`;
}
