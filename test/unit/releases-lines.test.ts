import fc from "fast-check";
import { UserError } from "../../base/errors";
import { line11 } from "../../releases/line-1-1";
import { releaseLine } from "../../releases/lines";
import { fileOf, ReleaseError } from "../../releases/release";
import { releaseSlotName, slot, slotNames, slotsIn } from "../../releases/slots";
import { release } from "../support/release";

test("a version that is known has its line", () => {
    expect(releaseLine("v1.1.2")).toBe(line11);
    expect(releaseLine("v1.2.2")).toBe(line11);
});

test.each(["v1.3.0", "v2.11.2", "v1.1", "1.1.2", ""])("version '%s' has none", (version) => {
    const message = `harbor-ha:release: Harbor ${version} is not supported; supported release lines: 1.1–1.2, 2.12–2.15`;
    expect(() => releaseLine(version)).toThrow(UserError);
    expect(() => releaseLine(version)).toThrow(message);
});

test("a text of the release, or an error that names file and release", () => {
    expect(fileOf(release, "prepare")).toContain("#!/usr/bin/python");
    expect(() => fileOf(release, "common.sh")).toThrow(
        new ReleaseError(release, "common.sh", "the file isn't in the archive"),
    );
    expect(new ReleaseError(release, "a", "b")).toMatchObject({ name: "ReleaseError", message: "Harbor v1.1.2, a: b" });
});

describe("slots", () => {
    test("are found by name", () => {
        expect(slot("mysql_password")).toBe("__mysql_password__");
        expect(slotsIn("a __redis_password__ b __admin_password__ __redis_password__ __other__")).toEqual([
            "admin_password",
            "redis_password",
        ]);
        expect(slotsIn(slotNames.map(slot).join(""))).toEqual(slotNames);
        expect(slotsIn("")).toEqual([]);
    });

    test("of a release are found as they come, each once", () => {
        expect(
            slotsIn("__release_b____release_a_x__ __mysql_password__ __release_b__ __release___ __release_A__"),
        ).toEqual(["mysql_password", "release_b", "release_a_x"]);
    });

    test.each([
        [["harbor", "ldap_search_pwd"], "release_harbor_ldap_search_pwd"],
        [["adminserver/env", "MYSQL_PWD"], "release_adminserver_env_mysql_pwd"],
        [["a", "Ünter__x-1"], "release_a_nter_x"],
        [["1", "2"], "release_value"],
    ])("of %j are called %s", (parts, name) => {
        expect(releaseSlotName(parts, new Set())).toBe(name);
    });

    test("have names of their own, however many there are", () => {
        const taken = new Set<string>();
        for (let i = 0; i < 800; i++) taken.add(releaseSlotName(["a", `pwd${i}`], taken));
        expect(taken.size).toBe(800);
        expect([...taken].slice(0, 3)).toEqual(["release_a_pwd", "release_a_pwd_b", "release_a_pwd_c"]);
        for (const name of taken) expect(name).toMatch(/^release_[a-z]+(_[a-z]+)*$/);
    });

    test("are short enough for a file's name", () => {
        const long = ["a", "b".repeat(200), "_".repeat(3), "c".repeat(200)];
        const name = releaseSlotName(long, new Set());
        expect(name.length).toBeLessThan(150);
        expect(releaseSlotName(long, new Set([name]))).toBe(`${name}_b`);
        expect(releaseSlotName(["x".repeat(119), "y"], new Set())).toBe(`release_${"x".repeat(119)}`);
    });

    test("of any names are found again", () => {
        fc.assert(
            fc.property(fc.array(fc.array(fc.string(), { minLength: 1, maxLength: 3 }), { maxLength: 5 }), (all) => {
                const taken = new Set<string>();
                const names = all.map((parts) => {
                    const name = releaseSlotName(parts, taken);
                    taken.add(name);
                    return name;
                });
                expect(slotsIn(names.map(slot).join(""))).toEqual(names);
            }),
        );
    });
});
