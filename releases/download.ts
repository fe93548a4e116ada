import * as http from "node:http";
import * as https from "node:https";
import { isIP, type Socket } from "node:net";
import * as tls from "node:tls";
import { type Environment, hostOf, proxyFor } from "./http-proxy";

/** A connection that says nothing for so long has failed. */
const idleMs = 60_000;
const maxRedirects = 5;

/**
 * Opens an https URL, through a proxy where the environment names one, which Node 20's fetch can't. Follows redirects to
 * https only.
 * @throws Error that says which host it was.
 */
export async function openUrl(url: URL, environment: Environment, signal: AbortSignal): Promise<http.IncomingMessage> {
    for (let next = url, redirects = 0; ; redirects++) {
        const response = await get(next, environment, signal);
        const { statusCode = 0, headers } = response;
        if (statusCode === 200) return response;
        response.destroy();
        if (statusCode < 300 || statusCode > 399 || headers.location === undefined)
            throw new Error(`status ${statusCode}`);
        if (redirects === maxRedirects) throw new Error(`more than ${maxRedirects} redirects`);
        next = new URL(headers.location, next);
        if (next.protocol !== "https:") throw new Error(`it redirects to ${next.origin}, which can't be trusted`);
    }
}

async function get(url: URL, environment: Environment, signal: AbortSignal): Promise<http.IncomingMessage> {
    const proxy = proxyFor(url, environment);
    try {
        const socket = proxy && (await tunnel(proxy, url, signal));
        return await request(url, socket, signal);
    } catch (error) {
        const through = proxy ? ` through the proxy ${proxy.host} (HTTPS_PROXY)` : "";
        throw new Error(`${url.host}${through}`, { cause: error });
    }
}

function request(url: URL, socket: Socket | undefined, signal: AbortSignal): Promise<http.IncomingMessage> {
    const host = hostOf(url);
    const to = socket ? { socket } : { host, port: Number(url.port || 443) };
    const secure = tls.connect({
        ...https.globalAgent.options,
        ...to,
        servername: isIP(host) ? "" : host,
        ...checkOf(host),
    });
    return new Promise((resolve, reject) => {
        const sent = https.request(url, { createConnection: () => secure, signal });
        sent.setTimeout(idleMs, () => sent.destroy(new Error(`no answer within ${idleMs / 1000} s`)));
        sent.once("close", () => secure.destroy());
        sent.once("response", resolve).once("error", reject).end();
    });
}

/** An address has no name to send, but its certificate has to be for it all the same. */
function checkOf(host: string): Pick<tls.ConnectionOptions, "checkServerIdentity"> {
    return { checkServerIdentity: (_, certificate) => tls.checkServerIdentity(host, certificate) };
}

/** A connection to the host of a URL that the proxy hands through. */
function tunnel(proxy: URL, url: URL, signal: AbortSignal): Promise<Socket> {
    const authority = `${url.hostname}:${url.port || "443"}`;
    const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
    const headers = {
        host: authority,
        ...(proxy.username === "" ? {} : { "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}` }),
    };
    const to = { host: hostOf(proxy), port: proxy.port || (proxy.protocol === "https:" ? 443 : 80) };
    const client = proxy.protocol === "https:" ? https : http;
    return new Promise((resolve, reject) => {
        const sent = client.request({ ...to, method: "CONNECT", path: authority, headers, signal, agent: false });
        sent.setTimeout(idleMs, () => sent.destroy(new Error(`no answer within ${idleMs / 1000} s`)));
        sent.once("connect", ({ statusCode = 0 }: http.IncomingMessage, socket: Socket) => {
            if (statusCode === 200) {
                resolve(socket.setTimeout(0));
                return;
            }
            socket.destroy();
            reject(new Error(`it answers with status ${statusCode}`));
        });
        sent.once("error", reject).end();
    });
}
