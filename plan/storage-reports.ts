import { valueOf } from "./key-reports";

/** What a node says of the shared storage in cert-sync (node/core/storage.sh, report_storage). */
interface Report {
    readonly node: string;
    readonly storage: string;
    /** When it looked, in its own seconds. */
    readonly at: number;
    /** By which trace the others know it. */
    readonly trace: string;
    /** When each trace was last left there, as far as this node sees it. */
    readonly seen: ReadonlyMap<string, number>;
}

/**
 * That all nodes have the same storage mounted: it has one id, and each node sees what every other one has written there. A
 * copy that is kept up one way has the id as well, and lacks the traces of the nodes that write elsewhere. A report of an
 * earlier update can't have a trace that a node has left since; between these two the newer report tells.
 * Clocks that differ only make it see less; the verification compares them.
 * @throws Error naming the nodes.
 */
export function requireOneStorage(outputs: readonly { node: string; output: string }[]): void {
    const reports = outputs.map(reportOf);
    const [first] = reports;
    const apart = reports.filter(({ storage }) => storage !== first?.storage);
    if (apart.length > 0) {
        const found = reports.map(({ node, storage }) => `${node} ${storage.slice(0, 12)}`).join(", ");
        throw new Error(`the nodes have different storages mounted: ${found}. ${wayOut}`);
    }
    const unseen = reports.flatMap((reader) =>
        reports.flatMap((writer) => {
            const left = writer.seen.get(writer.trace);
            if (left === undefined) return [`${writer.node} doesn't see what it has written itself`];
            const found = reader.seen.get(writer.trace);
            const isOlder = left >= reader.at;
            if (isOlder || (found !== undefined && found >= left)) return [];
            return [`${reader.node} doesn't see what ${writer.node} has written`];
        }),
    );
    if (unseen.length > 0) {
        throw new Error(`the nodes' storage isn't one: ${[...new Set(unseen)].join(", ")}. ${wayOut}`);
    }
}

const wayOut = "Mount the same on all of them, then raise prepareGeneration, so that every node looks at it again";

function reportOf({ node, output }: { node: string; output: string }): Report {
    const storage = valueOf(output, "storage");
    const [, at, trace] = /^(\d+) (\S+)$/.exec(valueOf(output, "looked") ?? "") ?? [];
    const words = (valueOf(output, "seen") ?? "").split(" ").filter(Boolean);
    const seen = new Map(
        words.map((word): [string, number] => {
            const [, name = "", time] = /^(\S+)=(\d+)$/.exec(word) ?? [];
            return [name, Number(time)];
        }),
    );
    if (!storage || at === undefined || trace === undefined || [...seen.values()].some(Number.isNaN)) {
        throw new Error(`${node} has said nothing of its storage`);
    }
    return { node, storage, at: Number(at), trace, seen };
}
