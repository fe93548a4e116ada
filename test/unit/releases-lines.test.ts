import { UserError } from "../../base/errors";
import { line11 } from "../../releases/line-1-1";
import { releaseLine } from "../../releases/lines";
import { fileOf, ReleaseError } from "../../releases/release";
import { slot, slotNames, slotsIn } from "../../releases/slots";
import { release } from "../support/release";

test("a version that is known has its line", () => {
    expect(releaseLine("v1.1.2")).toBe(line11);
    expect(releaseLine("v1.2.2")).toBe(line11);
});

test.each(["v1.3.0", "v2.15.2", "v1.1", "1.1.2", ""])("version '%s' has none", (version) => {
    const message = `harbor-ha:release: Harbor ${version} is not supported; supported release lines: 1.1–1.2`;
    expect(() => releaseLine(version)).toThrow(new UserError(message));
});

test("a text of the release, or an error that names file and release", () => {
    expect(fileOf(release, "prepare")).toContain("#!/usr/bin/python");
    expect(() => fileOf(release, "common.sh")).toThrow(
        new ReleaseError(release, "common.sh", "the file isn't in the archive"),
    );
    expect(new ReleaseError(release, "a", "b")).toMatchObject({ name: "ReleaseError", message: "Harbor v1.1.2, a: b" });
});

test("slots are found by name", () => {
    expect(slot("mysql_password")).toBe("__mysql_password__");
    expect(slotsIn("a __redis_password__ b __admin_password__ __redis_password__ __other__")).toEqual([
        "admin_password",
        "redis_password",
    ]);
    expect(slotsIn(slotNames.map(slot).join(""))).toEqual(slotNames);
    expect(slotsIn("")).toEqual([]);
});
