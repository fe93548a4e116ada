import { writeFileSync } from "node:fs";
import { testCluster } from "./support/cluster";
jest.setTimeout(300_000);
test("x", async () => {
    const t0 = Date.now();
    const c = await testCluster();
    console.log("made", Date.now() - t0);
    const t1 = Date.now();
    const p = await c.stack.preview();
    console.log("preview", Date.now() - t1, p.code);
    writeFileSync("/tmp/p0.txt", p.output);
    const t2 = Date.now();
    const u = await c.stack.up();
    console.log("up", Date.now() - t2, u.code, u.output.slice(-3000));
    writeFileSync(
        "/tmp/calls.json",
        JSON.stringify(c.hosts.record.calls.map(({ what, node, began, ended }) => [what, node, began, ended])),
    );
    console.log([...c.hosts.record.connections]);
    const cases = {
        port: { port: "8080" },
        domain: { domain: "registry.example.com" },
        v: { release: c.archives.v112 },
        four: { nodes: c.hosts.nodes(4) },
        two: { nodes: c.hosts.nodes(2) },
        ttl: { dnsTtl: 300 },
        none: {},
    };
    for (const [name, changes] of Object.entries(cases)) {
        const t = Date.now();
        const q = await c.stack.preview(changes);
        console.log(name, Date.now() - t, q.code, q.changes);
        writeFileSync(`/tmp/p-${name}.txt`, q.output);
    }
    await c.close();
});
