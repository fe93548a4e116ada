import { UserError } from "../../base/errors";
import { argumentNaming, inStack, said, setting, stackNaming } from "../../base/naming";
import { required } from "../../config/checks/required";
import { hasFileForm, keyNames } from "../../config/keys";

const marked = `${setting("nodes[1].address")}: x is not allowed${inStack(" (or sshPrivateKeyFile)")}, see ${setting("port")}`;

test("one message, in the words of whoever gets it", () => {
    const error = new UserError(marked);
    expect(error.message).toBe(
        "harbor-ha:nodes[1].address: x is not allowed (or sshPrivateKeyFile), see harbor-ha:port",
    );
    expect(error.saidTo(stackNaming)).toBe(error.message);
    expect(error.saidTo(argumentNaming)).toBe("nodes[1].address: x is not allowed, see port");
});

test("what is missing is never said to callers of the package in the words of a stack", () => {
    const texts = (table: object): string[] =>
        Object.values(table).flatMap((entry) => (typeof entry === "string" ? [entry] : texts(entry as object)));
    const all = texts(required);
    expect(all.length).toBeGreaterThan(25);
    expect(all.filter((text) => /harbor-ha:/.test(text))).toEqual([]);
    const files = keyNames.filter(hasFileForm).map((name) => `${name}File`);
    const named = (text: string): string[] => files.filter((file) => text.includes(file));
    expect(all.flatMap((text) => named(said(text, stackNaming))).length).toBeGreaterThan(10);
    expect(all.flatMap((text) => named(said(text, argumentNaming)))).toEqual([]);
});
