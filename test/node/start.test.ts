import { clusterPair, containers, otherPair, prepared, secretkey, storage, writePair } from "./support/deployed";
import { harborForEachTest } from "./support/harbor";
import { hostForEachTest, type Result } from "./support/host";
import { listenerForEachTest } from "./support/listener";
import { parametersFor } from "./support/samples";

const host = hostForEachTest();
const harbor = harborForEachTest(1);
const log = listenerForEachTest();
const point = (): string => host().value("mount_point");
const config = (file: string): string => `${host().value("release_dir")}/common/config/${file}`;
const started = (): number => host().calls("docker", " up -d").length;

beforeEach(() => {
    storage(host());
    prepared(host());
    const parameters = parametersFor("start", host().usual, {
        containers,
        proxy_container: "nginx",
        upstream_containers: ["harbor-ui", "registry"],
        log_address: `127.0.0.1:${log().port}`,
        port: harbor().port,
        service_address: harbor().address(0),
    });
    host().write("/opt/harbor-ha/state/start-parameters", parameters);
});

/** Containers run, each since so many seconds. */
function running(ages: Readonly<Record<string, number>>): void {
    for (const name of containers) {
        const since = new Date(Date.now() - (ages[name] ?? 600) * 1000).toISOString();
        host().write(`/.docker/running/${name}`, `${since}\n`);
    }
}

describe("start", () => {
    const start = (): Promise<Result> => host().call(["start"]);

    test("brings Harbor back, with the cluster's keys", async () => {
        prepared(host(), otherPair);
        expect(await start()).toMatchObject({
            status: 0,
            stdout: expect.stringMatching(/started: node1\n$/) as string,
        });
        expect(started()).toBe(2);
        expect(host().read(config("ui/private_key.pem"))).toBe(clusterPair.key);
    });

    test("leaves alone what runs as it was prepared", async () => {
        await start();
        host().forget();
        expect(await start()).toMatchObject({ status: 0 });
        expect(started()).toBe(0);
    });

    test("mounts and starts Docker first", async () => {
        host().removePath("/.mounts");
        host().write("/etc/fstab", `none ${point()} fuse.ceph noatime 0 0\n`);
        host().stopDocker();
        expect(await start()).toMatchObject({ status: 0 });
        expect(
            host()
                .calls("systemctl", "start ")
                .map(({ line }) => line),
        ).toEqual([expect.stringMatching(/\.mount$/), "start docker"]);
    });

    test.each<[string, () => void, string]>([
        ["a mount that doesn't come", () => host().removePath("/.mounts"), "can't be mounted yet"],
        [
            "a pair that doesn't match",
            () =>
                writePair(host(), `${host().value("shared_dir")}/keys/pair-1`, {
                    ...clusterPair,
                    certificate: otherPair.certificate,
                }),
            "don't match; nothing was changed here",
        ],
        [
            "another secretkey file",
            () => host().write(`${host().value("data_dir")}/secretkey`, `${secretkey}\n`),
            "has 17 bytes instead of 16",
        ],
        [
            "a node on which Harbor never ran",
            () => host().removePath("/opt/harbor-ha/state/start-parameters"),
            "Harbor was never started here",
        ],
    ])("%s keeps it from starting", async (_, change, message) => {
        change();
        expect(await start()).toMatchObject({ status: 1, stderr: expect.stringContaining(message) as string });
        expect(started()).toBe(0);
    });

    test("takes the parameters that a program of before containers were named has left", async () => {
        await start();
        const file = "/opt/harbor-ha/state/start-parameters";
        const later = /^(containers|proxy_container|upstream_containers|log_address): /;
        const lines = host().read(file).split("\n");
        host().write(file, lines.filter((line) => !later.test(line)).join("\n"));
        expect(await start()).toEqual({ status: 0, stdout: "started: node1\n", stderr: "" });
    });
});

describe("watch", () => {
    /** Looks once, then ends. */
    const once = '() { if [[ -e $HARBOR_HA_ROOT/looked ]]; then exit 0; fi; : >"$HARBOR_HA_ROOT/looked"; }';
    const look = async (): Promise<void> => {
        expect(await host().call(["watch"], "", once)).toMatchObject({ status: 0 });
    };
    const restarts = (): string[] =>
        host()
            .calls("docker", "restart")
            .map(({ line }) => line);
    const broken = (): void => {
        harbor().node(0).uiAnswers = 502;
    };

    // nginx looks up addresses at its start only (goharbor/harbor #139).
    test("starts a proxy anew that is older than what it looks for", async () => {
        running({ nginx: 600, "harbor-ui": 30 });
        broken();
        await look();
        expect(restarts()).toEqual([expect.stringMatching(/ nginx$/)]);
    });

    test.each<[string, Readonly<Record<string, number>>, () => void]>([
        ["that works", { "harbor-ui": 30 }, () => undefined],
        ["that is the younger one", { nginx: 20, "harbor-ui": 30 }, broken],
        ["whose ui was started a moment ago", { "harbor-ui": 2 }, broken],
        [
            "whose ui doesn't run",
            { "harbor-ui": 30 },
            () => {
                broken();
                host().removePath("/.docker/running/harbor-ui");
            },
        ],
    ])("leaves one alone %s", async (_, ages, change) => {
        running(ages);
        change();
        await look();
        expect(restarts()).toEqual([]);
    });

    test("doesn't meddle while another step starts Harbor", async () => {
        running({ "harbor-ui": 30 });
        broken();
        const held =
            '() { if [[ -e $HARBOR_HA_ROOT/looked ]]; then exit 0; fi; : >"$HARBOR_HA_ROOT/looked"; exec 8>"$HARBOR_HA_ROOT/run/lock/harbor-ha.up.lock"; flock 8; }';
        expect(await host().call(["watch"], "", held)).toMatchObject({ status: 0 });
        expect(restarts()).toEqual([]);
    });
});

test("the watch goes on with the node's new command as soon as there is one", async () => {
    running({});
    const replaced = `() {
        [[ ! -e $HARBOR_HA_ROOT/bin.new ]] || exit 1
        printf '#!/bin/bash\\necho "new: \$*"\\n' >"$HARBOR_HA_ROOT/bin.new"
        chmod 755 "$HARBOR_HA_ROOT/bin.new"
        cp "$HARBOR_HA_ROOT/bin.new" "$HARBOR_HA_ROOT/opt/harbor-ha/bin/new"
        mv "$HARBOR_HA_ROOT/opt/harbor-ha/bin/new" "$HARBOR_HA_ROOT/opt/harbor-ha/bin/harbor-ha"
    }`;
    expect(await host().call(["watch"], "", replaced)).toEqual({ status: 0, stdout: "new: watch\n", stderr: "" });
});

describe("remount", () => {
    beforeEach(() => host().write("/etc/fstab", `none ${point()} fuse.ceph noatime 0 0\n`));

    test("has nothing to do where the mount takes writes", async () => {
        expect(await host().call(["remount"])).toMatchObject({
            status: 0,
            stdout: expect.stringContaining("nothing to do") as string,
        });
        expect(host().calls("systemctl", "start ")).toEqual([]);
    });

    test("brings back the mount, and Harbor on it", async () => {
        host().removePath("/.mounts");
        expect(await host().call(["remount"])).toMatchObject({ status: 0, stdout: `mounted anew: ${point()}\n` });
        expect(started()).toBe(2);
    });
});

describe("probe: what Docker waits for at its start", () => {
    const probe = (): Promise<Result> => host().call(["probe", point()]);

    test("a mount that takes writes", async () => {
        expect(await probe()).toEqual({ status: 0, stdout: "", stderr: "" });
    });

    test.each<[string, () => void, string]>([
        ["no mount", () => host().removePath("/.mounts"), "is not a mounted CephFS on this node"],
        ["one that hangs", () => host().answer("timeout", { status: 124 }), "did not return within 120 s"],
        ["one that is dead", () => host().write(`${point()}/.harbor-ha-probe`, ""), "takes no write"],
    ])("%s is refused", async (_, change, message) => {
        change();
        expect(await probe()).toMatchObject({ status: 1, stderr: expect.stringContaining(message) as string });
    });
});
