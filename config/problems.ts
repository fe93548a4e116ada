/** One thing that is wrong with the configuration. */
export interface Problem {
    /** Config key without the namespace, for example `nodes[1].address`. */
    readonly key: string;
    /** What was given, already safe to print (secrets are masked by the caller); undefined when nothing was. */
    readonly value?: string | undefined;
    /** What is allowed. */
    readonly allowed: string;
}

/** An error that the operator can mend; it is shown without a stack trace. */
export class UserError extends Error {
    constructor(message: string) {
        super(message);
        this.name = new.target.name;
    }
}

/** All problems at once, so that an operator fixes them in one go. */
export class ConfigError extends UserError {
    constructor(readonly problems: readonly Problem[]) {
        super(describe(problems));
    }
}

function describe(problems: readonly Problem[]): string {
    const lines = problems.map(({ key, value, allowed }) =>
        value === undefined
            ? `  harbor-ha:${key} is missing: ${allowed}`
            : `  harbor-ha:${key}: ${value} is not allowed: ${allowed}`,
    );
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    return `${count} in the configuration, nothing was touched:\n${lines.join("\n")}`;
}

/** The known name that is nearest to a misspelt one, or undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
    const ranked = known
        .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }))
        .sort((a, b) => a.distance - b.distance);
    const best = ranked[0];
    return best && best.distance <= Math.max(2, Math.floor(word.length / 3)) ? best.name : undefined;
}

/** Levenshtein distance with two rows. */
function editDistance(a: string, b: string): number {
    let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
        const current = [i];
        for (let j = 1; j <= b.length; j++) {
            const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
            current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
        }
        previous = current;
    }
    return previous[b.length] ?? 0;
}
