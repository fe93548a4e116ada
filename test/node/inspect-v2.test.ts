import { createHash } from "node:crypto";
import { containersV2, harborsPrepare, pinned, secretsV2, stagedV2, storageV2 } from "./support/deployed-v2";
import { hostForEachTest } from "./support/host";

const host = hostForEachTest("v2");
const files = ["harbor.yml", "docker-compose.override.yml"];
const slots = Object.keys(secretsV2);
const config = (file: string): string => `${host().value("release_dir")}/common/config/${file}`;
const data = (file: string): string => `${host().value("data_dir")}/${file}`;

const placed = (file: string): string => host().path(`/opt/harbor-ha/files/${file}`);
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** What was found, by the step that mends it. */
async function findings(): Promise<Record<string, string>> {
    const { status, stdout, stderr } = await host().run("inspect", {
        files,
        slots,
        secrets: slots,
        containers: containersV2,
        ...Object.fromEntries(files.map((file) => [`file${placed(file)}`, sha256(host().read(placed(file)))])),
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return Object.fromEntries(
        stdout
            .split("\n")
            .filter(Boolean)
            .map((line) => line.split("\t")) as [string, string][],
    );
}

beforeEach(async () => {
    await storageV2(host());
    stagedV2(host());
    host().answer("docker", { to: "run *--name harbor-ha-prepare *", run: harborsPrepare() });
    expect(await host().run("prepare", { files, slots })).toMatchObject({ status: 0 });
    expect(await host().run("cert-sync")).toMatchObject({ status: 0 });
    for (const name of containersV2) host().write(`/.docker/running/${name}`, `${new Date().toISOString()}\n`);
});

test("a node as it was deployed: nothing is found", async () => {
    expect(await findings()).toEqual({});
});

test("what Docker puts there at the first start, as the place of a mounted file, is no change", async () => {
    const told = async (): Promise<string> =>
        (await host().run("cert-sync")).stdout.replace(/^looked: \d+/m, "looked: then");
    const before = await told();
    host().write(config("registry/root.crt"), "");
    expect(await findings()).toEqual({});
    expect(await told()).toBe(before);
    expect(before).toMatch(/^configuration: [0-9a-f]{64}$/m);
});

test.each<[string, () => unknown, Record<string, string>]>([
    [
        "a pinned value",
        () =>
            host().write(config("core/env"), host().read(config("core/env")).replace(pinned.CSRF_KEY, "x".repeat(32))),
        { "cert-sync": "CSRF_KEY in common/config/core/env isn't the cluster's" },
    ],
    [
        "the registry's password file",
        () => host().write(config("registry/passwd"), "x\n"),
        { "cert-sync": "common/config/registry/passwd isn't the cluster's" },
    ],
    [
        "another line of an env file",
        () => host().write(config("core/env"), `${host().read(config("core/env"))}X=y\n`),
        { prepare: "changed on the host: common/config" },
    ],
    [
        "the owner of the key",
        () => host().tool("chown", "0:0", data("secret/core/private_key.pem")),
        { "token-key": "private_key.pem is 0:0 600 instead of 10000:10000 600" },
    ],
    ["a lost secretkey", () => host().removePath(data("secret/keys/secretkey")), { store: "the secretkey is missing" }],
    [
        "lost pinned values",
        () => host().removePath(`${host().value("shared_dir")}/keys/pinned`),
        { "token-key": "the pinned values are missing" },
    ],
    [
        "a container that stopped",
        () => host().removePath("/.docker/running/harbor-core"),
        { up: "not running: harbor-core" },
    ],
])("%s is told by the step that mends it", async (_, change, expected) => {
    await change();
    const found = await findings();
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [step, text] of Object.entries(expected)) expect(found[step]).toContain(text);
});
