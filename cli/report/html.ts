import { type Html, markup } from "../page/markup";
import { badge, page, section } from "../page/page";
import {
    type Change,
    differences,
    type FileDiff,
    isCreate,
    isDelete,
    type PreviewReport,
    shortFile,
    sign,
} from "./model";
import { type Interruption, interruptionOf, restarted, summary } from "./interruption";
import { type Lane, type Phase, type Timeline, timelineOf } from "./timeline";

/** Diffs are shown folded when they have more lines than that. */
const openUpTo = 60;

/** A preview as one page for a browser. */
export function previewPage(report: PreviewReport, made: Date): string {
    const { stack, changes, warnings, diffs } = report;
    const title = `Preview of ${stack}`;
    const about = markup`What pulumi up will do, step by step. Made ${made.toISOString().slice(0, 16).replace("T", " ")} UTC.`;
    if (changes.length === 0) {
        const verdict = badge("good", "Nothing changes on any host");
        return page({ title, about, verdict, sections: [] });
    }
    const timeline = timelineOf(report);
    return page({
        title,
        about,
        verdict: badge(restarted(report).length === 0 ? "good" : "warn", `${summary(report)}.`),
        sections: [
            warnings.length === 0
                ? undefined
                : section(
                      "Be careful",
                      ...warnings.map(
                          ({ title: what, text }) =>
                              markup`<p class="careful"><span aria-hidden="true">⚠</span> <strong>${what}</strong> ${text}</p>`,
                      ),
                  ),
            section("What happens when", rollout(timeline), table(timeline, report), legend()),
            section("What runs and why", reasons(changes)),
            diffs.length === 0 ? undefined : section("Files", ...diffs.map(fileDiff)),
        ],
    });
}

function rollout({ waves }: Timeline): Html | undefined {
    if (waves.length === 0) return markup`<p>No node is interrupted.</p>`;
    const order = waves.map((wave) => wave.join(" and ") + (wave.length > 1 ? " at once" : "")).join(", then ");
    const one = waves.length === 1 && waves[0]?.length === 1;
    return markup`<p>Harbor starts on <strong>${order}</strong>${one ? "." : ", each healthy before the next: one that isn't stops the update, and the others keep what they have."}</p>`;
}

function table({ phases, lanes }: Timeline, { changes }: PreviewReport): Html {
    const begins = (i: number): string => (i > 0 && phases[i]?.barrier !== undefined ? "begins" : "");
    const heads = phases.map(
        ({ title, barrier }, i) =>
            markup`<th scope="col"${classes(begins(i))}>${barrier !== undefined && markup`<div class="when">when ${barrier}:</div>`}${title}</th>`,
    );
    const cluster = changes.some(({ node }) => node === undefined)
        ? markup`<tr><th scope="row">whole cluster</th>${phases.map((phase, i) => cell(phase, undefined, `idle ${begins(i)}`))}</tr>`
        : undefined;
    return markup`<div class="scroll" tabindex="0"><table class="time">
<thead><tr><td><span class="soft">time →</span></td>${heads}</tr></thead>
<tbody>${lanes.map((lane) => laneRow(lane, phases, begins))}${cluster}</tbody>
</table></div>`;
}

const classes = (names: string): Html | undefined => (names === "" ? undefined : markup` class="${names}"`);

const laneClass = { serving: "serving", pause: "pause", none: "idle" } as const;

function laneRow({ node, service }: Lane, phases: readonly Phase[], begins: (i: number) => string): Html {
    const cells = phases.map((phase, i) => cell(phase, node, `${laneClass[service[i] ?? "serving"]} ${begins(i)}`));
    return markup`<tr><th scope="row">${node}</th>${cells}</tr>\n`;
}

function cell({ changes }: Phase, node: string | undefined, tone: string): Html {
    const own = changes.filter((change) => change.node === node);
    return markup`<td class="${tone.trim()}">${own.map(chip)}</td>`;
}

function chip(change: Change): Html {
    const why = differences(change).map(({ key }) => key);
    const title = `${words(change)}${why.length > 0 ? `: ${why.join(", ")}` : ""}`;
    const warn = change.step === "up" && ["cut", "drained", "stops"].includes(interruptionOf(change)) ? " warn" : "";
    return markup`<span class="chip${warn}" title="${title}">${sign(change)} ${label(change)}</span>`;
}

function label(change: Change): string {
    if (change.step === "up") {
        return labels[interruptionOf(change)];
    }
    return change.file === undefined ? (change.step ?? change.name) : shortFile(change.file);
}

const labels: Readonly<Record<Interruption, string>> = {
    "first start": "first start",
    stops: "Harbor stops for good",
    withdrawn: "out of DNS, anew, back",
    drained: "requests finished, anew",
    cut: "interrupted",
    none: "no start",
};

const words = (change: Change): string => (isCreate(change) ? "new" : isDelete(change) ? "removed" : "changes");

const legend = (): Html =>
    markup`<p class="legend"><span><i></i> serves clients</span> <span><i class="paused"></i> its containers are made anew</span> <span>+ new</span> <span>~ changes</span> <span>− removed</span></p>`;

/** The same cause on several nodes stands once. */
function reasons(changes: readonly Change[]): Html {
    const rows = new Map<string, { change: Change; nodes: string[] }>();
    for (const change of changes) {
        if (change.file !== undefined) continue;
        const key = JSON.stringify([
            change.op,
            change.step ?? change.name,
            differences(change).map(({ key: name }) => name),
        ]);
        const row = rows.get(key) ?? { change, nodes: [] };
        row.nodes.push(change.node ?? "whole cluster");
        rows.set(key, row);
    }
    if (rows.size === 0) return markup`<p>Nothing but files.</p>`;
    return markup`<div class="scroll" tabindex="0"><table class="list">
<thead><tr><th scope="col">Step</th><th scope="col">Where</th><th scope="col">Why</th></tr></thead>
<tbody>${[...rows.values()].map(({ change, nodes }) => markup`<tr><th scope="row">${sign(change)} ${change.step ?? change.name}</th><td>${nodes.join(", ")}</td><td>${why(change, nodes.length)}</td></tr>\n`)}</tbody>
</table></div>`;
}

/** Values of the first node where several share a row: digests differ from node to node. */
function why(change: Change, nodes: number): Html {
    if (change.op !== "update") return markup`${words(change)}`;
    const found = differences(change);
    if (found.length === 0) return markup`<span class="soft">its command or where it runs</span>`;
    const shown = found.map(
        ({ key, before, after }) => markup`<div><code>${key}: ${before ?? "–"} → ${after ?? "–"}</code></div>`,
    );
    return markup`${shown}${nodes > 1 && markup`<span class="soft">(values of ${change.node ?? ""})</span>`}`;
}

function fileDiff({ file, nodes, body }: FileDiff): Html {
    const lines = body.split("\n");
    const kind = (line: string): string =>
        line.startsWith("+") ? "new" : line.startsWith("-") ? "old" : line.startsWith("@@") ? "at" : "";
    const open = lines.length <= openUpTo && markup` open`;
    return markup`<details${open}><summary><code>${file}</code> on ${nodes.join(", ")}</summary>
<pre tabindex="0">${lines.map((line) => markup`<span${classes(kind(line))}>${line || " "}</span>`)}</pre></details>`;
}
