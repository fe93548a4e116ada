import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import { parse } from "yaml";
import { clientTrusts, hub2, login, pinClient, pull, push } from "./support/registry";
import { hostOf, lookUp, nodes, on, onAll } from "./support/sandbox";
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

describe("services that run besides", () => {
    const services = { trivy: "true", metrics: "true", metricsPort: "9191" };
    const folder = "/opt/harbor-ha/trivy-adapter";
    const running = (): Promise<string[]> => onAll("docker ps --filter status=running --format '{{.Names}}' | { grep -xE 'trivy-adapter|harbor-exporter' || true; } | sort | xargs");
    const metrics = (node: string, component: string): Promise<string> => on("client", `curl -sS -m 10 -f 'http://${hostOf(node).address}:9191/metrics?comp=${component}'`);

    test("are started and waited for on every node", async () => {
        expect(await running()).toEqual(["", "", ""]);
        await dev2.up(services);
        expect(await running()).toEqual(nodes.map(() => "harbor-exporter trivy-adapter"));
        for (const node of nodes) {
            const health = await on("client", `curl -sS -m 10 -f http://${hostOf(node).address}:8070/api/v2.0/health`);
            expect((JSON.parse(health) as { components: unknown[] }).components).toContainEqual({ name: "trivy", status: "healthy" });
        }
        expect(await dev2.preview(services, "--expect-no-changes")).toMatchObject({ code: 0 });
    });

    test("the metrics of each component are where the output for Prometheus says", async () => {
        const text = await dev2.output<string>("prometheusScrapeConfig");
        const { scrape_configs: jobs } = parse(text) as { scrape_configs: { params: { comp: string[] }; static_configs: { targets: string[] }[] }[] };
        const expected: Record<string, RegExp> = { exporter: /^harbor_/m, core: /^harbor_core_/m, registry: /^registry_|^go_/m, jobservice: /^harbor_jobservice_/m };
        expect(jobs.map(({ params }) => params.comp[0]).sort()).toEqual(Object.keys(expected).sort());
        for (const { params, static_configs: targets } of jobs) {
            expect(targets).toEqual([{ targets: nodes.map((name) => `${hostOf(name).address}:9191`) }]);
            for (const node of nodes) expect(await metrics(node, params.comp[0] ?? "")).toMatch(expected[params.comp[0] ?? ""] ?? /^$/);
        }
    });

    test("the scanner's database is the node's own, and outlives another prepare", async () => {
        await on("node2", `echo loaded >${folder}/trivy/database && stat -c '%u:%g' ${folder}/trivy | grep -qx 10000:10000`);
        expect(await on("node2", "docker inspect -f '{{range .Mounts}}{{.Source}}{{println}}{{end}}' trivy-adapter | sort | grep trivy-adapter | xargs")).toBe(`${folder}/reports ${folder}/trivy`);
        expect(await on("node1", "ls /mnt/cephfs/harbor/data")).not.toContain("trivy");
        await dev2.up({ ...services, prepareGeneration: "3" });
        expect(await on("node2", `cat ${folder}/trivy/database`)).toBe("loaded");
    });

    test("and are gone when they are switched off; what was loaded stays", async () => {
        await dev2.up();
        expect(await running()).toEqual(["", "", ""]);
        expect(await on("node2", `cat ${folder}/trivy/database`)).toBe("loaded");
        await on("node2", `rm -r ${folder}`);
        expect(await dev2.verify()).toMatchObject({ code: 0 });
    });
});
