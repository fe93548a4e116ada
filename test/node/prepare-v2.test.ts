import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { clusterLayout } from "../../plan/layout";
import {
    composeFileV2,
    harborsPrepare,
    imagesV2,
    pin,
    pinned,
    pinnedPasswd,
    preparedFiles,
    prepareImage,
    secretsV2,
    stagedV2,
    storageV2,
} from "./support/deployed-v2";
import { hostForEachTest, type Result } from "./support/host";
import { writeArchive } from "../support/archive";
import { minimalHttp, parse } from "../support/settings";

const host = hostForEachTest("v2");
const dir = (): string => host().value("release_dir");
const config = (file: string): string => `${dir()}/common/config/${file}`;
const files = ["harbor.yml", "docker-compose.override.yml"];
const prepare = (given: Readonly<Record<string, string | number | string[]>> = {}): Promise<Result> =>
    host().run("prepare", { files, slots: Object.keys(secretsV2), ...given });
const slots = [...Object.keys(secretsV2), "s3_access_key", "s3_secret_key"];
const runs = (): number => host().calls("docker", "--name harbor-ha-prepare").length;
const digest = (text: string): string =>
    `sha256:${createHash("sha256").update(text.trimEnd()).digest("hex").slice(0, 12)}`;

/** What the program shows before, from the same templates: slots and words. */
const rendered = (): Record<string, string> =>
    Object.fromEntries(
        Object.entries(
            preparedFiles(
                {
                    JOBSERVICE_SECRET: "@@JOBSERVICE_SECRET@@",
                    CSRF_KEY: "@@CSRF_KEY@@",
                    CORE_SECRET: "@@CORE_SECRET@@",
                    REGISTRY_CREDENTIAL_PASSWORD: "@@REGISTRY_PASSWORD@@",
                    ROBOT_SCANNER_NAME_PREFIX: "@@SCANNER_PREFIX@@",
                },
                "127.0.0.1,core,db,localhost",
            ),
        ).map(([path, text]) => [
            `expected/${path}`,
            digest(Object.entries(secretsV2).reduce((t, [name, value]) => t.replaceAll(value, `__${name}__`), text)),
        ]),
    );

beforeEach(async () => {
    await storageV2(host());
    host().removePath(`${host().value("shared_dir")}/keys/pinned`);
    stagedV2(host());
    host().answer("docker", { to: "run *--name harbor-ha-prepare *", run: harborsPrepare() });
});

test("the release's own container makes the configuration, on folders of this node and without network or privileges", async () => {
    expect(await prepare()).toEqual({ status: 0, stdout: "prepared: v2.15.2\n", stderr: "" });
    const [call] = host().calls("docker", "--name harbor-ha-prepare");
    const line = call?.line ?? "";
    expect(line).toContain("--network none");
    expect(line).toContain("-e PYTHONHASHSEED=0");
    expect(line).toContain(`-v ${dir()}:/compose_location`);
    expect(line).toContain(`-v ${config("").slice(0, -1)}:/config`);
    expect(line).not.toContain(host().value("data_dir"));
    expect(line).not.toMatch(/--privileged|hostfs/);
    expect(line).toMatch(new RegExp(` ${prepareImage} prepare$`));
    expect(host().read(`${dir()}/docker-compose.yml`)).toBe(composeFileV2);
    expect(readdirSync(host().value("data_dir")).sort()).toEqual(["ca_download", "job_logs", "registry", "secret"]);
});

test("with the authority of Redis it sees the folder of that, and with Trivy it is told so", async () => {
    const folder = host().path("/opt/harbor-ha/cert");
    const given = { redis_ca_file: `${folder}/redis-ca.crt`, prepare_arguments: ["prepare", "--with-trivy"] };
    expect(await prepare(given)).toMatchObject({ status: 0, stderr: "" });
    const [call] = host().calls("docker", "--name harbor-ha-prepare");
    expect(call?.line).toContain(` -v ${folder}:/hostfs${folder}:ro ${prepareImage} prepare --with-trivy`);
});

test("input and scratch are gone afterwards; secrets are for root alone, what containers read stays readable", async () => {
    await prepare();
    expect(host().has("/opt/harbor-ha/prepare")).toBe(false);
    const mode = (path: string): number => statSync(`${dir()}/${path}`).mode & 0o777;
    expect(["", "common/config"].map(mode)).toEqual([0o700, 0o700]);
    expect(["harbor.yml", "common/config/core/env", "common/config/jobservice/env"].map(mode)).toEqual([
        0o600, 0o600, 0o600,
    ]);
    expect(mode("common/config/registry/config.yml") & 0o044).toBe(0o044);
    const lines = host()
        .calls()
        .map(({ line }) => line);
    expect(lines.filter((line) => Object.values(secretsV2).some((value) => line.includes(value)))).toEqual([]);
});

test("a run that was killed leaves nothing that the next one would take, nor its container", async () => {
    host().write("/opt/harbor-ha/prepare/data/secret/keys/secretkey", "old");
    host().write("/opt/harbor-ha/prepare/input/harbor.yml", "old");
    expect(await prepare()).toMatchObject({ status: 0 });
    const calls = host()
        .calls("docker")
        .map(({ line }) => line);
    expect(calls.indexOf("rm -f harbor-ha-prepare")).toBeGreaterThan(-1);
    expect(calls.indexOf("rm -f harbor-ha-prepare")).toBeLessThan(calls.findIndex((line) => line.startsWith("run ")));
});

// No container keeps it, so whoever clears a host of unused images takes it away.
test("its image comes from the shared storage again when somebody has removed it", async () => {
    host().removePath(dir());
    await writeArchive(`${host().value("shared_dir")}/releases/${host().value("release_sha256")}.tgz`, {
        "./harbor/harbor.v2.15.2.tar.gz": `${imagesV2.join("\n")}\n`,
        "./harbor/prepare": "#!/bin/bash\n",
        "./harbor/harbor.yml.tmpl": "hostname: reg.mydomain.com\n",
    });
    expect(await host().run("stage", { images: imagesV2 })).toMatchObject({ status: 0 });
    host().write("/.docker/images", `${imagesV2[1]}\n`);
    expect(await prepare()).toEqual({ status: 0, stdout: "prepared: v2.15.2\n", stderr: "" });
    expect(host().calls("docker", "load -i")).toHaveLength(2);
    expect(readdirSync(dir()).filter((name) => name.includes(".tar.gz"))).toEqual([]);
    expect(await prepare({ generation: 2 })).toMatchObject({ status: 0 });
    expect(host().calls("docker", "load -i")).toHaveLength(2);
});

test("https: only the folder of the node's pair is seen below /hostfs", async () => {
    host().write("/opt/harbor-ha/files/server.crt", "CERTIFICATE\n");
    host().secret("https_key", "KEY\n");
    await prepare({ protocol: "https" });
    const folder = host().path("/opt/harbor-ha/cert");
    expect(host().calls("docker", "run ")[0]?.line).toContain(`-v ${folder}:/hostfs${folder}:ro`);
    expect(host().read("/opt/harbor-ha/cert/server.key")).toBe("KEY\n");
});

describe("where nothing has changed", () => {
    test("prepare doesn't run a second time, whether the values are pinned by now or not", async () => {
        await prepare();
        expect(await prepare()).toEqual({ status: 0, stdout: "unchanged: v2.15.2 is prepared\n", stderr: "" });
        pin(host());
        host().write(config("registry/passwd"), pinnedPasswd);
        host().write(
            config("core/env"),
            host()
                .read(config("core/env"))
                .replace(/^CSRF_KEY=.*$/m, `CSRF_KEY=${pinned.CSRF_KEY}`),
        );
        expect(await prepare()).toMatchObject({ stdout: "unchanged: v2.15.2 is prepared\n" });
        expect(runs()).toBe(1);
    });

    test.each<[string, () => void]>([
        ["a password", () => host().secret("redis_password", "Other_12345")],
        [
            "another line of an env file",
            () => host().write(config("core/env"), `${host().read(config("core/env"))}X=y\n`),
        ],
        ["docker-compose.yml", () => host().write(`${dir()}/docker-compose.yml`, "services: {}\n")],
        ["a lost mark of the last success", () => host().removePath(`${dir()}/.prepared`)],
    ])("but for %s", async (_, change) => {
        await prepare();
        change();
        await prepare();
        expect(runs()).toBe(2);
    });

    test("a run that is repeated with the pinned values changes no byte", async () => {
        pin(host());
        const all = (): string[] => Object.keys(rendered()).map((name) => host().read(`${dir()}/${name.slice(9)}`));
        await prepare();
        const before = all();
        expect(before.join("")).toContain(`JOBSERVICE_SECRET=${pinned.JOBSERVICE_SECRET}\n`);
        expect(await prepare({ generation: 7 })).toMatchObject({ stdout: "prepared: v2.15.2\n" });
        expect(runs()).toBe(2);
        expect(all()).toEqual(before);
    });
});

describe("what prepare made is what the preview showed", () => {
    test("with secrets and random values masked", async () => {
        expect(await prepare(rendered())).toMatchObject({ status: 0, stderr: "" });
    });

    test("also with two equal secrets: the one that a line speaks of is meant", async () => {
        const same = secretsV2.redis_password;
        host().secret("postgres_password", same);
        host().answer("docker", {
            to: "run *--name harbor-ha-prepare *",
            run: harborsPrepare().replaceAll(secretsV2.postgres_password, same),
        });
        expect(await prepare(rendered())).toMatchObject({ status: 0, stderr: "" });
    });

    // An access key that is a word of other files, and a secret key that is another secret as well.
    test.each([
        ["registry", "sEcret/key+of=Forty"],
        ["AKIAEXAMPLE0000", secretsV2.redis_password],
    ])("also with the keys of an object store: %s", async (access, secret) => {
        const file = "common/config/registry/config.yml";
        const told = (accesskey: string, secretkey: string, password: string): string =>
            `  s3:\n    accesskey: ${accesskey}\n    secretkey: ${secretkey}\n    bucket: registry\nredis:\n  password: ${password}\n`;
        host().secret("s3_access_key", access);
        host().secret("s3_secret_key", secret);
        const text = told(access, secret, secretsV2.redis_password);
        host().answer("docker", {
            to: "run *--name harbor-ha-prepare *",
            run: `${harborsPrepare().replace(/\nexit 0\n?$/, "\n")}\nprintf %s '${text}' >'${dir()}/${file}'`,
        });
        const shown = told("__s3_access_key__", "__s3_secret_key__", "__redis_password__");
        const given = { ...rendered(), [`expected/${file}`]: digest(shown), slots };
        expect(await prepare(given)).toMatchObject({ status: 0, stderr: "" });
        host().secret("s3_secret_key", "another-Key");
        const { status, stderr } = await prepare(given);
        expect({ status, named: stderr.includes(file), told: stderr.includes(secret) }).toEqual({
            ...{ status: 1, named: true, told: false },
        });
    });

    test("another text is an error that names the file, and nothing is called prepared", async () => {
        const { status, stdout, stderr } = await prepare({
            ...rendered(),
            "expected/common/config/nginx/nginx.conf": digest("other"),
            "expected/common/config/portal/nginx.conf": digest("other"),
        });
        expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
        expect(stderr).toContain("common/config/nginx/nginx.conf, common/config/portal/nginx.conf (not made).");
        expect(stderr).not.toContain("core/env");
        expect(stderr).toContain(`If image ${prepareImage} here isn't the release's own`);
        expect(host().has("/opt/harbor-ha/state/prepared-from")).toBe(false);
        expect(host().has(`${dir()}/.prepared`)).toBe(false);
    });
});

describe("refused, and never called prepared:", () => {
    test.each<[string, () => void, string]>([
        ["no mount", () => host().removePath("/.mounts"), "is not a mounted CephFS"],
        ["a release that isn't staged", () => host().removePath(`${dir()}/.unpacked`), "is not a staged release"],
        [
            "no secretkey",
            () => host().removePath(`${host().value("data_dir")}/secret/keys/secretkey`),
            "can't be seen on this node",
        ],
        ["an image that somebody has removed", () => host().write("/.docker/images", ""), prepareImage],
        ["a prepare that makes nothing", () => host().answer("docker"), "has not made: docker-compose.yml"],
        [
            "pinned values that are no good",
            () => pinWith("CSRF_KEY=short"),
            "has no JOBSERVICE_SECRET of 8 to 64 letters and digits",
        ],
    ])("%s", async (_, change, message) => {
        change();
        const { stderr } = await prepare();
        expect(stderr).toContain(message);
    });

    test("a prepare that fails tells why, without a secret, here and in the log", async () => {
        host().answer("docker", {
            to: "run *--name harbor-ha-prepare *",
            err: `KeyError: hostname, have {'password': '${secretsV2.postgres_password}'}\n`,
            status: 1,
        });
        const { status, stderr } = await prepare();
        expect(status).toBe(1);
        expect(stderr).toContain("KeyError: hostname, have {'password': '__postgres_password__'}");
        expect(stderr).toContain(`prepare failed in image ${prepareImage} (exit status 1)`);
        expect(host().read("/var/log/harbor-ha.log")).toContain("KeyError: hostname");
        expect(host().read("/var/log/harbor-ha.log")).not.toContain(secretsV2.postgres_password);
        expect(host().has("/opt/harbor-ha/prepare")).toBe(false);
    });
});

function pinWith(line: string): void {
    pin(host());
    host().write(`${host().value("shared_dir")}/keys/pinned/secrets.env`, `${line}\n`);
}

test("the pinned values lie where the program's layout has the shared folder", () => {
    const { sharedDir, dataDir, mountPoint } = clusterLayout(parse(minimalHttp));
    expect([sharedDir, dataDir]).toEqual([`${mountPoint}/harbor-ha`, `${mountPoint}/data`]);
});
