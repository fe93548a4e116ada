import { stringify } from "yaml";
import { transformCompose } from "../../releases/compose";
import { compose11 } from "../../releases/tables-1-1";
import { fileOf } from "../../releases/release";
import { release, renderInput, sandboxRelease } from "../support/release";
import { composeText, fail, type ServiceName, servicesIn, type ServiceValues, transformed } from "./releases.texts";

describe.each([
    ["the fixture's", fileOf(release, "docker-compose.yml")],
    ["the sandbox's", fileOf(sandboxRelease, "docker-compose.yml")],
    ["a small", composeText()],
])("%s docker-compose.yml", (_, text) => {
    const before = servicesIn(text);
    const after = servicesIn(transformed(text));

    test("has all services but mysql, in their order", () => {
        expect(Object.keys(after)).toEqual(Object.keys(before).filter((name) => name !== "mysql"));
    });

    test("has nothing that waits for mysql", () => {
        expect(JSON.stringify(Object.values(after).map((service) => service.depends_on))).not.toContain("mysql");
        const waits = (before.proxy?.depends_on as string[]).filter((name) => name !== "mysql");
        expect(after.proxy?.depends_on).toEqual(waits);
        expect(after.ui?.depends_on).toEqual(before.ui?.depends_on);
    });

    test("has every data folder on the shared storage, and nothing else", () => {
        const moved = (path: string): string => path.replace(/^\/data(?=[/:])/, "/mnt/cephfs/harbor/data");
        const volumes = (all: Record<string, ServiceValues>): unknown[] =>
            Object.entries(all).flatMap(([name, service]) => (name === "mysql" ? [] : (service.volumes ?? [])));
        expect(volumes(after)).toEqual(
            volumes(before).map((volume) =>
                typeof volume === "string"
                    ? moved(volume)
                    : { ...(volume as object), source: moved((volume as { source: string }).source) },
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
        const rest = (all: Record<string, ServiceValues>) =>
            Object.entries(all)
                .filter(([name]) => name !== "mysql")
                .map(([name, service]) => [name, Object.entries(service).filter(([key]) => !edited.includes(key))]);
        expect(rest(after)).toEqual(rest(before));
        expect(after.log?.ports).toEqual(before.log?.ports);
    });
});

test("lines that have nothing to do with it stay as they are, comments too", () => {
    const changing = /\/data|restart:|mysql|box-db|example\/db|db\/env|\d+:(80|443|4443)$/;
    const kept = composeText()
        .split("\n")
        .filter((line) => !changing.test(line));
    expect(kept.length).toBeGreaterThan(50);
    const current = transformed().split("\n");
    expect(kept.filter((line) => !current.includes(line))).toEqual([]);
    expect(current.filter((line) => line.includes("# shared by all"))).toHaveLength(1);
});

test("the whole text, with its comments and its order", () => {
    expect(transformed()).toMatchSnapshot();
});

test("a mapping of dependencies loses mysql too, and goes when nothing is left of it", () => {
    const after = servicesIn(
        transformed(
            composeText({
                ui: [
                    "    depends_on:\n      - log\n      - adminserver\n",
                    "    depends_on: {mysql: {condition: service_healthy}, log: {condition: service_started}}\n",
                ],
                jobservice: [
                    "    depends_on:\n      - ui\n",
                    "    depends_on: {mysql: {condition: service_started}}\n",
                ],
                proxy: ["    depends_on:\n      - mysql\n      - registry\n      - ui\n", "    depends_on: [mysql]\n"],
            }),
        ),
    );
    expect(after.ui?.depends_on).toEqual({ log: { condition: "service_started" } });
    expect(after.jobservice).not.toHaveProperty("depends_on");
    expect(after.proxy).not.toHaveProperty("depends_on");
});

test.each<[string, string, unknown]>([
    ["always", "restart: always", "on-failure"],
    ["quoted", 'restart: "always"', "on-failure"],
    ["unless-stopped", "restart: unless-stopped", "on-failure"],
    ["by a variable's default", "restart: ${POLICY:-always}", "on-failure"],
    ["on-failure", "restart: on-failure", "on-failure"],
    ["on-failure, three times", "restart: on-failure:3", "on-failure:3"],
    ["never", 'restart: "no"', "no"],
    ["never, by false", "restart: false", false],
    ["no value", "restart:", null],
    ["no key", "labels: []", undefined],
])("a service that is restarted %s", (_, line, expected) => {
    const text = composeText({ registry: ["restart: always", line] });
    expect(servicesIn(transformed(text)).registry?.restart).toEqual(expected);
});

test("a container without a name gets one that doesn't depend on the version of Compose", () => {
    const text = composeText({
        ui: ["    container_name: box-ui\n", ""],
        jobservice: ["container_name: box-jobservice", "container_name:"],
    });
    const after = servicesIn(transformed(text));
    expect(after.ui?.container_name).toBe("harbor-ui");
    expect(after.jobservice?.container_name).toBe("harbor-jobservice");
    expect(after.registry?.container_name).toBe("box-registry");
});

const one = (service: ServiceName, line: string): string => composeText({ [service]: `\n    ${line}\n` });

test.each<[string, string, string | RegExp]>([
    ["no services", "version: '2'\n", "no services"],
    ["services as a list", "services: []\n", "no services"],
    ["nothing at all", "", "no services"],
    [
        "the form of Compose 1",
        "ui:\n  image: example/ui\nmysql:\n  image: example/db\n",
        "no services (it has the form of Compose 1: put them below services)",
    ],
    ["parts in other files", composeText({}, "include: [more.yml]\n"), /^include is not supported/],
    ["no mysql", composeText().replace(/^ {2}mysql:$/m, "  database:"), "no service mysql to remove"],
    ["transformed already", transformed(), "no service mysql to remove"],
    ["a service that is no mapping", composeText({ ui: " text\n" }), "service ui is no mapping"],
    ["a service without anything", composeText({ log: "\n" }), "service log is no mapping"],
    ["volumes as a mapping", one("registry", "volumes: {a: b}"), "service registry: volumes is no list"],
    ["a restart policy that isn't one", one("log", "restart: sometimes"), /^service log: restart has a value/],
    [
        "a policy of Swarm",
        one("log", "deploy: {restart_policy: {condition: any}}"),
        /^service log: deploy.restart_policy/,
    ],
    ["several of a service", one("ui", "deploy: {replicas: 2}"), /^service ui: deploy.replicas is not supported/],
    ["a service without a container", one("ui", "scale: 0"), /^service ui: scale is not supported/],
    ["a service of a profile", one("ui", "profiles: [debug]"), /^service ui: profiles is not supported/],
    [
        "a service that extends",
        one("ui", "extends: {file: b.yml, service: x}"),
        /^service ui: extends is not supported/,
    ],
    ["mounts of mysql", one("ui", "volumes_from: [mysql]"), /^service ui: volumes_from is not supported/],
    [
        "the network of mysql",
        one("ui", "network_mode: service:mysql"),
        /^service ui: network_mode is that of service mysql/,
    ],
    ["the processes of mysql", one("ui", "pid: container:box-db"), /^service ui: pid is that of service mysql/],
])("an error for a text with %s", (_, text, message) => {
    expect(() => transformed(text)).toThrow(typeof message === "string" ? new Error(message) : message);
});

describe("links", () => {
    const links = (lines: string): ServiceValues | undefined =>
        servicesIn(transformed(composeText({ ui: ["    restart: always\n", `    restart: always\n${lines}`] }))).ui;

    test.each<[string, string, Record<string, unknown>]>([
        ["to mysql alone", "    links: [mysql]\n", {}],
        ["to mysql by another name", "    links:\n      - mysql:db\n", {}],
        ["to mysql and another", "    links: [registry, mysql, log:l]\n", { links: ["registry", "log:l"] }],
        ["to a name that begins like it", "    links: [mysqlx]\n", { links: ["mysqlx"] }],
        ["to mysql's container", "    external_links: [box-db:mysql]\n", {}],
        ["to other containers", "    external_links: [cache, box-db]\n", { external_links: ["cache"] }],
    ])("%s", (_, lines, expected) => {
        const { links: inner, external_links: outer } = links(lines) ?? {};
        expect(JSON.parse(JSON.stringify({ links: inner, external_links: outer }))).toEqual(expected);
    });
});

describe("the environment of a service", () => {
    test.each<[string, ServiceName, string, string, string | RegExp]>([
        [
            "from another file only",
            "adminserver",
            "      - ./common/config/adminserver/env\n",
            "      - ./my.env\n",
            "service adminserver: the last env_file must be ./common/config/adminserver/env, found ./my.env",
        ],
        [
            "from another file in the end",
            "ui",
            "      - ./common/config/ui/env\n",
            "      - ./common/config/ui/env\n      - {path: my.env, required: false}\n",
            "service ui: the last env_file must be ./common/config/ui/env, found my.env",
        ],
        [
            "from no file",
            "jobservice",
            "    env_file:\n      - ./common/config/jobservice/env\n",
            "",
            "service jobservice: the last env_file must be ./common/config/jobservice/env, found none",
        ],
        [
            "that goes before the file",
            "adminserver",
            "    restart: always\n",
            "    environment:\n      - MYSQL_DATABASE=harbor\n",
            "service adminserver: environment sets MYSQL_DATABASE, which is for ./common/config/adminserver/env alone",
        ],
        [
            "as a mapping",
            "ui",
            "    restart: always\n",
            "    environment: {_REDIS_URL: 'cache:6379'}\n",
            /^service ui: environment sets _REDIS_URL/,
        ],
        [
            "from root's own",
            "jobservice",
            "    restart: always\n",
            "    environment: [UI_SECRET]\n",
            /^service jobservice: environment sets UI_SECRET/,
        ],
        [
            "that the registry puts before its file",
            "registry",
            "    restart: always\n",
            "    environment: {REGISTRY_AUTH_TOKEN_REALM: http://a/token}\n",
            "service registry: environment sets REGISTRY_AUTH_TOKEN_REALM, which is for its configuration file alone",
        ],
    ])("%s is refused", (_, service, from, to, message) => {
        const text = composeText({ [service]: [from, to] });
        expect(() => transformed(text)).toThrow(typeof message === "string" ? new Error(message) : message);
    });

    test("may have more than Harbor's, before its file", () => {
        const text = composeText({
            ui: [
                "    env_file:\n      - ./common/config/ui/env\n",
                "    env_file: [my.env, common/config/ui/env]\n    environment: [HTTP_PROXY=http://proxy:3128]\n",
            ],
            adminserver: ["    env_file:\n      - ./common", "    env_file:\n      - common"],
        });
        expect(servicesIn(transformed(text)).ui?.environment).toEqual(["HTTP_PROXY=http://proxy:3128"]);
    });
});

test("a mapping of mappings in any style comes out the same", () => {
    const flow = stringify(servicesIn(composeText()), { collectionStyle: "flow" });
    expect(servicesIn(transformed(`services: ${flow}`))).toEqual(servicesIn(transformed()));
});

test("the transform gives a document, whose text is printed later", () => {
    expect(transformCompose(composeText(), renderInput, compose11, false, fail).errors).toEqual([]);
});
