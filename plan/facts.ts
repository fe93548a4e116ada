import type { HarborRelease, ReleaseFacts, ReleaseLine, RenderedFile } from "../releases/release";
import { slotNames } from "../releases/slots";

/** What the steps need to know of a release, read once by the program, so that no node reads the release's files again. */
export interface PlanFacts extends ReleaseFacts {
    /** Names of the slots in the rendered files. */
    readonly slots: readonly string[];
    readonly databaseImage: string;
    readonly schemaVersion: string;
    readonly publicTokenKey: string;
    readonly preparePython: 2 | 3;
}

export function factsOf(
    line: ReleaseLine,
    release: HarborRelease,
    rendered: readonly RenderedFile[],
    releaseSlots: readonly string[],
): PlanFacts {
    return {
        ...line.facts(release, rendered),
        slots: [...slotNames, ...releaseSlots],
        databaseImage: line.databaseImage(release),
        schemaVersion: line.schemaVersion(release),
        publicTokenKey: line.publicTokenKey(release),
        preparePython: line.preparePython(release),
    };
}
