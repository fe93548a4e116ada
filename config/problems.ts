import { UserError } from "../base/errors";

/** One thing that is wrong with the configuration. */
export interface Problem {
    /** Config key without the namespace, for example `nodes[1].address`. */
    readonly key: string;
    /** What was given, already safe to print (secrets are masked by the caller); undefined when nothing was. */
    readonly value?: string | undefined;
    /** What is allowed. */
    readonly allowed: string;
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
