import type { Socket } from "node:net";
import { createServer, type TlsOptions } from "node:tls";
import { listen, type Listener } from "./listener";

/** What a server answers to a command; its first word is in capitals. Undefined closes the connection. */
export type Answers = (command: string, args: readonly string[]) => string | undefined;

/** A Redis that takes a password, and writes in every database. */
export const master =
    (password: string): Answers =>
    (command, args) => {
        if (command === "AUTH")
            return args[0] === password ? "+OK" : "-WRONGPASS invalid username-password pair or user is disabled.";
        if (command === "DEL") return ":1";
        return command === "INFO" ? "$38\r\n# Replication\r\nrole:master\r\nrepl:0\r\n" : "+OK";
    };

/** A Sentinel that knows one set, of a server on loopback. */
export const sentinel =
    (set: string, port: () => number): Answers =>
    (command, args) => {
        if (command !== "SENTINEL") return `-ERR unknown command '${command}'`;
        if (args[0] !== "get-master-addr-by-name" || args[1] !== set) return "*-1";
        return `*2\r\n$9\r\n127.0.0.1\r\n$${String(port()).length}\r\n${port()}`;
    };

export interface FakeRedis extends Listener {
    /** What it answers from now on. */
    answers: Answers;
    /** The lines that it got. */
    readonly got: string[];
}

/** @param tls With TLS. @default without */
export async function fakeRedis(answers: Answers, tls?: TlsOptions): Promise<FakeRedis> {
    const got: string[] = [];
    const handler = (socket: Socket): void => {
        let rest = "";
        socket.setEncoding("latin1").on("data", (text: string) => {
            // The beginning of TLS: a server of another protocol says that it doesn't know it.
            if (text.startsWith("\x16\x03")) socket.end("-ERR Protocol error\r\n");
            const lines = (rest + text).split("\r\n");
            rest = lines.pop() ?? "";
            for (const line of lines) {
                got.push(line);
                const [command = "", ...args] = line.split(" ");
                const answer = server.answers(command, args);
                if (answer === undefined) socket.destroy();
                else socket.write(`${answer}\r\n`);
            }
        });
    };
    const through = tls && createServer(tls, (socket) => handler(socket.on("error", () => undefined)));
    through?.on("tlsClientError", () => undefined);
    const listener = await listen(through ? (socket) => void through.emit("connection", socket) : handler);
    const server: FakeRedis = { ...listener, answers, got };
    return server;
}

/** Servers that end with the test that has made them. */
export function fakeRedisForEachTest(): (answers: Answers, tls?: TlsOptions) => Promise<FakeRedis> {
    const made: FakeRedis[] = [];
    afterEach(async () => {
        await Promise.all(made.splice(0).map((server) => server.close()));
    });
    return async (answers, tls) => {
        const server = await fakeRedis(answers, tls);
        made.push(server);
        return server;
    };
}
