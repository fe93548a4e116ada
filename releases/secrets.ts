import { isPlaceholder } from "./secret-words";
import { type ReleaseSlotName, releaseSlotName, slot, slotNames } from "./slots";
import type { Fail } from "./yaml";

/**
 * Whatever secrets people have written into a release must not stand in its rendered files: these are shown in
 * previews, kept in plain state and world-readable on the nodes. Each becomes a slot; the node puts its text back
 * literally. In a comment the value is dropped: nothing reads it, and an old password is one too.
 */
export interface HiddenSecrets {
    readonly content: string;
    readonly secrets: Readonly<Record<ReleaseSlotName, string>>;
}

export const dropped = "(dropped)";

/** A part of a file that is a secret, or is one if a secret elsewhere in the file has the same value. */
export interface Finding {
    /** Words for the slot's name. */
    readonly key: readonly string[];
    /** The value as the file's reader sees it. */
    readonly value: string;
    /** `equal`: no secret by its key. */
    readonly kind: "secret" | "equal";
}

/** Shorter values are equal by chance. */
const minLength = 4;

const stackSlots = new Set<string>(slotNames.map(slot));

/** Those that have to go. A placeholder of a template holds nothing yet. */
export function secretsOf<F extends Finding>(path: string, findings: readonly F[]): F[] {
    const isTemplate = path.startsWith("common/templates/");
    const all = findings.filter(({ value }) => !stackSlots.has(value) && !(isTemplate && isPlaceholder(value)));
    const values = new Set(
        all.filter(({ kind, value }) => kind === "secret" && value.length >= minLength).map(({ value }) => value),
    );
    return all.filter(({ kind, value }) => kind === "secret" || values.has(value));
}

/** Gives out the slots of one file and keeps what they stand for. */
export class Slots {
    readonly secrets: Record<ReleaseSlotName, string> = {};
    private readonly taken = new Set<string>();
    private readonly file: string;

    constructor(path: string) {
        // `common/templates/registry/config.yml` is known well enough as `registry/config`.
        this.file = path.replace(/^common\/templates\//, "").replace(/\.(yml|yaml|cfg)$/, "");
    }

    /** @param text What the node puts in the slot's place, letter for letter. */
    take(key: readonly string[], text: string): string {
        const name = releaseSlotName([this.file, ...key], this.taken);
        this.taken.add(name);
        this.secrets[name] = text;
        return slot(name);
    }
}

/** @throws what `fail` makes, for a private key: it has no place in any file that is rendered. */
export function refusePrivateKeys(text: string, fail: Fail): void {
    const found = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/.exec(text);
    if (!found) return;
    const line = text.slice(0, found.index).split("\n").length;
    throw fail(`line ${line} begins a private key, which doesn't belong into this file`);
}
