import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { adminPassword, bodyOf } from "./harbor";

/** What all nodes of a cluster share when they are set up right. */
interface Shared {
    readonly sessions: Set<string>;
    readonly blobs: Map<string, Buffer>;
    /** Tokens, with the key that signed them. */
    readonly tokens: Map<string, string>;
    readonly jobs: Map<string, { readonly node: NodeV2; status: string }>;
}

/** A node of Harbor 2.x, as far as the node's command asks it. Each property is one thing that can be wrong with it. */
export interface NodeV2 {
    ping: number;
    signs: string;
    trusts: string;
    csrfKey: string;
    sharesSessions: boolean;
    losesSessions?: boolean;
    sharesStorage: boolean;
    sharesLogs: boolean;
    /** What opening an upload answers to a good token. */
    upload: number;
    token: number;
    loginFails?: number;
    password: string;
    version: string;
    realm: string;
    /** Components that aren't healthy, with the error that they tell. */
    unhealthy: Record<string, string>;
    /** Whether its health tells of Trivy. */
    scans: boolean;
    /** What the metrics of a component answer; without them there is no such path. */
    metrics: Record<string, number>;
    /** What starting a job answers, and what becomes of it. */
    startsJob: number;
    jobEnds: string;
    /** Requests as `METHOD path`. */
    readonly requests: string[];
}

interface Answer {
    readonly status: number;
    readonly text?: string | Buffer;
    readonly headers?: Readonly<Record<string, string | string[]>>;
}

const components = ["core", "database", "jobservice", "portal", "redis", "registry", "registryctl"];
const json = (status: number, value: unknown, headers?: Answer["headers"]): Answer => ({
    status,
    text: JSON.stringify(value),
    ...(headers && { headers }),
});

/** Harbor 2.x's public face on one loopback address per node, all on one port. */
export class HarborV2 {
    readonly nodes: NodeV2[] = [];
    readonly #servers: Server[] = [];
    readonly #shared: Shared = { sessions: new Set(), blobs: new Map(), tokens: new Map(), jobs: new Map() };
    port = 0;

    static async start(count: number): Promise<HarborV2> {
        const harbor = new HarborV2();
        for (let i = 0; i < count; i += 1) await harbor.#add(i);
        return harbor;
    }

    address(index: number): string {
        return `127.0.0.${index + 1}`;
    }

    node(index: number): NodeV2 {
        const node = this.nodes[index];
        if (!node) throw new Error(`no node ${index}`);
        return node;
    }

    async close(): Promise<void> {
        await Promise.all(
            this.#servers.map((server) => {
                const closed = new Promise((resolve) => server.close(resolve));
                server.closeAllConnections();
                return closed;
            }),
        );
    }

    async #add(index: number): Promise<void> {
        const own: Shared = { ...this.#shared, sessions: new Set(), blobs: new Map() };
        const node: NodeV2 = {
            ping: 200,
            signs: "cluster",
            trusts: "cluster",
            csrfKey: "cluster",
            sharesSessions: true,
            sharesStorage: true,
            sharesLogs: true,
            upload: 202,
            token: 200,
            password: adminPassword,
            version: "v2.15.2-5a2c5a2c",
            realm: "http://hub.example.com/service/token",
            unhealthy: {},
            scans: false,
            metrics: {},
            startsJob: 201,
            jobEnds: "Success",
            requests: [],
        };
        const server = createServer((request, response) => {
            node.requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
            void bodyOf(request).then((body) => {
                const { status, text = "", headers } = this.#answer(node, own, request, body);
                response.writeHead(status, headers).end(text);
            });
        });
        await new Promise<void>((resolve) => server.listen(this.port, this.address(index), resolve));
        this.port = (server.address() as AddressInfo).port;
        this.nodes.push(node);
        this.#servers.push(server);
    }

    #answer(node: NodeV2, own: Shared, request: IncomingMessage, body: Buffer): Answer {
        const url = new URL(request.url ?? "/", "http://hub.example.com");
        const path = url.pathname;
        if (node.ping !== 200) return { status: node.ping, text: "<html>bad gateway</html>" };
        if (path.startsWith("/v2/")) return this.#registry(node, own, request, url, body);
        const cookies = request.headers.cookie ?? "";
        const sessions = node.sharesSessions ? this.#shared.sessions : own.sessions;
        const sid = /sid=([^;]+)/.exec(cookies)?.[1] ?? "";
        const basic = this.#isAdmin(node, request);
        const who = basic || sessions.has(sid);
        // Browsers' requests that change something; the API with a password is free of it.
        if (request.method !== "GET" && !basic) {
            const secret = /_gorilla_csrf=([^;]+)/.exec(cookies)?.[1] ?? "";
            if (request.headers["x-harbor-csrf-token"] !== `${node.csrfKey}.${secret}` || secret === "") {
                if (node.loginFails !== undefined) return { status: node.loginFails };
                const fresh = randomUUID();
                return json(
                    403,
                    { errors: [{ code: "FORBIDDEN", message: "CSRF token invalid" }] },
                    {
                        "x-harbor-csrf-token": `${node.csrfKey}.${fresh}`,
                        "set-cookie": `_gorilla_csrf=${fresh}; Path=/; HttpOnly`,
                    },
                );
            }
        }
        if (path.startsWith("/api/v2.0/system/gc")) return who ? this.#jobs(node, request, path) : { status: 401 };
        switch (path) {
            case "/api/v2.0/ping":
                return { status: 200, text: "Pong" };
            case "/api/v2.0/health":
                return json(200, {
                    status: Object.keys(node.unhealthy).length > 0 ? "unhealthy" : "healthy",
                    components: [...components, ...(node.scans ? ["trivy"] : [])].map((name) =>
                        name in node.unhealthy
                            ? { name, status: "unhealthy", error: node.unhealthy[name] }
                            : { name, status: "healthy" },
                    ),
                });
            case "/metrics":
                return { status: node.metrics[url.searchParams.get("comp") ?? ""] ?? 404 };
            case "/api/v2.0/systeminfo":
                return json(200, who ? { harbor_version: node.version } : { auth_mode: "db_auth" });
            case "/c/login": {
                const form = new URLSearchParams(body.toString());
                if (form.get("principal") !== "admin" || form.get("password") !== node.password) return { status: 401 };
                const session = randomUUID();
                sessions.add(session);
                return { status: 200, headers: { "set-cookie": `sid=${session}; Path=/; HttpOnly` } };
            }
            case "/api/v2.0/users/current":
                return { status: who && node.losesSessions !== true ? 200 : 401 };
            case "/api/v2.0/labels":
                return { status: who ? 400 : 401 };
            case "/api/v2.0/users/1/password": {
                const change = JSON.parse(body.toString()) as { old_password: string; new_password: string };
                if (!basic || change.old_password !== node.password) return { status: 401 };
                for (const each of this.nodes) each.password = change.new_password;
                return { status: 200 };
            }
            case "/service/token": {
                if (node.token !== 200) return { status: node.token };
                if (!basic) return { status: 401 };
                const header = Buffer.from(JSON.stringify({ typ: "JWT", alg: "RS256", kid: node.signs }));
                const token = `${header.toString("base64url")}.${randomUUID()}.signature`;
                this.#shared.tokens.set(token, node.signs);
                return json(200, { token });
            }
            default:
                return { status: 404 };
        }
    }

    #isAdmin(node: NodeV2, request: IncomingMessage): boolean {
        return request.headers.authorization === `Basic ${Buffer.from(`admin:${node.password}`).toString("base64")}`;
    }

    #jobs(node: NodeV2, request: IncomingMessage, path: string): Answer {
        const jobs = this.#shared.jobs;
        if (path === "/api/v2.0/system/gc/schedule") {
            if (node.startsJob !== 201) return { status: node.startsJob };
            const id = String(jobs.size + 1);
            jobs.set(id, { node, status: "Pending" });
            return { status: 201, headers: { location: `${path}/${id}` } };
        }
        const [, id = "", log] = /\/gc\/(\d+)(\/log)?$/.exec(path) ?? [];
        const job = jobs.get(id);
        if (!job) return { status: 404 };
        if (log !== undefined) {
            return node.sharesLogs || job.node === node ? { status: 200, text: "dry run" } : { status: 500 };
        }
        if (request.method === "PUT") {
            job.status = "Stopped";
            return { status: 200 };
        }
        if (job.status === "Pending") job.status = "Running";
        else if (job.status === "Running") job.status = job.node.jobEnds;
        return json(200, { id: Number(id), job_status: job.node.jobEnds === "Pending" ? "Pending" : job.status });
    }

    #registry(node: NodeV2, own: Shared, request: IncomingMessage, url: URL, body: Buffer): Answer {
        const blobs = node.sharesStorage ? this.#shared.blobs : own.blobs;
        const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
        const known = this.#shared.tokens.get(token) === node.trusts;
        const uploads = url.pathname.includes("/blobs/uploads/");
        // A bad token counts as none, which is enough for a pull from a public project.
        if (!known && (uploads || url.pathname === "/v2/")) {
            const challenge = token ? 'Basic realm="harbor"' : `Bearer realm="${node.realm}",service="harbor-registry"`;
            return { ...json(401, { errors: [{ code: "UNAUTHORIZED" }] }), headers: { "www-authenticate": challenge } };
        }
        if (url.pathname === "/v2/") return { status: 200, text: "{}" };
        if (uploads && request.method === "POST") {
            return {
                status: node.upload,
                headers: { location: `http://hub.example.com:${this.port}${url.pathname}${randomUUID()}?_state=x` },
            };
        }
        if (uploads && request.method === "PUT") {
            const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
            if (url.searchParams.get("digest") !== digest) return { status: 400 };
            blobs.set(digest, body);
            return { status: 201 };
        }
        if (uploads) return { status: 204 };
        const blob = blobs.get(url.pathname.slice(url.pathname.lastIndexOf("/") + 1));
        return blob ? { status: 200, text: blob } : json(404, { errors: [{ code: "BLOB_UNKNOWN" }] });
    }
}

/** A cluster for each test of a file. */
export function harborV2ForEachTest(count: number): () => HarborV2 {
    let harbor: HarborV2 | undefined;
    beforeEach(async () => {
        harbor = await HarborV2.start(count);
    });
    afterEach(() => harbor?.close());
    return () => {
        if (!harbor) throw new Error("no test runs");
        return harbor;
    };
}
