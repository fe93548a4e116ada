import { Client, type ClientChannel, utils } from "ssh2";
import type { SshSettings, SshTarget } from "../base/settings";

export interface RemoteResult {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** Output beyond this is cut; the node's commands bound theirs far below. */
const maxOutput = 1024 * 1024;

/**
 * Runs one command on a host and closes the connection. The host key is pinned as in the settings.
 * @throws Error naming the host when it can't be reached or doesn't answer within `timeoutMs`.
 */
export async function runOnHost(
    target: SshTarget,
    ssh: SshSettings,
    command: string,
    options: { stdin?: string; timeoutMs: number },
): Promise<RemoteResult> {
    const open: Client[] = [];
    const name = `${target.address}:${target.port}`;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
        timer = setTimeout(
            () => reject(new Error(`${name} didn't answer within ${options.timeoutMs / 1000} s`)),
            options.timeoutMs,
        );
    });
    const work = async (): Promise<RemoteResult> => {
        const jump = ssh.proxy ? await connect(ssh.proxy, ssh, options.timeoutMs, open) : undefined;
        const sock = jump ? await forward(jump, target) : undefined;
        return exec(await connect(target, ssh, options.timeoutMs, open, sock), command, options.stdin ?? "");
    };
    try {
        return await Promise.race([work(), late]);
    } catch (error) {
        throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    } finally {
        clearTimeout(timer);
        for (const client of open) client.destroy();
    }
}

function connect(
    target: SshTarget,
    ssh: SshSettings,
    timeoutMs: number,
    open: Client[],
    sock?: ClientChannel,
): Promise<Client> {
    const client = new Client();
    open.push(client);
    return new Promise((resolve, reject) => {
        client.on("ready", () => resolve(client)).on("error", reject);
        client.connect({
            ...(sock ? { sock } : { host: target.address, port: target.port }),
            username: target.user,
            privateKey: ssh.privateKey.secret,
            readyTimeout: timeoutMs,
            hostVerifier: (key: Buffer) => target.hostKey === undefined || isHostKey(key, target.hostKey),
            ...(target.hostKey === undefined ? {} : { algorithms: { serverHostKey: algorithmsOf(target.hostKey) } }),
        });
    });
}

/** Without this the server offers the key type that it likes best, which may not be the pinned one. */
function algorithmsOf(hostKey: string): "ssh-ed25519"[] {
    const type = hostKey.split(" ")[0] ?? "";
    const names = type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [type];
    return names as "ssh-ed25519"[];
}

function isHostKey(offered: Buffer, pinned: string): boolean {
    const parsed = utils.parseKey(pinned);
    return !(parsed instanceof Error) && !Array.isArray(parsed) && parsed.getPublicSSH().equals(offered);
}

function forward(client: Client, to: SshTarget): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
        client.forwardOut("127.0.0.1", 0, to.address, to.port, (error, channel) =>
            error ? reject(error) : resolve(channel),
        );
    });
}

function exec(client: Client, command: string, stdin: string): Promise<RemoteResult> {
    return new Promise((resolve, reject) => {
        client.exec(command, (error, channel) => {
            if (error) {
                reject(error);
                return;
            }
            const output = { stdout: "", stderr: "" };
            const collect = (into: keyof typeof output) => (chunk: Buffer) => {
                if (output[into].length < maxOutput) output[into] += chunk.toString("utf8");
            };
            channel.on("data", collect("stdout"));
            channel.stderr.on("data", collect("stderr"));
            channel.on("close", (code: number | undefined) => resolve({ code: code ?? 255, ...output }));
            channel.end(stdin);
        });
    });
}
