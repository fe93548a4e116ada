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

/** A target in which only what stands between the marks is different afterwards. */
const stack = (...lines: string[]): string => ["config:", ...lines.map((line) => `  ${line}`), ""].join("\n");

describe("a source that is written in another way", () => {
    const plain = stack("harbor-ha:release: x.tgz", "harbor-ha:harborVersion: v1.1.2");

    test.each([
        [
            "an alias",
            stack("harbor-ha:mysqlUser: &x x.tgz", "harbor-ha:release: *x", "harbor-ha:harborVersion: v1.1.2"),
        ],
        [
            "an anchor outside of config",
            `common: &x x.tgz\n${stack("harbor-ha:release: *x", "harbor-ha:harborVersion: v1.1.2")}`,
        ],
        [
            "a merge key",
            `base: &base\n  harbor-ha:release: x.tgz\n${stack("<<: *base", "harbor-ha:harborVersion: v1.1.2")}`,
        ],
        [
            "a merge key under a value of its own",
            `base: &base\n  harbor-ha:release: y.tgz\n${stack("<<: *base", "harbor-ha:release: x.tgz", "harbor-ha:harborVersion: v1.1.2")}`,
        ],
        ["the long form of a key", stack("harbor-ha:config:release: x.tgz", "harbor-ha:harborVersion: v1.1.2")],
        ["one line", "config: {harbor-ha:release: x.tgz, harbor-ha:harborVersion: v1.1.2}\n"],
        ["quotes", stack('"harbor-ha:release": "x.tgz"', "'harbor-ha:harborVersion': 'v1.1.2'")],
        ["CRLF", plain.replaceAll("\n", "\r\n")],
        ["a byte order mark", `\ufeff${plain}`],
    ])("%s", (_, source) => {
        expect(copyPins(source, stack("harbor-ha:release: old.tgz"))).toBe(
            stack("harbor-ha:release: x.tgz", "harbor-ha:harborVersion: v1.1.2"),
        );
    });

    test.each([
        [
            "an encrypted value",
            "harbor-ha:release: {secure: v1:abc}",
            "harbor-ha:release of the source is encrypted, or no text; its value can't be copied",
        ],
        [
            "a list",
            "harbor-ha:release: [x.tgz]",
            "harbor-ha:release of the source is encrypted, or no text; its value can't be copied",
        ],
        [
            "a number",
            `harbor-ha:release: x.tgz\n  harbor-ha:releaseSha256: ${"0".repeat(64)}`,
            "harbor-ha:releaseSha256 of the source is no text; write it in quotes",
        ],
        ["an alias of nothing", "harbor-ha:release: *x", "the source is no YAML: Unresolved alias"],
        [
            "a key twice",
            "harbor-ha:release: a.tgz\n  harbor-ha:release: b.tgz",
            "the source is no YAML: Map keys must be unique",
        ],
    ])("%s is an error", (_, line, message) => {
        expect(() => copyPins(stack(line), prod)).toThrow(message);
    });
});

describe("the target's own lines change, and nothing else", () => {
    const source = stack("harbor-ha:release: new.tgz", `harbor-ha:releaseSha256: "${"1".repeat(64)}"`);
    const sha = `harbor-ha:releaseSha256: "${"1".repeat(64)}"`;

    test.each([
        [
            "comments",
            ["# a", "harbor-ha:release:   old.tgz   # b", "", "# c", "harbor-ha:port: 1"],
            ["# a", "harbor-ha:release:   new.tgz   # b", sha, "", "# c", "harbor-ha:port: 1"],
        ],
        [
            "quotes and forms of other values",
            ["harbor-ha:a:   'x'", "harbor-ha:release: old.tgz", 'harbor-ha:nodes: [ {name:  "a"}, ]'],
            ["harbor-ha:a:   'x'", "harbor-ha:release: new.tgz", sha, 'harbor-ha:nodes: [ {name:  "a"}, ]'],
        ],
        [
            "a release that wasn't there",
            ["harbor-ha:port: 1 # p", "harbor-ha:a: |", "  two", "  lines"],
            ["harbor-ha:port: 1 # p", "harbor-ha:a: |", "  two", "  lines", "harbor-ha:release: new.tgz", sha],
        ],
        [
            "an alias",
            ["harbor-ha:a: &x old.tgz", "harbor-ha:release: *x"],
            ["harbor-ha:a: &x old.tgz", "harbor-ha:release: new.tgz", sha],
        ],
        ["an anchor that nobody uses", ["harbor-ha:release: &x old.tgz"], ["harbor-ha:release: &x new.tgz", sha]],
        [
            "a value that was encrypted",
            ["harbor-ha:release:", "  secure: v1:abc", "harbor-ha:port: 1"],
            ["harbor-ha:release:", "  new.tgz", sha, "harbor-ha:port: 1"],
        ],
        [
            "a version that the source hasn't",
            ["harbor-ha:harborVersion: v1 # v", "harbor-ha:release: old.tgz"],
            ["harbor-ha:release: new.tgz", sha],
        ],
        [
            "an empty value",
            ["harbor-ha:release:", "harbor-ha:port: 1"],
            ["harbor-ha:release: new.tgz", sha, "harbor-ha:port: 1"],
        ],
        ["the long form of a key", ["harbor-ha:config:release: old.tgz"], ["harbor-ha:config:release: new.tgz", sha]],
    ])("%s", (_, before, after) => {
        expect(copyPins(source, stack(...before))).toBe(stack(...after));
        const crlf = (lines: string[]): string => stack(...lines).replaceAll("\n", "\r\n");
        expect(copyPins(source, crlf(before))).toBe(crlf(after));
        expect(copyPins(source, `\ufeff${stack(...before)}`)).toBe(`\ufeff${stack(...after)}`);
        expect(copyPins(source, stack(...before).trimEnd())).toBe(stack(...after).trimEnd());
    });

    test("keys that come with a merge key are written out", () => {
        const base = "base: &base\n  harbor-ha:release: old.tgz\n";
        expect(copyPins(source, base + stack("<<: *base"))).toBe(
            base + stack("<<: *base", "harbor-ha:release: new.tgz", sha),
        );
    });

    const tied = "other keys of the target hang on a pin by an anchor or a merge key (<<); write the values out";
    test.each([
        ["another key that is an alias of a pin", stack("harbor-ha:release: &x old.tgz", "harbor-ha:a: *x"), tied],
        [
            "a pin that comes with a merge key and has to go",
            `base: &base\n  harbor-ha:harborVersion: v1\n${stack("<<: *base", "harbor-ha:release: old.tgz")}`,
            tied,
        ],
        ["a pin with an anchor that has to go", stack("harbor-ha:harborVersion: &v v1", "harbor-ha:a: *v"), tied],
        [
            "all in one line",
            "config: {harbor-ha:release: old.tgz}\n",
            "config: of the target is an alias or in one line; write its keys below each other",
        ],
        [
            "config as an alias",
            "base: &base\n  harbor-ha:a: b\nconfig: *base\n",
            "config: of the target is an alias or in one line; write its keys below each other",
        ],
        ["no YAML", "config:\n  a: [\n", "the target is no YAML: Flow sequence"],
    ])("%s is an error", (_, target, message) => {
        expect(() => copyPins(source, target)).toThrow(message);
    });
});

test("lineDiff shows what goes and what comes", () => {
    expect(lineDiff("a\nb\nc\n", "a\nB\nc\n")).toEqual(["- b", "+ B"]);
    expect(lineDiff("a\r\nb\r\n", "a\r\nB\r\n")).toEqual(["- b", "+ B"]);
    expect(lineDiff("a\n", "a\n")).toEqual([]);
});
