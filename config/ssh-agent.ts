import { connect } from "node:net";
import { reasonOf } from "../base/reason";

const timeoutMs = 2000;

/**
 * What to warn of when no agent answers at the socket that SSH_AUTH_SOCK names, as after a detached session: the command
 * provider connects to it for every step, whatever key it is given, and the step fails (pulumi-command 1.2.1,
 * connection.go; hashicorp/terraform #29074). Its property `agentSocketPath` can name another socket, but not none.
 */
export async function agentWarning(socket: string | undefined): Promise<string | undefined> {
    if (socket === undefined || socket === "") return undefined;
    const reason = await refusal(socket);
    if (reason === undefined) return undefined;
    return (
        `SSH_AUTH_SOCK names ${socket}, where no agent answers (${reason}). The provider connects to it whatever key is ` +
        "configured, so every step on a host will fail: run it as env -u SSH_AUTH_SOCK pulumi …, or start the agent again"
    );
}

function refusal(socket: string): Promise<string | undefined> {
    return new Promise((resolve) => {
        const connection = connect(socket);
        const end = (reason: string | undefined): void => {
            connection.destroy();
            resolve(reason);
        };
        connection.setTimeout(timeoutMs, () => end(`no answer within ${timeoutMs / 1000} s`));
        connection.once("connect", () => end(undefined)).once("error", (error) => end(reasonOf(error)));
    });
}
