import { isPinName } from "../../base/pin-name";
import type { Problem } from "../problems";
import { type Given, missing, required } from "./required";

/** A pin has the checksum of its archive already, wherever that lies. */
export function checkRelease(given: Given): Problem[] {
    const { release, releaseSource } = given.values;
    if (release === undefined || isPinName(release)) return [];
    const problems = /^https:/i.test(release) ? missing(required.download, given) : [];
    if (releaseSource === undefined) return problems;
    const allowed = "only with a pinned release (release: v1.1.2); otherwise release names the archive";
    return [...problems, { key: "releaseSource", value: "this key", allowed }];
}
