import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { NodeSettings, SshSettings } from "../../base/settings";
import { asRoot, limited, type ParameterValue, renderParameters } from "../../base/shell";
import { bootstrap, endOfFile, endOfParameters, toolkitFile, toolkitPath, wholeText } from "../../plan/toolkit";

/** What drift detection found, by resource: see `fileKey` and `stepKey`. */
export type Drift = ReadonlyMap<string, string>;

/** One host as the components see it. */
export interface Host {
    readonly node: NodeSettings;
    readonly ssh: SshSettings;
    readonly installDir: string;
    /** Empty unless drift detection is on. */
    readonly drift: Drift;
}

/** Under which a finding about a file of a node is kept. */
export function fileKey(node: string, path: string): string {
    return `${node} put ${path}`;
}

/** Under which a finding about a step is kept; a step of the whole cluster has no node. */
export function stepKey(node: string | undefined, step: string): string {
    return `${node ?? "*"} ${step}`;
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

/**
 * How a finding becomes a change of its resource: as the `update` command, which runs the step again. Without a finding
 * the property is left as the stack has it, so that a repair of the past shows no difference.
 */
function repair(
    host: Host,
    found: string | undefined,
): { inputs: { update?: string }; opts: pulumi.CustomResourceOptions } {
    if (found === undefined) return { inputs: {}, opts: { ignoreChanges: ["update"] } };
    const again = [toolkitPath(host.installDir), "again", found];
    return { inputs: { update: asRoot(again, host.node.user) }, opts: {} };
}

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
        const line = (...words: string[]): string[] => limited([toolkitPath(host.installDir), ...words], 60);
        const put = line("put", path, mode);
        const again = repair(host, host.drift.get(fileKey(host.node.name, path)));
        super(
            name,
            {
                ...common,
                connection: connectionTo(host),
                create: asRoot(put, host.node.user),
                ...again.inputs,
                ...(removeOnDelete ? { delete: asRoot(line("remove", path), host.node.user) } : {}),
                stdin: pulumi.output(content).apply((text) => wholeText(text, endOfFile, put)),
                triggers: [host.node.address],
            },
            { ...opts, ...again.opts, deleteBeforeReplace: removeOnDelete },
        );
    }
}

/** The node's own command, on which every other step on the host builds. */
export class RemoteToolkit extends command.remote.Command {
    constructor(name: string, host: Host, opts?: pulumi.CustomResourceOptions) {
        const path = toolkitPath(host.installDir);
        const words = limited(["sh", "-c", bootstrap(), "bootstrap", path], 60);
        const found = host.drift.get(fileKey(host.node.name, path));
        super(
            name,
            {
                ...common,
                connection: connectionTo(host),
                // The command that could run a step again is the very thing that may be missing.
                create: asRoot(found === undefined ? words : [...words, found], host.node.user),
                stdin: toolkitFile(path),
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
    /** What the step stands for, as far as undoing it needs the old value: a change undoes and makes it anew. */
    readonly identity?: readonly string[];
}

/**
 * A step on a host: runs when it is new or when a parameter has changed. With `deleteCommand` the old one is undone
 * before a replacement is made, since the provider would otherwise undo what was just made.
 */
export class RemoteScript extends command.remote.Command {
    constructor(name: string, args: RemoteScriptArgs, opts?: pulumi.CustomResourceOptions) {
        const { host, command: step, timeoutSeconds = 300, deleteCommand, anyHost = false, identity = [] } = args;
        // Without it a preview of a step that moves to another node would show nothing but a changed connection.
        const parameters = anyHost ? { ...args.parameters, runs_on: host.node.name } : args.parameters;
        const line = (word: string): string[] => limited([toolkitPath(host.installDir), word], timeoutSeconds);
        const again = repair(host, host.drift.get(stepKey(anyHost ? undefined : host.node.name, step)));
        super(
            name,
            {
                ...common,
                connection: connectionTo(host),
                create: asRoot(line(step), host.node.user),
                ...again.inputs,
                ...(deleteCommand === undefined ? {} : { delete: asRoot(line(deleteCommand), host.node.user) }),
                stdin: pulumi
                    .output(parameters)
                    .apply((known) => wholeText(renderParameters(known), endOfParameters, line(step))),
                triggers: [...(anyHost ? [] : [host.node.address]), ...identity],
            },
            { ...opts, ...again.opts, ...(deleteCommand === undefined ? {} : { deleteBeforeReplace: true }) },
        );
    }
}
