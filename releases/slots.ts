/**
 * Secrets in rendered files are named slots, `__mysql_password__`, which stay valid in YAML, env files and harbor.cfg.
 * The node fills them in; previews and state never hold the values.
 */
export const slotNames = [
    "admin_password",
    "mysql_password",
    "postgres_password",
    "redis_password",
    "s3_access_key",
    "s3_secret_key",
] as const;
export type StackSlotName = (typeof slotNames)[number];

/** The stack's own secrets, and the family of those that a release itself has in its files: `release_…`. */
export type SlotName = StackSlotName | ReleaseSlotName;
export type ReleaseSlotName = `release_${string}`;

export function slot(name: SlotName): string {
    return `__${name}__`;
}

const releaseSlot = /__(release_[a-z]+(?:_[a-z]+)*)__/g;

/** The slots that occur in a text: the stack's in the order of `slotNames`, then the release's as they come. */
export function slotsIn(text: string): SlotName[] {
    const ofRelease = [...text.matchAll(releaseSlot)].map(([, name]) => name as ReleaseSlotName);
    return [...slotNames.filter((name) => text.includes(slot(name))), ...new Set(ofRelease)];
}

/**
 * A name for a secret of a release: lower-case letters and single underscores, none of those in `taken`.
 * @param parts Where the secret stands: the file and the key.
 */
export function releaseSlotName(parts: readonly string[], taken: ReadonlySet<string>): ReleaseSlotName {
    const words = parts.flatMap((part) => part.toLowerCase().match(/[a-z]+/g) ?? []);
    const joined = (words.length > 0 ? words : ["value"]).join("_");
    // It is the name of a file on the nodes, too.
    const base: ReleaseSlotName = `release_${joined.slice(0, 120).replace(/_$/, "")}`;
    for (let name = base, n = 0; ; n++, name = `${base}_${letters(n)}`) if (!taken.has(name)) return name;
}

/** 1 is b, 25 is z, 26 is ba: like a number in base 26. */
function letters(n: number): string {
    const rest = n >= 26 ? letters(Math.floor(n / 26)) : "";
    return rest + String.fromCharCode("a".charCodeAt(0) + (n % 26));
}
