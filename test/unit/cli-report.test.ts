import { describe, expect, test } from "@jest/globals";
import { type PreviewStep, report } from "../../cli/report";

const stack = "urn:pulumi:prod::harbor-ha::harborha:index:HarborCluster";

/** A step as `pulumi preview --json` has it. */
function step(component: string, name: string, op: string, before?: string, after?: string, create = "x"): PreviewStep {
    const parent =
        component === "HarborNode" ? `${stack}$harborha:index:HarborNode::harbor-${name.split("-")[0] ?? ""}` : stack;
    const state = (stdin: string | undefined) => (stdin === undefined ? {} : { parent, inputs: { stdin, create } });
    return {
        op,
        urn: `${stack}$harborha:index:${component}$command:remote:Command::harbor-${name}`,
        ...(op === "create" ? {} : { oldState: state(before ?? "a: 1\n") }),
        ...(op === "delete" ? {} : { newState: state(after ?? "a: 2\n") }),
    };
}

const put = "timeout -k 15 60 /opt/harbor-ha/bin/harbor-ha put /opt/harbor-ha/files/harbor.cfg 0644";
const up = (node: string, op = "update") => step("HarborRollout", `up-${node}`, op);
const file = (node: string) =>
    step("HarborNode", `${node}-harbor.cfg`, "update", "port = 1\nx\n", "port = 2\nx\n", put);

describe("report", () => {
    test("nothing to do is said in one line", () => {
        const same = { ...up("node1"), op: "same" };
        expect(report("prod", { steps: [same] })).toBe("## Preview of `prod`\n\nNothing changes on any host.\n");
    });

    test("files, steps and interruption by node, and each file's difference once", () => {
        const steps = ["node1", "node2"].flatMap((node) => [
            file(node),
            step("HarborNode", `${node}-prepare`, "update"),
            step("CertDistribution", `certs-sync-${node}`, "update"),
            up(node),
        ]);
        expect(report("prod", { steps })).toMatchSnapshot();
    });

    test("a change of DNS alone restarts nothing", () => {
        const steps = [step("DnsRoundRobin", "dns-records", "update", "ttl: 60\n", "ttl: 30\n")];
        const page = report("prod", { steps });
        expect(page).toContain("**No file changes; nothing is restarted.**");
        expect(page).toContain("- ~ `dns-records` (ttl: 60 → 30)");
    });

    test.each([
        ["store-fill", "SharedStore", "secretkey_fingerprint", "The secretkey would change."],
        ["mysql-schema", "ExternalMysql", "host", "The database moves."],
        ["mysql-schema", "ExternalMysql", "schema_version", "Another database schema is needed."],
        ["certs-token-key", "CertDistribution", "given_key", "Another token key."],
        ["dns-records", "DnsRoundRobin", "name", "The registry gets another name."],
    ])("warns when %s of %s gets another %s", (name, component, key, warning) => {
        const careful = report("prod", { steps: [step(component, name, "update", `${key}: a\n`, `${key}: b\n`)] });
        expect(careful).toContain("### Be careful");
        expect(careful).toContain(`**${warning}**`);
        const harmless = report("prod", { steps: [step(component, name, "update", "other: a\n", "other: b\n")] });
        expect(harmless).not.toContain("### Be careful");
    });

    test("says when a node is taken out", () => {
        expect(report("prod", { steps: [up("node3", "delete")] })).toContain("**Harbor stops on node3.**");
    });

    test("fits into a comment", () => {
        const long = "x\n".repeat(100_000);
        const steps = [step("HarborNode", "node1-harbor.cfg", "update", "a\n", long, put)];
        const page = report("prod", { steps });
        expect(page.length).toBeLessThan(65_536);
        expect(page).toContain("… cut; see `pulumi preview --diff`");
    });
});
