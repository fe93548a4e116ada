/** What a node says of the shared storage in cert-sync (node/core/storage.sh, report_storage). */
interface Report {
    readonly node: string;
    readonly storage: string;
    /** When it looked, in its own seconds. */
    readonly at: number;
    /** When each node has last left a trace there, as far as this one sees it. */
    readonly seen: ReadonlyMap<string, number>;
}

/**
 * That all nodes have the same storage mounted: it has one id, and each node sees what every other one has written there. A
 * copy that is kept up one way has the id as well, and lacks the traces of the nodes that write elsewhere. A report of an
 * earlier update can't have a trace that a node has left since; between these two the newer report tells.
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
            const left = writer.seen.get(writer.node);
            if (left === undefined) return [`${writer.node} doesn't see what it has written itself`];
            const found = reader.seen.get(writer.node);
            const isOlder = left >= reader.at;
            if (isOlder || (found !== undefined && found >= left)) return [];
            return [`${reader.node} doesn't see what ${writer.node} has written`];
        }),
    );
    if (unseen.length > 0) {
        throw new Error(`the nodes' storage isn't one: ${[...new Set(unseen)].join(", ")}. ${wayOut}`);
    }
}

const wayOut =
    "Mount the same on all of them, then raise harbor-ha:prepareGeneration, so that every node looks at it again";

function reportOf({ node, output }: { node: string; output: string }): Report {
    const value = (name: string): string | undefined =>
        output
            .split("\n")
            .find((line) => line.startsWith(`${name}: `))
            ?.slice(name.length + 2);
    const storage = value("storage");
    const times = new Map(
        (value("seen") ?? "").split(" ").map((word): [string, number] => {
            const at = word.lastIndexOf("=");
            return [word.slice(0, at), Number(word.slice(at + 1))];
        }),
    );
    const at = times.get("at");
    if (!storage || at === undefined || [...times.values()].some((time) => !Number.isInteger(time))) {
        throw new Error(`${node} has said nothing of its storage`);
    }
    times.delete("at");
    return { node, storage, at, seen: times };
}
