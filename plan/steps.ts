import { flag, int, type Kind, line, oneOf, words } from "./parameters";

/**
 * Every step that the program takes, in the order in which it takes them: read it from top to bottom. What a step waits
 * for is in `after`, what has to run again when it has run is in `again`; nothing else states an order. From the
 * parameters come the TypeScript types and the list that the node's command carries, which refuses any other name.
 */

/** All steps in their order. */
export const stepNames = [
    "toolkit",
    "secrets",
    "host",
    "ca",
    "mount",
    "upload",
    "store",
    "stage",
    "files",
    "units",
    "prepare",
    "mysql",
    "redis",
    "token-key",
    "cert-sync",
    "up",
    "dns",
    "verify",
] as const;

export type StepName = (typeof stepNames)[number];

/** What a step waits for, or what follows it. */
export interface Reference {
    readonly step: StepName;
    /** `own`: of the same node. `every`: on all nodes. `cluster`: the one of the whole cluster. `previous`: the rollout. */
    readonly of: "own" | "every" | "cluster" | "previous";
}

export interface StepDefinition {
    /** What it does, for diagrams and reports. */
    readonly title: string;
    /** Its name in tables. @default the step's own */
    readonly short?: string;
    /** `node`: once on every node. `cluster`: once, by a node that plan/roles.ts chooses. */
    readonly scope: "node" | "cluster";
    /** Command of the node that runs it; `upload` is the engine's own copy. */
    readonly command?: string;
    /** Said before it in the diagrams: nothing from here on begins before all above is done. */
    readonly barrier?: string;
    readonly after: readonly Reference[];
    /** What has to run again whenever this one has. */
    readonly again: readonly Reference[];
    readonly parameters: Readonly<Record<string, Kind>>;
    /** Seconds after which the command is ended on the host. @default 300 */
    readonly timeoutSeconds?: number;
    /** Command that undoes it when its resource is deleted, and the parameters that this needs. @default nothing is done */
    readonly undo?: { readonly command: string; readonly needs: readonly string[] };
}

const own = (...steps: StepName[]): Reference[] => steps.map((step) => ({ step, of: "own" }));
const every = (...steps: StepName[]): Reference[] => steps.map((step) => ({ step, of: "every" }));
const cluster = (...steps: StepName[]): Reference[] => steps.map((step) => ({ step, of: "cluster" }));
const previous = (...steps: StepName[]): Reference[] => steps.map((step) => ({ step, of: "previous" }));

/** Where the node looks for the registry and what stands behind it. */
const endpoint = {
    protocol: oneOf("http", "https"),
    domain: line,
    port: int,
    ca_file: line,
    mysql_host: line,
    mysql_port: int,
    mysql_user: line,
    redis_host: line,
    redis_port: int,
};

/** What the release's docker-compose.yml says of its containers. */
const containers = {
    images: words,
    containers: words,
    proxy_container: line,
    upstream_containers: words,
    log_address: line,
};

export const steps = {
    toolkit: {
        title: "the node's own command",
        scope: "node",
        after: [],
        again: [],
        parameters: {},
    },
    secrets: {
        title: "the secrets that this node needs",
        scope: "node",
        command: "secrets",
        after: own("toolkit"),
        again: own("prepare"),
        timeoutSeconds: 60,
        // One for each secret that the node holds (plan/secrets.ts); values in base64.
        parameters: { "*": line },
    },
    host: {
        title: "tools, Docker, its trust in the registry",
        scope: "node",
        command: "host",
        after: own("toolkit"),
        again: [],
        timeoutSeconds: 1500,
        parameters: {
            insecure_registry: line,
            install_packages: flag,
            prepare_python: int,
            prepare_image: line,
            dns: oneOf("managed", "none"),
        },
    },
    ca: {
        title: "the registry's certificate authority",
        scope: "node",
        after: own("toolkit"),
        again: [],
        parameters: {},
    },
    mount: {
        title: "CephFS mounted and proven to be a mount",
        short: "mount",
        scope: "node",
        command: "mount",
        after: own("secrets", "host", "ca"),
        // Containers keep a mount that has died.
        again: own("up"),
        timeoutSeconds: 900,
        parameters: {
            monitors: words,
            path: line,
            client_name: line,
            fs_name: line,
            mount_point: line,
            client: oneOf("auto", "kernel", "fuse"),
            install_packages: flag,
            after_eviction: oneOf("reconnect"),
            key: line,
        },
    },
    upload: {
        title: "the release sent to one node",
        scope: "cluster",
        after: [],
        again: cluster("store"),
        parameters: {},
    },
    store: {
        title: "shared storage filled: folders, secretkey, release",
        scope: "cluster",
        command: "store",
        after: [...cluster("upload"), ...own("mount")],
        again: cluster("verify"),
        timeoutSeconds: 600,
        parameters: {
            mount_point: line,
            data_dir: line,
            shared_dir: line,
            secretkey: oneOf("given", "generated"),
            secretkey_fingerprint: line,
            release: line,
            release_pinned: flag,
            release_sha256: line,
            upload: line,
        },
    },
    stage: {
        title: "release unpacked, its images in Docker",
        scope: "node",
        command: "stage",
        after: [...own("secrets", "host", "ca", "mount"), ...cluster("store")],
        again: [],
        timeoutSeconds: 1200,
        parameters: { shared_dir: line, release_dir: line, release_sha256: line, version: line, images: words },
    },
    files: {
        title: "the release's files, with slots for secrets",
        scope: "node",
        after: own("secrets", "host", "ca"),
        again: own("prepare"),
        parameters: {},
    },
    units: {
        title: "what systemd needs after a boot",
        scope: "node",
        after: own("secrets", "host", "ca"),
        again: own("up"),
        parameters: {},
    },
    prepare: {
        title: "prepare",
        scope: "node",
        command: "prepare",
        after: own("stage", "files"),
        again: own("cert-sync"),
        parameters: {
            version: line,
            release_dir: line,
            mount_point: line,
            data_dir: line,
            protocol: oneOf("http", "https"),
            prepare_python: int,
            prepare_image: line,
            generation: int,
            files: words,
            slots: words,
            "digest/*": line,
        },
    },
    mysql: {
        title: "MySQL answers and has the release's schema",
        scope: "cluster",
        command: "mysql",
        after: own("stage"),
        again: [],
        timeoutSeconds: 600,
        parameters: {
            host: line,
            port: int,
            user: line,
            password: line,
            image: line,
            version: line,
            schema_version: line,
            wait: int,
        },
    },
    redis: {
        title: "Redis takes the password",
        scope: "cluster",
        command: "redis",
        after: own("secrets", "host", "ca"),
        again: [],
        timeoutSeconds: 180,
        parameters: { host: line, port: int, password: line, database: int, cache_database: int, wait: int },
    },
    "token-key": {
        title: "the token key pair exists, once",
        scope: "cluster",
        command: "token-key",
        barrier: "every node is prepared, database and Redis are ready",
        after: [...every("prepare"), ...cluster("mysql", "redis")],
        again: every("cert-sync"),
        parameters: {
            mount_point: line,
            shared_dir: line,
            source: oneOf("given", "generated"),
            given_key: line,
            public_release_key: line,
        },
    },
    "cert-sync": {
        title: "the pair on this node, fingerprints compared",
        short: "cert sync",
        scope: "node",
        command: "cert-sync",
        after: [...every("prepare"), ...cluster("token-key")],
        again: own("up"),
        parameters: {
            mount_point: line,
            shared_dir: line,
            release_dir: line,
            data_dir: line,
            after_prepare: line,
            token_key: line,
        },
    },
    up: {
        title: "compose up, healthy",
        short: "compose up",
        scope: "node",
        command: "up",
        barrier: "certificates agree",
        after: [...every("cert-sync", "units"), ...previous("up")],
        again: cluster("verify"),
        timeoutSeconds: 1200,
        undo: { command: "down", needs: ["release_dir"] },
        parameters: {
            version: line,
            release_dir: line,
            mount_point: line,
            data_dir: line,
            shared_dir: line,
            ...endpoint,
            ...containers,
            timeout: int,
            service_address: line,
            first: flag,
            after_cert_sync: line,
        },
    },
    dns: {
        title: "DNS records",
        scope: "cluster",
        command: "dns",
        barrier: "every node is healthy",
        after: every("up"),
        again: cluster("verify"),
        timeoutSeconds: 120,
        undo: { command: "dns-remove", needs: ["server", "port", "zone", "key_name", "key_algorithm", "name"] },
        parameters: {
            server: line,
            port: int,
            zone: line,
            key_name: line,
            key_algorithm: line,
            key: line,
            name: line,
            ttl: int,
            addresses: words,
        },
    },
    verify: {
        title: "verification through every node and the name",
        scope: "cluster",
        command: "verify",
        after: [...every("up"), ...cluster("dns")],
        again: [],
        timeoutSeconds: 900,
        parameters: {
            ...endpoint,
            mount_point: line,
            shared_dir: line,
            nodes: words,
            realm: line,
            dns: oneOf("managed", "none"),
            dns_server: line,
            dns_port: int,
            version: line,
            release_sha256: line,
            rendered: line,
            command: line,
            after_rollout: line,
        },
    },
} as const satisfies Record<StepName, StepDefinition>;

/** A step of the whole cluster shows where it runs: otherwise a preview of one that moves would show its connection only. */
const runsOn = { runs_on: line };

type ValueOf<K> = K extends Kind<infer T> ? T : never;

/** The names and types of a step's parameters, without `runs_on`. */
export type ParametersOf<S extends StepName> = {
    readonly [P in keyof (typeof steps)[S]["parameters"]]: ValueOf<(typeof steps)[S]["parameters"][P]>;
};

/** Steps that take parameters, by the command of the node that runs them. */
export type CommandStep = { [S in StepName]: (typeof steps)[S] extends { command: string } ? S : never }[StepName];

export function definitionOf(step: StepName): StepDefinition {
    return steps[step];
}

/** What a step takes, as the node is told. */
export function parametersOf(step: StepName): Readonly<Record<string, Kind>> {
    const { scope, parameters } = definitionOf(step);
    return scope === "cluster" ? { ...parameters, ...runsOn } : parameters;
}

const { up, verify } = steps;

/** Commands that read a node without being steps: drift detection, and what `up` leaves for systemd's start. */
export const readers = {
    inspect: {
        release_dir: line,
        mount_point: line,
        data_dir: line,
        shared_dir: line,
        files: words,
        slots: words,
        secrets: words,
        containers: words,
        insecure_registry: line,
        domain: line,
        dns: verify.parameters.dns,
        dns_server: line,
        dns_port: int,
        addresses: words,
        "file/*": line,
    },
    start: pick(up.parameters, [
        "release_dir",
        "shared_dir",
        "mount_point",
        "data_dir",
        "service_address",
        "protocol",
        "domain",
        "port",
        "ca_file",
        "containers",
        "proxy_container",
        "upstream_containers",
        "log_address",
    ]),
} as const satisfies Record<string, Readonly<Record<string, Kind>>>;

export type ReaderParameters<R extends keyof typeof readers> = {
    readonly [P in keyof (typeof readers)[R]]: ValueOf<(typeof readers)[R][P]>;
};

function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
    return Object.fromEntries(names.map((name) => [name, from[name]])) as Pick<T, K>;
}

/** A name of the list that the node's command carries, `?` at its end for one that may be absent. */
const declared = (name: string, { shell }: Kind, optional = false): string => `${name}:${shell}${optional ? "?" : ""}`;

/**
 * What each command of the node takes. A command that undoes a step gets what the step was once given, by this program or
 * by an older one: it needs little of that, and takes the rest.
 */
export function declarations(): Map<string, string[]> {
    const list = new Map<string, string[]>();
    for (const step of stepNames) {
        const { command, undo } = definitionOf(step);
        if (command === undefined) continue;
        const all = Object.entries(parametersOf(step));
        list.set(
            command,
            all.map(([name, kind]) => declared(name, kind)),
        );
        if (!undo) continue;
        const optional = (name: string): boolean => !undo.needs.includes(name);
        list.set(
            undo.command,
            all.map(([name, kind]) => declared(name, kind, optional(name))),
        );
    }
    for (const [reader, parameters] of Object.entries(readers)) {
        list.set(
            reader,
            Object.entries(parameters).map(([name, kind]) => declared(name, kind)),
        );
    }
    return list;
}
