import { type ClusterSettings, notKnownYet } from "../base/settings";
import { nearest } from "../base/nearest";
import { assemble } from "./assemble";
import { crossCheck } from "./cross-check";
import { type ConfigKey, type GivenValues, type KeyName, keyNames, keyTable } from "./keys";
import { checkedValue, failedKeys, havePassed } from "./parse";
import { ConfigError, type Problem } from "./problems";

/** The configuration as arguments of a program: values by the names of the keys, of which some may come later. */

/** Stands for a value that another resource is still to make. */
export const later: unique symbol = Symbol("a value that comes later");

/**
 * Keys that are plain as arguments. They decide which resources there are and what they are called, the paths on the nodes that
 * stand in command lines, or what is read before any resource is made. All others may be outputs of other resources.
 */
export const plainKeys = [
    "domain",
    "port",
    "protocol",
    "release",
    "releaseSource",
    "releaseSha256",
    "harborVersion",
    "installDir",
    "promoteFrom",
    "rollout",
    "protectSecrets",
    "sshUser",
    "allowUnknownHostKeys",
    "detectDrift",
    "storageMode",
    "storageMountPoint",
    "cephMountPoint",
    "blobStorage",
    "mysqlMode",
    "postgresMode",
    "redisMode",
    "redisSentinels",
    "redisSentinelMasterSet",
    "redisTls",
    "trivy",
    "metrics",
    "metricsPort",
    "dnsMode",
] as const satisfies readonly KeyName[];

export type PlainKey = (typeof plainKeys)[number];

/** Fields of a node that may come later. */
export const inputFields = ["address", "serviceAddress", "port", "hostKey"] as const;

export type ArgumentValues = Readonly<Record<string, unknown>>;

/**
 * Checks all that is known of the arguments, and gives the settings: with stand-ins for what comes later, and `notKnownYet` in
 * the place of secrets.
 * @throws ConfigError with every problem found; the keys of the problems are property paths.
 */
export function settingsOf(given: ArgumentValues, now: Date): ClusterSettings {
    const problems = [...unknownArguments(given), ...notPlain(given)];
    const known = keyNames.filter((name) => given[name] !== later);
    const unknown = keyNames.filter((name) => given[name] === later);
    const values: GivenValues = Object.fromEntries(
        known.map((name) => [name, givenValue(name, given[name], problems)]),
    );
    const failed = new Set([...failedKeys(problems), ...unknown]);
    problems.push(...crossCheck({ values, failed, now }).filter(({ key }) => !isOfLaterNode(key, given.nodes)));
    const whole: GivenValues = { ...values, ...Object.fromEntries(unknown.map((name) => [name, standIn(name)])) };
    if (problems.length > 0 || !havePassed(whole)) throw new ConfigError(problems);
    return assemble(whole);
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

function givenValue(name: KeyName, value: unknown, problems: Problem[]): unknown {
    const key: ConfigKey = keyTable[name];
    if (!isGiven(value)) return key.default;
    return checkedValue(name, key, name === "nodes" ? withStandIns(value) : value, problems);
}

function unknownArguments(given: ArgumentValues): Problem[] {
    return Object.keys(given)
        .filter((name) => !(keyNames as readonly string[]).includes(name))
        .map((key) => {
            const suggestion = nearest(key, keyNames);
            const hint = suggestion ? `; did you mean ${suggestion}?` : "";
            return { key, value: "this argument", allowed: `unknown${hint}` };
        });
}

/** What has to be known before there is any resource. */
function notPlain(given: ArgumentValues): Problem[] {
    const nodes: readonly unknown[] = Array.isArray(given.nodes) ? given.nodes : [];
    const fields = nodes.flatMap((node, i) =>
        Object.entries(typeof node === "object" && node !== null ? node : {})
            .filter(([field, value]) => value === later && !(inputFields as readonly string[]).includes(field))
            .map(([field]) => `nodes[${i}].${field}`),
    );
    const keys = [...plainKeys, "nodes"].filter((key) => given[key] === later);
    const allowed = "a plain value: it decides which resources there are, and how they are called";
    return [...keys, ...fields].map((key) => ({ key, value: "an output", allowed }));
}

/** What a value that comes later is taken for in a plan whose texts nobody reads. */
function standIn(name: KeyName): unknown {
    const key: ConfigKey = keyTable[name];
    if (key.secret) return notKnownYet;
    if (key.default !== undefined) return key.default;
    if (key.type === "array") return ["unknown"];
    if (key.type === "integer") return undefined;
    return { sshProxy: "unknown@unknown", sshKnownHosts: "", s3RootDirectory: "/unknown" }[name as string] ?? "unknown";
}

/** A key that no host has. */
const hostKey = `ssh-ed25519 ${Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from("ssh-ed25519"), Buffer.from([0, 0, 0, 32]), Buffer.alloc(32)]).toString("base64")}`;

function withStandIns(nodes: unknown): unknown {
    if (!Array.isArray(nodes)) return nodes;
    return nodes.map((node: unknown, i) => {
        if (typeof node !== "object" || node === null) return node;
        const standIns: Readonly<Record<string, unknown>> = {
            address: `0.0.0.${i + 1}`,
            serviceAddress: `0.0.1.${i + 1}`,
            port: 22,
            hostKey,
        };
        const fields = Object.entries(node).filter(([, value]) => isGiven(value));
        return Object.fromEntries(fields.map(([field, value]) => [field, value === later ? standIns[field] : value]));
    });
}

/** What joins fields of a node can be judged when all of them are known. */
function isOfLaterNode(key: string, nodes: unknown): boolean {
    const [, index] = /^nodes\[(\d+)\]/.exec(key) ?? [];
    if (index === undefined || !Array.isArray(nodes)) return false;
    const node: unknown = nodes[Number(index)];
    return typeof node === "object" && node !== null && Object.values(node).includes(later);
}
