import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import * as https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../base/errors";
import { reasonOf } from "../../base/reason";
import { cacheDir } from "../../releases/archive";
import { locateRelease } from "../../releases/locate";
import { installer, writeArchive } from "../support/archive";
import { pki } from "../support/files";
import { file, Servers } from "../support/servers";

const name = "harbor-offline-installer-v1.1.2.tgz";
const environment = { ...process.env };
const servers = new Servers();
const { ca } = https.globalAgent.options;
let folder: string;
let path: string;
let sha256: string;

beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "harbor-ha-test-"));
    path = join(folder, "harbor.tgz");
    const others = Object.entries(environment).filter(([variable]) => !/_proxy$/i.test(variable));
    process.env = { ...Object.fromEntries(others), XDG_CACHE_HOME: join(folder, "cache") };
    https.globalAgent.options.ca = pki("ca.crt");
    sha256 = await writeArchive(path, installer);
});

afterEach(async () => {
    await servers.end();
    rmSync(folder, { recursive: true, force: true });
    process.env = { ...environment };
    https.globalAgent.options.ca = ca;
});

const settings = (source: string, more: { sha256?: string; version?: string } = {}) => ({
    source,
    archive: undefined,
    sha256: more.sha256,
    version: more.version,
});
const refusal = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);
const downloads = (): string[] =>
    readdirSync(join(cacheDir(), "downloads"), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name);

test("a path is opened where it is", async () => {
    expect(await locateRelease(settings(path))).toMatchObject({ version: "v1.1.2", sha256, archive: path });
    expect(await locateRelease(settings(path, { sha256, version: "v1.1.2" }))).toMatchObject({ sha256 });
});

test("another checksum", async () => {
    const wanted = "0".repeat(64);
    const message = `harbor-ha:releaseSha256: ${wanted} is not allowed: ${path} has ${sha256}`;
    expect(await refusal(locateRelease(settings(path, { sha256: wanted })))).toEqual(new UserError(message));
});

test("another version", async () => {
    const message = `harbor-ha:harborVersion: v1.2.2 is not allowed: ${path} is v1.1.2`;
    expect(await refusal(locateRelease(settings(path, { version: "v1.2.2" })))).toEqual(new UserError(message));
});

test("a URL is downloaded once, under the name that it has there", async () => {
    const seen: string[] = [];
    const url = `https://localhost:${await servers.web(file(path, `/${name}`, seen))}/${name}?X-Amz-Signature=s3cr3t`;
    const release = await locateRelease(settings(url, { sha256 }));
    expect(release).toMatchObject({ sha256, archive: join(cacheDir(), "downloads", sha256, name) });
    expect(await locateRelease(settings(url, { sha256 }))).toEqual(release);
    expect(seen).toEqual([`/${name}?X-Amz-Signature=s3cr3t`]);
    expect(downloads()).toEqual([name]);
});

test("redirects are followed, as those of an object store", async () => {
    const store = await servers.web(file(path, `/store/${name}`));
    const port = await servers.web((_, response) =>
        response.writeHead(302, { location: `https://127.0.0.1:${store}/store/${name}?token=x` }).end(),
    );
    const release = await locateRelease(settings(`https://localhost:${port}/${name}`, { sha256 }));
    expect(release.sha256).toBe(sha256);
});

describe("through a proxy", () => {
    // The name can't be looked up here; the proxy knows the way.
    const url = `https://hub.example.com/releases/${name}?x=1`;
    const asked: { to: string; login: string | undefined }[] = [];
    const web = (): Promise<number> => servers.web(file(path, `/releases/${name}`), "server.crt");

    beforeEach(() => void asked.splice(0));

    test("that HTTPS_PROXY names", async () => {
        process.env.HTTPS_PROXY = `http://127.0.0.1:${await servers.proxy(await web(), asked)}`;
        expect(await locateRelease(settings(url, { sha256 }))).toMatchObject({ version: "v1.1.2" });
        expect(asked).toEqual([{ to: "hub.example.com:443", login: undefined }]);
    });

    test("with a login", async () => {
        process.env.https_proxy = `http://me:s3cr%25t@127.0.0.1:${await servers.proxy(await web(), asked)}`;
        await locateRelease(settings(url, { sha256 }));
        expect(asked).toEqual([
            { to: "hub.example.com:443", login: `Basic ${Buffer.from("me:s3cr%t").toString("base64")}` },
        ]);
    });

    test("not for what NO_PROXY excepts", async () => {
        process.env.HTTPS_PROXY = `http://127.0.0.1:${await servers.proxy(await web(), asked)}`;
        process.env.NO_PROXY = "localhost";
        const port = await servers.web(file(path, `/${name}`));
        await locateRelease(settings(`https://localhost:${port}/${name}`, { sha256 }));
        expect(asked).toEqual([]);
    });

    test("that refuses, which names the proxy but not its login", async () => {
        const port = await servers.proxy(await web(), asked, 407);
        process.env.HTTPS_PROXY = `http://me:s3cr3t@127.0.0.1:${port}`;
        expect(await refusal(locateRelease(settings(url, { sha256 })))).toEqual(
            new UserError(
                `harbor-ha:release: https://hub.example.com/releases/${name}?… can't be used: hub.example.com through the proxy 127.0.0.1:${port} (HTTPS_PROXY): it answers with status 407`,
            ),
        );
    });

    test("that isn't there", async () => {
        process.env.HTTPS_PROXY = "http://127.0.0.1:1";
        expect(await refusal(locateRelease(settings(url, { sha256 })))).toEqual(
            new UserError(
                `harbor-ha:release: https://hub.example.com/releases/${name}?… can't be used: hub.example.com through the proxy 127.0.0.1:1 (HTTPS_PROXY): connect ECONNREFUSED 127.0.0.1:1`,
            ),
        );
    });

    test("that is none", async () => {
        process.env.HTTPS_PROXY = "socks5://127.0.0.1:1080";
        expect(await refusal(locateRelease(settings(url, { sha256 })))).toEqual(
            new UserError(
                `harbor-ha:release: https://hub.example.com/releases/${name}?… can't be used: HTTPS_PROXY is not the http:// or https:// URL of a proxy (set NO_PROXY to go without)`,
            ),
        );
    });
});

describe("a download that can't be used leaves nothing behind, and says why", () => {
    const refused = async (url: string, wanted: string, message: string | RegExp): Promise<void> => {
        const error = await refusal(locateRelease(settings(`${url}?sig=s3cr3t`, { sha256: wanted })));
        expect(error).toBeInstanceOf(UserError);
        const [, shown = "", why = ""] =
            /^harbor-ha:release: (\S+) can't be used: (.*)$/s.exec((error as Error).message) ?? [];
        expect(shown).toBe(`${url}?…`);
        if (typeof message === "string") expect(why).toBe(message);
        else expect(why).toMatch(message);
        expect(downloads()).toEqual([]);
    };
    const served = async (answer = file(path, `/${name}`), certificate?: string): Promise<string> =>
        `https://127.0.0.1:${await servers.web(answer, certificate)}/${name}`;

    test("with another checksum", async () => {
        const wanted = "0".repeat(64);
        await refused(await served(), wanted, `its SHA-256 is ${sha256}, releaseSha256 is ${wanted}`);
    });

    test("that isn't there", async () => {
        await refused((await served()).replace(name, `old/${name}`), sha256, "status 404");
    });

    test("from a host that isn't known", async () => {
        const url = `https://downloads.invalid/${name}`;
        await refused(url, sha256, /^downloads\.invalid: getaddrinfo (ENOTFOUND|EAI_AGAIN) downloads\.invalid$/);
    }, 30_000);

    test("from a host that refuses", async () => {
        await refused(`https://127.0.0.1:1/${name}`, sha256, "127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1");
        await refused(`https://localhost:1/${name}`, sha256, /^localhost:1: .*connect ECONNREFUSED/);
    });

    test("from a server whose certificate is another's", async () => {
        await refused(
            await served(undefined, "server.crt"),
            sha256,
            /: Hostname\/IP does not match certificate's altnames/,
        );
    });

    test("from a server whose authority isn't known", async () => {
        https.globalAgent.options.ca = [];
        await refused(await served(), sha256, /^127\.0\.0\.1:\d+: unable to verify the first certificate$/);
    });

    test("that ends early", async () => {
        const half = await served((_, response) => {
            response.writeHead(200, { "content-length": "1000" }).write("half");
            setImmediate(() => response.destroy());
        });
        await refused(half, sha256, "aborted");
    });

    test("that goes on to http", async () => {
        const redirect = await served((_, response) =>
            response.writeHead(301, { location: "http://127.0.0.1/x.tgz?y" }).end(),
        );
        await refused(redirect, sha256, "it redirects to http://127.0.0.1, which can't be trusted");
    });

    test("that goes round in circles", async () => {
        const round = await served((_, response) => response.writeHead(302, { location: `/${name}` }).end());
        await refused(round, sha256, "more than 5 redirects");
    });
});

test.each<[unknown, string]>([
    [new Error("fetch failed", { cause: new Error("connect ECONNREFUSED") }), "fetch failed: connect ECONNREFUSED"],
    [new AggregateError([new Error("a"), new Error("b"), new Error("a")]), "a, b"],
    [new Error("x", { cause: new AggregateError([new Error("a")]) }), "x: a"],
    ["text", "text"],
])("an error is told with its causes: %s", (error, reason) => {
    expect(reasonOf(error)).toBe(reason);
});
