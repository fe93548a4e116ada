import { defaultPort, registryName, registryUrl } from "../../base/settings";

test.each([
    ["http", 80, "hub.example.com"],
    ["http", 443, "hub.example.com:443"],
    ["http", 8070, "hub.example.com:8070"],
    ["https", 443, "hub.example.com"],
    ["https", 80, "hub.example.com:80"],
] as const)("%s on port %i: %s", (protocol, port, name) => {
    const settings = { domain: "hub.example.com", protocol, port };
    expect(registryName(settings)).toBe(name);
    expect(registryUrl(settings)).toBe(`${protocol}://${name}`);
});

test("the protocols' own ports", () => {
    expect([defaultPort("http"), defaultPort("https")]).toEqual([80, 443]);
});
