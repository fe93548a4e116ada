import { describe, expect, test } from "@jest/globals";
import { report } from "../../cli/report/markdown";
import type { StepName } from "../../plan/step-definition";
import { file, step, up } from "../support/preview";

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

    test.each<[string, string, RegExp]>([
        ["take_out: dns", "after_cert_sync: b", /\| none by name: out of DNS and its requests finished, then/],
        ["take_out: drain", "after_cert_sync: b", /\| requests are finished, then its containers are made anew/],
        ["take_out: none", "after_cert_sync: b", /\| its containers are made anew; requests under way are cut/],
        ["take_out: none", "after_cert_sync: a", /nothing is restarted.*\| none \|/s],
    ])("a start with %s, %s tells what clients see of it", (now, key, expected) => {
        const change = step("up", "node1", "update", `take_out: x\nafter_cert_sync: a\n`, `${now}\n${key}\n`);
        expect(report("prod", { steps: [change] })).toMatch(expected);
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
                `| ${node} | ~ harbor.cfg | ~ prepare → ~ compose up | its containers are made anew; requests under way are cut |`,
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
