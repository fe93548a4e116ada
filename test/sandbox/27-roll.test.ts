import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { underLoad } from "./support/load";
import { nodes, on, onAll, tryOn } from "./support/sandbox";
import { changed, dev, startTimes, type Update } from "./support/stack";

jest.setTimeout(900_000);

const withdrawn = "/opt/harbor-ha/state/withdrawn";
const times = (): Promise<string[]> => Promise.all(nodes.map(startTimes));
const outOfName = (): Promise<string[]> => onAll(`test -e ${withdrawn} && echo out || echo in`);

beforeAll(() => dev.ensure());
afterAll(() => dev.ensure());

test("a roll under load: every node starts anew, one after the other, and nothing fails", async () => {
    const before = await times();
    let update: Update | undefined;
    const load = await underLoad(await dev.output<string>("adminPassword"), async () => {
        update = await dev.up({ prepareGeneration: 31 });
    });
    expect(update ? changed(update) : []).toEqual(expect.arrayContaining(nodes.map((node) => `harbor-up-${node}`)));
    const after = await times();
    for (const [i, time] of after.entries()) expect(time).not.toBe(before[i]);
    expect(load.failed).toEqual([]);
    expect(load.operations).toBeGreaterThan(30);
    expect(await outOfName()).toEqual(["in", "in", "in"]);
    expect(await dev.verify()).toMatchObject({ code: 0 });
});

test("a roll that is killed with a node out of the name: the verification sees it, and the next up puts it back", async () => {
    const killed = dev.killedAt("harbor-up-node3", { prepareGeneration: 32 });
    await killed;
    // Its step goes on without the engine, and is killed as well, while the node is out.
    for (let i = 0; i < 600 && (await tryOn("node3", `test -e ${withdrawn}`)).code !== 0; i += 1);
    await on("node3", "for pid in $(pgrep -f 'bin/[h]arbor-ha up'); do kill -KILL $pid; done");
    expect(await outOfName()).toEqual(["in", "in", "out"]);

    const seen = await dev.verify();
    expect(seen.code).not.toBe(0);
    expect(seen.output).toMatch(/hub\.sandbox\.test resolves to \S+ \S+ instead of/);

    await dev.up({ prepareGeneration: 32 });
    expect(await outOfName()).toEqual(["in", "in", "in"]);
    expect(await dev.verify()).toMatchObject({ code: 0 });
    await dev.forgetInterrupted();
});
