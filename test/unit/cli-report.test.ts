import { describe, expect, test } from "@jest/globals";
import { report } from "../../cli/report/markdown";
import type { PreviewStep } from "../../cli/report/model";
import { componentName, resourceName } from "../../plan/names";
import type { StepName } from "../../plan/steps";

const cluster = "urn:pulumi:prod::harbor-ha::harborha:index:HarborCluster";

const componentOf: Partial<Record<StepName, string>> = {
    store: "SharedStore",
    mysql: "ExternalMysql",
    "token-key": "CertDistribution",
    "cert-sync": "CertDistribution",
    up: "HarborRollout",
    dns: "DnsRoundRobin",
};

/** A step as `pulumi preview --json` has it. */
function step(
    name: StepName,
    node: string,
    op: string,
    before?: string,
    after?: string,
    more: { create?: string; suffix?: string } = {},
): PreviewStep {
    const type = `${cluster}$harborha:index:${componentOf[name] ?? "HarborNode"}`;
    const parent = `${type}::${componentName("harbor", name, node)}`;
    const state = (stdin: string | undefined) =>
        stdin === undefined ? {} : { parent, inputs: { stdin, create: more.create ?? "x" } };
    return {
        op,
        urn: `${type}$command:remote:Command::${resourceName("harbor", name, node, more.suffix)}`,
        ...(op === "create" ? {} : { oldState: state(before ?? "a: 1\n") }),
        ...(op === "delete" ? {} : { newState: state(after ?? "a: 2\n") }),
    };
}

const create = "timeout -k 15 60 /opt/harbor-ha/bin/harbor-ha put /opt/harbor-ha/files/harbor.cfg 0644";
const up = (node: string, op = "update") => step("up", node, op);
const file = (node: string, after = "port = 2\nx\n") =>
    step("files", node, "update", "port = 1\nx\n", after, { create, suffix: "harbor.cfg" });

describe("report", () => {
    test("nothing to do is said in one line", () => {
        const same = { ...up("node1"), op: "same" };
        expect(report("prod", { steps: [same] })).toBe("## Preview of `prod`\n\nNothing changes on any host.\n");
    });

    test("files, steps and interruption by node, and each file's difference once", () => {
        const steps = ["node1", "node2"].flatMap((node) => [
            file(node),
            step("prepare", node, "update"),
            step("cert-sync", node, "update"),
            up(node),
        ]);
        expect(report("prod", { steps })).toMatchSnapshot();
    });

    test("a change of DNS alone restarts nothing", () => {
        const steps = [step("dns", "node3", "update", "ttl: 60\n", "ttl: 30\n")];
        const page = report("prod", { steps });
        expect(page).toContain("**No file changes; nothing is restarted.**");
        expect(page).toContain("- ~ `dns-records` (ttl: 60 → 30)");
    });

    test.each<[StepName, string, string]>([
        ["store", "secretkey_fingerprint", "The secretkey would change."],
        ["mysql", "host", "The database moves."],
        ["mysql", "port", "The database moves."],
        ["mysql", "schema_version", "Another database schema is needed."],
        ["token-key", "given_key", "Another token key."],
        ["dns", "name", "The registry gets another name."],
    ])("warns when %s gets another %s", (name, key, warning) => {
        const careful = report("prod", { steps: [step(name, "node1", "update", `${key}: a\n`, `${key}: b\n`)] });
        expect(careful).toContain("### Be careful");
        expect(careful).toContain(`**${warning}**`);
        const harmless = report("prod", { steps: [step(name, "node1", "update", "other: a\n", "other: b\n")] });
        expect(harmless).not.toContain("### Be careful");
    });

    // B49: a node whose name begins with another node's.
    test("nodes hub, hub-2 and hub-2-prepare have a row each", () => {
        const nodes = ["hub", "hub-2", "hub-2-prepare", "up"];
        const steps = nodes.flatMap((node) => [file(node), step("prepare", node, "update"), up(node)]);
        const page = report("prod", { steps });
        for (const node of nodes) {
            expect(page).toContain(
                `| ${node} | ~ harbor.cfg | ~ prepare → ~ compose up | its containers are made anew |`,
            );
        }
        expect(page).toContain(`on ${[...nodes].sort().join(", ")}`);
    });

    test("says when a node is taken out", () => {
        expect(report("prod", { steps: [up("node3", "delete")] })).toContain("**Harbor stops on node3.**");
    });

    test("fits into a comment", () => {
        const long = "x\n".repeat(100_000);
        const steps = [file("node1", long)];
        const page = report("prod", { steps });
        expect(page.length).toBeLessThan(65_536);
        expect(page).toContain("… cut; see `pulumi preview --diff`");
    });
});
