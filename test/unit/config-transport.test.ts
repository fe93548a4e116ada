import fc from "fast-check";
import { type ConfigKey, type KeyName, keyNames, keys } from "../../config/keys";
import { renderParameters } from "../../plan/parameters";
import { anyCharacter } from "../support/words";
import { maximal, maximalV2 } from "./config-parse.maximal";

/** Texts that never are a parameter, a path or a file name on a host. */
const staysHere: readonly KeyName[] = [
    "release", // read here; what lies on the hosts has a name of its own (releases/archive.ts)
    "releaseSource", // as release
    "sshKnownHosts",
    "httpsCertificate",
    "httpsCaCertificate",
    "redisCaCertificate",
    "tokenCertificate",
];

const travelling = keyNames.filter((name) => !staysHere.includes(name) && !(keys[name] as ConfigKey).secret);

const hostile = fc.oneof(
    fc.constantFrom(
        "#",
        ": ",
        ":",
        " ",
        "-",
        "--",
        "\n",
        "\r",
        "\t",
        "'",
        '"',
        "$(x)",
        "`",
        "\\",
        "é",
        "离",
        "\u00a0",
        "\0",
        "|",
    ),
    fc.string({ maxLength: 3 }),
    fc.string({ maxLength: 2, unit: anyCharacter }),
);

/** A good text into which something was put at any place, or that was replaced by it. */
const nearly = (good: string) =>
    fc
        .tuple(fc.nat(good.length), fc.nat(3), hostile)
        .map(([at, length, put]) => good.slice(0, at) + put + good.slice(at + length));

const textsOf = (value: unknown): string[] =>
    Array.isArray(value) || (typeof value === "object" && value !== null)
        ? Object.values(value).flatMap(textsOf)
        : [String(value)];

/** What stands in a JSON list or object, each text changed on its own. */
function changedOnce(value: unknown, change: (text: string) => fc.Arbitrary<string>): fc.Arbitrary<unknown> {
    if (typeof value === "string") return change(value);
    if (Array.isArray(value)) return fc.tuple(...value.map((item: unknown) => changedOnce(item, change)));
    if (typeof value !== "object" || value === null) return fc.constant(value);
    const entries = Object.entries(value).filter(([field]) => field !== "hostKey");
    return fc.record(Object.fromEntries(entries.map(([field, inner]) => [field, changedOnce(inner, change)])));
}

test.each(travelling)("what %s may be can be sent to a host", (name) => {
    const key: ConfigKey = keys[name];
    const raw = maximal[name] ?? maximalV2[name] ?? "";
    const good: unknown = key.type === "array" ? JSON.parse(raw) : raw;
    expect(key.schema.safeParse(good).success).toBe(true);
    const sometimes = (text: string) => fc.oneof({ weight: 3, arbitrary: fc.constant(text) }, nearly(text));
    let taken = 0;
    fc.assert(
        fc.property(key.type === "array" ? changedOnce(good, sometimes) : sometimes(raw), (value) => {
            const result = key.schema.safeParse(value);
            if (!result.success) return;
            taken++;
            for (const text of textsOf(result.data)) expect(() => renderParameters({ x: text })).not.toThrow();
        }),
        { numRuns: 800 },
    );
    expect(taken).toBeGreaterThan(20);
});
