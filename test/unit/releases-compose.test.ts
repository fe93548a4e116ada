import { parse } from "yaml";
import { transformCompose } from "../../releases/compose";
import { fileOf } from "../../releases/release";
import { release, renderInput, sandboxRelease } from "../support/release";

const fail = (problem: string): Error => new Error(problem);

const original = fileOf(release, "docker-compose.yml");

type Volume = string | { source: string };

interface Service {
    volumes?: Volume[];
    ports?: string[];
    depends_on?: unknown;
    restart?: string;
}

const services = (text: string): Record<string, Service> =>
    (parse(text) as { services: Record<string, Service> }).services;
const transformed = (text = original, input: Partial<typeof renderInput> = {}): string =>
    transformCompose(text, { ...renderInput, ...input }, fail);

describe.each([
    ["the fixture's", original],
    ["the sandbox's", fileOf(sandboxRelease, "docker-compose.yml")],
])("%s docker-compose.yml", (_, text) => {
    const before = services(text);
    const after = services(transformed(text));

    test("has all services but mysql, in their order", () => {
        expect(Object.keys(after)).toEqual(Object.keys(before).filter((name) => name !== "mysql"));
    });

    test("has nothing that waits for mysql", () => {
        expect(JSON.stringify(Object.values(after).map((service) => service.depends_on))).not.toContain("mysql");
        expect(after.proxy?.depends_on).toHaveLength(3);
        expect(after.proxy?.depends_on).toEqual(expect.arrayContaining(["registry", "ui", "log"]));
        expect(after.ui?.depends_on).toEqual(before.ui?.depends_on);
    });

    test("has every data folder on the shared storage, and nothing else", () => {
        const volumes = (all: Record<string, Service>): Volume[] =>
            Object.entries(all).flatMap(([name, service]) => (name === "mysql" ? [] : (service.volumes ?? [])));
        const moved = (path: string): string => path.replace(/^\/data(?=[/:])/, "/mnt/cephfs/harbor/data");
        expect(volumes(after)).toEqual(
            volumes(before).map((volume) =>
                typeof volume === "string" ? moved(volume) : { ...volume, source: moved(volume.source) },
            ),
        );
        expect(JSON.stringify(volumes(after))).not.toMatch(/"\/data/);
        expect(volumes(after)).toContain("/mnt/cephfs/harbor/data/:/data/:z");
    });

    test("leaves the start at boot to systemd", () => {
        const policies = Object.values(after).map((service) => service.restart);
        expect(policies).toEqual(policies.map(() => "on-failure"));
    });

    test("changes nothing else", () => {
        const edited = ["volumes", "ports", "depends_on", "restart"];
        const rest = (all: Record<string, Service>) =>
            Object.entries(all)
                .filter(([name]) => name !== "mysql")
                .map(([name, service]) => [name, Object.entries(service).filter(([key]) => !edited.includes(key))]);
        expect(rest(after)).toEqual(rest(before));
        expect(after.log?.ports).toEqual(before.log?.ports);
    });
});

test("lines that have nothing to do with it stay as they are, comments too", () => {
    const block = /^ {2}# What a single node[^]*?\n\n/m;
    expect(original).toMatch(block);
    const lines = original.replace(block, "").split("\n");
    const kept = lines.filter((line) => !/\/data|restart:|\[mysql|\d+:(80|443|4443)\b/.test(line));
    expect(kept.length).toBeGreaterThan(70);
    const current = transformed().split("\n");
    expect(kept.filter((line) => !current.includes(line))).toEqual([]);
    expect(current.filter((line) => line.includes("# written by every replication"))).toHaveLength(1);
});

test("the whole text, with its comments and its order", () => {
    expect(transformed()).toMatchSnapshot();
});

test.each([
    ["http", 80, ["80:80"]],
    ["http", 8070, ["8070:80"]],
    ["http", 443, ["443:80"]],
    ["https", 443, ["80:80", "443:443"]],
    ["https", 8443, ["8443:443"]],
] as const)("%s on port %i publishes %j", (protocol, port, ports) => {
    expect(services(transformed(original, { protocol, port })).proxy?.ports).toEqual(ports);
});

test("a mapping of dependencies loses mysql too, and goes when nothing is left of it", () => {
    const text = `services:
  mysql: {image: x}
  registry: {volumes: [/data/registry:/storage]}
  ui:
    depends_on:
      mysql: {condition: service_healthy}
      registry: {condition: service_started}
  jobservice:
    depends_on:
      mysql: {condition: service_started}
  proxy:
    ports: ["80:80"]
    depends_on: [mysql]
`;
    const after = services(transformed(text));
    expect(after.ui?.depends_on).toEqual({ registry: { condition: "service_started" } });
    expect(after.jobservice).not.toHaveProperty("depends_on");
    expect(after.proxy).not.toHaveProperty("depends_on");
});

test("only /data is moved, not what merely begins like it", () => {
    const text = original.replace("/data/job_logs:", "/database/job_logs:");
    expect(services(transformed(text)).jobservice?.volumes).toContain("/database/job_logs:/var/log/jobs:z");
});

test("a service that never restarts by itself stays so", () => {
    const text = original.replace(/^( {2}registry:\n[^]*?) {4}restart: always\n/m, "$1");
    expect(services(text).registry).not.toHaveProperty("restart");
    expect(services(transformed(text)).registry).not.toHaveProperty("restart");
});

test.each<[string, string, string | RegExp]>([
    ["no YAML", "services: [", /^not valid YAML \(.+\)$/],
    ["no services", "version: '2'\n", "no services"],
    ["services as a list", "services: []\n", "no services"],
    ["no mysql", original.replace(/^ {2}mysql:$/m, "  database:"), "no service mysql to remove"],
    ["transformed already", transformed(), "no service mysql to remove"],
    ["a service that is no mapping", "services:\n  mysql: {}\n  ui: text\n", "service ui is no mapping"],
    [
        "no data folder of the registry",
        original.replace("/data/registry:", "registry-data:"),
        "no volume /data/registry to move to the shared storage",
    ],
    ["no proxy", original.replace(/^ {2}proxy:$/m, "  nginx:"), "service proxy publishes no ports"],
    ["no port 80", original.replace("- 80:80", "- 81:81"), "service proxy doesn't publish port 80"],
])("an error for a text with %s", (_, text, message) => {
    expect(() => transformed(text)).toThrow(typeof message === "string" ? new Error(message) : message);
});
