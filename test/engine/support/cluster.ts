import { FakeCluster } from "./fake-cluster";
import { writeArchives } from "./archives";
import { type Config, Stack } from "./stack";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Passwords and keys that the tests' stacks are given; the others are generated. */
export const givenSecrets = {
    mysqlPassword: "mysql-Secret-1",
    redisPassword: "redis-Secret-2",
    cephKey: "Y2VwaHgtc2VjcmV0LWtleQ==",
    dnsKeySecret: "dHNpZy1zZWNyZXQta2V5",
};

/** Fake hosts and a stack that deploys to them. */
export interface TestCluster {
    readonly hosts: FakeCluster;
    readonly stack: Stack;
    readonly archives: { readonly v111: string; readonly v112: string };
    /** Another stack of the same hosts in the same backend. */
    another(name: string, changes?: Config): Promise<Stack>;
    close(): Promise<void>;
}

/**
 * Three nodes, http on port 8070, Harbor v1.1.1.
 * @param project Folder of the project. @default the real one
 */
export async function testCluster(changes: Config = {}, project?: string): Promise<TestCluster> {
    const hosts = await FakeCluster.start();
    const releases = mkdtempSync(join(tmpdir(), "harbor-ha-releases-"));
    const archives = await writeArchives(releases);
    const config: Config = {
        domain: "hub.example.com",
        port: "8070",
        protocol: "http",
        release: archives.v111,
        nodes: hosts.nodes(3),
        sshPort: hosts.port,
        sshKnownHosts: hosts.knownHosts,
        cephMonitors: ["192.0.2.21"],
        mysqlHost: "db.example.com",
        redisHost: "redis.example.com",
        dnsServer: "192.0.2.53",
        dnsZone: "example.com",
        dnsKeyName: "harbor-ha",
        protectSecrets: false,
        ...changes,
    };
    const secrets = { ...givenSecrets, sshPrivateKey: hosts.privateKey };
    const stack = await Stack.create(config, secrets, project);
    return {
        hosts,
        stack,
        archives,
        another: (name, more = {}) => stack.beside(name, { ...config, ...more }, secrets),
        close: async () => {
            await hosts.stop();
            stack.remove();
            rmSync(releases, { recursive: true, force: true });
        },
    };
}
