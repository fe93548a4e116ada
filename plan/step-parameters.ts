import { digest } from "../base/digest";
import { type ClusterSettings, type NodeSettings, nodesUp, registryName, registryUrl } from "../base/settings";
import type { NodePlan, PlanContext } from "./cluster-plan";
import { clusterLayout } from "./layout";
import { nameServer, recordAddresses } from "./dns-records";
import type { PlanFacts } from "./facts";
import type { ParameterValues } from "./parameters";
import { type Planned, type PlannedValue, stepId } from "./planned";
import { authorityOfRedis, whereRedisIs } from "./redis-parameters";
import { prepareSecrets, type SecretName } from "./secrets";
import type { StepName } from "./step-definition";
import { takeOut } from "./take-out";
import type { CommandStep } from "./declarations";

/** Seconds that a node may take from compose up to healthy; the first start of a slow host loads everything from disk. */
const healthyWithin = 180;

/** Seconds that a server may take to answer: a container of this stack has just been made. */
const answersWithin = (container: unknown): number => (container === undefined ? 20 : 120);

type Builder<S extends CommandStep> = (context: PlanContext, node: NodePlan) => Planned<S>;

const fingerprint = (...names: SecretName[]): { fingerprint: readonly SecretName[] } => ({ fingerprint: names });
const digestOf = (...ids: string[]): { digestOf: readonly string[] } => ({ digestOf: ids });
const onNode = (step: StepName, { node }: NodePlan): string => stepId(step, "node", node.name);

/** What each step is given. */
const builders: { readonly [S in CommandStep]: Builder<S> } = {
    secrets: (_context, { secrets }) =>
        Object.fromEntries(secrets.map((secret) => [secret, { secret }])) as unknown as Planned<"secrets">,

    host: ({ settings, facts, layout, roles }, { node }) => ({
        insecure_registry: insecureRegistry(settings),
        install_packages: settings.installPackages,
        prepare_python: facts.prepare.python,
        prepare_image: prepareImage(settings, facts),
        postgres: facts.line === "v2" && node === roles.runners.postgres,
        dns: settings.dns.update ? "managed" : "none",
        upload: node === roles.runners.upload ? layout.upload : "none",
    }),

    mount: ({ settings: { storage, installPackages } }) => ({
        mode: storage.mode,
        mount_point: storage.mountPoint,
        install_packages: installPackages,
        ...(storage.mode === "mounted"
            ? { monitors: ["none"], path: "none", client_name: "none", fs_name: "none", key: "none" }
            : {
                  monitors: storage.monitors,
                  path: storage.path,
                  client_name: storage.clientName,
                  fs_name: storage.fsName ?? "default",
                  key: fingerprint("ceph_key"),
              }),
        client: storage.mode === "mounted" ? "none" : storage.client,
        // Said, so that nodes of before get the option as well.
        after_eviction: storage.mode === "mounted" ? "none" : "reconnect",
    }),

    store: ({ settings, layout, release }) => ({
        // Said, so that a storage of before gets its id as well.
        storage: settings.storage.mode,
        mount_point: layout.mountPoint,
        data_dir: layout.dataDir,
        shared_dir: layout.sharedDir,
        secretkey: settings.secretkey ? "given" : "generated",
        secretkey_fingerprint: fingerprint("secretkey"),
        release: release.version,
        release_pinned: settings.release.sha256 !== undefined || release.pinned !== undefined,
        release_sha256: release.sha256,
        upload: layout.upload,
    }),

    stage: ({ settings, layout, release, facts }) => ({
        // As in `store`: each node leaves a trace there.
        storage: settings.storage.mode,
        shared_dir: layout.sharedDir,
        release_dir: layout.releaseDir,
        release_sha256: release.sha256,
        version: release.version,
        // Prepare runs before anything else does, in an image that no container keeps.
        images: [...facts.images, ...(facts.prepare.image === "none" ? [] : [facts.prepare.image])],
    }),

    /** Everything that prepare depends on, so that a preview tells why it runs again. */
    prepare: ({ settings, layout, release, facts, releaseSecrets }, { rendered, files }) => ({
        version: release.version,
        release_dir: layout.releaseDir,
        mount_point: layout.mountPoint,
        data_dir: layout.dataDir,
        protocol: settings.protocol,
        prepare_python: facts.prepare.python,
        prepare_image: prepareImage(settings, facts),
        prepare_arguments: facts.prepare.arguments,
        ...authorityOfRedis(settings, layout),
        generation: settings.prepareGeneration,
        files: rendered.filter(({ made }) => made === undefined).map(({ path }) => path),
        slots: facts.slots,
        ...(Object.fromEntries(
            files
                .filter(({ step }) => step === "files")
                .map(({ path, content }) => [`digest/${path.slice(layout.filesDir.length + 1)}`, digest(content)]),
        ) as { "digest/*": string }),
        "digest/secrets": fingerprint(...prepareSecrets(settings), ...releaseSecrets.keys()),
        ...(Object.fromEntries(
            rendered
                .filter(({ made }) => made === "prepare")
                .map(({ path, content }) => [`expected/${path}`, digest(content.trimEnd())]),
        ) as { "expected/*": string }),
    }),

    mysql: ({ settings: { database }, release, facts }) => ({
        host: database.host,
        port: database.port,
        user: database.user,
        password: fingerprint("mysql_password"),
        image: facts.databaseImage,
        version: release.version,
        schema_version: facts.schemaVersion,
        wait: answersWithin(database.container),
    }),

    postgres: ({ settings: { database }, release, facts }) => {
        if (database.kind !== "postgres") throw new Error("no step postgres without PostgreSQL");
        return {
            host: database.host,
            port: database.port,
            database: database.name,
            user: database.user,
            password: fingerprint("postgres_password"),
            ssl_mode: database.sslMode,
            version: release.version,
            schema_version: facts.schemaVersion,
            wait: answersWithin(database.container),
        };
    },

    redis: ({ settings, settings: { redis } }) => ({
        host: redis.host,
        port: redis.port,
        ...whereRedisIs(settings, ""),
        // So that another authority is looked at with.
        ...(redis.tls?.caCertificate !== undefined && { ca: digest(redis.tls.caCertificate) }),
        password: fingerprint("redis_password"),
        database: redis.database,
        cache_database: redis.cacheDatabase,
        wait: answersWithin(redis.container),
    }),

    "token-key": ({ settings, layout, facts, release }) => ({
        mount_point: layout.mountPoint,
        shared_dir: layout.sharedDir,
        source: settings.tokenKey ? "given" : "generated",
        given_key: fingerprint("token_key", "token_certificate"),
        public_release_key: facts.publicTokenKey,
        ...(facts.line === "v1"
            ? { release_dir: "none", data_dir: "none", version: "none", https: "none" }
            : {
                  // Of these a later line takes its further values, once, and the shared pair of https.
                  release_dir: layout.releaseDir,
                  data_dir: layout.dataDir,
                  version: release.version,
                  https: settings.https ? digest(settings.https.certificate) : "none",
              }),
    }),

    "cert-sync": ({ settings, layout }, node) => ({
        // As in `store`: each node tells what it sees there.
        storage: settings.storage.mode,
        mount_point: layout.mountPoint,
        shared_dir: layout.sharedDir,
        release_dir: layout.releaseDir,
        data_dir: layout.dataDir,
        after_prepare: digestOf(onNode("prepare", node)),
        token_key: digestOf("token-key"),
    }),

    up: (context, nodePlan) => ({
        version: context.release.version,
        release_dir: context.layout.releaseDir,
        mount_point: context.layout.mountPoint,
        data_dir: context.layout.dataDir,
        shared_dir: context.layout.sharedDir,
        ...endpoint(context.settings),
        images: context.facts.images,
        containers: context.facts.containers,
        proxy_container: context.facts.proxyContainer,
        upstream_containers: context.facts.upstreamContainers,
        log_address: context.facts.logAddress,
        core_image: context.facts.coreImage,
        ...(context.settings.services.metrics && { metrics_port: context.settings.services.metrics.port }),
        timeout: healthyWithin,
        service_address: nodePlan.node.serviceAddress,
        first: nodePlan.node === context.roles.first,
        take_out: takeOut(context.settings),
        ...ownRecord(context.settings),
        after_cert_sync: digestOf(onNode("cert-sync", nodePlan)),
    }),

    dns: ({ settings }) => {
        const { domain, dns } = settings;
        const { update } = dns;
        if (!update) throw new Error("no step dns without managed records");
        return {
            server: update.server,
            port: update.port,
            zone: update.zone,
            key_name: update.keyName,
            key_algorithm: update.keyAlgorithm,
            key: fingerprint("dns_key"),
            name: domain,
            url: registryUrl(settings),
            ca_file: endpoint(settings).ca_file,
            ttl: dns.ttl,
            addresses: recordAddresses(settings),
        };
    },

    verify: (context) => ({
        ...checksOf(context.settings),
        version: context.pins.version,
        release_sha256: context.pins.sha256,
        rendered: context.pins.rendered,
        command: context.pins.command,
        after_rollout: digestOf(...context.settings.nodes.map(({ name }) => stepId("up", "node", name))),
    }),
};

/** What a step is given on a node. */
export function parametersFor(
    step: CommandStep,
    context: PlanContext,
    node: NodePlan,
): Readonly<Record<string, PlannedValue>> {
    return builders[step](context, node);
}

/** What the checks of a node and of the cluster have in common. */
function endpoint(settings: ClusterSettings) {
    const { protocol, domain, port, https, database, redis } = settings;
    return {
        protocol,
        domain,
        port,
        ca_file: https?.caCertificate === undefined ? "none" : clusterLayout(settings).caFile,
        database_host: database.host,
        database_port: database.port,
        database_user: database.user,
        redis_host: redis.host,
        redis_port: redis.port,
        ...whereRedisIs(settings, "redis_"),
    };
}

/** With what a node withdraws its own record, and puts it back. */
function ownRecord({ dns, dns: { update } }: ClusterSettings) {
    return {
        ...nameServer(dns),
        dns_zone: update?.zone ?? "none",
        dns_key_name: update?.keyName ?? "none",
        dns_key_algorithm: update?.keyAlgorithm ?? "none",
    };
}

/** What the verification looks at, whatever the release. */
function checksOf(settings: ClusterSettings) {
    const { nodes, dns } = settings;
    const { mountPoint, sharedDir } = clusterLayout(settings);
    return {
        ...endpoint(settings),
        mount_point: mountPoint,
        shared_dir: sharedDir,
        nodes: nodesUp(nodes).map(({ name, serviceAddress }) => `${name}=${serviceAddress}`),
        realm: `${registryUrl(settings)}/service/token`,
        dns: dns.update ? ("managed" as const) : ("none" as const),
        ...nameServer(dns),
    };
}

/** For a verification by hand, which needs no release at hand and stands for none. */
export function verifyByHand(settings: ClusterSettings, runner: NodeSettings): ParameterValues {
    const none = "by-hand";
    const pins = { version: none, release_sha256: none, rendered: none, command: none };
    return { ...checksOf(settings), ...pins, after_rollout: none, runs_on: runner.name };
}

/** Image to run prepare in: the release's own, or the operator's for a script. */
function prepareImage({ prepareImage: given }: ClusterSettings, { prepare }: PlanFacts): string {
    return prepare.image === "none" ? (given ?? "none") : prepare.image;
}

/** The registry as Docker's list of insecure ones has it (the talk, problem 1). */
export function insecureRegistry(settings: ClusterSettings): string {
    return settings.protocol === "http" ? registryName(settings) : "none";
}
