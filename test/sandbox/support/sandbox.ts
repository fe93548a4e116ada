import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { must, run, type Result, type RunOptions } from "./run";

export const projectDir = join(__dirname, "..", "..", "..");
export const runDir = join(projectDir, "sandbox", ".run");

export interface SandboxHost {
    readonly name: string;
    readonly address: string;
    readonly container: string;
    readonly hostKey: string;
}

interface SandboxFile {
    readonly subnet: string;
    readonly network: string;
    readonly nodes: readonly SandboxHost[];
    readonly client: SandboxHost;
    readonly ssh: { readonly privateKeyFile: string; readonly knownHostsFile: string };
    readonly ceph: { readonly container: string; readonly keyFile: string };
    readonly mysql: { readonly address: string; readonly container: string; readonly user: string; readonly passwordFile: string };
    readonly postgres: { readonly address: string; readonly container: string; readonly user: string; readonly passwordFile: string };
    readonly redis: { readonly address: string; readonly container: string; readonly passwordFile: string };
    readonly dns: { readonly address: string; readonly container: string; readonly tsig: { readonly secretFile: string } };
    readonly images: { readonly mariadb: string; readonly redis: string };
}

function load(): SandboxFile {
    const file = join(runDir, "sandbox.json");
    if (!existsSync(file) || !existsSync(join(runDir, "engine.env"))) {
        throw new Error("the sandbox isn't there: run sandbox/up first");
    }
    return JSON.parse(readFileSync(file, "utf8")) as SandboxFile;
}

export const sandbox = load();
/** The first three octets of the sandbox's network. */
export const prefix = sandbox.subnet.replace(/\.0\/24$/, "");

export function hostOf(name: string): SandboxHost {
    const found = [...sandbox.nodes, sandbox.client].find((host) => host.name === name);
    if (!found) throw new Error(`the sandbox has no host ${name}`);
    return found;
}

export const nodes = ["node1", "node2", "node3"] as const;
export type NodeName = (typeof nodes)[number];

/** Runs a shell script as root on a host. */
export function tryOn(host: string, script: string, options: RunOptions = {}): Promise<Result> {
    return run("docker", ["exec", "-i", hostOf(host).container, "bash", "-c", script], options);
}

export function on(host: string, script: string, options: RunOptions = {}): Promise<string> {
    return must("docker", ["exec", "-i", hostOf(host).container, "bash", "-c", `set -euo pipefail; ${script}`], options);
}

/** The same script on all nodes at once; results in the order of `nodes`. */
export function onAll(script: string, hosts: readonly string[] = nodes): Promise<string[]> {
    return Promise.all(hosts.map((host) => on(host, script)));
}

export function secretOf(file: string): string {
    return readFileSync(join(projectDir, file), "utf8").trim();
}

/** SQL as root inside the sandbox's database server. */
export function sql(statement: string, container = sandbox.mysql.container): Promise<string> {
    const args = ["exec", "-i", container, "mariadb", "--no-defaults", "-S", "/run/mysqld/mysqld.sock", "-u", "root", "-N", "-B"];
    return must("docker", args, { input: statement });
}

/** SQL as the superuser inside the sandbox's PostgreSQL. */
export function postgresSql(statement: string, database = "registry"): Promise<string> {
    const args = ["exec", "-i", "-u", "postgres", sandbox.postgres.container, "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database];
    return must("docker", args, { input: statement });
}

/** Addresses under a name, as the sandbox's name server has them. */
export async function lookUp(name: string): Promise<string[]> {
    const output = await on("client", `dig +short +time=3 +tries=2 @${sandbox.dns.address} ${name} A`);
    return output.split("\n").filter(Boolean).sort();
}
