/**
 * npm run preview:report -- [--stack NAME] [--config-file FILE] [--from FILE] [--html FILE]: one Markdown page from a
 * preview, for a comment on a pull request, and with `--html` one for a browser, too. `--from` reads what
 * `pulumi preview --json` has written, `-` for standard input.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { writePage } from "./page/page";
import { previewPage } from "./report/html";
import { markdown } from "./report/markdown";
import { type PreviewJson, reportOf } from "./report/model";
import { pulumi } from "./stack";

const { values } = parseArgs({
    options: {
        stack: { type: "string" },
        "config-file": { type: "string" },
        from: { type: "string" },
        html: { type: "string" },
    },
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
const report = reportOf(stack, JSON.parse(preview()) as PreviewJson);
if (values.html !== undefined) writePage(values.html, previewPage(report, new Date()));
process.stdout.write(markdown(report));
