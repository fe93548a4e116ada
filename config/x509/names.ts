import type { Certificate, NameConstraints } from "./certificate";

/** Whether a certificate is for a name, as Go sees it: by its subjectAltName only, `*` for one whole first label. */
export function coversName(certificate: Certificate, name: string): boolean {
    const labels = name.toLowerCase().split(".");
    return (certificate.names?.dns ?? []).some((pattern) => {
        const parts = pattern.toLowerCase().split(".");
        return (
            parts.length === labels.length &&
            parts.every((part, i) => part === labels[i] || (i === 0 && part === "*" && parts.length > 1))
        );
    });
}

/** What the constraints of an authority say against the names of a certificate, or undefined. */
export function constraintFault(authority: Certificate, certificate: Certificate): string | undefined {
    const { permitted, excluded } = authority;
    const { dns = [], ip = [] } = certificate.names ?? {};
    const texts = [
        ...dns.filter((name) => isExcludedName(excluded, name) || !isPermittedName(permitted, name)),
        ...ip
            .filter((address) => isExcludedAddress(excluded, address) || !isPermittedAddress(permitted, address))
            .map(addressText),
    ];
    const [first] = texts;
    return first === undefined ? undefined : `isn't allowed to sign for ${first} (nameConstraints)`;
}

function isPermittedName(permitted: NameConstraints | undefined, name: string): boolean {
    const bases = permitted?.dns ?? [];
    return bases.length === 0 || bases.some((base) => isBelow(name, base));
}

function isExcludedName(excluded: NameConstraints | undefined, name: string): boolean {
    // A wildcard could stand for the one name that is excluded.
    const wild = name.startsWith("*.") ? name.slice(2).toLowerCase() : undefined;
    return (excluded?.dns ?? []).some(
        (base) => isBelow(name, base) || (wild !== undefined && base.toLowerCase().replace(/^[^.]*\./, "") === wild),
    );
}

/** A base with a dot in front stands for what is below it only. */
function isBelow(name: string, base: string): boolean {
    const [inner, outer] = [name.toLowerCase(), base.toLowerCase()];
    if (outer === "" || inner === outer) return true;
    return inner.endsWith(outer.startsWith(".") ? outer : `.${outer}`);
}

function isPermittedAddress(permitted: NameConstraints | undefined, address: Buffer): boolean {
    const ranges = (permitted?.ip ?? []).filter((range) => range.length === 2 * address.length);
    return ranges.length === 0 || ranges.some((range) => isWithin(address, range));
}

function isExcludedAddress(excluded: NameConstraints | undefined, address: Buffer): boolean {
    return (excluded?.ip ?? []).some((range) => range.length === 2 * address.length && isWithin(address, range));
}

function isWithin(address: Buffer, range: Buffer): boolean {
    return address.every((byte, i) => ((byte ^ (range[i] ?? 0)) & (range[address.length + i] ?? 0)) === 0);
}

function addressText(address: Buffer): string {
    return address.length === 4 ? address.join(".") : (address.toString("hex").match(/..../g) ?? []).join(":");
}
