import { statSync } from "node:fs";
import { clusterPair, otherPair, staged, storage } from "./support/deployed";
import { hostForEachTest, type Result } from "./support/host";

const host = hostForEachTest();
const dir = (): string => host().value("release_dir");
const files = ["harbor.cfg", "common/templates/adminserver/env"];
const secrets = { admin_password: "Admin_12345", mysql_password: "Mysql_12345", redis_password: "Redis_12345" };
const prepare = (given: Readonly<Record<string, string | number | string[]>> = {}): Promise<Result> =>
    host().run("prepare", { files, slots: Object.keys(secrets), "digest/harbor.cfg": "sha256:0f0f0f0f0f0f", ...given });

/** What Harbor's prepare does: all of common/config anew, with a key pair of its own. */
const harborsPrepare = `case $all in
  ./prepare | *' ./prepare')
    rm -rf common/config
    mkdir -p common/config/{ui,registry,adminserver,jobservice}
    cp "$root/pair/private_key.pem" common/config/ui/private_key.pem
    cp "$root/pair/root.crt" common/config/registry/root.crt
    cp common/templates/adminserver/env common/config/adminserver/env
    printf 'UI_SECRET=%s\\n' "$RANDOM$RANDOM" >common/config/ui/env
    ;;
esac`;

beforeEach(() => {
    storage(host());
    staged(host());
    for (const [name, value] of Object.entries(secrets)) host().secret(name, value);
    host().write("/opt/harbor-ha/files/harbor.cfg", "hostname = hub\nharbor_admin_password = __admin_password__\n");
    host().write("/opt/harbor-ha/files/common/templates/adminserver/env", "MYSQL_PWD=__mysql_password__\n");
    host().write("/pair/private_key.pem", otherPair.key);
    host().write("/pair/root.crt", otherPair.certificate);
    host().answer("python3", { run: harborsPrepare });
});

const runs = (): number => host().calls("python3", "./prepare").length;

test("the files get their secrets, then Harbor's prepare runs in the release's folder", async () => {
    expect(await prepare()).toEqual({ status: 0, stdout: "prepared: v1.1.2\n", stderr: "" });
    expect(host().read(`${dir()}/harbor.cfg`)).toBe("hostname = hub\nharbor_admin_password = Admin_12345\n");
    expect(host().read(`${dir()}/common/config/adminserver/env`)).toBe("MYSQL_PWD=Mysql_12345\n");
    expect(runs()).toBe(1);
});

test("what holds secrets is for root only", async () => {
    await prepare();
    const modes = ["", "harbor.cfg", "common/config/ui", "common/config/ui/env", "common/config/adminserver/env"].map(
        (path) => statSync(`${dir()}/${path}`).mode & 0o077,
    );
    expect(modes).toEqual([0, 0, 0, 0, 0]);
    expect(
        host()
            .calls()
            .filter(({ line }) => Object.values(secrets).some((value) => line.includes(value))),
    ).toEqual([]);
});

// prepare makes new passwords between Harbor's services each time: whatever else made the program ask must not restart it.
describe("where nothing has changed", () => {
    beforeEach(() => prepare());

    test("prepare doesn't run a second time", async () => {
        const before = host().read(`${dir()}/common/config/ui/env`);
        expect(await prepare()).toMatchObject({ status: 0 });
        expect(runs()).toBe(1);
        expect(host().read(`${dir()}/common/config/ui/env`)).toBe(before);
    });

    test("but for cert-sync's key pair, which is no change", async () => {
        host().write(`${dir()}/common/config/ui/private_key.pem`, clusterPair.key);
        host().write(`${dir()}/common/config/registry/root.crt`, clusterPair.certificate);
        await prepare();
        expect(runs()).toBe(1);
    });

    test.each<[string, () => void, Readonly<Record<string, number>>]>([
        ["another generation", () => undefined, { generation: 7 }],
        ["another password", () => host().secret("mysql_password", "Other_12345"), {}],
        ["another text", () => host().write("/opt/harbor-ha/files/harbor.cfg", "hostname = other\n"), {}],
        ["a changed result", () => host().write(`${dir()}/common/config/ui/env`, "UI_SECRET=x\n"), {}],
        ["a lost result", () => host().removePath(`${dir()}/common/config/ui/env`), {}],
        ["a changed file of the release", () => host().write(`${dir()}/harbor.cfg`, "x"), {}],
    ])("%s makes it run again", async (_, change, given) => {
        change();
        expect(await prepare(given)).toMatchObject({ status: 0 });
        expect(runs()).toBe(2);
    });
});

describe("prepare by what it is written for", () => {
    test("Python 2, whatever it is called here", async () => {
        host().answer("python2.7", { run: harborsPrepare });
        expect(await prepare({ prepare_python: 2 })).toMatchObject({ status: 0 });
        expect(host().calls("python2.7", "./prepare")).toHaveLength(1);
    });

    test("an image, without network", async () => {
        host().answer("docker", { to: "run *", run: `cd "${dir()}"; ${harborsPrepare}` });
        expect(await prepare({ prepare_image: "python:2.7" })).toMatchObject({ status: 0 });
        const [call] = host().calls("docker", "python:2.7");
        expect(call?.line).toContain("--network none");
        expect(call?.line).toContain(`-w ${dir()} `);
    });
});

test("https: certificate and key lie where the release's files say", async () => {
    host().write("/opt/harbor-ha/files/server.crt", "CERTIFICATE\n");
    host().secret("https_key", "KEY\n");
    expect(await prepare({ protocol: "https" })).toMatchObject({ status: 0 });
    expect(host().read("/opt/harbor-ha/cert/server.crt")).toBe("CERTIFICATE\n");
    expect(host().read("/opt/harbor-ha/cert/server.key")).toBe("KEY\n");
    expect(statSync(host().path("/opt/harbor-ha/cert/server.key")).mode & 0o777).toBe(0o600);
});

describe("refused, and never called prepared:", () => {
    test.each<[string, () => void, string]>([
        ["no mount", () => host().removePath("/.mounts"), "is not a mounted CephFS"],
        ["a release that isn't staged", () => host().removePath(`${dir()}/.unpacked`), "is not a staged release"],
        [
            "no secretkey",
            () => host().removePath(`${host().value("data_dir")}/secretkey`),
            "secretkey can't be seen on this node",
        ],
        [
            "a prepare that fails",
            () => host().answer("python3", { status: 1, err: "KeyError: hostname\n" }),
            "KeyError: hostname",
        ],
        ["a prepare without a pair", () => host().answer("python3"), "prepare has made no key pair"],
        [
            "a secret that isn't on this node",
            () => host().removePath("/opt/harbor-ha/secrets/mysql_password"),
            "secret mysql_password isn't on this node",
        ],
    ])("%s", async (_, change, message) => {
        change();
        const { status, stdout, stderr } = await prepare();
        expect({ failed: status !== 0, stdout }).toEqual({ failed: true, stdout: "" });
        expect(stderr).toContain(message);
        host().answer("python3", { run: harborsPrepare });
        expect(host().has("/opt/harbor-ha/state/prepared-from")).toBe(false);
    });
});
