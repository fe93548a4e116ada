import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { pki } from "./files";

/** Ends everything that was started; for afterEach. */
export class Servers {
    private readonly running: Server[] = [];
    private readonly sockets = new Set<Socket>();

    /** An https server on this machine for localhost and 127.0.0.1; its port. */
    web(answer: http.RequestListener, certificate = "localhost.crt"): Promise<number> {
        return this.listen(https.createServer({ cert: pki(certificate), key: pki("server.key") }, answer));
    }

    /** A proxy that leads every CONNECT to one port of this machine, and keeps what it was asked. */
    proxy(
        port: number,
        asked: { readonly to: string; readonly login: string | undefined }[],
        status = 200,
    ): Promise<number> {
        const server = http.createServer();
        server.on("connect", ({ url = "", headers }, socket) => {
            asked.push({ to: url, login: headers["proxy-authorization"] });
            if (status !== 200) {
                socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
                return;
            }
            const upstream = connect(port, "127.0.0.1", () => {
                socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
                upstream.pipe(socket).pipe(upstream);
            });
            upstream.on("error", () => socket.destroy());
            socket.on("error", () => upstream.destroy());
        });
        return this.listen(server);
    }

    async end(): Promise<void> {
        for (const socket of this.sockets) socket.destroy();
        for (const server of this.running.splice(0)) await new Promise((resolve) => server.close(resolve));
    }

    private listen(server: Server): Promise<number> {
        this.running.push(server);
        server.on("connection", (socket: Socket) => this.sockets.add(socket));
        return new Promise((resolve) =>
            server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
        );
    }
}

/** Answers with a file at one path, whatever the query is. */
export function file(path: string, name: string, seen: string[] = []): http.RequestListener {
    return ({ url = "" }, response) => {
        seen.push(url);
        if (url.split("?")[0] === name) response.end(readFileSync(path));
        else response.writeHead(404).end("none");
    };
}
