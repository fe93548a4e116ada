/**
 * npm run preview:report -- [--stack NAME] [--config-file FILE] [--from FILE]: one Markdown page from a preview, for a
 * comment on a pull request. `--from` reads what `pulumi preview --json` has written, `-` for standard input.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { report } from "./report/markdown";
import type { PreviewJson } from "./report/model";
import { pulumi } from "./stack";

const { values } = parseArgs({
    options: { stack: { type: "string" }, "config-file": { type: "string" }, from: { type: "string" } },
});

function preview(): string {
    if (values.from !== undefined) return readFileSync(values.from === "-" ? 0 : values.from, "utf8");
    const options = (["stack", "config-file"] as const).flatMap((name) => {
        const value = values[name];
        return value === undefined ? [] : [`--${name}`, value];
    });
    return pulumi("preview", "--json", ...options);
}

const stack = values.stack ?? (values.from === undefined ? pulumi("stack", "--show-name").trim() : "stack");
process.stdout.write(report(stack, JSON.parse(preview()) as PreviewJson));
