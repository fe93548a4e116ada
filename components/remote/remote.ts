import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { NodeSettings, SshTarget } from "../../base/settings";
import { asRoot, limited } from "../../base/shell";
import { putWords } from "../../plan/files";
import { toolkitPath } from "../../plan/layout";
import { bootstrap, endOfFile, endOfParameters, wholeText } from "../../plan/toolkit";

/** One host as the resources see it. */
export interface Host {
    /** From `connectionTo`. */
    readonly connection: pulumi.Input<command.types.input.remote.ConnectionArgs>;
    readonly address: pulumi.Input<string>;
    readonly user: string;
    readonly installDir: string;
    /** It is away by the configuration. */
    readonly down: boolean;
}

/**
 * The provider's connection object, built in this one place: a field too many would print the private key
 * (pulumi-command #773).
 */
export function connectionTo(
    node: NodeSettings,
    proxy: SshTarget | undefined,
    privateKey: pulumi.Output<string>,
): command.types.input.remote.ConnectionArgs {
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
        ...(proxy ? { proxy: target(proxy) } : {}),
    };
}

/** What all remote commands of the program have in common; see the rules in docs/architecture.md. */
const common = { addPreviousOutputInEnv: false, logging: command.remote.Logging.None } as const;

/**
 * How a finding becomes a change of its resource: as the `update` command, which runs the step again. Without a finding
 * the property is left as the stack has it, so that a repair of the past shows no difference.
 * @param again Words that run the step again, before what was found. @default the node's command knows how
 */
function repair(
    host: Host,
    found: string | undefined,
    again: readonly string[] = [toolkitPath(host.installDir), "again"],
): { inputs: { update?: string }; opts: pulumi.CustomResourceOptions } {
    if (found === undefined) return { inputs: {}, opts: { ignoreChanges: ["update"] } };
    return { inputs: { update: asRoot([...again, found], host.user) }, opts: {} };
}

/**
 * Nothing of a host that is down changes, and no deletion asks anything of it: what has changed meanwhile comes when it
 * is up again, since its inputs are then still those of before.
 */
const away: pulumi.CustomResourceOptions = {
    ignoreChanges: [
        "connection",
        "create",
        "update",
        "delete",
        "stdin",
        "triggers",
        "addPreviousOutputInEnv",
        "logging",
    ],
    retainOnDelete: true,
};

const optionsAt = (
    host: Host,
    ...options: (pulumi.CustomResourceOptions | undefined)[]
): pulumi.CustomResourceOptions => Object.assign({}, ...options, host.down ? away : {}) as pulumi.CustomResourceOptions;

/** What drift detection has found about a resource, for the reader of a preview; undefined: nothing. */
type Found = string | undefined;

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
    readonly found?: Found;
}

/**
 * A text file on a host, written whole or not at all and only when it differs. The text is plain standard input, so
 * `pulumi preview --diff` shows what changes in the file.
 */
export class RemoteFile extends command.remote.Command {
    constructor(name: string, args: RemoteFileArgs, opts?: pulumi.CustomResourceOptions) {
        const { host, path, content, mode = "0644", removeOnDelete = false } = args;
        const line = (...words: string[]): string[] => limited([toolkitPath(host.installDir), ...words], 60);
        const put = line(...putWords(path, mode));
        const again = repair(host, args.found);
        super(
            name,
            {
                ...common,
                connection: host.connection,
                create: asRoot(put, host.user),
                ...again.inputs,
                ...(removeOnDelete ? { delete: asRoot(line("remove", path), host.user) } : {}),
                stdin: pulumi.output(content).apply((text) => wholeText(text, endOfFile, put)),
                triggers: [host.address],
            },
            optionsAt(host, opts, again.opts, { deleteBeforeReplace: removeOnDelete }),
        );
    }
}

/** The node's own command, on which every other step on the host builds. */
export class RemoteToolkit extends command.remote.Command {
    /** @param text The whole command, as it lies on the node. */
    constructor(name: string, host: Host, text: string, found: Found, opts?: pulumi.CustomResourceOptions) {
        const path = toolkitPath(host.installDir);
        const words = limited(["sh", "-c", bootstrap(), "bootstrap", path], 60);
        // The command that could run a step again is the very thing that may be missing.
        const again = repair(host, found, words);
        super(
            name,
            {
                ...common,
                connection: host.connection,
                create: asRoot(words, host.user),
                ...again.inputs,
                stdin: text,
                triggers: [host.address],
            },
            optionsAt(host, opts, again.opts),
        );
    }
}

export interface RemoteStepArgs {
    readonly host: Host;
    /** Command of the node, for example `prepare`. It is safe to run again. */
    readonly command: string;
    /** Its parameters as text, shown in previews; a change runs the command again. */
    readonly parameters: pulumi.Input<string>;
    /** Seconds until the command is ended on the host. */
    readonly timeoutSeconds: number;
    /** Command that undoes it when the resource is deleted; undefined: nothing is done. */
    readonly undo: string | undefined;
    /** A change of one of these undoes the step and makes it anew. */
    readonly replaceOn: readonly pulumi.Input<string>[];
    readonly found: Found;
}

/**
 * A step on a host: runs when it is new or when a parameter has changed. One that can be undone is undone before a
 * replacement is made, since the provider would otherwise undo what was just made.
 */
export class RemoteStep extends command.remote.Command {
    constructor(name: string, args: RemoteStepArgs, opts?: pulumi.CustomResourceOptions) {
        const { host, command: step, undo } = args;
        const line = (word: string): string[] => limited([toolkitPath(host.installDir), word], args.timeoutSeconds);
        const again = repair(host, args.found);
        super(
            name,
            {
                ...common,
                connection: host.connection,
                create: asRoot(line(step), host.user),
                ...again.inputs,
                ...(undo === undefined ? {} : { delete: asRoot(line(undo), host.user) }),
                stdin: pulumi.output(args.parameters).apply((known) => wholeText(known, endOfParameters, line(step))),
                triggers: [...args.replaceOn],
            },
            optionsAt(host, opts, again.opts, undo === undefined ? {} : { deleteBeforeReplace: true }),
        );
    }
}
