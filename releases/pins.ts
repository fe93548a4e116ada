import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../base/errors";
import { setting } from "../base/naming";
import { nameOf, parsePin, type Pin, printPin } from "./pin";

/** Folder of the project that holds the pins; every command of Pulumi and npm runs in the project's folder. */
export const pinsFolder = join("releases", "pins");

/**
 * The pin that `harbor-ha:release` names, by its version or by its whole name.
 * @throws UserError when there is none, or more than one of the version.
 */
export function findPin(wanted: string, folder = pinsFolder): Pin {
    const names = existsSync(folder)
        ? readdirSync(folder)
              .filter((file) => file.endsWith(".json"))
              .map((file) => file.slice(0, -".json".length))
              .sort()
        : [];
    const isOfVersion = (name: string): boolean =>
        name.startsWith(`${wanted}-`) && /^[0-9a-f]{8}$/.test(name.slice(wanted.length + 1));
    const found = names.includes(wanted) ? [wanted] : names.filter(isOfVersion);
    const [name] = found;
    if (name === undefined) {
        const known = names.length === 0 ? "none" : names.join(", ");
        const way = "npm run release:pin -- ARCHIVE makes one";
        throw new UserError(`${setting("release")}: ${wanted} is not allowed: ${folder} has ${known}; ${way}`);
    }
    if (found.length > 1) {
        throw new UserError(`${setting("release")}: ${wanted} is not allowed: say which one, ${found.join(" or ")}`);
    }
    const path = join(folder, `${name}.json`);
    return parsePin(readFileSync(path, "utf8"), path);
}

/** Writes a pin and gives its path. */
export function writePin(pin: Pin, folder = pinsFolder): string {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${nameOf(pin)}.json`);
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, printPin(pin));
    renameSync(temporary, path);
    return path;
}
