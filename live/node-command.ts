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
 * @param parameters none for a command that takes none.
 * @throws Error naming the host when it can't be reached or doesn't answer in time.
 */
export function runCommand(
    settings: ClusterSettings,
    node: NodeSettings,
    words: readonly string[],
    options: { parameters?: ParameterValues; timeoutSeconds: number },
): Promise<RemoteResult> {
    const { parameters, timeoutSeconds } = options;
    const line = asRoot(limited([toolkitPath(settings.installDir), ...words], timeoutSeconds), node.user);
    const stdin = parameters === undefined ? "" : `${renderParameters(parameters)}${endOfParameters}\n`;
    // The host ends the command itself, and gets the time to say so.
    return runOnHost(node, settings.ssh, line, { stdin, timeoutMs: timeoutSeconds * 1000 + 3000 });
}
