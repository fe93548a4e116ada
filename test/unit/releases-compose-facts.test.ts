import fc from "fast-check";
import { parse, stringify } from "yaml";
import { composeFacts } from "../../releases/compose-facts";
import { composeText, fail, servicesIn, type ServiceName, transformed } from "./releases.texts";

const facts = (text: string) => composeFacts(text, fail);

test("of a small file", () => {
    expect(facts(transformed())).toEqual({
        images: [
            "example/adminserver:1",
            "example/jobservice:1",
            "example/log:1",
            "example/nginx:1",
            "example/registry:2",
            "example/ui:1",
        ],
        containers: ["box-adminserver", "box-jobservice", "box-log", "box-nginx", "box-registry", "box-ui"],
        containerOf: {
            log: "box-log",
            registry: "box-registry",
            adminserver: "box-adminserver",
            ui: "box-ui",
            jobservice: "box-jobservice",
            proxy: "box-nginx",
        },
        logAddress: "127.0.0.1:1514",
    });
});

test.each<[string, ServiceName, string, string, string]>([
    ["in double quotes", "ui", "box-ui", '"harbor-ui"', "harbor-ui"],
    ["in single quotes", "ui", "box-ui", "'harbor-ui'", "harbor-ui"],
    ["before a comment", "registry", "box-registry", "harbor-registry # not the image's name", "harbor-registry"],
    ["in the next line", "ui", "box-ui", "\n      harbor-ui", "harbor-ui"],
    ["with an escape", "ui", "box-ui", '"harbor\\x2dui"', "harbor-ui"],
    ["of a variable's default", "ui", "box-ui", "${PREFIX:-harbor}-ui", "harbor-ui"],
    ["of a folded text", "ui", "box-ui", ">-\n      harbor-ui", "harbor-ui"],
])("a container's name %s", (_, service, from, to, expected) => {
    const found = facts(transformed(composeText({ [service]: [from, to] })));
    expect(found.containerOf[service]).toBe(expected);
    expect(found.containers).toContain(expected);
});

test.each([
    ["example/ui:1 # pinned", "example/ui:1"],
    ['"example/ui:1"', "example/ui:1"],
    ["${REGISTRY:-vmware}/harbor-ui:v1.1.2", "vmware/harbor-ui:v1.1.2"],
    ["${REGISTRY-hub.example.com:5000}/ui:${TAG:-1}", "hub.example.com:5000/ui:1"],
    ["example/ui${NOTHING:-}", "example/ui"],
    ["example/nginx:1", "example/nginx:1"],
])("image %s", (image, expected) => {
    const { images } = facts(transformed(composeText({ ui: ["image: example/ui:1", `image: ${image}`] })));
    expect(images).toContain(expected);
    expect(images).not.toContain("example/ui:1" === expected ? "" : "example/ui:1");
    expect(images).toEqual([...new Set(images)].sort());
});

test.each<[string, string, string, string | RegExp]>([
    [
        "without a default",
        "image: example/ui:1",
        "image: ${REGISTRY}/ui",
        "service ui, image: the variable REGISTRY has no definite value; write the value in, or a default as in ${REGISTRY:-value}",
    ],
    [
        "without braces",
        "image: example/ui:1",
        "image: $REG/ui",
        /^service ui, image: the variable REG has no definite value/,
    ],
    ["with an error", "image: example/ui:1", "image: ${R:?set me}/ui", /^service ui, image: the variable R has no/],
    ["with another inside", "image: example/ui:1", "image: ${A:-${B:-c}}", /^service ui, image: the variable A has no/],
    [
        "of no name",
        "image: example/ui:1",
        "image: a$",
        "service ui, image: a single $ is not allowed; write the value in, or $$ for a dollar sign",
    ],
    [
        "in a list",
        "    restart: always\n",
        "    dns: [$DNS]\n",
        /^service ui, dns: the variable DNS has no definite value/,
    ],
])("a variable %s is refused", (_, from, to, message) => {
    expect(() => transformed(composeText({ ui: [from, to] }))).toThrow(
        typeof message === "string" ? new Error(message) : message,
    );
});

test("a .env may set any variable", () => {
    const text = composeText({ ui: ["image: example/ui:1", "image: ${R:-a}/ui"] });
    expect(() => transformed(text, {}, true)).toThrow(
        new Error("service ui, image: the archive's .env may set its variable; write the value in"),
    );
    expect(transformed(composeText(), {}, true)).toBe(transformed());
});

test("a dollar sign stays one, and comments and mysql may have whatever they like", () => {
    const text = composeText({
        ui: ["    restart: always\n", "    command: echo $$HOME # ${X}\n"],
        mysql: ["image: example/db:1", "image: ${DB}"],
    });
    expect(transformed(text)).toContain("command: echo $$HOME # ${X}\n");
});

test.each<[string, ServiceName, string, string, string | RegExp]>([
    ["no image", "ui", "    image: example/ui:1\n", "    build: .\n", "service ui has no image"],
    ["an image that is a number", "ui", "example/ui:1", "1.5", "service ui: image is no text"],
    [
        "an image of Docker's no form",
        "ui",
        "example/ui:1",
        "Example/UI",
        /^service ui: image "Example\/UI" is not allowed/,
    ],
    ["an image with a blank", "ui", "example/ui:1", '"a b"', /^service ui: image "a b" is not allowed/],
    ["a name of one letter", "ui", "box-ui", "u", /^service ui: container_name "u" is not allowed: two or more of/],
    ["a name with a blank", "ui", "box-ui", "box ui", /^service ui: container_name "box ui" is not allowed/],
    ["a name that is a number", "ui", "box-ui", "42", "service ui: container_name is no text"],
    ["one name for two", "ui", "box-ui", "box-nginx", "two services have the container_name box-nginx"],
    [
        "a log of its own",
        "log",
        "127.0.0.1:1514:514",
        "127.0.0.1:1515:514",
        "service registry logs to 127.0.0.1:1514, which service log doesn't publish",
    ],
    [
        "a log on any port",
        "log",
        "127.0.0.1:1514:514",
        "127.0.0.1::514",
        /^service registry logs to 127\.0\.0\.1:1514, which/,
    ],
    [
        "a log on another address",
        "log",
        "127.0.0.1:1514:514",
        "192.0.2.1:1514:514",
        /^service registry logs to 127\.0\.0\.1:1514/,
    ],
    [
        "a log of UDP",
        "registry",
        "tcp://",
        "udp://",
        "service registry: syslog-address must begin with tcp://, found udp://",
    ],
])("an error for %s", (_, service, from, to, message) => {
    const text = composeText({ [service]: [from, to] });
    expect(() => facts(transformed(text))).toThrow(typeof message === "string" ? new Error(message) : message);
});

test("an error for texts that no transform makes", () => {
    expect(() => facts("services: {ui: {image: a}}")).toThrow(new Error("service ui has no container_name"));
    expect(() => facts("services: {ui: {image: a, container_name: ui}}")).toThrow(
        new Error("no service log, which the others write to"),
    );
    expect(() => facts("services: {log: {image: a, container_name: log}}")).toThrow(
        new Error("service log publishes no fixed TCP port"),
    );
});

describe("the log's address", () => {
    const address = (port: string, dialled: string): string =>
        facts(
            transformed(
                composeText({
                    log: ["127.0.0.1:1514:514", port],
                    registry: ['"tcp://127.0.0.1:1514"', JSON.stringify(dialled)],
                }),
            ),
        ).logAddress;

    test.each([
        ["127.0.0.1:1514:514", "tcp://127.0.0.1:1514", "127.0.0.1:1514"],
        ["127.0.0.1:1514:10514", "tcp://localhost:1514", "127.0.0.1:1514"],
        ["127.0.0.1:514:514", "tcp://127.0.0.1", "127.0.0.1:514"],
        ["1600:514", "tcp://127.0.0.1:1600", "127.0.0.1:1600"],
        ["0.0.0.0:1600:514/tcp", "tcp://127.0.0.1:1600", "127.0.0.1:1600"],
        ["'[::1]:1514:514'", "tcp://[::1]:1514", "[::1]:1514"],
        ["{target: 514, published: 1514, host_ip: 127.0.0.1}", "tcp://127.0.0.1:1514", "127.0.0.1:1514"],
        ["514:514/udp\n      - 1514:514", "tcp://127.0.0.1:1514", "127.0.0.1:1514"],
        // Logs of all others go elsewhere; the node still waits for its own.
        ["127.0.0.1:1514:514", "tcp://syslog.example.com:514", "127.0.0.1:1514"],
        ["10.0.0.1:1514:514", "udp://syslog.example.com:514", "10.0.0.1:1514"],
    ])("published as %j and dialled as %s", (port, dialled, expected) => {
        expect(address(port, dialled)).toBe(expected);
    });

    test("without any log driver", () => {
        const text = composeText({ registry: ["      driver: syslog\n", "      driver: json-file\n"] });
        expect(facts(transformed(text)).logAddress).toBe("127.0.0.1:1514");
    });
});

describe("whatever the form of the file", () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,12}$/);
    const image = fc.tuple(
        fc.stringMatching(/^[a-z0-9]{1,8}(\/[a-z0-9]{1,8})?$/),
        fc.stringMatching(/^[\w][\w.-]{0,6}$/),
    );
    const style = fc.record({
        collectionStyle: fc.constantFrom("any" as const, "block" as const, "flow" as const),
        defaultStringType: fc.constantFrom("PLAIN" as const, "QUOTE_DOUBLE" as const, "QUOTE_SINGLE" as const),
        indent: fc.integer({ min: 2, max: 6 }),
        indentSeq: fc.boolean(),
        lineWidth: fc.constant(0),
    });

    test("the facts are what another reading of the rendered text gives", () => {
        fc.assert(
            fc.property(
                fc.uniqueArray(name, { minLength: 7, maxLength: 7 }),
                fc.array(image, { minLength: 7, maxLength: 7 }),
                fc.integer({ min: 1, max: 65535 }).filter((port) => port !== 8070),
                style,
                (names, images, port, options) => {
                    const services = servicesIn(
                        composeText({ registry: ["tcp://127.0.0.1:1514", `tcp://localhost:${port}`] }),
                    );
                    const changed = Object.entries(services).map(([key, service], i) => [
                        key,
                        { ...service, container_name: names[i], image: images[i]?.join(":") },
                    ]);
                    const all = Object.fromEntries(changed) as typeof services;
                    const text = stringify(
                        { services: { ...all, log: { ...all.log, ports: [`127.0.0.1:${port}:514`] } } },
                        options,
                    );
                    const rendered = transformed(text);
                    const found = facts(rendered);
                    const { services: read } = parse(rendered) as {
                        services: Record<string, { image: string; container_name: string; ports?: string[] }>;
                    };
                    expect(found.containerOf).toEqual(
                        Object.fromEntries(
                            Object.entries(read).map(([key, { container_name }]) => [key, container_name]),
                        ),
                    );
                    expect(found.containers).toEqual(Object.values(found.containerOf).sort());
                    expect(found.images).toEqual(
                        [...new Set(Object.values(read).map((service) => service.image))].sort(),
                    );
                    expect(`${found.logAddress}:514`).toBe(read.log?.ports?.[0]);
                },
            ),
            { numRuns: 60 },
        );
    });
});
