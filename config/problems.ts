import { UserError } from "../base/errors";
import { setting } from "../base/naming";

/** One thing that is wrong with the configuration. */
export interface Problem {
    /** Config key without the namespace, for example `nodes[1].address`. */
    readonly key: string;
    /** What was given, already safe to print (secrets are masked by the caller); undefined when nothing was. */
    readonly value?: string | undefined;
    /** What is allowed; may hold the marks of base/naming.ts. */
    readonly allowed: string;
}

/** All problems at once, so that an operator fixes them in one go. */
export class ConfigError extends UserError {
    constructor(readonly problems: readonly Problem[]) {
        super(describe(problems));
    }
}

/** What is wrong, without the setting's name. */
export function reasonFor({ value, allowed }: Problem): string {
    return value === undefined ? ` is missing: ${allowed}` : `: ${value} is not allowed: ${allowed}`;
}

function describe(problems: readonly Problem[]): string {
    const lines = problems.map((problem) => `  ${setting(problem.key)}${reasonFor(problem)}`);
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    return `${count} in the configuration, nothing was touched:\n${lines.join("\n")}`;
}
