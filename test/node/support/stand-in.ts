import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { shellQuote } from "../../../base/shell";

/** What a tool answers to some of its calls. The first answer that fits is given. */
export interface Answer {
    /** A glob over the arguments, joined by blanks. @default "*" */
    readonly to?: string;
    /** How many calls it is good for; later ones get the next answer that fits. @default all */
    readonly times?: number;
    readonly out?: string;
    readonly err?: string;
    /** @default 0 */
    readonly status?: number;
    /** A Bash program that answers instead; it has `"$@"`, `$input` and `$root`. */
    readonly run?: string;
}

/** One call of a tool, as it was noted. */
export interface Call {
    readonly tool: string;
    readonly args: readonly string[];
    /** The arguments joined by blanks. */
    readonly line: string;
    /** Standard input; only of calls that read it, see `readsInput`. */
    readonly input: string;
    /** Where Docker and Compose looked for their settings. */
    readonly dockerConfig: string;
}

/** Calls that read their standard input; any other would take it away from the program under test. */
const readsInput: Readonly<Record<string, string>> = { nsupdate: "*", docker: "* -i *", psql: "*" };

const notes = ".calls";
const standIns = join(__dirname, "stand-ins");

/** What a tool does when no answer fits: the script of its name, or nothing, with success. */
function usual(tool: string, real: string | undefined): string {
    const script = join(standIns, `${tool}.sh`);
    if (existsSync(script)) return `. ${shellQuote(script)}\n`;
    return real === undefined ? "exit 0\n" : `exec ${shellQuote(real)} "$@"\n`;
}

function answerText({ to = "*", times = 0, out = "", err = "", status = 0, run }: Answer, index: number): string {
    const body = run ?? `printf %s ${shellQuote(out)}\nprintf %s ${shellQuote(err)} >&2\nexit ${status}`;
    return `if fits ${index} ${shellQuote(to)} ${times}; then\n${body}\nexit 0\nfi\n`;
}

/**
 * Puts a stand-in for a tool into a folder: it notes each call on the host under HARBOR_HA_ROOT and answers as told.
 * @param real what to run, after noting, when no answer fits
 */
export function writeStandIn(folder: string, tool: string, answers: readonly Answer[], real?: string): void {
    const text = `#!/bin/bash
name=${shellQuote(tool)} root=$HARBOR_HA_ROOT stand_ins=${shellQuote(standIns)} all="$*" reads=${shellQuote(readsInput[tool] ?? "")} input=
# shellcheck disable=SC2053  # a glob
if [[ " $all " == $reads ]]; then input=$(cat; printf x) && input=\${input%x}; fi
{ printf '%s\\x1f' "$name" "$@"; printf '\\x1d%s\\x1d%s\\x1e' "$input" "\${DOCKER_CONFIG:-}"; } >>"$root/${notes}"
fits() {
  local used=0 count=$root/.answers/$name.$1
  # shellcheck disable=SC2053  # a glob
  [[ $all == $2 ]] || return 1
  if [[ -f $count ]]; then used=$(<"$count"); fi
  (($3 == 0 || used < $3)) || return 1
  echo "$((used + 1))" >"$count"
}
${answers.map(answerText).join("")}${usual(tool, real)}`;
    writeFileSync(join(folder, tool), text, { mode: 0o755 });
}

/** All calls so far, in their order. */
export function callsOf(root: string): Call[] {
    const path = join(root, notes);
    if (!existsSync(path)) return [];
    return readFileSync(path, "utf8")
        .split("\x1e")
        .slice(0, -1)
        .map((note) => {
            const [words = "", input = "", dockerConfig = ""] = note.split("\x1d");
            const [tool = "", ...args] = words.split("\x1f").slice(0, -1);
            return { tool, args, line: args.join(" "), input, dockerConfig };
        });
}

/** Calls from now on are counted anew. */
export function forgetCalls(root: string): void {
    writeFileSync(join(root, notes), "");
}
