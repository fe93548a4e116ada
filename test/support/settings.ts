import { parseSettings, type ConfigSource } from "../../config/parse";
import { ConfigError } from "../../config/problems";
import type { ClusterSettings } from "../../base/settings";
import { pki, ssh } from "./files";

/** Config values as the engine hands them to the program: text, with JSON for lists. */
export type Raw = Readonly<Record<string, string>>;

/** Changes to a configuration; undefined takes a key away. */
export type Changes = Readonly<Record<string, string | undefined>>;

export const now = new Date("2030-01-01T00:00:00Z");

export const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG5vdEFyZWFsS2V5YnV0b2ZpdHNsZW5ndGgwMDAwMDAw";

export const sshKey = ssh("ed25519");

export interface RawNode {
    readonly name: string;
    readonly address: string;
    readonly [field: string]: unknown;
}

export function rawNodes(count: number): RawNode[] {
    return Array.from({ length: count }, (_, i) => ({ name: `node${i + 1}`, address: `192.0.2.${i + 11}`, hostKey }));
}

/** What a cluster with http needs beside its nodes and records, as arguments of the package: all defaults. */
export const minimalArguments = {
    domain: "hub.example.com",
    protocol: "http",
    release: "release/harbor.tgz",
    sshPrivateKey: sshKey,
    cephMonitors: ["192.0.2.21"],
    cephKey: "Y2VwaHgtc2VjcmV0LWtleQ==",
    mysqlHost: "db.example.com",
    mysqlPassword: "mysql-Secret-1",
    redisHost: "redis.example.com",
    redisPassword: "redis-Secret-2",
} as const;

/** A name server that takes updates. */
export const managedRecords = {
    dnsServer: "192.0.2.53",
    dnsZone: "example.com",
    dnsKeyName: "harbor-ha",
    dnsKeySecret: "dHNpZy1zZWNyZXQta2V5",
};

/** Both as a stack has it, with one node. */
export const minimalHttp: Raw = {
    ...minimalArguments,
    ...managedRecords,
    nodes: JSON.stringify(rawNodes(1)),
    cephMonitors: JSON.stringify(minimalArguments.cephMonitors),
};

/** The same with https. */
export const minimalHttps: Raw = {
    ...without(minimalHttp, "protocol"),
    httpsCertificate: pki("server.crt"),
    httpsPrivateKey: pki("server.key"),
};

/** With the database of Harbor 2.x in the place of MySQL. */
export const withPostgres = (base: Raw): Raw => ({
    ...without(without(base, "mysqlHost"), "mysqlPassword"),
    postgresHost: "db.example.com",
    postgresPassword: "postgres-Secret-1",
});

function without(raw: Raw, key: string): Raw {
    return Object.fromEntries(Object.entries(raw).filter(([name]) => name !== key));
}

export function changed(base: Raw, changes: Changes): Raw {
    const entries = Object.entries({ ...base, ...changes });
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export interface SourceOptions {
    /** Keys that the stack doesn't hold encrypted; all others count as encrypted. */
    readonly plain?: readonly string[];
    /** Files by path; any other can't be read. */
    readonly files?: Readonly<Record<string, string>>;
    readonly now?: Date;
}

export function configSource(raw: Raw, options: SourceOptions = {}): ConfigSource {
    return {
        values: new Map(Object.entries(raw)),
        isEncrypted: (key) => !(options.plain ?? []).includes(key),
        readFile: (path) => {
            const text = options.files?.[path];
            if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
            return text;
        },
        now: options.now ?? now,
    };
}

export function parse(raw: Raw, options?: SourceOptions): ClusterSettings {
    return parseSettings(configSource(raw, options));
}

/** The problems of a bad configuration, one line each as the operator sees them, without the headline. */
export function problemsOf(raw: Raw, options?: SourceOptions): string[] {
    try {
        parse(raw, options);
    } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        return error.message
            .split("\n")
            .slice(1)
            .map((line) => line.trim());
    }
    return [];
}
