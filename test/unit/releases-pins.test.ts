import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../base/errors";
import { pinOf } from "../../releases/pin";
import { findPin, writePin } from "../../releases/pins";
import { release } from "../support/release";

const pin = pinOf(release, 4711);
const other = pinOf({ ...release, sha256: "2e".repeat(32) }, 4712);
let folder: string;

beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "harbor-ha-pins-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("is found by its version and by its name, and nothing else lies beside it", () => {
    expect(writePin(pin, folder)).toBe(join(folder, "v1.1.2-1f1f1f1f.json"));
    writeFileSync(join(folder, "README.md"), "");
    expect(findPin("v1.1.2", folder)).toEqual(pin);
    expect(findPin("v1.1.2-1f1f1f1f", folder)).toEqual(pin);
    expect(readdirSync(folder)).toEqual(["README.md", "v1.1.2-1f1f1f1f.json"]);
});

test("a version with two pins has to be told apart", () => {
    writePin(pin, folder);
    writePin(other, folder);
    expect(() => findPin("v1.1.2", folder)).toThrow(
        new UserError("harbor-ha:release: v1.1.2 is not allowed: say which one, v1.1.2-1f1f1f1f or v1.1.2-2e2e2e2e"),
    );
    expect(findPin("v1.1.2-2e2e2e2e", folder)).toEqual(other);
});

test.each(["v1.1.3", "v1.1", "v1.1.2-rc1", "v1.1.2-1f1f", "v1.1.2-2e2e2e2e"])("%s isn't pinned", (wanted) => {
    writePin(pin, folder);
    const message = `harbor-ha:release: ${wanted} is not allowed: ${folder} has v1.1.2-1f1f1f1f; npm run release:pin -- ARCHIVE makes one`;
    expect(() => findPin(wanted, folder)).toThrow(new UserError(message));
});

test("a project without pins", () => {
    const none = join(folder, "none");
    expect(() => findPin("v1.1.2", none)).toThrow(`${none} has none; npm run release:pin`);
});
