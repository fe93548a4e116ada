/**
 * npm run release:pin -- FILE|URL [--sha256 X]: writes what previews need of a Harbor installer to releases/pins, to be
 * committed. Then `harbor-ha:release` may name the pin, and previews need no archive.
 */
import { statSync } from "node:fs";
import { parseArgs } from "node:util";
import { UserError } from "../base/errors";
import { isPinName } from "../base/pin-name";
import { shownUrl } from "../base/url";
import { locateRelease } from "../releases/locate";
import { nameOf, pinOf } from "../releases/pin";
import { pinsFolder, writePin } from "../releases/pins";

const usage = "usage: npm run release:pin -- FILE|URL [--sha256 SHA256]   (a URL needs the SHA-256)";

/** Pins the archive that the arguments name, and says where and how to go on. */
export async function pinRelease(args: readonly string[], folder = pinsFolder): Promise<string> {
    const { source, sha256 } = readArguments(args);
    const release = await locateRelease({ source, sha256, archive: undefined, version: undefined });
    const pin = pinOf(release, statSync(release.archive).size);
    const path = writePin(pin, folder);
    return [
        `${path}: Harbor ${pin.version}, ${pin.file}, ${pin.size} bytes, SHA-256 ${pin.sha256}`,
        "",
        `Next: commit it, and pulumi config set release ${nameOf(pin)} --stack STACK`,
    ].join("\n");
}

function readArguments(args: readonly string[]): { source: string; sha256: string | undefined } {
    const { values, positionals } = parseArgs({
        args: [...args],
        options: { sha256: { type: "string" } },
        allowPositionals: true,
    });
    const [source, ...rest] = positionals;
    const sha256 = values.sha256?.toLowerCase();
    if (source === undefined || rest.length > 0) throw new UserError(usage);
    if (isPinName(source)) throw new UserError(`${source} is no archive; ${usage}`);
    if (/^http:/i.test(source))
        throw new UserError(`${shownUrl(source)}: an https:// URL is needed (http can't be trusted)`);
    if (/^https:/i.test(source) && sha256 === undefined) throw new UserError(usage);
    if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256)) {
        throw new UserError(`--sha256: ${sha256} is not allowed: 64 hexadecimal digits`);
    }
    return { source, sha256 };
}

if (require.main === module) {
    pinRelease(process.argv.slice(2)).then(
        (text) => console.log(text),
        (error: unknown) => {
            console.error(`release:pin: ${error instanceof Error ? error.message : String(error)}`);
            process.exitCode = 1;
        },
    );
}
