import type { NodeAnswer } from "../../live/ask";
import type { DeploymentPins } from "../../plan/pins";

/** What a healthy node says of itself. */
export const healthyFacts: ReadonlyMap<string, string> = new Map([
    ["node", "node1"],
    ["clock", "1764061200.5"],
    ["private_key.pem", "SHA256:a"],
    ["root.crt", "SHA256:a"],
    ["containers", "harbor-ui nginx registry"],
    ["expected containers", "nginx registry harbor-ui"],
    ["withdrawn", "no"],
    ["version", "v1.1.2"],
    ["proxy", "answers"],
    ["mount", "fuse.ceph"],
    ["cluster key", "SHA256:a"],
    ["secretkey", "0123456789ab"],
]);

export const pins: DeploymentPins = {
    version: "v1.1.2",
    sha256: "7ea91d9f473b4104".repeat(4),
    protocol: "https",
    rendered: "cc81d1f9c791f866",
    command: "sha256:f5dfdf71c31e",
};

const node = (index: number): NodeAnswer["node"] => {
    const address = `192.0.2.${11 + index}`;
    return { name: `node${index + 1}`, address, serviceAddress: address, port: 22, user: "root", hostKey: undefined };
};

/** What a node answers; undefined takes a fact away. */
export function answer(index: number, changes: Readonly<Record<string, string | undefined>> = {}): NodeAnswer {
    const all = Object.entries({ ...Object.fromEntries(healthyFacts), ...changes });
    const facts = new Map(
        all.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]])),
    );
    return { node: node(index), facts: { node: node(index).name, facts }, problem: undefined };
}

/** A node of which nothing is known. */
export const silent = (index: number, problem: string): NodeAnswer => ({
    node: node(index),
    facts: undefined,
    problem,
});
