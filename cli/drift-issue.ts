/**
 * npm run drift:issue -- --stack NAME [--page FILE]: in a pipeline of GitHub or GitLab, opens or updates the issue about the
 * drift of a stack with the page that `npm run preview:report` has written; without --page, closes it.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { issuesOf, reportDrift } from "./issues";

async function main(): Promise<void> {
    const { values } = parseArgs({ options: { stack: { type: "string" }, page: { type: "string" } } });
    if (!values.stack) throw new Error("usage: npm run drift:issue -- --stack NAME [--page FILE]");
    const page = values.page === undefined ? undefined : readFileSync(values.page, "utf8");
    console.log(await reportDrift(issuesOf(process.env), values.stack, page));
}

main().catch((error: unknown) => {
    console.error(`drift:issue: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
});
