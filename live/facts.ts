/** What a node says about itself (`harbor-ha facts`): `name: value` lines. */
export interface NodeFacts {
    readonly node: string;
    readonly facts: ReadonlyMap<string, string>;
}

export function parseFacts(node: string, output: string): NodeFacts {
    const lines = output.split("\n").flatMap((line): [string, string][] => {
        const at = line.indexOf(": ");
        return at > 0 ? [[line.slice(0, at), line.slice(at + 2).trim()]] : [];
    });
    return { node, facts: new Map(lines) };
}

/**
 * What can't be right about a set of nodes, each with the node and what differs. The cluster's key is what the nodes see
 * on the shared storage; a node without the mount is named for that alone.
 */
export function findDifferences(nodes: readonly NodeFacts[]): string[] {
    const mounted = nodes.filter(({ facts }) => isMounted(facts));
    const problems = nodes
        .filter((node) => !mounted.includes(node))
        .map(({ node }) => `${node}: the shared storage isn't mounted, or doesn't answer`);
    const cluster = mostCommon(mounted.map(({ facts }) => facts.get("cluster key") ?? "none"));
    const secretkey = mostCommon(mounted.map(({ facts }) => facts.get("secretkey") ?? "none"));
    for (const { node, facts } of nodes) {
        for (const file of ["private_key.pem", "root.crt"]) {
            const own = facts.get(file) ?? "none";
            if (cluster !== undefined && own !== cluster)
                problems.push(`${node}: ${file} is ${own}, the cluster's is ${cluster}`);
        }
    }
    for (const { node, facts } of mounted) {
        const own = facts.get("secretkey") ?? "none";
        if (own !== secretkey) problems.push(`${node}: secretkey ${own} differs from the others' ${String(secretkey)}`);
    }
    return problems;
}

/** Nothing said about it is what a node says that ran out of time while its storage hung. */
export function isMounted(facts: NodeFacts["facts"]): boolean {
    return (facts.get("mount") ?? "missing") !== "missing";
}

function mostCommon(values: readonly string[]): string | undefined {
    const count = (value: string): number => values.filter((v) => v === value).length;
    return [...values].sort((a, b) => count(b) - count(a))[0];
}
