import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import { asAdmin, hub, login, pinClient, request, registryCall, tokenMatrix, tokenOf } from "./support/registry";
import { eventually } from "./support/run";
import { nodes, on, onAll } from "./support/sandbox";
import { changed, dev, failedRows, releaseDir, type Update } from "./support/stack";

jest.setTimeout(600_000);

let password = "";
let release = "";
let generation = 1000;

/** The public half of the token key that a node signs with, and of the certificate that its registry was given. */
const keysOf = (node: string): Promise<string> =>
    on(node, `cd ${release}/common/config; openssl pkey -in ui/private_key.pem -pubout | sha256sum; openssl x509 -in registry/root.crt -noout -pubkey | sha256sum`);

const recreate = (node: string): Promise<string> =>
    on(node, `cd ${release} && docker-compose -p harbor up -d --force-recreate >/dev/null 2>&1`, { seconds: 180 });

const answers = (node: string): Promise<void> =>
    eventually(60, async () => expect((await request(hub, node, "/api/systeminfo")).status).toBe(200));

const prepareAgain = (): Promise<Update> => dev.up({ prepareGeneration: ++generation });

beforeAll(async () => {
    await dev.ensure();
    password = await dev.output<string>("adminPassword");
    release = await releaseDir("node1");
    await pinClient(hub, undefined);
    // Whatever an earlier run of this file has left.
    generation = Math.floor(Date.now() / 1000) % 1_000_000;
});

describe("prepare on one node alone (the talk, problem 2)", () => {
    test("its tokens are refused elsewhere, other nodes' tokens are refused there, and logins by name fail at random", async () => {
        await on("node2", `cd ${release} && ./prepare >/dev/null`);
        await recreate("node2");
        await answers("node2");
        expect(await tokenMatrix(hub, nodes, password)).toEqual({
            "node1->node1": 200,
            "node1->node2": 401,
            "node1->node3": 200,
            "node2->node1": 401,
            "node2->node2": 200,
            "node2->node3": 401,
            "node3->node1": 200,
            "node3->node2": 401,
            "node3->node3": 200,
        });
        const codes = new Set<number>();
        for (let i = 0; i < 40 && codes.size < 2; i++) codes.add((await login("client", hub, password)).code === 0 ? 0 : 1);
        expect([...codes].sort()).toEqual([0, 1]);
    });

    test("verify names the node and both keys", async () => {
        const { code, output } = await dev.verify();
        expect(code).toBe(1);
        const failed = failedRows(output);
        expect(failed.filter(({ check }) => check === "token").map(({ from, to }) => `${from}->${to}`)).toEqual([
            "node1->node2",
            "node2->node1",
            "node2->node3",
            "node3->node2",
        ]);
        const kid = "([A-Z2-7]{4}:){11}[A-Z2-7]{4}";
        const detail = (from: string, to: string): string => failed.find((row) => row.check === "token" && row.from === from && row.to === to)?.detail ?? "";
        expect(detail("node2", "node1")).toMatch(new RegExp(`^401; node2 signs with another key.*private_key\\.pem has ${kid}, the cluster's key is ${kid}$`));
        expect(detail("node1", "node2")).toMatch(new RegExp(`^401; node2 doesn't accept the cluster's key ${kid}`));
        expect(output).toContain("harbor-ha: verification failed");
    });

    test("up with prepareGeneration raised heals it, in the order of the contract", async () => {
        const { steps } = await prepareAgain();
        const position = (name: string, at: "start" | "end"): number => {
            const index = steps.findIndex((step) => step.name === name && step.at === at && step.op !== "same");
            if (index < 0) throw new Error(`${name} did not ${at}: ${steps.map((step) => step.name).join(" ")}`);
            return index;
        };
        const prepared = nodes.map((node) => position(`harbor-${node}-prepare`, "end"));
        const synced = nodes.map((node) => position(`harbor-certs-sync-${node}`, "end"));
        // All are prepared before any certificate is written, and all of these before any container starts.
        for (const node of nodes) expect(position(`harbor-certs-sync-${node}`, "start")).toBeGreaterThan(Math.max(...prepared));
        const started = nodes.map((node) => [position(`harbor-up-${node}`, "start"), position(`harbor-up-${node}`, "end")] as const);
        for (const [start] of started) expect(start).toBeGreaterThan(Math.max(...synced));
        const inTurn = started.flat();
        expect(inTurn).toEqual([...inTurn].sort((a, b) => a - b));
        expect(position("harbor-verification-checks", "start")).toBeGreaterThan(Math.max(...inTurn));

        const matrix = await tokenMatrix(hub, nodes, password);
        expect(new Set(Object.values(matrix))).toEqual(new Set([200]));
        expect(Object.keys(matrix)).toHaveLength(9);
        expect(new Set(await Promise.all(nodes.map(keysOf))).size).toBe(1);
        for (let i = 0; i < 20; i++) expect((await login("client", hub, password)).code).toBe(0);
    });
});

describe("other mistakes by hand", () => {
    const settings = { token_expiration: 47 };

    test("a setting made in the UI is there on all nodes", async () => {
        const put = await request(hub, "node1", "/api/configurations", { config: asAdmin(password), method: "PUT", json: settings });
        expect(put.status).toBe(200);
    });

    test("root.crt swapped on node3, a PKCS#8 key on node1: verify names both and their causes", async () => {
        // What Harbor's prepare makes with OpenSSL 3 and customize_crt on, which node1 has.
        await on("node1", `cd ${release} && ./prepare >/dev/null && head -1 common/config/ui/private_key.pem | grep -x -e '-----BEGIN PRIVATE KEY-----'`);
        await on("node3", `cd ${release} && cat common/templates/registry/root.crt >common/config/registry/root.crt`);
        await Promise.all([recreate("node1"), recreate("node3")]);
        await Promise.all(["node1", "node3"].map(answers));

        const token = await tokenOf(hub, "node2", password);
        expect(await registryCall(hub, "node2", token)).toBe(200);
        expect(await registryCall(hub, "node3", token)).toBe(401);
        const { code, output } = await dev.verify();
        expect(code).toBe(1);
        const row = (check: string, from: string, to: string): string => {
            const found = failedRows(output).filter((one) => one.check === check && one.from === from && one.to === to);
            return found.map(({ detail }) => `FAILED ${detail}`).join();
        };
        expect(row("token-service", "node1", "-")).toMatch(/^FAILED .*500.*unable to get PrivateKey from PEM type: PRIVATE KEY/);
        expect(row("token", "node2", "node3")).toMatch(/^FAILED 401; node3 doesn't accept the cluster's key/);
        expect(row("token", "node2", "node2")).toBe("");
    });

    test("up with prepareGeneration raised heals it, and keeps the setting", async () => {
        const update = await prepareAgain();
        expect(changed(update)).toEqual(expect.arrayContaining(["harbor-node1-prepare", "harbor-certs-sync-node3", "harbor-up-node3"]));
        expect((await dev.verify()).code).toBe(0);
        expect(new Set(await Promise.all(nodes.map(keysOf))).size).toBe(1);
        for (const node of nodes) {
            const { body } = await request(hub, node, "/api/configurations", { config: asAdmin(password) });
            expect((JSON.parse(body) as { token_expiration: { value: number } }).token_expiration.value).toBe(47);
        }
        expect(await onAll("grep -c '^RESET=false' $(cat /opt/harbor-ha/state/release-dir)/common/config/adminserver/env")).toEqual(["1", "1", "1"]);
    });
});
