/**
 * npm run promote -- SOURCE TARGET: copies the pinned release (harborVersion, release, releaseSource, releaseSha256) from
 * Pulumi.SOURCE.yaml to Pulumi.TARGET.yaml, keeps everything else as it is, and prints the difference and the next command.
 */
import { chmodSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { copyPins, lineDiff } from "./pins";

function main([source, target, ...rest]: readonly string[]): void {
    if (!source || !target || rest.length > 0)
        throw new Error("usage: npm run promote -- SOURCE TARGET   (names of stacks)");
    const file = (stack: string): string => `Pulumi.${stack}.yaml`;
    const before = readFileSync(file(target), "utf8");
    const after = copyPins(readFileSync(file(source), "utf8"), before);
    const changes = lineDiff(before, after);
    if (changes.length === 0) {
        console.log(`${file(target)} has the release of ${source} already.`);
        return;
    }
    // A link stays a link, and the file's mode its mode.
    const path = realpathSync(file(target));
    const temporary = `${path}.new`;
    writeFileSync(temporary, after);
    chmodSync(temporary, statSync(path).mode);
    renameSync(temporary, path);
    console.log([file(target), ...changes, "", `Next: pulumi preview --diff --stack ${target}`].join("\n"));
}

try {
    main(process.argv.slice(2));
} catch (error) {
    console.error(`promote: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
}
