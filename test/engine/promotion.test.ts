import { type TestCluster, testCluster } from "./support/cluster";
import { type Stack, succeeded } from "./support/stack";
import { report } from "../../cli/report/markdown";
import type { PreviewJson } from "../../cli/report/model";

jest.setTimeout(300_000);

/** Three stacks in one backend: what one has verified may be deployed by another. */
describe("promotion", () => {
    let cluster: TestCluster;
    let staging: Stack;
    let prod: Stack;

    beforeAll(async () => {
        cluster = await testCluster();
        staging = await cluster.another("staging");
        prod = await cluster.another("prod", { promoteFrom: "staging" });
    });

    afterAll(() => cluster.close());

    test("a stack that has verified nothing lets nothing through", async () => {
        const refused = await prod.preview();
        expect(refused.code).not.toBe(0);
        expect(refused.output).toContain(
            "harbor-ha:promoteFrom: staging has verified no release yet: run pulumi up --stack staging first",
        );
        expect(refused.output).not.toContain("    at ");
        expect([...cluster.hosts.forget().connections]).toEqual([]);
    });

    test("what it has verified goes through", async () => {
        succeeded(await staging.up());
        succeeded(await prod.up());
        // A third stack needn't ask anybody.
        succeeded(await cluster.stack.preview({ release: cluster.archives.v112 }));
    });

    test("another version is refused, naming both values, before anything is touched", async () => {
        cluster.hosts.forget();
        const refused = await prod.up({ release: cluster.archives.v112 });
        expect(refused.code).not.toBe(0);
        expect(refused.output).toContain(
            "harbor-ha:promoteFrom: staging hasn't verified what this stack wants to deploy:",
        );
        expect(refused.output).toContain("Harbor version: staging verified v1.1.1, this stack wants v1.1.2");
        expect(refused.output).toMatch(
            /SHA-256 of the release: staging verified [0-9a-f]{64}, this stack wants [0-9a-f]{64}/,
        );
        expect([...cluster.hosts.forget().connections]).toEqual([]);
    });

    test("a verification that failed doesn't let the version through", async () => {
        const message = "verification failed: 1 of 40 checks";
        cluster.hosts.answer = ({ step }) => (step === "verify" ? { status: 1, stderr: `${message}\n` } : undefined);
        const failed = await staging.up({ release: cluster.archives.v112 });
        expect(failed.output).toContain(message);
        const refused = await prod.preview({ release: cluster.archives.v112 });
        expect(refused.output).toContain("Harbor version: staging verified v1.1.1, this stack wants v1.1.2");
        cluster.hosts.answer = () => undefined;
    });

    test("once staging is green with it, prod may follow", async () => {
        succeeded(await staging.up({ release: cluster.archives.v112 }));
        const preview = succeeded(await prod.preview({ release: cluster.archives.v112 }));
        expect(preview.changes["harbor-up-node1"]).toBe("update");
    });

    test("the report of a real preview names files, steps and restarts by node", async () => {
        const json = succeeded(await prod.preview({ port: "8080", promoteFrom: undefined }, "--json"));
        const page = report("prod", JSON.parse(json.stdout.slice(json.stdout.indexOf("{"))) as PreviewJson);
        expect(page).toContain("**2 files change; Harbor is restarted on node1, node2, node3.**");
        for (const node of ["node1", "node2", "node3"]) {
            expect(page).toMatch(
                new RegExp(
                    `\\| ${node} \\| ~ .*harbor\\.cfg.* \\| .*~ prepare → ~ cert sync → ~ compose up \\| none by name: out of DNS and its requests finished, then its containers are made anew \\|`,
                ),
            );
        }
        expect(page).toContain("-hostname = hub.example.com:8070\n+hostname = hub.example.com:8080");
    });
});
