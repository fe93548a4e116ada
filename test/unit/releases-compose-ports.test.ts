import { parse } from "yaml";
import { composeText, servicesIn, transformed } from "./releases.texts";
import type { renderInput } from "../support/release";

const stock = "    ports:\n      - 80:80\n      - 443:443\n      - 4443:4443\n";
const proxyWith = (ports: string): string => composeText({ proxy: [stock, ports] });
const portsOf = (ports: string, input: Partial<typeof renderInput> = {}): unknown =>
    servicesIn(transformed(proxyWith(ports), input)).proxy?.ports;

test.each([
    ["http", 80, ["80:80"]],
    ["http", 8070, ["8070:80"]],
    ["http", 443, ["443:80"]],
    ["https", 443, ["80:80", "443:443"]],
    ["https", 8443, ["8443:443"]],
] as const)("%s on port %i publishes %j", (protocol, port, ports) => {
    expect(portsOf(stock, { protocol, port })).toEqual(ports);
});

test.each<[string, string, unknown]>([
    ["with its protocol", "[80:80/tcp]", "8070:80/tcp"],
    ["quoted", '["80:80"]', "8070:80"],
    ["on any port of the host", "[80]", "8070:80"],
    ["on any port of the host, quoted, with its protocol", "['80/tcp']", "8070:80/tcp"],
    ["on a port of a range", "['8000-8010:80']", "8070:80"],
    ["in a range", "['80-81:80-81']", "8070:80"],
    ["on another port", "[5000:80]", "8070:80"],
    ["by a variable's default", '["${PORT:-80}:80"]', "8070:80"],
    ["on all IPv4 addresses", "['0.0.0.0:80:80']", "0.0.0.0:8070:80"],
    ["beside the same of UDP", "[80:80/udp, 80:80]", "8070:80"],
    ["after another", "[443:443, 81:80]", "8070:80"],
    ["as a mapping", "[{target: 80, published: 80}]", { target: 80, published: 8070 }],
    [
        "as a mapping with all keys",
        '[{target: 80, published: "80", protocol: tcp, mode: host}]',
        { target: 80, published: "8070", protocol: "tcp", mode: "host" },
    ],
    ["as a mapping, on any port", "[{target: 80}]", { target: 80, published: 8070 }],
])("port 80 %s is published as configured", (_, ports, expected) => {
    expect(portsOf(`    ports: ${ports}\n`)).toEqual([expected]);
});

test("the redirect is always on port 80", () => {
    expect(portsOf("    ports: ['8080:80', '8443:443']\n", { protocol: "https", port: 443 })).toEqual([
        "80:80",
        "443:443",
    ]);
});

test.each<[string, string, string | RegExp]>([
    ["no ports", "", "service proxy publishes no ports"],
    ["ports as a mapping", "    ports: {80: 80}\n", "service proxy: ports is no list"],
    ["no port 80", "    ports: [81:81, 8080]\n", "service proxy doesn't publish port 80"],
    ["port 80 of UDP", "    ports: [80:80/udp]\n", "service proxy doesn't publish port 80"],
    ["one that only ends like it", "    ports: ['443:8080']\n", "service proxy doesn't publish port 80"],
    ["a port that isn't one", "    ports: ['80:http']\n", 'service proxy: "80:http" is no port that Docker knows'],
    ["a port that is too high", "    ports: ['80:65536']\n", 'service proxy: "80:65536" is no port that Docker knows'],
    [
        "a mapping without target",
        "    ports: [{published: 80}]\n",
        "service proxy: one of its ports is no port that Docker knows",
    ],
    [
        "an address that isn't one",
        "    ports: ['1.2.3:80:80']\n",
        'service proxy: "1.2.3:80:80" is no port that Docker knows',
    ],
    [
        "port 80 on loopback only",
        "    ports: ['127.0.0.1:80:80']\n",
        "service proxy publishes port 80 on 127.0.0.1 only: write 8070:80, for all addresses",
    ],
    ["the same of IPv6", "    ports: ['[::1]:80:80']\n", /^service proxy publishes port 80 on ::1 only/],
    ["the same without brackets", "    ports: ['::1:80:80']\n", /^service proxy publishes port 80 on ::1 only/],
    [
        "the same as a mapping",
        "    ports: [{target: 80, published: 80, host_ip: 192.0.2.1}]\n",
        /^service proxy publishes port 80 on 192\.0\.2\.1 only/,
    ],
])("an error for %s", (_, ports, message) => {
    expect(() => portsOf(ports)).toThrow(typeof message === "string" ? new Error(message) : message);
});

test.each([
    ["80:80", 1514, "service log publishes port 1514, which is the registry's own"],
    ["80:80", 5000, "service registry publishes port 5000, which is the registry's own"],
    ["80:80", 5005, "service registry publishes port 5005, which is the registry's own"],
])("%s on port %i, which another service has", (ports, port, message) => {
    const text = composeText({
        proxy: [stock, `    ports: [${ports}]\n`],
        registry: ["    restart: always\n", "    ports: ['5000:5000', '5001-5009:5001-5009', '1514:1514/udp']\n"],
    });
    expect(() => transformed(text, { port })).toThrow(new Error(message));
});

test("a port that YAML 1.1 takes for a number in base 60 is quoted", () => {
    const text = composeText({
        registry: ["    restart: always\n", "    ports:\n      - 2222:22\n      - 5000:5000\n      - 5001:5001\n"],
        log: ["      - 127.0.0.1:1514:514\n", "      - 127.0.0.1:1514:514\n      - 1515:51\n"],
    });
    const after = transformed(text);
    for (const version of ["1.1", "1.2"] as const) {
        const { services } = parse(after, { version }) as { services: ReturnType<typeof servicesIn> };
        expect(services.registry?.ports).toEqual(["2222:22", "5000:5000", "5001:5001"]);
        expect(services.log?.ports).toEqual(["127.0.0.1:1514:514", "1515:51"]);
    }
    expect(after).toContain("- 5000:5000\n");
});
