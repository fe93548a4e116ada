import { describe, expect, test } from "@jest/globals";
import { copyPins, lineDiff } from "../../cli/pins";

const staging = `config:
  harbor-ha:domain: hub.staging.example.com
  harbor-ha:release: cache/harbor-offline-installer-v1.1.2.tgz
  harbor-ha:harborVersion: v1.1.2
`;
const prod = `# Production
config:
  harbor-ha:domain: hub.example.com
  harbor-ha:release: cache/harbor-offline-installer-v1.1.1.tgz # the one that runs
  harbor-ha:releaseSha256: "${"0".repeat(64)}"
  harbor-ha:harborVersion: v1.1.1
`;

describe("copyPins", () => {
    test("copies version and archive, drops a checksum that the source hasn't, keeps comments and all else", () => {
        expect(copyPins(staging, prod)).toBe(`# Production
config:
  harbor-ha:domain: hub.example.com
  harbor-ha:release: cache/harbor-offline-installer-v1.1.2.tgz # the one that runs
  harbor-ha:harborVersion: v1.1.2
`);
    });

    test("a second time changes nothing", () => {
        const once = copyPins(staging, prod);
        expect(copyPins(staging, once)).toBe(once);
    });

    test("a pinned release is promoted by its name, with where its archive is", () => {
        const pinned = staging.replace(
            /release: .*/,
            "release: v1.1.2-1f2e3d4c\n  harbor-ha:releaseSource: https://a.b/h.tgz",
        );
        const once = copyPins(pinned, prod);
        expect(once).toContain("harbor-ha:release: v1.1.2-1f2e3d4c # the one that runs\n");
        expect(once).toContain("harbor-ha:releaseSource: https://a.b/h.tgz\n");
        expect(once).not.toContain("releaseSha256");
        expect(copyPins(staging, once)).not.toContain("releaseSource");
    });

    test.each([
        ["no configuration", "a: 1\n", prod, "the source is no stack configuration (no config:)"],
        ["no target", staging, "", "the target is no stack configuration (no config:)"],
        [
            "no release",
            "config:\n  harbor-ha:domain: a.b\n",
            prod,
            "the source stack has no harbor-ha:release to promote",
        ],
    ])("%s is an error", (_what, source, target, message) => {
        expect(() => copyPins(source, target)).toThrow(message);
    });
});

test("lineDiff shows what goes and what comes", () => {
    expect(lineDiff("a\nb\nc\n", "a\nB\nc\n")).toEqual(["- b", "+ B"]);
    expect(lineDiff("a\n", "a\n")).toEqual([]);
});
