/** What a reviewer reads in a preview, without what differs from run to run. */

interface Block {
    readonly mark: string;
    readonly type: string;
    readonly op: string;
    readonly name: string;
    readonly body: readonly string[];
}

const header = /^( *)([+~-]{1,2}|>) (\w+:[\w/]+:\w+): \((.+)\)$/;

/** The report of a preview, without what differs from run to run. */
export function reportText(page: string): string {
    return masked(page)
        .replace(/\b(sha256|hmac):[0-9a-f]{12}\b/g, "<digest>")
        .replace(/(BEGIN CERTIFICATE-----)[^-]*(-----END)/g, "$1<base64>$2");
}

/**
 * The text of `pulumi preview --diff` in an order of its own, since the engine's is that of the events. Nodes with the
 * same change share one block: `harbor-node*-prepare [node1 node2]`.
 */
export function reviewText(output: string): string {
    const lines = masked(output).split("\n");
    const end = lines.findIndex((line) => /^ *--outputs:--$|^Resources:$/.test(line));
    if (end < 0) throw new Error(`no preview:\n${output}`);
    const shared = new Map<string, { block: Block; nodes: string[] }>();
    for (const block of blocksOf(lines.slice(0, end))) {
        const node = /node\d/.exec(block.name)?.[0];
        const general = { ...block, name: block.name.replace(/node\d/, "node*") };
        const key = JSON.stringify(general);
        const known = shared.get(key) ?? { block: general, nodes: [] };
        if (node !== undefined) known.nodes.push(node);
        shared.set(key, known);
    }
    const texts = [...shared.values()].map(({ block: { mark, type, op, name, body }, nodes }) => {
        const where = nodes.length === 0 ? "" : ` [${nodes.sort().join(" ")}]`;
        return [`${mark} ${name}${where} (${op} ${type})`, ...body].join("\n");
    });
    return [...texts.sort(byName), lines.slice(end).join("\n").trimEnd()].join("\n");
}

const byName = (a: string, b: string): number => (a.replace(/^\S+ /, "") < b.replace(/^\S+ /, "") ? -1 : 1);

function blocksOf(lines: readonly string[]): Block[] {
    const starts = lines.flatMap((line, i) => (header.test(line) ? [i] : []));
    return starts.map((start, i): Block => {
        const [, indent = "", mark = "", type = "", op = ""] = header.exec(lines[start] ?? "") ?? [];
        const rest = lines.slice(start + 1, starts[i + 1]).filter((line) => line.trim() !== "");
        const urn = rest.find((line) => line.trimStart().startsWith("[urn=")) ?? "";
        const body = rest
            .filter((line) => !/^ *\[(id|urn|provider)=/.test(line))
            // The depth depends on which resource the engine has heard of before.
            .map((line) => line.slice(indent.length));
        return { mark, type, op, name: /::([^:\]]+)\]$/.exec(urn)?.[1] ?? "unnamed", body };
    });
}

/** Parameters that hold a digest of something: it stands for a generated salt or the archive's time stamp, too. */
const digestKeys = "digest/[\\w./-]+|after_\\w+|token_key|password|given_key|secretkey_fingerprint|rendered|key";

function masked(text: string): string {
    return (
        text
            .replace(
                new RegExp(`(^|\\s)((?:${digestKeys})\\s*: )\\S+( => \\S+)?$`, "gm"),
                (line: string, space, key, second) => {
                    // A slot stands for a secret, and for the same one in every run.
                    if (/: "?__\w+__"?$/.test(line)) return line;
                    return `${String(space)}${String(key)}<digest>${second === undefined ? "" : " => <other digest>"}`;
                },
            )
            .replace(/"sha256:[0-9a-f]{12}"( => "sha256:[0-9a-f]{12}")?/g, (_text, second) =>
                second === undefined ? "<digest>" : "<digest> => <other digest>",
            )
            // The node's command; services of a compose file have commands, too.
            .replace(/(\bcommand\s*: )"?sha256:[0-9a-f]{12}"?/g, "$1<digest>")
            .replace(/( sh -c ').*$/gm, '$1<node/core/bootstrap.sh>"')
            .replace(/\b[0-9a-f]{64}\b/g, "<sha256>")
            .replace(/(harbor-ha-)[0-9a-f]{12}-/g, "$1<sha256>-")
            .replace(/(\/releases\/v[\d.]+-)[0-9a-f]{8}/g, "$1<sha256>")
            .replace(/asset\(file:[0-9a-f]{7}\)/g, "asset(file:<sha256>)")
            .replace(/\S*\/(harbor-offline-installer-)/g, (path, name: string) =>
                path.startsWith('"') ? path : `<folder>/${name}`,
            )
            .replace(/(^|\s|\\n)(?=\S*\d)[A-Za-z0-9+/]{40,}={0,2}(?=\s|\\n|$)/gm, "$1<base64>")
    );
}
