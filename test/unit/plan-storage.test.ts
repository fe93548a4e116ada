import { UserError } from "../../base/errors";
import { clusterPlan, type ClusterPlan } from "../../plan/cluster-plan";
import type { HarborRelease } from "../../releases/release";
import { release } from "../support/release";
import { release215 } from "../support/release-v2";
import { changed, type Changes, minimalHttp, parse, rawNodes } from "../support/settings";

const mounted = {
    ...{ storageMode: "mounted", storageMountPoint: "/srv/shared/harbor" },
    ...{ cephMonitors: undefined, cephKey: undefined },
};
const postgres = {
    ...{ mysqlHost: undefined, mysqlPassword: undefined },
    ...{ postgresHost: "db.example.com", postgresPassword: "postgres-Secret-1" },
};
const s3 = {
    ...{ blobStorage: "s3", s3Bucket: "harbor", s3Region: "us-east-1", s3Endpoint: "http://minio.example.com:9000" },
    ...{ s3AccessKey: "AKIAEXAMPLE0000", s3SecretKey: "sEcret/key+of=Forty" },
};

const planOf = (from: HarborRelease, changes: Changes): ClusterPlan =>
    clusterPlan(parse(changed(minimalHttp, { nodes: JSON.stringify(rawNodes(2)), ...changes })), from);
const parametersOf = (plan: ClusterPlan, step: string): Readonly<Record<string, unknown>> =>
    plan.steps.find((one) => one.step === step)?.parameters ?? {};
const shownOf = (plan: ClusterPlan, path: string): string =>
    plan.nodes[0]?.rendered.find((file) => file.path === path)?.content ?? "";

describe("a mount of the operator's", () => {
    const plan = planOf(release, mounted);

    test("is where everything lies", () => {
        expect(plan.layout).toMatchObject({
            mountPoint: "/srv/shared/harbor",
            dataDir: "/srv/shared/harbor/data",
            sharedDir: "/srv/shared/harbor/harbor-ha",
        });
    });

    test("needs nothing of a CephFS, and no node holds its key", () => {
        expect(parametersOf(plan, "mount")).toEqual({
            ...{ mode: "mounted", mount_point: "/srv/shared/harbor", install_packages: true },
            ...{ monitors: ["none"], path: "none", client_name: "none", fs_name: "none", client: "none" },
            ...{ key: "none", after_eviction: "none" },
        });
        for (const { secrets } of plan.nodes) expect(secrets).not.toContain("ceph_key");
    });

    test("has the same steps and names of resources as a CephFS", () => {
        const names = ({ steps }: ClusterPlan): string[][] => steps.map(({ id, resource }) => [id, resource ?? ""]);
        expect(names(plan)).toEqual(names(planOf(release, {})));
    });

    test("Docker waits for it as well", () => {
        const dropIn = plan.nodes[0]?.files.find(({ suffix }) => suffix === "docker-drop-in");
        expect(dropIn?.content).toContain("RequiresMountsFor=/srv/shared/harbor\n");
    });
});

test("a CephFS says its mode; whoever compares what is on it gets the same on all nodes", () => {
    const plan = planOf(release, {});
    expect(parametersOf(plan, "mount")).toMatchObject({ mode: "cephfs", client: "auto", after_eviction: "reconnect" });
    for (const step of ["store", "stage", "cert-sync"])
        expect(parametersOf(plan, step)).toMatchObject({ storage: "cephfs" });
});

describe("blobs in an object store", () => {
    test("are refused with Harbor 1.x", () => {
        expect(() => planOf(release, s3)).toThrow(
            new UserError("harbor-ha:blobStorage: s3 is not allowed with Harbor v1.1.2: from 2.12 on"),
        );
    });

    const plan = planOf(release215, { ...postgres, ...s3 });

    test("the preview shows where, with slots for the keys", () => {
        const config = shownOf(plan, "common/config/registry/config.yml");
        expect(config).toContain(
            [
                "  s3:",
                "    accesskey: __s3_access_key__",
                "    secretkey: __s3_secret_key__",
                "    region: us-east-1",
                "    bucket: harbor",
                "    regionendpoint: http://minio.example.com:9000",
                "",
            ].join("\n"),
        );
        expect(config).toContain("  redirect:\n    disable: true\n");
        expect(config).not.toContain("filesystem:");
        const all = JSON.stringify([plan.steps, plan.nodes, plan.facts]);
        expect(all).not.toContain(s3.s3AccessKey);
        expect(all).not.toContain(s3.s3SecretKey);
    });

    test("every node holds the keys and fills them in; prepare runs again when one changes", () => {
        for (const { secrets } of plan.nodes)
            expect(secrets).toEqual(expect.arrayContaining(["s3_access_key", "s3_secret_key"]));
        expect(plan.facts.slots).toEqual([
            ...["admin_password", "postgres_password", "redis_password", "s3_access_key", "s3_secret_key"],
        ]);
        expect(parametersOf(plan, "prepare")["digest/secrets"]).toEqual({
            fingerprint: expect.arrayContaining(["s3_access_key", "s3_secret_key"]) as string[],
        });
    });

    test("a cluster without one has no such slots", () => {
        const without = planOf(release215, postgres);
        expect(without.facts.slots).toEqual(["admin_password", "postgres_password", "redis_password"]);
        for (const { secrets } of without.nodes) expect(secrets.filter((name) => name.startsWith("s3"))).toEqual([]);
    });
});
