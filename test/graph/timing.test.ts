import { setTimeout as sleep } from "node:timers/promises";
import type { LineId } from "../../releases/release";
import { recordCluster } from "../support/cluster";

/** A small generator of numbers, so that a failure can be repeated. */
function numbers(seed: number): () => number {
    let state = seed;
    return () => {
        state = (state * 1664525 + 1013904223) % 2 ** 32;
        return state / 2 ** 32;
    };
}

/** Runs the program with providers that answer after random times; tells when each resource was begun and done. */
async function run(line: LineId, seed: number) {
    const random = numbers(seed);
    const begun = new Map<string, number>();
    const done = new Map<string, number>();
    let clock = 0;
    const graph = await recordCluster({
        line,
        protocol: "https",
        delay: async (name) => {
            begun.set(name, clock++);
            await sleep(random() * 6);
            done.set(name, clock++);
        },
    });
    const at = (times: Map<string, number>, label: string): number => times.get(graph.get(label).name) ?? NaN;
    return { graph, begunAt: (label: string) => at(begun, label), doneAt: (label: string) => at(done, label) };
}

const runs: readonly [LineId, number][] = [1, 2, 3, 4].flatMap((seed): [LineId, number][] => [
    ["v1", seed],
    ["v2", seed],
]);

test.each(runs)("%s with random delays (%i): nothing begins before what it needs is done", async (line, seed) => {
    const { graph, begunAt, doneAt } = await run(line, seed);
    const prepared = graph.matching(/^(prepare|mysql|postgres|redis)@/);
    expect(prepared).toHaveLength(5);
    const synced = graph.matching(/^cert-sync@/);
    const up = graph.matching(/^up@/);
    const barriers: [string[], string[]][] = [
        [graph.matching(/^mount@node1$/), graph.matching(/^store@/)],
        [graph.matching(/^store@/), graph.matching(/^prepare@/)],
        ...["node1", "node2", "node3"].map((node): [string[], string[]] => [
            graph.matching(new RegExp(`^(mount|stage|put files/.*)@${node}$`)),
            [`prepare@${node}`],
        ]),
        [prepared, ["token-key@node1"]],
        [["token-key@node1"], synced],
        [synced, up],
        [["up@node1"], ["up@node2"]],
        [["up@node2"], ["up@node3"]],
        [up, graph.matching(/^dns@/)],
        [graph.matching(/^dns@/), graph.matching(/^verify@/)],
    ];
    const broken = barriers.flatMap(([earlier, later]) =>
        later.flatMap((b) => earlier.filter((a) => !(doneAt(a) < begunAt(b))).map((a) => `${b} began before ${a}`)),
    );
    expect(broken).toEqual([]);
});
