import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { endOfFile, endOfParameters, wholeText } from "../../plan/toolkit";
import { hostForEachTest, type Result } from "./support/host";

const host = hostForEachTest();
const unit = (): string => host().path("/etc/systemd/system/harbor-ha.service");
const target = (): string => host().path("/opt/harbor-ha/files/harbor.cfg");
const put = (path: string, text: string, mode = "0644"): Promise<Result> => host().call(["put", path, mode], text);
const whole = (text: string): string => wholeText(text, endOfFile, ["put"]);
const reloads = (): number => host().calls("systemctl", "daemon-reload").length;

describe("put", () => {
    test("writes a file with its mode, and leaves an equal one alone", async () => {
        expect(await put(target(), whole("a: $b\n"), "0600")).toEqual({ status: 0, stdout: "written\n", stderr: "" });
        expect(host().read(target())).toBe("a: $b\n");
        expect(statSync(target()).mode & 0o777).toBe(0o600);
        expect(await put(target(), whole("a: $b\n"), "0600")).toEqual({ status: 0, stdout: "unchanged\n", stderr: "" });
    });

    test("of a unit tells systemd, once for each change", async () => {
        await put(unit(), whole("[Unit]\n"));
        await put(unit(), whole("[Unit]\n"));
        expect(reloads()).toBe(1);
        await put(target(), whole("x\n"));
        expect(reloads()).toBe(1);
    });

    test("of a text that was cut off changes nothing", async () => {
        await put(target(), whole("old\n"));
        expect(await put(target(), "new\n")).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("was cut off") as string,
        });
        expect(host().read(target())).toBe("old\n");
        expect(readdirSync(join(target(), ".."))).toEqual(["harbor.cfg"]);
    });
});

test("remove takes a file away and tells systemd of a unit", async () => {
    host().write(unit(), "");
    expect(await host().call(["remove", unit()])).toEqual({ status: 0, stdout: "removed\n", stderr: "" });
    expect(host().has(unit())).toBe(false);
    expect(reloads()).toBe(1);
    expect(await host().call(["remove", unit()])).toMatchObject({ status: 0 });
});

describe("again", () => {
    const command = (): string => join(host().home, "bin", "harbor-ha");

    test("runs what the text was for, with that text", async () => {
        const text = wholeText("services: {}\n", endOfFile, [command(), "put", target(), "0644"]);
        expect(await host().call(["again", "was changed on the host"], text)).toEqual({
            status: 0,
            stdout: "written\n",
            stderr: "",
        });
        expect(host().read(target())).toBe("services: {}\n");
        expect(readdirSync(host().path("/run")).filter((name) => name.startsWith("harbor-ha"))).toEqual([]);
    });

    test("passes a failure on", async () => {
        const text = wholeText("", endOfParameters, [command(), "no-such-command"]);
        expect((await host().call(["again", "x"], text)).status).toBe(1);
    });

    test.each(["", "services: {}\n", `${endOfFile}\n`])("refuses %j, which was cut off", async (text) => {
        expect(await host().call(["again", "x"], text)).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("was cut off") as string,
        });
    });
});

describe("secrets", () => {
    const secrets = (values: Readonly<Record<string, string>>): Promise<Result> =>
        host().run(
            "secrets",
            Object.fromEntries(
                Object.entries(values).map(([name, value]) => [name, Buffer.from(value).toString("base64")]),
            ),
        );
    const folder = (): string => host().path("/opt/harbor-ha/secrets");

    test("are kept for root only, as they are, and go when they aren't needed any more", async () => {
        const key = "-----BEGIN RSA PRIVATE KEY-----\nxyz\n-----END RSA PRIVATE KEY-----\n";
        expect(await secrets({ mysql_password: "a$b", https_key: key })).toMatchObject({ status: 0 });
        expect(host().read(`${folder()}/https_key`)).toBe(key);
        expect([".", "mysql_password", "https_key"].map((name) => statSync(join(folder(), name)).mode & 0o777)).toEqual(
            [0o700, 0o600, 0o600],
        );
        expect(await secrets({ mysql_password: "c" })).toMatchObject({ status: 0 });
        expect(readdirSync(folder())).toEqual(["mysql_password"]);
    });

    test("stand in no output", async () => {
        const { stdout, stderr } = await secrets({ mysql_password: "s3cr3t" });
        expect(`${stdout}${stderr}`).not.toContain("s3cr3t");
    });

    test.each(["a/b", "A", "a.b"])("of the name %s are refused", async (name) => {
        expect(await secrets({ [name]: "x" })).toMatchObject({
            status: 1,
            stderr: "harbor-ha: a secret's name isn't valid\n",
        });
    });
});

describe("parameters are checked as a whole before any work", () => {
    test.each<[string, Readonly<Record<string, string | number | undefined>>, string]>([
        ["one that is missing", { ttl: undefined }, "ttl is missing"],
        ["one that is unknown", { tll: 20 }, "tll is unknown"],
        ["one of another kind", { ttl: "twenty" }, "ttl is 'twenty', which is no int"],
    ])("%s", async (_, given, message) => {
        host().secret("dns_key", "x");
        const { status, stdout, stderr } = await host().run("dns", given);
        expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
        expect(stderr).toContain(message);
        expect(stderr).toContain("nothing was done");
        expect(host().calls()).toEqual([]);
    });
});
