import { parse as parseYaml } from "yaml";
import { readdirSync } from "node:fs";
import { keyNames, keys, type ConfigKey } from "../../config/keys";
import { pki, projectDir, projectFile } from "../support/files";
import { hostKey, parse, problemsOf, sshKey } from "../support/settings";

/** What the files hold that a stack names, by the key that names them. */
const contents: Readonly<Record<string, string>> = {
    sshPrivateKeyFile: sshKey,
    httpsCertificateFile: pki("server.crt"),
    httpsPrivateKeyFile: pki("server.key"),
    httpsCaCertificateFile: pki("ca.crt"),
    cephKeyFile: "Y2VwaHg=",
    mysqlPasswordFile: "mysql-Secret-1",
    postgresPasswordFile: "postgres-Secret-4",
    redisPasswordFile: "redis-Secret-2",
    dnsKeySecretFile: "dHNpZw==",
};

const stacks = readdirSync(projectDir).filter((name) => /^Pulumi\..+\.yaml$/.test(name));

function valuesOf(stack: string): Record<string, string> {
    const { config } = parseYaml(projectFile(stack)) as { config: Record<string, string | number | object> };
    return Object.fromEntries(
        Object.entries(config).map(([key, value]) => [
            key.replace(/^harbor-ha:/, ""),
            typeof value === "object" ? JSON.stringify(value) : String(value),
        ]),
    );
}

/** The files that a stack names, with fitting contents. */
function filesOf(values: Readonly<Record<string, string>>): Record<string, string> {
    const addresses = (JSON.parse(values.nodes ?? "[]") as { address: string }[]).map(({ address }) => address);
    const knownHosts = addresses.map((address) => `${address} ${hostKey}`).join("\n");
    return Object.fromEntries(
        Object.keys(values)
            .filter((key) => key.endsWith("File"))
            .map((key) => [values[key] ?? "", key === "sshKnownHostsFile" ? knownHosts : (contents[key] ?? "")]),
    );
}

test("the sandbox's stack is complete", () => {
    const values = valuesOf("Pulumi.dev.yaml");
    expect(parse(values, { files: filesOf(values) })).toMatchObject({
        domain: "hub.sandbox.test",
        nodes: { length: 3 },
    });
});

test.each(stacks)("%s lacks nothing but secrets", (stack) => {
    const values = valuesOf(stack);
    const secret = keyNames.filter((name) => (keys[name] as ConfigKey).secret);
    const isMissingSecret = (problem: string): boolean =>
        secret.some((name) => problem.startsWith(`harbor-ha:${name} is missing: `));
    expect(problemsOf(values, { files: filesOf(values) }).filter((problem) => !isMissingSecret(problem))).toEqual([]);
});

test("stack files hold no secret, and none that was encrypted", () => {
    expect(stacks).toContain("Pulumi.dev.yaml");
    const secret = keyNames.filter((name) => (keys[name] as ConfigKey).secret);
    for (const stack of stacks) {
        const { config: own } = parseYaml(projectFile(stack)) as { config: Record<string, unknown> };
        const named = secret.filter((name) => `harbor-ha:${name}` in own);
        expect([stack, named]).toEqual([stack, []]);
        expect(projectFile(stack)).not.toMatch(/^\s*secure:/m);
    }
});
