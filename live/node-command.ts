import type { ClusterSettings, NodeSettings } from "../base/settings";
import { asRoot, limited } from "../base/shell";
import { toolkitPath } from "../plan/layout";
import { type ParameterValues, renderParameters } from "../plan/parameters";
import { endOfParameters } from "../plan/toolkit";
import { type RemoteResult, runOnHost } from "./ssh";

/** The node's own command is missing there. */
export const commandMissing = 127;

/**
 * Runs a command of the node's own over SSH.
 * @param options.parameters none for a command that takes none.
 * @param options.timeoutSeconds when the host ends the command.
 * @param options.graceSeconds what connecting may take besides, and what the host may take to say so. @default 3
 * @throws Error naming the host when it can't be reached or doesn't answer in time.
 */
export function runCommand(
    settings: ClusterSettings,
    node: NodeSettings,
    words: readonly string[],
    options: { parameters?: ParameterValues; timeoutSeconds: number; graceSeconds?: number },
): Promise<RemoteResult> {
    const { parameters, timeoutSeconds, graceSeconds = 3 } = options;
    const line = asRoot(limited([toolkitPath(settings.installDir), ...words], timeoutSeconds), node.user);
    const stdin = parameters === undefined ? "" : `${renderParameters(parameters)}${endOfParameters}\n`;
    // The host ends the command itself, and gets the time to say so.
    return runOnHost(node, settings.ssh, line, { stdin, timeoutMs: (timeoutSeconds + graceSeconds) * 1000 });
}
