import type { Result } from "./run";
import { hostOf, on, tryOn } from "./sandbox";

export interface Registry {
    /** As it stands before an image's name. */
    readonly name: string;
    readonly protocol: "http" | "https";
    readonly domain: string;
    readonly port: number;
}

export const hub: Registry = { name: "hub.sandbox.test:8070", protocol: "http", domain: "hub.sandbox.test", port: 8070 };

export const hub2: Registry = { name: "hub2.sandbox.test:8070", protocol: "http", domain: "hub2.sandbox.test", port: 8070 };

/** A file that is a mount of its own, or whose reader keeps it open, is written in place. */
export const writeOn = (host: string, path: string, content: string): Promise<string> =>
    on(host, `mkdir -p "$(dirname ${path})" && cat >${path}`, { input: content });

/** Pins the registry's name to one node in the client's /etc/hosts, or frees it again. */
export async function pinClient(registry: Registry, node: string | undefined): Promise<void> {
    const kept = (await on("client", `grep -v ' ${registry.domain}$' /etc/hosts`)) + "\n";
    await writeOn("client", "/etc/hosts", node ? `${kept}${hostOf(node).address} ${registry.domain}\n` : kept);
}

export async function clientTrusts(registries: readonly string[]): Promise<void> {
    await writeOn("client", "/etc/docker/daemon.json", JSON.stringify({ "insecure-registries": registries }));
    await on("client", "systemctl reload docker");
}

/** `docker login` on a host; the password isn't on the command line. */
export function login(host: string, registry: Registry, password: string): Promise<Result> {
    return tryOn(host, `docker login -u admin --password-stdin ${registry.name}`, { input: password });
}

const makeImage = `work=$(mktemp -d) && mkdir "$work/bin" && cp /bin/busybox "$work/bin/" && date +%s%N >"$work/made" &&
    tar -c -C "$work" . | docker import --change 'CMD ["/bin/busybox", "cat", "/made"]' - "$image" >/dev/null && rm -rf "$work"`;

/** Pushes a new small image, with a layer of its own, from the client; returns its digest. */
export async function push(image: string): Promise<string> {
    const output = await on("client", `image=${image}; ${makeImage}; docker push ${image}`);
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(output)?.[1];
    if (digest === undefined) throw new Error(`no digest in:\n${output}`);
    return digest;
}

/** Pulls by digest on the client, which has nothing of the image left, and runs it. */
export async function pull(repository: string, digest: string): Promise<void> {
    await on("client", `docker images -q ${repository} | sort -u | xargs -r docker rmi -f >/dev/null; docker pull -q ${repository}@${digest}`);
    await on("client", `docker run --rm ${repository}@${digest} | grep -qx '[0-9]*'`);
}

/** One request to one node under the registry's name, sent from the client host: status and body. */
export async function request(
    registry: Registry,
    node: string,
    path: string,
    options: { readonly config?: string; readonly method?: string; readonly json?: unknown } = {},
): Promise<{ status: number; body: string }> {
    const body = options.json === undefined ? "" : `data-raw = ${JSON.stringify(JSON.stringify(options.json))}\nheader = "Content-Type: application/json"\n`;
    const output = await on(
        "client",
        `curl -sS -q -k -m 20 --noproxy '*' -X ${options.method ?? "GET"} --resolve ${registry.domain}:${registry.port}:${hostOf(node).address} ` +
            `-K - -w '\\n%{http_code}' '${registry.protocol}://${registry.domain}:${registry.port}${path}'`,
        { input: `${options.config ?? ""}\n${body}` },
    );
    const end = output.lastIndexOf("\n");
    return { status: Number(output.slice(end + 1)), body: output.slice(0, end) };
}

export const asAdmin = (password: string): string => `user = "admin:${password}"\n`;

/** A token of one node for `library/hello`. */
export async function tokenOf(registry: Registry, node: string, password: string): Promise<string> {
    const path = "/service/token?service=harbor-registry&scope=repository:library/hello:push,pull";
    const { status, body } = await request(registry, node, path, { config: asAdmin(password) });
    if (status !== 200) throw new Error(`the token service of ${node} answers ${status}: ${body}`);
    return (JSON.parse(body) as { token: string }).token;
}

/** What a node's registry answers to a token. */
export async function registryCall(registry: Registry, node: string, token: string): Promise<number> {
    return (await request(registry, node, "/v2/", { config: `header = "Authorization: Bearer ${token}"\n` })).status;
}

/** Status by `from->to` for tokens of all nodes on all nodes. */
export async function tokenMatrix(registry: Registry, names: readonly string[], password: string): Promise<Record<string, number>> {
    const matrix: Record<string, number> = {};
    for (const from of names) {
        const token = await tokenOf(registry, from, password);
        for (const to of names) matrix[`${from}->${to}`] = await registryCall(registry, to, token);
    }
    return matrix;
}
