import { utils } from "ssh2";
import { parseParameters } from "../../../plan/parameters";
import { keyPair } from "./keys";
import { type Answer, type Call, FakeHost, Record } from "./fake-host";

export const nodeNames = ["node1", "node2", "node3", "node4"] as const;

const addressOf = (node: string): string => `127.0.0.${node.slice("node".length)}`;

/** Four hosts with SSH on loopback addresses, and one key for all of them. */
export class FakeCluster {
    /** Seen since the last `forget`. */
    record = new Record();
    /** Answers to some calls in place of a good node's; undefined: the good one. */
    answer: (call: Call) => Answer | undefined = () => undefined;
    /** Hosts that nobody can reach. */
    readonly away = new Set<string>();

    private constructor(
        private readonly hosts: FakeHost[],
        readonly privateKey: string,
    ) {}

    static async start(): Promise<FakeCluster> {
        const key = keyPair();
        const parsed = utils.parseKey(key.public);
        if (parsed instanceof Error) throw parsed;
        const hosts: FakeHost[] = [];
        const cluster = new FakeCluster(hosts, key.private);
        for (const node of nodeNames) {
            const [first] = hosts;
            hosts.push(
                await FakeHost.start({
                    node,
                    address: addressOf(node),
                    // One port for all, as on real hosts.
                    ...(first ? { port: first.port } : {}),
                    clientKey: parsed.getPublicSSH(),
                    record: () => cluster.record,
                    isAway: () => cluster.away.has(node),
                    answer: (call) => cluster.answer(call) ?? goodAnswer(call),
                }),
            );
        }
        return cluster;
    }

    get port(): number {
        return this.host(0).port;
    }

    /** Lines for `sshKnownHosts`. */
    get knownHosts(): string {
        return nodeNames.map((node, i) => `[${addressOf(node)}]:${this.port} ${this.host(i).hostKey}\n`).join("");
    }

    nodes(count: number): { name: string; address: string }[] {
        return nodeNames.slice(0, count).map((name) => ({ name, address: addressOf(name) }));
    }

    /** Begins a new record and returns the old one. */
    forget(): Record {
        const before = this.record;
        this.record = new Record();
        return before;
    }

    async stop(): Promise<void> {
        await Promise.all(this.hosts.map((host) => host.stop()));
    }

    private host(index: number): FakeHost {
        const host = this.hosts[index];
        if (!host) throw new Error(`no host ${index}`);
        return host;
    }
}

/** All of them see the one trace. */
const oneStorage = "storage: 5t0\nlooked: 2 a\nseen: a=1\n";

/** What the steps print whose output the program reads. */
function goodAnswer({ step, stdin }: Call): Answer {
    if (step === "cert-sync") return { stdout: `private_key.pem: SHA256:x\nroot.crt: SHA256:x\n${oneStorage}` };
    if (step !== "verify") return { stdout: "ok\n" };
    const given = parseParameters(stdin);
    const value = (name: string): string => given.get(name) ?? "";
    const count = value("nodes").split(" ").length;
    const pins = ["version", "release_sha256", "protocol", "rendered", "command"].map(value).join(" ");
    return {
        stdout: `realm  ${count}/${count} nodes  ok\ntoken  ${count ** 2}/${count ** 2} pairs  ok\nverified: ${pins}\n`,
    };
}
