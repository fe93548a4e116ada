import { createServer, type Server, type Socket } from "node:net";

export interface Listener {
    readonly port: number;
    close(): Promise<void>;
}

/** A TCP server on loopback. Without a handler it takes connections and says nothing. */
export async function listen(handler: (socket: Socket) => void = () => undefined): Promise<Listener> {
    const sockets = new Set<Socket>();
    const server: Server = createServer((socket) => {
        sockets.add(socket.on("error", () => undefined).on("close", () => sockets.delete(socket)));
        handler(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    return {
        port: address.port,
        close: () =>
            new Promise((resolve) => {
                server.close(() => {
                    resolve();
                });
                for (const socket of sockets) socket.destroy();
            }),
    };
}

/** A server for each test of a file, whose handler may be another in each test. */
export function listenerForEachTest(handler?: (socket: Socket) => void): () => Listener {
    let listener: Listener | undefined;
    beforeEach(async () => {
        listener = await listen(handler);
    });
    afterEach(() => listener?.close());
    return () => {
        if (!listener) throw new Error("no test runs");
        return listener;
    };
}
