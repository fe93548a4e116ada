import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { keyBody } from "./secrets";
import type { Config } from "./stack";

/** A server certificate of its own, so that no clock of a test's host is too early or too late for it. */
export function httpsWithin(folder: string): Config {
    const subject = ["-subj", "/CN=hub.example.com", "-addext", "subjectAltName=DNS:hub.example.com"];
    const words = ["req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "2", ...subject];
    const path = (name: string): string => join(folder, name);
    execFileSync("openssl", [...words, "-keyout", path("server.key"), "-out", path("server.crt")], {
        stdio: "ignore",
    });
    return {
        protocol: "https",
        port: undefined,
        httpsCertificateFile: path("server.crt"),
        httpsCaCertificateFile: path("server.crt"),
        httpsPrivateKeyFile: path("server.key"),
    };
}

/** A line of its key, as far as it has been made. */
export function httpsKeyWithin(folder: string): string {
    const file = join(folder, "server.key");
    return existsSync(file) ? keyBody(readFileSync(file, "utf8")) : "not made yet";
}
