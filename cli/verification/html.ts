import { isHealthy, type Mark, marksOf, type NodeState } from "../../live/node-state";
import { type Html, markup } from "../page/markup";
import { badge, page, section } from "../page/page";
import { type Grid, nodeGrid, nodeKinds, pairGrid, problemsOf, type Verification } from "./model";

const databaseNames = { mysql: "MySQL", postgres: "PostgreSQL" } as const;

/** What one node gave out, tried on the others. */
const pairs: readonly { kind: string; title: string; about: string; of2?: true }[] = [
    { kind: "token", title: "Tokens", about: "signed by one node, shown to another one's registry" },
    { kind: "session", title: "Sessions", about: "opened by a login on one node, used on another one" },
    { kind: "csrf", title: "CSRF tokens", about: "given by one node, used for a change on another one", of2: true },
    { kind: "pull", title: "Pulls", about: "pushed through one node, pulled through another one" },
    {
        kind: "job-log",
        title: "Logs of jobs",
        about: "of a job started through one node, read through another one",
        of2: true,
    },
];

/** A verification as one page for a browser. */
export function verificationPage(verification: Verification): string {
    const { stack, at, runner, checks } = verification;
    const problems = problemsOf(verification);
    const good = checks.filter(({ problem }) => problem === undefined).length;
    const time = at.toISOString().slice(0, 16).replace("T", " ");
    const shown = pairs.filter(({ kind, of2 }) => !of2 || checks.some((one) => one.kind === kind));
    const by = runner === undefined ? "" : ` from ${runner}`;
    return page({
        title: `Verification of ${stack}`,
        about: markup`Run${by} at ${time} UTC, without changing anything.`,
        verdict:
            problems.length === 0 && checks.length > 0
                ? badge("good", `The cluster works as one: ${good} of ${checks.length} checks`)
                : badge("bad", `Something is wrong: ${good} of ${checks.length} checks passed`),
        sections: [
            problems.length === 0 ? undefined : section("What is wrong", ...problems.map(failure)),
            section("The cluster", topology(verification)),
            section(
                "Between nodes",
                markup`<div class="grids">${shown.map((pair) => pairTable(verification, pair))}</div>`,
            ),
            section("On each node", nodeTable(verification)),
        ],
    });
}

const failure = (text: string): Html => markup`<p class="failed"><span aria-hidden="true">✗</span> ${text}</p>\n`;

/** The way of a client: name, nodes, what they share. */
function topology({ url, nodes, checks, services }: Verification): Html {
    // A token that is refused says nothing of what stands behind the registry.
    const count = (...kinds: string[]): Mark => {
        const own = checks.filter(
            ({ kind, problem = "" }) => kinds.includes(kind) && !(kind === "pull" && problem.startsWith("401")),
        );
        const good = own.filter(({ problem }) => problem === undefined).length;
        const verdict = own.length === 0 ? "unknown" : good === own.length ? "good" : "bad";
        return { verdict, text: own.length === 0 ? "not checked" : `${good} of ${own.length}` };
    };
    const say = (what: string, mark: Mark): Mark => ({ ...mark, text: `${what}: ${mark.text}` });
    const records = checks.find(({ kind }) => kind === "name");
    const name: Mark = records
        ? { verdict: records.problem === undefined ? "good" : "bad", text: records.problem ?? "its records are right" }
        : { verdict: "unknown", text: "records not checked" };
    const mounted = nodes.filter(({ mount }) => mount.verdict === "good").length;
    const mounts: Mark = {
        verdict: mounted === nodes.length ? "good" : "bad",
        text: `mounted on ${mounted} of ${nodes.length} nodes`,
    };
    return markup`<div class="top">${box("name", url, "", [name])}<div class="wire"></div><div class="bus"></div></div>
<div class="tier">${nodes.map(nodeBox)}</div>
<div class="bus end"></div>
<div class="tier">
${box("", services.storage.name, services.storage.place, [mounts, say("pushes and pulls, tokens aside", count("push", "pull"))])}
${box("", databaseNames[services.database.kind], services.database.address, [say("logins", count("login"))])}
${box("", "Redis", services.redis, [say("sessions accepted", count("session"))])}
</div>`;
}

function nodeBox(node: NodeState): Html {
    return box(isHealthy(node) ? "good" : "", node.name, node.address, marksOf(node), node.version);
}

function box(classes: string, title: string, place: string, marks: readonly Mark[], version?: string): Html {
    const tone = marks.some(({ verdict }) => verdict === "bad") ? "bad" : "";
    return markup`<div class="box ${`${classes} ${tone}`.trim()}"><h3>${title} ${version !== undefined && markup`<span class="soft">${version}</span>`}</h3>${place !== "" && markup`<p class="soft"><code>${place}</code></p>`}<ul class="marks">${marks.map(markItem)}</ul></div>
`;
}

const signs = { good: "✓", bad: "✗", unknown: "?" } as const;

const markItem = ({ verdict, text, detail = text }: Mark): Html =>
    markup`<li class="${verdict}" title="${detail}"><span>${signs[verdict]}</span>${text}</li>`;

function pairTable(verification: Verification, { kind, title, about }: (typeof pairs)[number]): Html {
    const names = verification.nodes.map(({ name }) => name);
    const found = pairGrid(verification.checks, kind, names);
    // A blob is pulled through the other nodes; through its own it was pushed.
    const own = kind === "pull" ? "–" : "?";
    return gridTable(`${title} ${counted(found)}`, about, "from ↓ to →", names, names, found, own);
}

function nodeTable({ checks, nodes }: Verification): Html {
    const names = nodes.map(({ name }) => name);
    const kinds = nodeKinds(checks, names);
    if (kinds.length === 0) return markup`<p>Nothing was checked.</p>`;
    const found = nodeGrid(checks, kinds, names);
    return gridTable(
        `Each node by itself ${counted(found)}`,
        "asked under the registry's name",
        "check",
        kinds,
        names,
        found,
        "?",
    );
}

const counted = ({ good, all }: Grid): string => (all === 0 ? "– not checked" : `– ${good} of ${all}`);

function gridTable(
    title: string,
    about: string,
    corner: string,
    heads: readonly string[],
    columns: readonly string[],
    { rows, causes }: Grid,
    diagonal: string,
): Html {
    const cell = (row: number, column: number): Html => {
        const { verdict, cause, problem } = rows[row]?.[column] ?? { verdict: "unknown" };
        const where = `${heads[row] ?? ""} → ${columns[column] ?? ""}`;
        if (verdict === "good") return markup`<td class="good" title="${where}: ok">✓ ok</td>`;
        if (verdict === "bad") return markup`<td class="bad" title="${where}: ${problem}">✗ ${cause}</td>`;
        return row === column && diagonal === "–"
            ? markup`<td title="${where}: not asked">–</td>`
            : markup`<td title="${where}: not checked">?</td>`;
    };
    const list = causes.map(
        ({ number, text, where }) =>
            markup`<li value="${number}">${text} <span class="soft">(${where.join(", ")})</span></li>`,
    );
    return markup`<div><div class="scroll" tabindex="0"><table class="grid"><caption>${title}<small>${about}</small></caption>
<thead><tr><th scope="col">${corner}</th>${columns.map((column) => markup`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${heads.map((head, row) => markup`<tr><th scope="row">${head}</th>${columns.map((_, column) => cell(row, column))}</tr>\n`)}</tbody>
</table></div>${list.length > 0 && markup`<p>✗ by cause:</p><ol class="causes">${list}</ol>`}</div>
`;
}
