import type { HarborRelease, ReleaseLine, RenderedFile } from "../releases/release";
import { slotNames } from "../releases/slots";
import { composeFacts } from "../releases/compose-facts";

/** What the steps need to know of a release, read once by the program, so that no node reads the release's files again. */
export interface ReleaseFacts {
    /** All images of the release's services. */
    readonly images: readonly string[];
    /** Names of all containers. */
    readonly containers: readonly string[];
    readonly proxyContainer: string;
    /** What the proxy passes requests to, by the names of their containers. */
    readonly upstreamContainers: readonly string[];
    /** `host:port` of the log that all other containers write to. */
    readonly logAddress: string;
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
): ReleaseFacts {
    return {
        ...composeFacts(rendered),
        slots: [...slotNames, ...releaseSlots],
        databaseImage: line.databaseImage(release),
        schemaVersion: line.schemaVersion(release),
        publicTokenKey: line.publicTokenKey(release),
        preparePython: line.preparePython(release),
    };
}
