/** A resource as the SDK has registered it with the engine. */
export interface Registered {
    readonly urn: string;
    readonly name: string;
    readonly type: string;
    /** URN of the parent, "" for none. */
    readonly parent: string;
    /** URNs that the engine was told to wait for. */
    readonly dependencies: ReadonlySet<string>;
    /** With secrets opened. */
    readonly inputs: Readonly<Record<string, unknown>>;
    /** What previews and plain state show: secrets masked. */
    readonly visible: Readonly<Record<string, unknown>>;
    /** Names of inputs that aren't known yet. */
    readonly unknown: ReadonlySet<string>;
    readonly deleteBeforeReplace: boolean;
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
}

/** Registered resources, and which of them have to be done before others. */
export class Graph {
    private readonly byUrn: ReadonlyMap<string, Registered>;

    constructor(readonly resources: readonly Registered[]) {
        this.byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    }

    get(label: string): Registered {
        const found = this.resources.filter((resource) => labelOf(resource) === label);
        const [only] = found;
        if (!only || found.length > 1) throw new Error(`${found.length} resources are labelled ${label}`);
        return only;
    }

    /** All steps by their labels: `prepare@node1`, `put files/harbor.cfg@node2`; other resources by their names. */
    get labels(): string[] {
        return this.resources.map(labelOf).sort();
    }

    /** Labels that match, and at least one, so that no loop over them runs empty. */
    matching(pattern: RegExp): string[] {
        const found = this.labels.filter((label) => pattern.test(label));
        if (found.length === 0) throw new Error(`no resource is like ${String(pattern)}`);
        return found;
    }

    get commands(): Registered[] {
        return this.resources.filter(({ type }) => type === "command:remote:Command");
    }

    /** Commands and uploads: everything that logs in to a node. */
    get remote(): Registered[] {
        return this.resources.filter(({ type }) => type.startsWith("command:remote:"));
    }

    /**
     * Labels of everything that is done before a step: its dependencies and those of its parents, since a child is
     * registered only when its component is, and so on. A component's children are no part of it: the SDK lists them
     * itself where something depends on a component.
     */
    before(label: string): Set<string> {
        const seen = new Set<Registered>();
        const visit = (resource: Registered): void => {
            for (const urn of [...resource.dependencies, resource.parent]) {
                const next = this.byUrn.get(urn);
                if (!next || seen.has(next)) continue;
                seen.add(next);
                visit(next);
            }
        };
        visit(this.get(label));
        return new Set([...seen].map(labelOf));
    }

    /** What `label` doesn't wait for although it has to; empty when the order is kept. */
    missing(label: string, earlier: readonly string[]): string[] {
        const before = this.before(label);
        return earlier.filter((other) => !before.has(other)).map((other) => `${label} doesn't wait for ${other}`);
    }
}

/** The host of a remote resource: `node1` for the fixtures' first address, and so on. */
export function hostOf({ inputs }: Registered): string {
    const address = String((inputs.connection as Record<string, unknown>).host);
    return `node${Number(address.split(".")[3]) - 10}`;
}

function labelOf(resource: Registered): string {
    const { type, name, inputs } = resource;
    if (type === "command:remote:CopyToRemote") return `upload@${hostOf(resource)}`;
    if (type !== "command:remote:Command") return name;
    const create = String(inputs.create);
    const [, step = "", path] = /\/bin\/harbor-ha (\S+)(?: (?:\/opt\/harbor-ha\/)?(\S+))?/.exec(create) ?? [];
    if (step === "put") return `put ${path ?? ""}@${hostOf(resource)}`;
    return `${step === "" ? "toolkit" : step}@${hostOf(resource)}`;
}

/** What differs between two runs: resources with other inputs, or that only one of them has. */
export function differences(before: Graph, after: Graph): { changed: string[]; added: string[]; removed: string[] } {
    const byName = (graph: Graph) => new Map(graph.resources.map((resource) => [resource.name, resource]));
    const [old, current] = [byName(before), byName(after)];
    const isChanged = (resource: Registered): boolean => {
        const was = old.get(resource.name);
        return was !== undefined && JSON.stringify(was.inputs) !== JSON.stringify(resource.inputs);
    };
    const only = (graph: Graph, other: Map<string, Registered>): string[] =>
        graph.resources
            .filter(({ name }) => !other.has(name))
            .map(labelOf)
            .sort();
    return {
        changed: after.resources.filter(isChanged).map(labelOf).sort(),
        added: only(after, old),
        removed: only(before, current),
    };
}
