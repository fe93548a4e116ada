/**
 * How messages call the settings. Stacks have config keys of a namespace, and files of secrets; programs that use the package
 * have arguments. A message is written once, with marks, and said in the words of whoever gets it.
 */
export interface Naming {
    /** A setting by its key, `nodes[1].address`. */
    setting(key: string): string;
    /** Whether it is told of what only stacks have: `<key>File`, commands of Pulumi. */
    readonly ofStack: boolean;
}

/** Config keys of a stack of the ready-made program. */
export const stackNaming: Naming = { setting: (key) => `harbor-ha:${key}`, ofStack: true };

/** Arguments of `HarborCluster`: property paths. */
export const argumentNaming: Naming = { setting: (key) => key, ofStack: false };

const namings = new WeakMap<object, Naming>();

/** Lets a naming travel with settings that their owner has by other names than arguments. */
export function namedAs<T extends object>(settings: T, naming: Naming): T {
    namings.set(settings, naming);
    return settings;
}

/** The names by which whoever gave these settings knows them. */
export const namingOf = (settings: object): Naming => namings.get(settings) ?? argumentNaming;

/** Mark for a setting in a message. */
export const setting = (key: string): string => `‹${key}›`;

/** Part of a message that is said to users of stacks alone. */
export const inStack = (text: string): string => `‹+${text}›`;

/** A message in the words of a naming. */
export function said(message: string, naming: Naming): string {
    return message
        .replace(/‹\+([^›]*)›/g, (_, text: string) => (naming.ofStack ? text : ""))
        .replace(/‹([^›]*)›/g, (_, key: string) => naming.setting(key));
}
