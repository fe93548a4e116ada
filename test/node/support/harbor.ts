import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What all nodes of a cluster share when they are set up right. */
interface Shared {
    readonly sessions: Set<string>;
    readonly blobs: Map<string, Buffer>;
    /** Tokens, with the key that signed them. */
    readonly tokens: Map<string, string>;
}

/** A node, as far as the node's command asks it. Each property is one thing that can be wrong with it. */
export interface NodeState {
    /** Key that it signs tokens with, and that its registry trusts. */
    signs: string;
    trusts: string;
    sharesSessions: boolean;
    sharesStorage: boolean;
    takesWrites: boolean;
    uiAnswers: number;
    registryAnswers: number;
    password: string;
    version: string;
    realm: string;
    /** Seconds by which its clock is wrong. */
    clock: number;
    /** Requests as `METHOD path`. */
    readonly requests: string[];
}

export const adminPassword = "Admin_12345";

/** Harbor's public face on one loopback address per node, all on one port. */
export class Harbor {
    readonly nodes: NodeState[] = [];
    readonly #servers: Server[] = [];
    readonly #shared: Shared = { sessions: new Set(), blobs: new Map(), tokens: new Map() };
    port = 0;

    static async start(count: number): Promise<Harbor> {
        const harbor = new Harbor();
        for (let i = 0; i < count; i += 1) await harbor.#add(i);
        return harbor;
    }

    address(index: number): string {
        return `127.0.0.${index + 1}`;
    }

    node(index: number): NodeState {
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
        const own: Shared = { sessions: new Set(), blobs: new Map(), tokens: new Map() };
        const node: NodeState = {
            signs: "cluster",
            trusts: "cluster",
            sharesSessions: true,
            sharesStorage: true,
            takesWrites: true,
            uiAnswers: 200,
            registryAnswers: 200,
            password: adminPassword,
            version: "v1.1.2-b65ae41",
            realm: "http://hub.example.com/service/token",
            clock: 0,
            requests: [],
        };
        const server = createServer((request, response) => {
            node.requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
            void bodyOf(request).then((body) => {
                const { status, text = "", headers } = this.#answer(node, own, request, body);
                const date = new Date(Date.now() + node.clock * 1000).toUTCString();
                response.writeHead(status, { date, ...headers }).end(text);
            });
        });
        await new Promise<void>((resolve) => server.listen(this.port, this.address(index), resolve));
        this.port = (server.address() as AddressInfo).port;
        this.nodes.push(node);
        this.#servers.push(server);
    }

    #answer(node: NodeState, own: Shared, request: IncomingMessage, body: Buffer): Answer {
        const url = new URL(request.url ?? "/", "http://hub.example.com");
        if (url.pathname.startsWith("/v2/")) return this.#registry(node, own, request, url, body);
        const sessions = node.sharesSessions ? this.#shared.sessions : own.sessions;
        if (node.uiAnswers !== 200) return { status: node.uiAnswers, text: "<html>bad gateway</html>" };
        switch (url.pathname) {
            case "/api/systeminfo":
                return { status: 200, text: JSON.stringify({ harbor_version: node.version }) };
            case "/login": {
                const form = new URLSearchParams(body.toString());
                if (form.get("principal") !== "admin" || form.get("password") !== node.password) return { status: 401 };
                const session = randomUUID();
                sessions.add(session);
                return { status: 200, headers: { "set-cookie": `beegosessionID=${session}; Path=/; HttpOnly` } };
            }
            case "/api/users/current": {
                const session = /beegosessionID=([^;]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
                return { status: sessions.has(session) ? 200 : 401 };
            }
            case "/api/users/1/password": {
                const change = JSON.parse(body.toString()) as { old_password: string; new_password: string };
                if (!this.#isAdmin(node, request) || change.old_password !== node.password) return { status: 401 };
                for (const each of this.nodes) each.password = change.new_password;
                return { status: 200 };
            }
            case "/service/token": {
                if (!this.#isAdmin(node, request)) return { status: 401 };
                const header = Buffer.from(JSON.stringify({ typ: "JWT", alg: "RS256", kid: node.signs }));
                const token = `${header.toString("base64url")}.${randomUUID()}.signature`;
                this.#shared.tokens.set(token, node.signs);
                return { status: 200, text: JSON.stringify({ token }) };
            }
            default:
                return { status: 404 };
        }
    }

    #isAdmin(node: NodeState, request: IncomingMessage): boolean {
        return request.headers.authorization === `Basic ${Buffer.from(`admin:${node.password}`).toString("base64")}`;
    }

    #registry(node: NodeState, own: Shared, request: IncomingMessage, url: URL, body: Buffer): Answer {
        const blobs = node.sharesStorage ? this.#shared.blobs : own.blobs;
        const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
        if (node.registryAnswers !== 200) return { status: node.registryAnswers };
        if (this.#shared.tokens.get(token) !== node.trusts) {
            const challenge = `Bearer realm="${node.realm}",service="harbor-registry"`;
            return {
                status: 401,
                text: '{"errors":[{"code":"UNAUTHORIZED"}]}',
                headers: { "www-authenticate": challenge },
            };
        }
        if (url.pathname === "/v2/") return { status: 200, text: "{}" };
        const uploads = url.pathname.includes("/blobs/uploads/");
        if (uploads && request.method === "POST") {
            const location = `http://hub.example.com:${this.port}${url.pathname}${randomUUID()}?_state=x`;
            return { status: node.takesWrites ? 202 : 500, headers: { location } };
        }
        if (uploads && request.method === "PUT") {
            const digest = url.searchParams.get("digest") ?? "";
            if (digest !== `sha256:${createHash("sha256").update(body).digest("hex")}`) return { status: 400 };
            blobs.set(digest, body);
            return { status: 201 };
        }
        if (uploads) return { status: 204 };
        const blob = blobs.get(url.pathname.slice(url.pathname.lastIndexOf("/") + 1));
        return blob ? { status: 200, text: blob } : { status: 404, text: '{"errors":[{"code":"BLOB_UNKNOWN"}]}' };
    }
}

interface Answer {
    readonly status: number;
    readonly text?: string | Buffer;
    readonly headers?: Readonly<Record<string, string>>;
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
}

/** A cluster for each test of a file. */
export function harborForEachTest(count: number): () => Harbor {
    let harbor: Harbor | undefined;
    beforeEach(async () => {
        harbor = await Harbor.start(count);
    });
    afterEach(() => harbor?.close());
    return () => {
        if (!harbor) throw new Error("no test runs");
        return harbor;
    };
}
