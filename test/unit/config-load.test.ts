import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { keyNames, keys, type ConfigKey } from "../../config/keys";
import { loadValues } from "../../config/load";
import { withFolder } from "../support/files";
import { changed, minimalHttp, type Raw } from "../support/settings";

const environment = process.env.PULUMI_CONFIG_SECRET_KEYS;

function stack(raw: Raw, secretKeys: readonly string[]): void {
    const config = Object.entries(raw).map(([key, value]) => [`harbor-ha:${key}`, value]);
    pulumi.runtime.setAllConfig({ ...Object.fromEntries(config), "other:domain": "other.example.com" } as Record<
        string,
        string
    >);
    process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(secretKeys.map((key) => `harbor-ha:${key}`));
}

const secretKeys = keyNames.filter((name) => (keys[name] as ConfigKey).secret);

afterEach(() => {
    pulumi.runtime.setAllConfig({});
    if (environment === undefined) delete process.env.PULUMI_CONFIG_SECRET_KEYS;
    else process.env.PULUMI_CONFIG_SECRET_KEYS = environment;
});

test("takes the keys of its own namespace from the stack", () => {
    stack(minimalHttp, secretKeys);
    expect(loadValues()).toMatchObject({ domain: "hub.example.com", protocol: "http" });
});

test("refuses what the engine doesn't name as encrypted", () => {
    stack(
        minimalHttp,
        secretKeys.filter((name) => name !== "cephKey"),
    );
    expect(loadValues).toThrow("harbor-ha:cephKey: plain text is not allowed");
    delete process.env.PULUMI_CONFIG_SECRET_KEYS;
    expect(loadValues).toThrow("harbor-ha:mysqlPassword: plain text is not allowed");
});

test("reads files", async () => {
    await withFolder((folder) => {
        const file = join(folder, "mysql");
        writeFileSync(file, "from-a-File-1\n");
        stack(changed(minimalHttp, { mysqlPassword: undefined, mysqlPasswordFile: file }), secretKeys);
        expect(loadValues().mysqlPassword).toBe("from-a-File-1");
        stack(changed(minimalHttp, { mysqlPassword: undefined, mysqlPasswordFile: join(folder, "none") }), secretKeys);
        expect(loadValues).toThrow(
            /harbor-ha:mysqlPasswordFile: .* is not allowed: a file that can be read \(.*ENOENT/,
        );
    });
});
