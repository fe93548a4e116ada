import type { OptionalServices } from "../base/settings";
import type { HarborRelease, LineId, PrepareWay, ReleaseFacts, ReleaseLine, RenderedFile } from "../releases/release";
import { slotNames, slotsIn } from "../releases/slots";

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
    services: OptionalServices,
): PlanFacts {
    // Of settings that a cluster may do without.
    const found = new Set(rendered.flatMap(({ content }) => slotsIn(content)));
    const given = slotNames.filter((name) => found.has(name) && !line.slots.includes(name));
    return {
        ...line.facts(release, rendered),
        line: line.id,
        slots: [...line.slots, ...given, ...releaseSlots],
        databaseImage: line.databaseImage(release),
        schemaVersion: line.schemaVersion(release),
        publicTokenKey: line.publicTokenKey(release),
        prepare: line.prepare(release, services),
    };
}
