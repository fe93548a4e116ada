import { UserError } from "../base/errors";
import { line11 } from "./line-1-1";
import type { ReleaseLine } from "./release";

const lines: readonly ReleaseLine[] = [line11];

/** The line of a version. */
export function releaseLine(version: string): ReleaseLine {
    const line = lines.find((candidate) => candidate.accepts(version));
    if (line) return line;
    const known = lines.map(({ name }) => name).join(", ");
    throw new UserError(`harbor-ha:release: Harbor ${version} is not supported; supported release lines: ${known}`);
}
