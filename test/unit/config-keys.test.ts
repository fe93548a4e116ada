import { type ConfigKey, hasFileForm, keyNames, keys } from "../../config/keys";
import { splitProxy } from "../../base/proxy";

const entries = keyNames.map((name): [string, ConfigKey] => [name, keys[name]]);

test("every default passes its own rule", () => {
    const failing = entries.filter(
        ([, key]) => key.default !== undefined && !key.schema.safeParse(key.default).success,
    );
    expect(failing.map(([name]) => name)).toEqual([]);
});

test("a key has a default, or words for its absence, or neither; never both", () => {
    expect(entries.filter(([, key]) => key.default !== undefined && key.absent !== undefined)).toEqual([]);
});

test("secrets have no default", () => {
    expect(entries.filter(([, key]) => key.secret && key.default !== undefined)).toEqual([]);
});

test("only secrets and PEM texts have a file form, and no key has the name of one", () => {
    expect(keyNames.filter(hasFileForm)).toEqual(
        entries.filter(([, key]) => key.secret ?? key.file).map(([name]) => name),
    );
    expect(keyNames.filter((name) => name.endsWith("File"))).toEqual([]);
});

test.each([
    ["jump@bastion.example.com", { user: "jump", address: "bastion.example.com", port: 22 }],
    ["root@192.0.2.1:2222", { user: "root", address: "192.0.2.1", port: 2222 }],
])("jump host %s", (text, parts) => {
    expect(splitProxy(text)).toEqual(parts);
});
