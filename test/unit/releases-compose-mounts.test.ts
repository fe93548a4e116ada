import { compose11 } from "../../releases/tables-1-1";
import { composeText, type ServiceName, servicesIn, transformed } from "./releases.texts";

const data = "/mnt/cephfs/harbor/data";
const shared = (source: string): string =>
    `must be on the shared storage (/data/${source}, which becomes ${data}/${source})`;

/** The text in which one mount of a service is another one. */
function mounted(service: ServiceName, target: string, line: string): string {
    const [from = ""] =
        new RegExp(`^ {6}- [^:\n]+:${target}/?:z.*\n`, "m").exec(composeText().split(`\n  ${service}:`)[1] ?? "") ?? [];
    if (from === "") throw new Error(`${service} has no ${target}`);
    return composeText({ [service]: [from, line === "" ? "" : `      - ${line}\n`] });
}

const required: readonly (readonly [ServiceName, string, string])[] = [
    ["registry", "/storage", "registry"],
    ["adminserver", "/etc/adminserver/config", "config"],
    ["adminserver", "/etc/adminserver/key", "secretkey"],
    ["ui", "/etc/ui/key", "secretkey"],
    ["jobservice", "/var/log/jobs", "job_logs"],
    ["jobservice", "/etc/jobservice/key", "secretkey"],
];
const ifMounted: readonly (readonly [ServiceName, string, string])[] = [
    ["adminserver", "/data", ""],
    ["ui", "/etc/ui/ca", "ca_download"],
];

describe.each([...required, ...ifMounted])("what %s has at %s", (service, target, source) => {
    test.each([
        [`/opt/harbor/data/${source}:${target}:z`, `/opt/harbor/data/${source}`],
        [`./data/${source}:${target}`, `./data/${source}`],
        [`~/x:${target}`, "~/x"],
        [`/data/../srv/x:${target}`, "/data/../srv/x"],
        [`/database:${target}`, "/database"],
        [`harbor-data:${target}`, "the named volume harbor-data"],
        [target, "a volume of the container's own"],
        [`{type: bind, source: /srv/x, target: ${target}}`, "/srv/x"],
        [`{type: volume, source: v, target: ${target}/}`, "the named volume v"],
        [`{type: volume, target: ${target}}`, "a volume of the container's own"],
        [`{type: tmpfs, target: ${target}}`, "a volume of the container's own"],
    ])("may not be %s", (line, found) => {
        expect(() => transformed(mounted(service, target, line))).toThrow(
            new Error(`service ${service}: ${target} ${shared(source)}, found ${found}`),
        );
    });

    test.each([
        [`/data/${source}:${target}`, `${data}/${source}:${target}`],
        [`//data/./${source}:${target}:z,rw`, `${data}/${source}:${target}:z,rw`],
        [`${data}/${source}:${target}`, `${data}/${source}:${target}`],
        [`\${DATA:-/data}/${source}:${target}`, `${data}/${source}:${target}`],
        [
            `{type: bind, source: /data/${source}, target: ${target}}`,
            { type: "bind", source: `${data}/${source}`, target },
        ],
    ])("may be %s", (line, expected) => {
        expect(servicesIn(transformed(mounted(service, target, line)))[service]?.volumes).toContainEqual(expected);
    });
});

test.each(required)("%s needs %s", (service, target, source) => {
    expect(() => transformed(mounted(service, target, ""))).toThrow(
        new Error(`service ${service}: ${target} ${shared(source)}, found no mount`),
    );
});

test.each(ifMounted)("%s may do without %s", (service, target) => {
    expect(servicesIn(transformed(mounted(service, target, "")))[service]?.volumes).toHaveLength(
        2 + Number(service === "ui"),
    );
});

test("every rule about the shared storage is tried here, but for Admiral's token", () => {
    const rules = compose11.mounts
        .filter(({ from }) => from === "shared")
        .map((rule) => `${rule.service} ${rule.target}`);
    const tried = [...required, ...ifMounted].map(([service, target]) => `${service} ${target}`);
    expect(rules.filter((rule) => rule !== "ui /etc/ui/token").sort()).toEqual(tried.sort());
});

test("Admiral's token of 1.2 is on the shared storage, if it is mounted", () => {
    const text = (source: string): string => mounted("ui", "/etc/ui/ca", `${source}:/etc/ui/token/:z`);
    expect(transformed(text("/data/psc/"))).toContain(`- ${data}/psc/:/etc/ui/token/:z`);
    expect(() => transformed(text("/opt/psc"))).toThrow(`service ui: /etc/ui/token ${shared("psc")}, found /opt/psc`);
});

test.each<[string, ServiceName, string, string, string | RegExp]>([
    [
        "another secretkey on the shared storage",
        "ui",
        "/etc/ui/key",
        "/data/keys/secretkey:/etc/ui/key",
        `service ui: /etc/ui/key ${shared("secretkey")}, found ${data}/keys/secretkey`,
    ],
    [
        "a folder above that has something else",
        "adminserver",
        "/etc/adminserver/config",
        "/data/other:/etc/adminserver",
        `service adminserver: /etc/adminserver ${shared("config")}, found ${data}/other`,
    ],
    [
        "a local folder inside the shared one",
        "registry",
        "/storage",
        "/data/registry:/storage:z\n      - /srv/cache:/storage/docker",
        `service registry: /storage/docker ${shared("registry")}, found /srv/cache`,
    ],
    [
        "a shared folder that a second mount hides",
        "registry",
        "/storage",
        "/data/registry:/storage:z\n      - v:/storage/",
        `service registry: /storage ${shared("registry")}, found the named volume v`,
    ],
    [
        "another key pair than the cluster's",
        "ui",
        "/etc/ui/private_key.pem",
        "/data/private_key.pem:/etc/ui/private_key.pem",
        `service ui: /etc/ui/private_key.pem must be ./common/config/ui/private_key.pem, which prepare makes, found ${data}/private_key.pem`,
    ],
    [
        "another configuration of the registry",
        "registry",
        "/etc/registry",
        "./common/config/registry/:/etc/registry/:z\n      - ./my.yml:/etc/registry/config.yml",
        "service registry: /etc/registry/config.yml must be ./common/config/registry/config.yml, which prepare makes, found ./my.yml",
    ],
    [
        "a volume without a target",
        "registry",
        "/storage",
        "{type: bind, source: /data/registry}",
        "service registry: a volume has no target",
    ],
    ["a volume that is a number", "registry", "/storage", "1", "service registry: a volume is no text"],
])("an error for %s", (_, service, target, line, message) => {
    expect(() => transformed(mounted(service, target, line))).toThrow(
        typeof message === "string" ? new Error(message) : message,
    );
});

test("one folder above may bring everything", () => {
    const text = composeText({
        registry: [
            "      - ./common/config/registry/:/etc/registry/:z\n",
            "      - ././common/config/registry:/etc/registry\n",
        ],
        jobservice: ["      - /data/job_logs:/var/log/jobs:z # shared by all\n", "      - /data/logs:/var/log\n"],
    });
    expect(servicesIn(transformed(text)).jobservice?.volumes).toContain(`${data}/logs:/var/log`);
});

test("only /data is moved, not what merely begins like it, and no folder of a container", () => {
    const text = composeText({
        log: ["    volumes:\n", "    volumes:\n      - /database/x:/a\n      - /data/log:/b\n      - /data\n"],
    });
    expect(servicesIn(transformed(text)).log?.volumes?.slice(0, 3)).toEqual([
        "/database/x:/a",
        `${data}/log:/b`,
        "/data",
    ]);
});

test("a service that has to be there isn't", () => {
    expect(() => transformed(composeText().replace(/^ {2}adminserver:$/m, "  admin:"))).toThrow(
        new Error("no service adminserver"),
    );
});
