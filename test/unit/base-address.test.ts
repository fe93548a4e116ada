import { isLoopback } from "../../base/address";
import { shownUrl } from "../../base/url";

test.each([
    "127.0.0.1",
    "127.255.0.9",
    "0.0.0.0",
    "localhost",
    "LocalHost",
    "db.localhost",
    "localhost.localdomain",
    "ip6-loopback",
])("%s is everybody's own", (host) => {
    expect(isLoopback(host)).toBe(true);
});

test.each(["192.0.2.1", "128.0.0.1", "10.127.0.0", "db", "localhost.example.com", "mylocalhost", ""])(
    "%s isn't",
    (host) => {
        expect(isLoopback(host)).toBe(false);
    },
);

test.each([
    ["https://example.com/a.tgz", "https://example.com/a.tgz"],
    ["https://example.com/a.tgz?X-Amz-Signature=s3cr3t#x", "https://example.com/a.tgz?…"],
    ["https://me:s3cr3t@example.com/a.tgz", "https://…@example.com/a.tgz"],
    ["HTTPS://me@x:1@example.com/a@b", "HTTPS://…@example.com/a@b"],
    ["https://example.com/a#s3cr3t", "https://example.com/a?…"],
    ["files/what?.tgz", "files/what?.tgz"],
])("%s is shown as %s", (url, shown) => {
    expect(shownUrl(url)).toBe(shown);
});
