import { requireOneStorage } from "../../plan/storage-reports";

/** Traces are called t-NODE. */
function lookedAndSeen(node: string, words: string): string {
    const [at = "", ...traces] = words.split(" ");
    return `looked: ${at.slice("at=".length)} t-${node}\nseen: ${traces.map((trace) => `t-${trace}`).join(" ")}\n`;
}

const report = (node: string, seen: string, storage = "5t0") => ({
    node,
    output: `private_key.pem: SHA256:x\nstorage: ${storage}\n${lookedAndSeen(node, seen)}`,
});
const wayOut = ". Mount the same on all of them, then raise prepareGeneration, so that every node looks at it again";

describe("one storage", () => {
    test.each([
        ["one node", [report("a", "at=20 a=10")]],
        ["each node sees all others", [report("a", "at=20 a=10 b=11"), report("b", "at=21 a=10 b=11")]],
        ["traces of nodes that are gone", [report("a", "at=20 a=10 b=9 z=1"), report("b", "at=21 a=10 b=9 z=1")]],
        [
            "a node that was added since: the others looked before it was there",
            [report("a", "at=20 a=10 b=11"), report("b", "at=21 a=10 b=11"), report("c", "at=90 a=10 b=11 c=80")],
        ],
        [
            "a node that has left another trace since, which the others have not looked for",
            [report("a", "at=20 a=10 b=11"), report("b", "at=91 a=10 b=80")],
        ],
        [
            "a node that was repaired and looked before another one's newer trace",
            [report("a", "at=95 a=90 b=11"), report("b", "at=20 a=10 b=11")],
        ],
    ])("%s", (_, reports) => {
        expect(() => {
            requireOneStorage(reports);
        }).not.toThrow();
    });
});

describe("refused, with the nodes", () => {
    test.each([
        [
            "two storages",
            [report("a", "at=20 a=10"), report("b", "at=21 b=11"), report("c", "at=21 c=11", "0the7")],
            "the nodes have different storages mounted: a 5t0, b 5t0, c 0the7",
        ],
        [
            "a copy of the storage, made before either has written",
            [report("a", "at=20 a=10"), report("b", "at=21 b=11")],
            "the nodes' storage isn't one: a doesn't see what b has written, b doesn't see what a has written",
        ],
        [
            "a copy that is kept up one way",
            [report("a", "at=20 a=10"), report("b", "at=21 a=10 b=11")],
            "the nodes' storage isn't one: a doesn't see what b has written",
        ],
        [
            "a copy that is too old",
            [report("a", "at=20 a=10 b=11"), report("b", "at=21 a=5 b=11")],
            "the nodes' storage isn't one: b doesn't see what a has written",
        ],
        [
            "a node added with a copy of the storage, on which the others' newer traces are missing",
            [report("a", "at=20 a=10"), report("b", "at=90 a=5 b=80")],
            "the nodes' storage isn't one: b doesn't see what a has written",
        ],
        [
            "a node that has left no trace",
            [report("a", "at=20 a=10"), report("b", "at=21 a=10")],
            "the nodes' storage isn't one: b doesn't see what it has written itself",
        ],
    ])("%s", (_, reports, says) => {
        expect(() => {
            requireOneStorage(reports);
        }).toThrow(new Error(says + wayOut));
    });

    test.each([
        "",
        "storage: 5t0\n",
        "looked: 1 t\nseen: t=1\n",
        "storage: \nlooked: 1 t\nseen: t=1\n",
        "storage: x\nseen: t=1\n",
        "storage: x\nlooked: t\nseen: t=1\n",
        "storage: x\nlooked: 1 t\nseen: t=x\n",
    ])("a report that says nothing: %j", (output) => {
        expect(() => {
            requireOneStorage([{ node: "a", output }]);
        }).toThrow("a has said nothing of its storage");
    });
});
