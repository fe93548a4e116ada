import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import { clientTrusts, hub2, login, pinClient, pull, push } from "./support/registry";
import { hostOf, lookUp, nodes, onAll } from "./support/sandbox";
import { changed, dev2, startTimes, succeeded } from "./support/stack";

jest.setTimeout(600_000);

const logins = (): Promise<string[]> => onAll("journalctl -b -u ssh -o cat --no-pager | grep -c '^Accepted publickey'");

let password = "";

beforeAll(async () => {
    await dev2.ensure();
    password = await dev2.output<string>("adminPassword");
    await clientTrusts([hub2.name]);
    await pinClient(hub2, undefined);
});

test("the outputs tell what runs, and that everything was verified that 2.x can get wrong", async () => {
    expect(await dev2.output("release")).toMatchObject({ version: "v2.15.2", protocol: "http" });
    expect(await dev2.output("verification")).toEqual({
        clock: "3/3 nodes",
        configuration: "3/3 nodes",
        csrf: "9/9 pairs",
        job: "3/3 nodes",
        "job-log": "9/9 pairs",
        login: "3/3 nodes",
        name: "1/1 name",
        pull: "6/6 pairs",
        push: "3/3 nodes",
        realm: "3/3 nodes",
        schema: "1/1 nodes",
        session: "9/9 pairs",
        token: "9/9 pairs",
        "token-service": "3/3 nodes",
        version: "3/3 nodes",
    });
    expect(await lookUp(hub2.domain)).toEqual(nodes.map((name) => hostOf(name).address).sort());
});

test("a preview expects no changes, also with a look at the hosts; a second up opens no connection to any of them", async () => {
    succeeded("preview", await dev2.preview({ detectDrift: true }, "--expect-no-changes"));
    const before = await logins();
    expect(changed(await dev2.up())).toEqual([]);
    expect(await logins()).toEqual(before);
});

test("no host has more than 20 remote operations", async () => {
    const hosts = (await dev2.resources(true))
        .filter(({ type }) => type.startsWith("command:remote:"))
        .map(({ inputs }) => (JSON.parse((inputs.connection as { plaintext: string }).plaintext) as { host: string }).host);
    for (const name of nodes) {
        const count = hosts.filter((host) => host === hostOf(name).address).length;
        expect(count).toBeGreaterThan(10);
        expect(count).toBeLessThanOrEqual(20);
    }
});

test("prepare run again changes nothing and restarts nothing", async () => {
    const times = await Promise.all(nodes.map(startTimes));
    const update = await dev2.up({ prepareGeneration: "2" });
    expect(changed(update)).toEqual(expect.arrayContaining(["harbor-node1-prepare", "harbor-certs-sync-node3", "harbor-up-node2"]));
    expect(await Promise.all(nodes.map(startTimes))).toEqual(times);
    await dev2.up();
    expect(await Promise.all(nodes.map(startTimes))).toEqual(times);
});

describe("docker as a customer uses it", () => {
    test.each(nodes)("pushed through %s, pulled by digest through the others", async (from) => {
        const image = `${hub2.name}/library/hello`;
        await pinClient(hub2, from);
        expect(await login("client", hub2, password)).toMatchObject({ code: 0 });
        const digest = await push(`${image}:${from}`);
        for (const to of nodes.filter((name) => name !== from)) {
            await pinClient(hub2, to);
            await pull(image, digest);
        }
        await pinClient(hub2, undefined);
    });

    test("by name, again and again", async () => {
        for (let i = 0; i < 10; i++) expect(await login("client", hub2, password)).toMatchObject({ code: 0 });
        const digest = await push(`${hub2.name}/library/hello:by-name`);
        await pull(`${hub2.name}/library/hello`, digest);
    });
});
