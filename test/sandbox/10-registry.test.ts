import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import { clientTrusts, hub, login, pinClient, pull, push } from "./support/registry";
import { hostOf, nodes, on, onAll, lookUp, sandbox } from "./support/sandbox";
import { changed, dev, startTimes, succeeded } from "./support/stack";

jest.setTimeout(600_000);

/** Logins that sshd has seen since the host's boot. */
const logins = (): Promise<string[]> => onAll("journalctl -b -u ssh -o cat --no-pager | grep -c '^Accepted publickey'");

let password = "";

beforeAll(async () => {
    await dev.ensure();
    password = await dev.output<string>("adminPassword");
    await clientTrusts([hub.name]);
    await pinClient(hub, undefined);
});

describe("what the engine says", () => {
    test("the outputs tell where the registry is, what it runs and that all pairs of nodes were verified", async () => {
        const addresses = sandbox.nodes.filter(({ name }) => (nodes as readonly string[]).includes(name)).map(({ address }) => address);
        expect(await dev.output("url")).toBe(`http://${hub.name}`);
        expect(await dev.output("nodes")).toEqual(nodes.map((name) => ({ name, address: hostOf(name).address })));
        expect(await dev.output("dnsRecords")).toEqual(addresses.map((address) => ({ name: hub.domain, type: "A", ttl: 2, address })));
        expect(await dev.output("release")).toMatchObject({
            version: "v1.1.2",
            sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        });
        expect(await dev.output("tokenKeyFingerprint")).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
        expect(await dev.output("verification")).toMatchObject({
            realm: "3/3 nodes",
            login: "3/3 nodes",
            token: "9/9 pairs",
            session: "9/9 pairs",
            push: "3/3 nodes",
            pull: "6/6 pairs",
            name: "1/1 name",
        });
        expect(await lookUp(hub.domain)).toEqual([...addresses].sort());
    });

    test("a preview expects no changes, and a second up opens no connection to any host", async () => {
        const before = await logins();
        succeeded("preview", await dev.preview({}, "--expect-no-changes"));
        const again = await dev.up();
        expect(changed(again)).toEqual([]);
        expect(again.steps.length).toBeGreaterThan(100);
        expect(await logins()).toEqual(before);
        expect(before.every((count) => Number(count) > 0)).toBe(true);
    });

    test("no host has more than 20 remote operations", async () => {
        // The connection is secret as a whole.
        const hosts = (await dev.resources(true))
            .filter(({ type }) => type.startsWith("command:remote:"))
            .map(({ inputs }) => (JSON.parse((inputs.connection as { plaintext: string }).plaintext) as { host: string }).host);
        const counts = nodes.map((name) => hosts.filter((host) => host === hostOf(name).address).length);
        expect(counts.reduce((sum, count) => sum + count)).toBe(hosts.length);
        for (const count of counts) {
            expect(count).toBeGreaterThan(10);
            expect(count).toBeLessThanOrEqual(20);
        }
    });
});

describe("docker as a customer uses it", () => {
    test("without insecure-registries a client is refused (the talk, problem 1), with it the login works", async () => {
        await clientTrusts([]);
        const refused = await login("client", hub, password);
        expect(refused.code).not.toBe(0);
        expect(refused.output).toContain("server gave HTTP response to HTTPS client");
        await clientTrusts([hub.name]);
        expect(await login("client", hub, password)).toMatchObject({ code: 0 });
        // The program has told the nodes' own Docker.
        for (const node of nodes) expect(await login(node, hub, password)).toMatchObject({ code: 0 });
    });

    test.each(nodes)("pushed through %s, pulled by digest through the others", async (from) => {
        const image = `${hub.name}/library/hello`;
        await pinClient(hub, from);
        expect(await login("client", hub, password)).toMatchObject({ code: 0 });
        const digest = await push(`${image}:${from}`);
        for (const to of nodes.filter((name) => name !== from)) {
            await pinClient(hub, to);
            await pull(image, digest);
        }
        await pinClient(hub, undefined);
    });

    test("20 logins in a row through the name", async () => {
        const codes: number[] = [];
        for (let i = 0; i < 20; i++) codes.push((await login("client", hub, password)).code);
        expect(codes).toEqual(Array.from({ length: 20 }, () => 0));
    });
});

test("daemon.json keeps what else stands in it, and Docker isn't restarted for it", async () => {
    const read = async (): Promise<Record<string, unknown>> =>
        JSON.parse(await on("node1", "cat /etc/docker/daemon.json")) as Record<string, unknown>;
    const before = await read();
    expect(before).toMatchObject({ "log-driver": "json-file", "insecure-registries": [hub.name] });
    const times = await startTimes("node1");
    expect(times.split("\n")).toHaveLength(6);
    const docker = await on("node1", "systemctl show -p MainPID --value docker");

    const foreign = { ...before, "insecure-registries": ["other.example:5000"], "max-concurrent-downloads": 2 };
    await on("node1", "cat >/etc/docker/daemon.json && systemctl reload docker", { input: JSON.stringify(foreign) });
    const refused = await login("node1", hub, password);
    expect(refused.output).toContain("server gave HTTP response to HTTPS client");

    expect(await dev.step("harbor-node1-host-ready", "node1")).toMatchObject({ code: 0 });
    expect(await read()).toEqual({ ...foreign, "insecure-registries": [hub.name, "other.example:5000"] });
    expect(await login("node1", hub, password)).toMatchObject({ code: 0 });
    expect(await startTimes("node1")).toBe(times);
    expect(await on("node1", "systemctl show -p MainPID --value docker")).toBe(docker);

    await on("node1", "cat >/etc/docker/daemon.json && systemctl reload docker", { input: JSON.stringify(before) });
});
