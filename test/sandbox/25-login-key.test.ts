import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { underLoad } from "./support/load";
import { must } from "./support/run";
import { nodes, on, onAll, runDir } from "./support/sandbox";
import { changed, dev, startTimes, type Update } from "./support/stack";

jest.setTimeout(600_000);

const key = join(runDir, "test", "other_ed25519");
const times = (): Promise<string[]> => Promise.all(nodes.map(startTimes));

beforeAll(() => dev.ensure());
afterAll(async () => {
    await onAll("sed -i '/ of-the-test$/d' /root/.ssh/authorized_keys");
    rmSync(key, { force: true });
});

// Any change of `connection` makes the provider run every step again; none has anything to do.
test("another login key for all hosts, under load: every step runs, nothing is restarted, nothing fails", async () => {
    mkdirSync(join(runDir, "test"), { recursive: true });
    rmSync(key, { force: true });
    await must("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "of-the-test", "-f", key]);
    const publicKey = await must("cat", [`${key}.pub`]);
    for (const node of nodes) await on(node, "cat >>/root/.ssh/authorized_keys", { input: `${publicKey}\n` });
    const before = await times();
    let update: Update | undefined;
    const load = await underLoad(await dev.output<string>("adminPassword"), async () => {
        update = await dev.up({ sshPrivateKeyFile: key });
    });
    const steps = update ? changed(update) : [];
    expect(steps).toEqual(expect.arrayContaining(nodes.flatMap((node) => [`harbor-${node}-prepare`, `harbor-up-${node}`])));
    expect(load.failed).toEqual([]);
    expect(load.operations).toBeGreaterThan(20);
    expect(await times()).toEqual(before);
    await dev.up();
    expect(await times()).toEqual(before);
});
