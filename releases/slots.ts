/**
 * Secrets in rendered files are named slots, `__mysql_password__`, which stay valid in YAML, env files and harbor.cfg.
 * The node fills them in; previews and state never hold the values.
 */
export const slotNames = ["admin_password", "mysql_password", "redis_password"] as const;

export type SlotName = (typeof slotNames)[number];

export function slot(name: SlotName): string {
    return `__${name}__`;
}

/** The slots that occur in a text, in the order of `slotNames`. */
export function slotsIn(text: string): SlotName[] {
    return slotNames.filter((name) => text.includes(slot(name)));
}
