import { createHash } from "node:crypto";
import { containers, otherPair, prepared, storage, writePair } from "./support/deployed";
import { dig } from "./support/dig";
import { hostForEachTest, type Result } from "./support/host";

const host = hostForEachTest();
const secrets = { admin_password: "Admin_12345", mysql_password: "Mysql_12345" };
const cfg = (): string => host().path("/opt/harbor-ha/files/harbor.cfg");
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const text = "hostname = hub\nharbor_admin_password = __admin_password__\n";
const registry = "hub.example.com:8070";
const release = (path: string): string => `${host().value("release_dir")}/${path}`;

const inspect = (given: Readonly<Record<string, string | string[]>> = {}): Promise<Result> =>
    host().run("inspect", {
        files: ["harbor.cfg"],
        slots: Object.keys(secrets),
        secrets: Object.keys(secrets),
        containers,
        insecure_registry: registry,
        dns: "managed",
        addresses: ["192.0.2.1", "192.0.2.2"],
        [`file${cfg()}`]: sha256(text),
        ...given,
    });
/** What was found, by the step or file that owns it. */
async function findings(given: Readonly<Record<string, string | string[]>> = {}): Promise<Record<string, string>> {
    const { status, stdout } = await inspect(given);
    expect(status).toBe(0);
    const lines = stdout.split("\n").filter(Boolean);
    return Object.fromEntries(lines.map((line) => [line.split("\t")[0] ?? "", line.split("\t")[1] ?? ""]));
}

beforeEach(async () => {
    storage(host());
    prepared(host());
    for (const [name, value] of Object.entries(secrets)) host().secret(name, value);
    host().write(cfg(), text);
    host().write("/etc/docker/daemon.json", `{ "insecure-registries": ["${registry}"] }`);
    host().answer("dig", { run: dig({ records: ["A 192.0.2.2", "A 192.0.2.1"] }) });
    for (const name of containers) host().write(`/.docker/running/${name}`, `${new Date().toISOString()}\n`);
    host().answer("python3", {
        run: `cp -r common/config "$root/made" && rm -rf common/config && cp -r "$root/made" common/config && rm -r "$root/made"`,
    });
    await host().run("prepare", { files: ["harbor.cfg"], slots: Object.keys(secrets) });
    host().forget();
});

test("a node as it was deployed: nothing is found, nothing is changed", async () => {
    expect(await inspect()).toEqual({ status: 0, stdout: "", stderr: "" });
    const calls = host()
        .calls()
        .filter(({ tool }) => !["docker", "dig", "findmnt", "openssl", "hostname", "systemctl"].includes(tool));
    expect(calls).toEqual([]);
    expect(
        host()
            .calls("docker")
            .filter(({ line }) => !/^(ps|info|image inspect|inspect|version) /.test(line)),
    ).toEqual([]);
});

describe("what differs is told by the step or file that mends it:", () => {
    test.each<[string, () => void, Record<string, RegExp>]>([
        ["a file that is gone", () => host().removePath(cfg()), { "put ": /is missing/ }],
        ["a file that was changed", () => host().write(cfg(), "x"), { "put ": /was changed on the host/ }],
        [
            "a secret that is gone",
            () => host().removePath("/opt/harbor-ha/secrets/mysql_password"),
            { secrets: /mysql_password/ },
        ],
        ["a mount that is gone", () => host().removePath("/.mounts"), { mount: /is not mounted/ }],
        ["a rendered file", () => host().write(release("harbor.cfg"), "x"), { prepare: /harbor\.cfg/ }],
        ["what prepare made", () => host().write(release("common/config/ui/env"), "x"), { prepare: /common\/config/ }],
        [
            "a prepare that somebody ran",
            () => writePair(host(), release("common/config/ui"), otherPair),
            { "cert-sync": /private_key\.pem has SHA256:/ },
        ],
        [
            "a lost pair",
            () => host().removePath(`${host().value("shared_dir")}/keys/current`),
            { "token-key": /missing on the shared storage/ },
        ],
        ["a lost secretkey", () => host().removePath(`${host().value("data_dir")}/secretkey`), { store: /secretkey/ }],
        ["a release that is gone", () => host().removePath(release(".unpacked")), { stage: /the release is not in/ }],
        [
            "a storage that was emptied",
            () => {
                host().removePath(host().value("data_dir"));
                host().removePath(host().value("shared_dir"));
            },
            { store: /missing/, "token-key": /missing on the shared storage/ },
        ],
        [
            "another secretkey",
            () => {
                host().write(`${host().value("shared_dir")}/state/secretkey`, `salt ${"0".repeat(64)}\n`);
            },
            { store: /another one than was in force/ },
        ],
        [
            "a container that somebody has made anew",
            () => {
                host().write("/opt/harbor-ha/state/applied", "x");
                host().write("/.docker/running/harbor-ui", `${new Date(Date.now() + 60_000).toISOString()}\n`);
            },
            { up: /made anew by somebody/ },
        ],
        [
            "a container that stopped",
            () => host().removePath("/.docker/running/harbor-ui"),
            { up: /not running: harbor-ui/ },
        ],
        [
            "a registry that Docker isn't told to trust",
            () => host().write("/etc/docker/daemon.json", "{}"),
            { host: /hub\.example\.com:8070/ },
        ],
        ["a record", () => host().answer("dig", { run: dig({ records: ["A 192.0.2.1"] }) }), { dns: /192\.0\.2\.1/ }],
    ])("%s", async (_, change, expected) => {
        change();
        const found = await findings();
        for (const [owner, what] of Object.entries(expected)) {
            const key = owner === "put " ? `put ${cfg()}` : owner;
            expect(found[key]).toMatch(what);
        }
    });

    test("only what somebody asks for", async () => {
        host().write("/etc/docker/daemon.json", "{}");
        host().answer("dig", { run: dig({}) });
        expect(await findings({ insecure_registry: "none", dns: "none" })).toEqual({});
    });

    test("no secret is shown", async () => {
        host().write(release("harbor.cfg"), "x");
        const { stdout, stderr } = await inspect();
        for (const value of Object.values(secrets)) expect(`${stdout}${stderr}`).not.toContain(value);
    });
});
