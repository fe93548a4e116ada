import { beforeAll, expect, jest, test } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { delay, must, run } from "./support/run";
import { hostOf, nodes, on, onAll, runDir, sandbox, secretOf } from "./support/sandbox";
import { dev } from "./support/stack";

jest.setTimeout(600_000);

/** By what they are, never printed: a failing expectation shows names only. */
const secrets = new Map<string, string>();

const leaksIn = (text: string): string[] => [...secrets].filter(([, value]) => text.includes(value)).map(([name]) => name);

/** The lines of a key in PEM form that nothing else contains. */
const middleOf = (pem: string): string => pem.split("\n").filter((line) => line.length >= 60)[2] ?? "";

beforeAll(async () => {
    await dev.ensure();
    secrets.set("admin password", await dev.output<string>("adminPassword"));
    secrets.set("MySQL password", secretOf(sandbox.mysql.passwordFile));
    secrets.set("Redis password", secretOf(sandbox.redis.passwordFile));
    secrets.set("CephX key", secretOf(sandbox.ceph.keyFile));
    secrets.set("TSIG secret", secretOf(sandbox.dns.tsig.secretFile));
    secrets.set("SSH key", middleOf(secretOf(sandbox.ssh.privateKeyFile)));
    secrets.set("token key", middleOf(await on("node1", "cat /mnt/cephfs/harbor/harbor-ha/keys/current/private_key.pem")));
    secrets.set("secretkey", await on("node1", "cat /mnt/cephfs/harbor/data/secretkey"));
    for (const { urn, outputs } of await dev.resources(true)) {
        if (!urn.includes("RandomPassword")) continue;
        const result = outputs.result as { plaintext?: string } | string;
        secrets.set(urn.slice(urn.lastIndexOf("::") + 2), typeof result === "string" ? result : String(JSON.parse(result.plaintext ?? '""')));
    }
    // Each is long enough that finding it is no accident; also in base64, in which secrets travel.
    for (const [name, value] of [...secrets]) {
        if (value.length < 16) throw new Error(`the ${name} can't be searched for`);
        secrets.set(`${name} in base64`, Buffer.from(value).toString("base64").replace(/=+$/, ""));
    }
});

test("no secret is in the state, in a preview, in the output of an update or in the engine's log", async () => {
    expect(secrets.size).toBeGreaterThanOrEqual(20);
    expect(leaksIn(readFileSync(dev.stateFile(), "utf8"))).toEqual([]);
    const preview = await dev.preview({ prepareGeneration: 77_001 }, "--diff");
    expect(preview.output).toContain("77001");
    expect(leaksIn(preview.output)).toEqual([]);
    const commands = (await dev.resources()).flatMap(({ type, inputs }) => (type === "command:remote:Command" ? [inputs.create ?? ""] : []));
    expect(commands.length).toBeGreaterThan(40);
    expect(commands.flatMap(leaksIn)).toEqual([]);
});

test("no secret stands in a process list while an update runs, nor in a log afterwards", async () => {
    const lists: string[] = [];
    const watched = [...nodes.map((name) => hostOf(name).container), "machine"];
    let running = true;
    const watch = watched.map(async (container) => {
        // One process that samples, rather than a process for each sample.
        const script = "for i in $(seq 600); do ps -eo args; sleep 0.1; [ -e /tmp/sampling ] || break; done";
        if (container === "machine") {
            while (running) {
                lists.push((await run("ps", ["-eo", "args"])).stdout);
                await delay(100);
            }
            return;
        }
        lists.push(await must("docker", ["exec", container, "sh", "-c", `touch /tmp/sampling; ${script}`], { seconds: 300 }));
    });
    await delay(500);
    const update = await dev.up({ prepareGeneration: 77_002 });
    running = false;
    await onAll("rm -f /tmp/sampling");
    await Promise.all(watch);
    expect(update.output).toContain("updated");
    expect(lists.join("\n")).toContain("/opt/harbor-ha/bin/harbor-ha prepare");
    expect(lists.flatMap(leaksIn)).toEqual([]);
    expect(leaksIn(update.output)).toEqual([]);
    expect(update.events).toContain("harbor-node1-prepare");
    expect(leaksIn(update.events)).toEqual([]);

    const logs = await onAll("cat /var/log/harbor-ha.log; journalctl -b --no-pager -o cat");
    expect(logs.flatMap(leaksIn)).toEqual([]);
    const own = ["logs", "pulumi-home/logs", "test"].flatMap((folder) =>
        readdirSync(join(runDir, folder), { withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map(({ name }) => join(runDir, folder, name)),
    );
    expect(own.length).toBeGreaterThan(5);
    expect(own.filter((path) => leaksIn(readFileSync(path, "utf8")).length > 0)).toEqual([]);
});

test("secrets on a node are readable by root only", async () => {
    const modes = await onAll("stat -c '%a %U' /opt/harbor-ha/secrets /opt/harbor-ha/secrets/* | sort -u");
    expect(modes).toEqual(nodes.map(() => "600 root\n700 root"));
    // The folder of the rendered configuration, with the token key and the env files.
    const open = await onAll("find $(cat /opt/harbor-ha/state/release-dir) -type f \\( -name env -o -name harbor.cfg -o -path '*config/ui/private_key.pem' \\) -perm /077 | grep -v common/templates || true");
    expect(open).toEqual(["", "", ""]);
});
