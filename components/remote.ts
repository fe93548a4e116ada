import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { NodeSettings, SshSettings } from "../config/settings";
import { commandLine, type ParameterValue, renderParameters } from "./shell";
import { bootstrap, endOfFile, endOfParameters, toolkit, toolkitPath } from "./toolkit";

/** One host as the components see it. */
export interface Host {
    readonly node: NodeSettings;
    readonly ssh: SshSettings;
    readonly installDir: string;
}

/**
 * The provider's connection object, built in this one place: a field too many would print the private key
 * (pulumi-command #773).
 */
export function connectionTo({ node, ssh }: Host): command.types.input.remote.ConnectionArgs {
    const privateKey = pulumi.secret(ssh.privateKey.secret);
    const target = (to: { address: string; port: number; user: string; hostKey: string | undefined }) => ({
        host: to.address,
        port: to.port,
        user: to.user,
        privateKey,
        ...(to.hostKey === undefined ? {} : { hostKey: to.hostKey }),
    });
    return {
        ...target(node),
        // A host that reboots needs longer than the provider's ten quick tries.
        dialErrorLimit: 15,
        perDialTimeout: 15,
        ...(ssh.proxy ? { proxy: target(ssh.proxy) } : {}),
    };
}

/** What all remote commands of the program have in common; see the rules in docs/architecture.md. */
const common = { addPreviousOutputInEnv: false, logging: command.remote.Logging.None } as const;

export interface RemoteFileArgs {
    readonly host: Host;
    /** Absolute path on the host. */
    readonly path: string;
    /** The whole text. Not secret: it is shown in previews. Secrets stand in it as slots. */
    readonly content: pulumi.Input<string>;
    /** @default "0644" */
    readonly mode?: string;
    /** Whether the file goes when the resource is deleted. @default false: it stays */
    readonly removeOnDelete?: boolean;
}

/**
 * A text file on a host, written whole or not at all and only when it differs. The text is plain standard input, so
 * `pulumi preview --diff` shows what changes in the file.
 */
export class RemoteFile extends command.remote.Command {
    constructor(name: string, args: RemoteFileArgs, opts?: pulumi.CustomResourceOptions) {
        const { host, path, content, mode = "0644", removeOnDelete = false } = args;
        const line = (...words: string[]): string =>
            commandLine([toolkitPath(host.installDir), ...words], { user: host.node.user, timeoutSeconds: 60 });
        super(
            name,
            {
                ...common,
                connection: connectionTo(host),
                create: line("put", path, mode),
                ...(removeOnDelete ? { delete: line("remove", path) } : {}),
                stdin: pulumi
                    .output(content)
                    .apply((text) => `${text}${text.endsWith("\n") ? "" : "\n"}${endOfFile}\n`),
                triggers: [host.node.address],
            },
            { ...opts, deleteBeforeReplace: removeOnDelete },
        );
    }
}

/** The node's own command, on which every other step on the host builds. */
export class RemoteToolkit extends command.remote.Command {
    constructor(name: string, host: Host, opts?: pulumi.CustomResourceOptions) {
        const words = ["sh", "-c", bootstrap(), "bootstrap", toolkitPath(host.installDir)];
        super(
            name,
            {
                ...common,
                connection: connectionTo(host),
                create: commandLine(words, { user: host.node.user, timeoutSeconds: 60 }),
                stdin: `${toolkit()}\n${endOfFile}\n`,
                triggers: [host.node.address],
            },
            opts,
        );
    }
}

export type Parameters = Readonly<Record<string, pulumi.Input<ParameterValue>>>;

export interface RemoteScriptArgs {
    readonly host: Host;
    /** Command of the node's toolkit, for example `prepare`. It is safe to run again. */
    readonly command: string;
    /** Shown in previews; a change runs the command again. A secret value makes all of them secret. */
    readonly parameters: Parameters;
    /** Seconds until the command is ended on the host. @default 300 */
    readonly timeoutSeconds?: number;
    /** Command that undoes it when the resource is deleted. @default nothing is done */
    readonly deleteCommand?: string;
    /**
     * For a step of the whole cluster, which any node may run: when another node is given, the step runs there, and
     * nothing is undone on the old one. @default false: the step belongs to its host
     */
    readonly anyHost?: boolean;
}

/**
 * A step on a host: runs when it is new or when a parameter has changed. With `deleteCommand` the old one is undone
 * before a replacement is made, since the provider would otherwise undo what was just made.
 */
export class RemoteScript extends command.remote.Command {
    constructor(name: string, args: RemoteScriptArgs, opts?: pulumi.CustomResourceOptions) {
        const { host, command: step, parameters, timeoutSeconds = 300, deleteCommand, anyHost = false } = args;
        const line = (word: string): string =>
            commandLine([toolkitPath(host.installDir), word], { user: host.node.user, timeoutSeconds });
        super(
            name,
            {
                ...common,
                connection: connectionTo(host),
                create: line(step),
                ...(deleteCommand === undefined ? {} : { delete: line(deleteCommand) }),
                stdin: pulumi.output(parameters).apply((known) => `${renderParameters(known)}${endOfParameters}\n`),
                triggers: anyHost ? [] : [host.node.address],
            },
            { ...opts, ...(deleteCommand === undefined ? {} : { deleteBeforeReplace: true }) },
        );
    }
}
