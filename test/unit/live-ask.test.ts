import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Server } from "ssh2";
import { askNodes, type NodeAnswer } from "../../live/ask";
import { keyPair } from "../engine/support/keys";
import { minimalHttp, parse } from "../support/settings";

const keys = keyPair();
const patience = { timeoutSeconds: 1, graceSeconds: 20 };

/** A host that answers every command with this, or never. */
let reply: { stdout: string; stderr: string; status: number } | undefined;
let commands: string[];
let host: Server;

beforeEach(async () => {
    commands = [];
    host = new Server({ hostKeys: [keys.private] }, (client) => {
        client.on("error", () => undefined).on("authentication", (context) => context.accept());
        client.on("session", (accept) =>
            accept().on("exec", (take, _refuse, { command }) => {
                commands.push(command);
                if (!reply) return;
                const channel = take();
                channel.write(reply.stdout);
                channel.stderr.write(reply.stderr);
                channel.exit(reply.status);
                channel.end();
            }),
        );
    });
    host.listen(0, "127.0.0.1");
    await once(host, "listening");
});

afterEach(() => {
    host.close();
});

async function asked(limits = patience): Promise<NodeAnswer | undefined> {
    const settings = parse(minimalHttp);
    const { port } = host.address() as AddressInfo;
    const [first] = settings.nodes;
    if (!first) throw new Error("no node");
    const node = { ...first, address: "127.0.0.1", port, hostKey: undefined };
    const ssh = { privateKey: { secret: keys.private }, proxy: undefined };
    return (await askNodes({ ...settings, ssh, nodes: [node] }, limits))[0];
}

describe("asking a node", () => {
    test("reads only: facts, and nothing else", async () => {
        reply = { stdout: "node: x\nmount: ceph\n", stderr: "", status: 0 };
        const answer = await asked();
        expect([...(answer?.facts?.facts ?? [])]).toEqual([
            ["node", "x"],
            ["mount", "ceph"],
        ]);
        expect(answer?.problem).toBeUndefined();
        expect(commands).toEqual(["timeout -k 15 1 /opt/harbor-ha/bin/harbor-ha facts"]);
    });

    test("one that ran out of time has said what it could", async () => {
        reply = { stdout: "node: x\nproxy: answers\n", stderr: "", status: 124 };
        const answer = await asked();
        expect(answer?.facts?.facts.get("proxy")).toBe("answers");
        expect(answer?.facts?.facts.has("mount")).toBe(false);
    });

    test.each<[string, typeof reply, string]>([
        ["said nothing in time", { stdout: "", stderr: "", status: 124 }, "exit status 124 of facts"],
        [
            "failed",
            { stdout: "node: x\n", stderr: "harbor-ha: never started\n", status: 1 },
            "harbor-ha: never started",
        ],
    ])("nothing is known of one that %s", async (_, given, problem) => {
        reply = given;
        expect(await asked()).toMatchObject({ facts: undefined, problem });
    });

    test("nor of one that doesn't answer, and that is told within the limit", async () => {
        reply = undefined;
        const answer = await asked({ timeoutSeconds: 0.4, graceSeconds: 0.1 });
        expect(answer).toMatchObject({
            facts: undefined,
            problem: expect.stringContaining("didn't answer within 0.5 s") as unknown,
        });
    });
});
