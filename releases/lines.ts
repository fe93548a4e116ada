import { UserError } from "../base/errors";
import { setting } from "../base/naming";
import { line11 } from "./line-1-1";
import type { ReleaseLine } from "./release";
import { lineV2 } from "./v2/line";

const lines: readonly ReleaseLine[] = [line11, lineV2];

/** What an operator of another version can do: Harbor's own way from 1.x goes by several versions, each a step of its own. */
const ways: readonly { readonly versions: RegExp; readonly way: string }[] = [
    {
        versions: /^v1\.([3-9]|10)\.\d+(-|$)/,
        way: "bring the installation to 2.12 with Harbor's own installer first, in steps of about three minor versions, or set up 2.12 to 2.15 anew and replicate the images into it",
    },
    {
        versions: /^v2\.(\d|1[01])\.\d+(-|$)/,
        way: "bring the installation to 2.12 with Harbor's own installer first, in steps of about three minor versions",
    },
    {
        versions: /^v(2\.(1[6-9]|[2-9]\d)|[3-9]|\d{2,})\./,
        way: "take 2.15, or a version of this program that knows the newer one",
    },
];

/** The line of a version. */
export function releaseLine(version: string): ReleaseLine {
    const line = lines.find((candidate) => candidate.accepts(version));
    if (line) return line;
    const known = lines.map(({ name }) => name).join(", ");
    const way = ways.find(({ versions }) => versions.test(version))?.way;
    throw new UserError(
        `${setting("release")}: Harbor ${version} is not supported; supported release lines: ${known}${way === undefined ? "" : `; ${way}`}`,
    );
}
