import { clusterPair, containers, prepared, secretkey, storage } from "./support/deployed";
import { harborForEachTest } from "./support/harbor";
import { hostForEachTest } from "./support/host";
import { parametersFor } from "./support/samples";

const host = hostForEachTest();
const harbor = harborForEachTest(1);

beforeEach(() => {
    storage(host());
    prepared(host());
    const parameters = parametersFor("start", host().usual, {
        containers,
        proxy_container: "nginx",
        upstream_containers: ["harbor-ui", "registry"],
        log_address: "127.0.0.1:1514",
        port: harbor().port,
        service_address: harbor().address(0),
    });
    host().write("/opt/harbor-ha/state/start-parameters", parameters);
});

function running(): void {
    for (const name of containers) host().write(`/.docker/running/${name}`, "2026-11-25T08:00:00Z\n");
}

describe("what an operator looks at", () => {
    test("facts: fingerprints, mount and containers; nothing is changed", async () => {
        running();
        const { status, stdout } = await host().call(["facts"]);
        expect(status).toBe(0);
        expect(
            Object.fromEntries(
                stdout
                    .trimEnd()
                    .split("\n")
                    .map((line) =>
                        line
                            .trimEnd()
                            .split(/: (.*)/)
                            .slice(0, 2),
                    ),
            ),
        ).toMatchObject({
            node: "node1",
            mount: "fuse.ceph",
            "cluster key": `SHA256:${clusterPair.fingerprint}`,
            "private_key.pem": `SHA256:${clusterPair.fingerprint}`,
            "root.crt": `SHA256:${clusterPair.fingerprint}`,
            containers: [...containers].sort().join(" "),
            "expected containers": containers.join(" "),
            version: harbor().node(0).version,
            proxy: "answers",
            withdrawn: "no",
        });
        expect(stdout).not.toContain(secretkey);
        expect(harbor().node(0).requests).toEqual(["GET /api/systeminfo", "GET /v2/"]);
    });

    test.each<[string, () => void, string]>([
        [
            "the ui is away",
            () => (harbor().node(0).uiAnswers = 502),
            "/api/systeminfo 502 instead of 200, /v2/ 401 instead of 401",
        ],
        [
            "the registry is away",
            () => (harbor().node(0).registryAnswers = 502),
            "/api/systeminfo 200 instead of 200, /v2/ 502 instead of 401",
        ],
        [
            "nothing listens",
            () => host().answer("curl", { err: "curl: (7) Failed to connect\n", out: "000", status: 7 }),
            "no answer (Failed to connect)",
        ],
    ])("facts of a node where %s", async (_, change, says) => {
        change();
        expect((await host().call(["facts"])).stdout).toContain(`proxy: ${says}\n`);
    });

    test("facts that can be had come before those of a storage that hangs", async () => {
        host().answer("timeout", { to: "15 ls *", run: "sleep 0.1; exit 124" });
        const { stdout } = await host().call(["facts"]);
        expect(stdout).toMatch(/containers: .*\n(.*\n)*proxy: answers\nmount: missing\n$/);
    });

    test("facts of a node that an update has withdrawn", async () => {
        host().write("/opt/harbor-ha/state/withdrawn", "1 60\n");
        expect((await host().call(["facts"])).stdout).toContain("withdrawn: yes\n");
    });

    test("facts of a node without its mount", async () => {
        host().removePath("/.mounts");
        expect((await host().call(["facts"])).stdout).toContain("mount: missing\n");
    });

    test("status: the same, and what Compose says", async () => {
        running();
        const { status, stdout } = await host().call(["status"]);
        expect(status).toBe(0);
        expect(stdout).toContain("node: node1\n");
        expect(
            host()
                .calls("docker", " ps")
                .some(({ line }) => line.startsWith("compose -p harbor ")),
        ).toBe(true);
    });

    test.each(["facts", "status", "start", "watch"])("%s of a node that never ran says so", async (command) => {
        host().removePath("/opt/harbor-ha/state/start-parameters");
        expect(await host().call([command])).toMatchObject({
            status: 1,
            stderr: "harbor-ha: Harbor was never started here\n",
        });
    });
});
