import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeArchives, writeArchivesV2 } from "./archives";
import { FakeCluster } from "./fake-cluster";
import { type Config, Stack } from "./stack";

const commonSecrets = {
    redisPassword: "redis-Secret-2",
    cephKey: "Y2VwaHgtc2VjcmV0LWtleQ==",
    dnsKeySecret: "dHNpZy1zZWNyZXQta2V5",
};

/** Passwords and keys that the tests' stacks are given; the others are generated. */
export const givenSecrets = { mysqlPassword: "mysql-Secret-1", ...commonSecrets };

/** The same of stacks with Harbor 2.x. */
export const givenSecretsV2 = { postgresPassword: "postgres-Secret-1", ...commonSecrets };

/** Fake hosts and a stack that deploys to them. */
export interface TestCluster<Archives = { readonly v111: string; readonly v112: string }> {
    readonly hosts: FakeCluster;
    readonly stack: Stack;
    readonly archives: Archives;
    /** The secrets that the stack was given, but for the login's key. */
    readonly given: Readonly<Record<string, string>>;
    /** Another stack of the same hosts in the same backend. */
    another(name: string, changes?: Config): Promise<Stack>;
    close(): Promise<void>;
}

/**
 * Three nodes, http on port 8070, Harbor v1.1.1.
 * @param project Folder of the project. @default the real one
 */
export function testCluster(changes: Config = {}, project?: string): Promise<TestCluster> {
    return clusterWith(
        writeArchives,
        ({ v111 }) => ({ release: v111, mysqlHost: "db.example.com", ...changes }),
        givenSecrets,
        project,
    );
}

/** The same with Harbor v2.14.4. */
export function testClusterV2(
    changes: Config = {},
): Promise<TestCluster<{ readonly v214: string; readonly v215: string }>> {
    return clusterWith(
        writeArchivesV2,
        ({ v214 }) => ({ release: v214, postgresHost: "db.example.com", ...changes }),
        givenSecretsV2,
    );
}

async function clusterWith<Archives>(
    write: (folder: string) => Promise<Archives>,
    own: (archives: Archives) => Config,
    given: Readonly<Record<string, string>>,
    project?: string,
): Promise<TestCluster<Archives>> {
    const hosts = await FakeCluster.start();
    const releases = mkdtempSync(join(tmpdir(), "harbor-ha-releases-"));
    const archives = await write(releases);
    const config: Config = {
        domain: "hub.example.com",
        port: "8070",
        protocol: "http",
        nodes: hosts.nodes(3),
        sshPort: hosts.port,
        sshKnownHosts: hosts.knownHosts,
        cephMonitors: ["192.0.2.21"],
        redisHost: "redis.example.com",
        dnsServer: "192.0.2.53",
        dnsZone: "example.com",
        dnsKeyName: "harbor-ha",
        protectSecrets: false,
        ...own(archives),
    };
    const secrets = { ...given, sshPrivateKey: hosts.privateKey };
    const stack = await Stack.create(config, secrets, project);
    return {
        hosts,
        stack,
        archives,
        given,
        another: (name, more = {}) => stack.beside(name, { ...config, ...more }, secrets),
        close: async () => {
            await hosts.stop();
            stack.remove();
            rmSync(releases, { recursive: true, force: true });
        },
    };
}
