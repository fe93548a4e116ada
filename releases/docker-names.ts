/** Names by Docker's own rules, so that nothing is accepted here that a node refuses later. */

/** moby's daemon/names: two characters at least. */
export function isContainerName(name: string): boolean {
    return /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name);
}

const part = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const host = `(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const tag = "[\\w][\\w.-]{0,127}";
const digest = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
const reference = new RegExp(`^((?:${host}/)?${part}(?:/${part})*)(?::${tag})?(?:@${digest})?$`);

/** distribution/reference: `[host[:port]/]path[:tag][@digest]`, the name without tag 255 characters at most. */
export function isImageReference(image: string): boolean {
    const name = reference.exec(image)?.[1];
    // 64 hexadecimal digits are the ID of an image, never its name.
    return name !== undefined && name.length <= 255 && !/^[a-f0-9]{64}$/.test(image);
}
