import type { TestCluster } from "./cluster";

/** Every secret of a deployed stack by a name for messages: the given ones and the generated ones. */
export async function secretsOf({ stack, hosts, given }: TestCluster<unknown>): Promise<Record<string, string>> {
    const generated = (await stack.resources())
        .filter(({ type }) => type === "random:index/randomPassword:RandomPassword")
        .map(({ urn, outputs }): [string, string] => [
            urn.slice(urn.lastIndexOf("::") + 2),
            (outputs.result as { plaintext: string }).plaintext.slice(1, -1),
        ]);
    if (generated.length < 3) throw new Error("admin password, secretkey and salt should have been generated");
    return { ...given, sshPrivateKey: keyBody(hosts.privateKey), ...Object.fromEntries(generated) };
}

/** A line of a PEM key that no other key has. */
export function keyBody(pem: string): string {
    const lines = pem.trim().split("\n").slice(1, -1);
    return lines[Math.floor(lines.length / 2)] ?? pem;
}

/** Names of secrets that a text holds, as they are or in base64. */
export function leaks(text: string, secrets: Readonly<Record<string, string>>): string[] {
    const forms = (value: string): string[] => [value, Buffer.from(value).toString("base64").replace(/=+$/, "")];
    return Object.keys(secrets).filter((name) => forms(secrets[name] ?? "").some((form) => text.includes(form)));
}
