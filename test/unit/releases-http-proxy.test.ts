import { proxyFor } from "../../releases/http-proxy";

const url = new URL("https://downloads.example.com/harbor.tgz");
const set = { HTTPS_PROXY: "http://proxy.example.com:3128" };

test.each([
    [{}, undefined],
    [{ HTTPS_PROXY: "" }, undefined],
    [{ HTTP_PROXY: "http://other.example.com" }, undefined],
    [set, "http://proxy.example.com:3128/"],
    [{ https_proxy: "http://lower.example.com", ...set }, "http://lower.example.com/"],
    [{ HTTPS_PROXY: "proxy.example.com:3128" }, "http://proxy.example.com:3128/"],
    [{ HTTPS_PROXY: "https://proxy.example.com" }, "https://proxy.example.com/"],
    [{ ...set, NO_PROXY: "" }, "http://proxy.example.com:3128/"],
])("%j: %s", (environment, proxy) => {
    expect(proxyFor(url, environment)?.href).toBe(proxy);
});

test.each([
    "*",
    "downloads.example.com",
    "example.com",
    ".example.com",
    "*.example.com",
    "other.example.org, Example.COM",
    "other.example.org example.com",
    "example.com:443",
])("NO_PROXY %s stands for the URL", (NO_PROXY) => {
    expect(proxyFor(url, { ...set, NO_PROXY })).toBeUndefined();
    expect(proxyFor(url, { ...set, no_proxy: NO_PROXY, NO_PROXY: "" })).toBeUndefined();
});

test.each(["ample.com", "www.downloads.example.com", "example.com:8443", "example.com.", "192.0.2.0/24"])(
    "NO_PROXY %s doesn't",
    (NO_PROXY) => {
        expect(proxyFor(url, { ...set, NO_PROXY })).toBeDefined();
    },
);

test.each([
    ["https://192.0.2.7/a.tgz", "192.0.2.7", true],
    ["https://192.0.2.7/a.tgz", "192.0.2.0/24", true],
    ["https://192.0.2.7:8443/a.tgz", "192.0.2.7:8443", true],
    ["https://192.0.2.7/a.tgz", "192.0.2.7:8443", false],
    ["https://192.0.2.7/a.tgz", "192.0.3.0/24", false],
    ["https://192.0.2.7/a.tgz", "192.0.2.0/x", false],
    ["https://192.0.2.7/a.tgz", "2001:db8::/32", false],
    ["https://[2001:db8::7]/a.tgz", "2001:db8::/32", true],
    ["https://[2001:db8::7]/a.tgz", "2001:db8::7", true],
    ["https://[2001:db8::7]/a.tgz", "[2001:db8::7]:443", true],
])("%s with NO_PROXY %s", (address, NO_PROXY, excepted) => {
    expect(proxyFor(new URL(address), { ...set, NO_PROXY }) === undefined).toBe(excepted);
});

test.each(["socks5://me:s3cr3t@proxy.example.com", "http://", "::"])(
    "%s can't be used, and isn't shown",
    (HTTPS_PROXY) => {
        expect(() => proxyFor(url, { HTTPS_PROXY })).toThrow(
            new Error("HTTPS_PROXY is not the http:// or https:// URL of a proxy (set NO_PROXY to go without)"),
        );
    },
);
