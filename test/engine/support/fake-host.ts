import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type Connection, Server, type ServerChannel } from "ssh2";
import { keyPair } from "./keys";
import { serveUploads, type Upload } from "./uploads";

/** A command that a host was told to run. */
export interface Call {
    readonly node: string;
    /** `toolkit`, `put`, `prepare` … */
    readonly step: string;
    /** The step and, for a file, its path: `put /opt/harbor-ha/files/harbor.cfg`. */
    readonly what: string;
    readonly line: string;
    readonly stdin: string;
    /** Places in the order of all begins and ends on all hosts. */
    readonly began: number;
    ended: number;
    status: number;
}

export interface Answer {
    readonly status?: number;
    readonly stdout?: string;
    readonly stderr?: string;
}

/** What all hosts of a test have seen, in the order in which it came. */
export class Record {
    readonly calls: Call[] = [];
    readonly uploads: Upload[] = [];
    /** Connections by node, whether or not a login followed. */
    readonly connections = new Map<string, number>();
    private place = 0;

    next(): number {
        return this.place++;
    }

    /** Node and step of every call: `prepare@node2`. */
    get steps(): string[] {
        return this.calls.map(({ what, node }) => `${what}@${node}`);
    }

    /** The one call of a step on a node. */
    call(step: string, node: string): Call {
        const found = this.calls.filter((call) => call.step === step && call.node === node);
        const [only] = found;
        if (!only || found.length > 1) throw new Error(`${step} ran ${found.length} times on ${node}`);
        return only;
    }

    get connected(): number {
        return [...this.connections.values()].reduce((sum, count) => sum + count, 0);
    }
}

export interface FakeHostOptions {
    readonly node: string;
    readonly address: string;
    /** @default any free one */
    readonly port?: number;
    /** The only key that may log in. */
    readonly clientKey: Buffer;
    /** Where it notes what it sees at the moment. */
    readonly record: () => Record;
    readonly answer: (call: Call) => Answer;
    /** Whether it is away: it hangs up on whoever connects. */
    readonly isAway: () => boolean;
}

/** An SSH server on a loopback address that runs nothing, notes what it is told, and answers as a good node does. */
export class FakeHost {
    private readonly key = keyPair();
    private readonly open = new Set<Connection>();
    private readonly server: Server;

    private constructor(private readonly options: FakeHostOptions) {
        this.server = new Server({ hostKeys: [this.key.private] }, (client) => this.serve(client));
    }

    static async start(options: FakeHostOptions): Promise<FakeHost> {
        const host = new FakeHost(options);
        host.server.listen(options.port ?? 0, options.address);
        await once(host.server, "listening");
        return host;
    }

    get port(): number {
        return (this.server.address() as AddressInfo).port;
    }

    get hostKey(): string {
        return this.key.public.trim();
    }

    async stop(): Promise<void> {
        for (const client of this.open) client.end();
        this.server.close();
        await once(this.server, "close");
    }

    private serve(client: Connection): void {
        const { node, clientKey } = this.options;
        const record = this.options.record();
        record.connections.set(node, (record.connections.get(node) ?? 0) + 1);
        this.open.add(client);
        if (this.options.isAway()) client.end();
        client.on("close", () => this.open.delete(client));
        // A client that doesn't like the host's key hangs up in the middle of the handshake.
        client.on("error", () => undefined);
        client.on("authentication", (login) => {
            if (login.method === "publickey" && login.key.data.equals(clientKey)) login.accept();
            else login.reject(["publickey"]);
        });
        client.on("session", (accept) => {
            const session = accept();
            session.on("exec", (acceptExec, _reject, { command }) => void this.execute(command, acceptExec()));
            session.on("sftp", (acceptSftp) => serveUploads(acceptSftp(), node, record.uploads));
        });
    }

    private async execute(line: string, channel: ServerChannel): Promise<void> {
        const { node, answer } = this.options;
        const record = this.options.record();
        const began = record.next();
        let stdin = "";
        channel.setEncoding("utf8").on("data", (text: string) => (stdin += text));
        await once(channel, "end");
        const call: Call = { node, ...stepOf(line), line, stdin, began, ended: -1, status: 0 };
        record.calls.push(call);
        const { status = 0, stdout = "", stderr = "" } = answer(call);
        channel.stderr.write(stderr);
        channel.write(stdout);
        call.status = status;
        call.ended = record.next();
        channel.exit(status);
        channel.end();
    }
}

function stepOf(line: string): { step: string; what: string } {
    const [, step = "unknown", path] = /\/bin\/harbor-ha (\S+)(?: (\/\S+))?/.exec(line) ?? [];
    if (/ sh -c /.test(line)) return { step: "toolkit", what: "toolkit" };
    return { step, what: path === undefined ? step : `${step} ${path}` };
}
