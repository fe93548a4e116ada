/**
 * Names of container images, by the grammar of distribution/reference: what Docker refuses must not get as far as a host.
 * Registries by IPv6 address are left out, and so are image IDs.
 */

const component = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const host = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
const domain = `${host}(?:\\.${host})*(?::[0-9]+)?`;
const tag = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
const digest = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
const reference = new RegExp(
    `^(?:(?<domain>${domain})/)?(?<path>${component}(?:/${component})*)(?::(?<tag>${tag}))?(?:@(?<digest>${digest}))?$`,
);

export interface ImageName {
    /** `docker.io` where the name has none. */
    readonly registry: string;
    /** Path in the registry, `library/redis` for `redis`. */
    readonly path: string;
    readonly tag: string | undefined;
}

/** The parts of an image's name as Docker sees them, or undefined when it is none. */
export function parseImage(name: string): ImageName | undefined {
    const groups = reference.exec(name)?.groups;
    if (!groups?.path || /^[a-f0-9]{64}$/.test(name)) return undefined;
    const { domain: first, path: rest, tag } = groups;
    // Without a dot, a port or a capital the first part is no registry but a part of the path.
    const isRegistry = first !== undefined && (/[.:A-Z]/.test(first) || first === "localhost");
    const registry = isRegistry ? first.replace(/^index\.docker\.io$/, "docker.io") : "docker.io";
    const path = first === undefined || isRegistry ? rest : `${first}/${rest}`;
    const whole = registry === "docker.io" && !path.includes("/") ? `library/${path}` : path;
    return `${registry}/${whole}`.length > 255 ? undefined : { registry, path: whole, tag };
}

/** Images with other ways than the official one, whose names end like its. */
const otherPublishers = /^(bitnami\w*|linuxserver)$/;

/**
 * Whether an image goes as the official one of MariaDB, whose mirrors may lie anywhere, and new enough to read its settings from MARIADB_…
 * (docker-library/mariadb, 2021). Bitnami's and MySQL's are started in other ways, and MySQL 8 speaks a login that Harbor
 * 1.x doesn't know.
 */
export function isOfficialMariaDb(name: string): boolean {
    const version = officialVersion(name, "mariadb");
    return version !== undefined && (version.major > 10 || (version.major === 10 && version.minor >= 5));
}

/**
 * Whether an image goes as the official one of PostgreSQL, of a version that Harbor 2.x takes (12 and later) and that keeps
 * its data where PGDATA says (docker-library/postgres changed its volume with 18).
 */
export function isOfficialPostgres(name: string): boolean {
    const version = officialVersion(name, "postgres");
    return version !== undefined && version.major >= 12 && version.major <= 17;
}

/** Version in the tag of an image whose path ends like the official one's; a tag without one is the newest. */
function officialVersion(name: string, last: string): { major: number; minor: number } | undefined {
    const image = parseImage(name);
    if (!image) return undefined;
    const parts = image.path.split("/");
    if (parts.at(-1) !== last || parts.some((part) => otherPublishers.test(part))) return undefined;
    const [, major = "Infinity", minor = "Infinity"] = /^(\d+)(?:\.(\d+))?/.exec(image.tag ?? "") ?? [];
    return { major: Number(major), minor: Number(minor) };
}
