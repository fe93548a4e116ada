/** What looks like a secret in files that anybody may have edited. */

const secretKey =
    /(?:pass(?:word|wd|phrase)?|pwd|secret|token|credential|(?:secret|access|private|account|api|auth|encryption|signing|master|storage|shared)key(?:id|secret)?|authorization)s?$/;

/** `ldap_search_pwd`, `MYSQL_ROOT_PASSWORD`, `clientSecret`, but not `token_expiration` or `secretkey_path`. */
export function isSecretKey(key: string): boolean {
    return secretKey.test(key.toLowerCase().replace(/[^a-z]/g, ""));
}

/** A switch, or nothing at all. */
export function isNoSecret(value: string): boolean {
    return /^(|null|~|""|''|true|false|on|off|yes|no)$/i.test(value.trim());
}

/**
 * What prepare of Harbor 1.1 and 1.2 fills into templates; it isn't known before. Of any other word behind a dollar
 * sign nobody can say that it is no password.
 */
export function isPlaceholder(value: string): boolean {
    const name = /^\$(?:(\w+)|\{(\w+)\})$/.exec(value);
    return name !== null && placeholders.includes(name[1] ?? name[2] ?? "");
}

const placeholders = [
    "db_password",
    "harbor_admin_password",
    "ldap_search_pwd",
    "email_pwd",
    "ui_secret",
    "jobservice_secret",
    "pg_password",
];

export type Span = readonly [start: number, end: number];

/**
 * Secrets inside a value; the last group that is there is the secret. In keyed ones the first group is its name. They
 * rather take too much than too little, since the node puts back what was taken.
 */
const inside: readonly { readonly pattern: RegExp; readonly keyed: boolean }[] = [
    // user:password@ of an address, and of Go's database names
    { keyed: false, pattern: /[a-z][\w+.-]{0,30}:\/\/[^\s/:@"']*:([^\s"']+)@/dgi },
    { keyed: false, pattern: /[\w.-]{1,64}:([^\s"']+)@(?:tcp|unix)?\(/dg },
    { keyed: false, pattern: /\b(?:bearer|basic)[ \t]+([\w+/=.~-]{8,})/dgi },
    // name=value, "name": "value", --name value, and name: value at the beginning of a line
    { keyed: true, pattern: /([A-Za-z_][\w.-]{0,80})=(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"']\S*))/dg },
    { keyed: true, pattern: /["']([\w.-]{1,80})["']\s*:\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"'{[,}]+))/dg },
    { keyed: true, pattern: /--?([A-Za-z][\w-]{0,80})[ \t]+(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'-]\S*))/dg },
    { keyed: true, pattern: /^[#;\s-]*([\w.-]+)[ \t]*:[ \t]+(\S.*?)[ \t\r]*$/dgm },
];

/** `name = value`, which is a value of its own only where no blank stands around `=`. */
const assignment = { keyed: true, pattern: /([A-Za-z_][\w.-]{0,80})["']?[ \t]*=[ \t]*(\S.*?)[ \t\r]*$/dgm };

/** Where secrets stand inside a value, in order and apart from each other. */
export function secretsInside(text: string): Span[] {
    return find(text, inside);
}

/** Where old secrets stand in a comment. Nothing reads a comment, so all that follows `name =` is taken. */
export function secretsInComment(text: string): Span[] {
    return find(text, [...inside, assignment]);
}

/** Whether one of the words is there without which none of the patterns can find anything; most values have none. */
export function hasHint(text: string): boolean {
    return /pass|pwd|secret|token|credential|key|auth|bearer|basic|@/i.test(text);
}

function find(text: string, patterns: typeof inside): Span[] {
    if (!hasHint(text)) return [];
    const found = patterns.flatMap(({ pattern, keyed }) =>
        [...text.matchAll(pattern)].flatMap((match): Span[] => {
            if (keyed && !isSecretKey(match[1] ?? "")) return [];
            const span = match.indices?.slice(keyed ? 2 : 1).find((group) => (group as Span | undefined) !== undefined);
            return span === undefined || isNoSecret(text.slice(...span)) ? [] : [span];
        }),
    );
    return united(found);
}

/** What overlaps or touches becomes one. */
function united(spans: readonly Span[]): Span[] {
    return [...spans]
        .sort(([a], [b]) => a - b)
        .reduce<Span[]>((all, [start, end]) => {
            const last = all.at(-1);
            if (last === undefined || last[1] < start) return [...all, [start, end]];
            return [...all.slice(0, -1), [last[0], Math.max(last[1], end)]];
        }, []);
}

/** A value for a message: nothing of a secret. */
export function shownValue(key: string, value: string): string {
    if (isSecretKey(key) && !isNoSecret(value)) return "(not shown)";
    const spans = secretsInside(value);
    return spans.reduceRight((text, [start, end]) => `${text.slice(0, start)}(not shown)${text.slice(end)}`, value);
}
