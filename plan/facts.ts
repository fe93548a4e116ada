import type { HarborRelease, LineId, PrepareWay, ReleaseFacts, ReleaseLine, RenderedFile } from "../releases/release";

/** What the steps need to know of a release, read once by the program, so that no node reads the release's files again. */
export interface PlanFacts extends ReleaseFacts {
    readonly line: LineId;
    /** Names of the slots in the rendered files. */
    readonly slots: readonly string[];
    readonly databaseImage: string;
    readonly schemaVersion: string;
    readonly publicTokenKey: string;
    readonly prepare: PrepareWay;
}

export function factsOf(
    line: ReleaseLine,
    release: HarborRelease,
    rendered: readonly RenderedFile[],
    releaseSlots: readonly string[],
): PlanFacts {
    return {
        ...line.facts(release, rendered),
        line: line.id,
        slots: [...line.slots, ...releaseSlots],
        databaseImage: line.databaseImage(release),
        schemaVersion: line.schemaVersion(release),
        publicTokenKey: line.publicTokenKey(release),
        prepare: line.prepare(release),
    };
}
