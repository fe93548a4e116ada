import { UserError } from "../base/errors";
import { setting } from "../base/naming";
import {
    type BlobSettings,
    type ClusterSettings,
    type DatabaseSettings,
    type NodeSettings,
    nodesUp,
    type RedisSettings,
    registryName,
} from "../base/settings";
import { releaseLine } from "../releases/lines";
import type { HarborRelease, ReleaseLine, RenderedFile, RenderInput } from "../releases/release";
import { factsOf, type PlanFacts } from "./facts";
import type { ReleaseSlotName } from "../releases/slots";
import { filesOf, type PlannedFile } from "./files";
import { type Layout, layoutOf } from "./layout";
import { resourceName } from "./names";
import { deploymentPins, type DeploymentPins } from "./pins";
import { type PlannedStep, stepId } from "./planned";
import { type ClusterStep, type Roles, rolesOf } from "./roles";
import { secretsOf, type SecretName } from "./secrets";
import { parametersFor } from "./step-parameters";
import { type Reference, type StepName, stepNames } from "./step-definition";
import type { CommandStep } from "./declarations";
import { definitionOf } from "./steps";
import { takeOutSeconds } from "./take-out";

/** What the plan of a cluster is made from, worked out once. */
export interface PlanContext {
    /** Begins the names of all resources. */
    readonly name: string;
    readonly settings: ClusterSettings;
    readonly release: HarborRelease;
    readonly facts: PlanFacts;
    readonly layout: Layout;
    readonly roles: Roles;
    readonly pins: DeploymentPins;
    /** Values that the release's files bring along and that nobody may read, by the names of their slots. */
    readonly releaseSecrets: ReadonlyMap<ReleaseSlotName, string>;
}

export interface NodePlan {
    readonly node: NodeSettings;
    readonly secrets: readonly SecretName[];
    /** The release's files as they are rendered for this node. */
    readonly rendered: readonly RenderedFile[];
    readonly files: readonly PlannedFile[];
}

/** Everything that a cluster's deployment does, as data: components register it, and whoever asks what is deployed reads it. */
export interface ClusterPlan extends PlanContext {
    readonly nodes: readonly NodePlan[];
    /** In the order of plan/steps.ts, and within a step in the order of the nodes. */
    readonly steps: readonly PlannedStep[];
}

/** The plan of a cluster. */
export function clusterPlan(settings: ClusterSettings, release: HarborRelease, name = "harbor"): ClusterPlan {
    const line = releaseLine(release.version);
    requireDatabase(settings, release, line);
    requireLine2(settings, release, line);
    // Rendering parses the release's YAML, which takes a noticeable part of a preview: twice, not once per node.
    const layout = layoutOf(settings, release);
    const first = line.render(release, renderInput(settings, layout, true));
    const differ = line.rendersPerNode && settings.nodes.length > 1;
    const others = differ ? line.render(release, renderInput(settings, layout, false)) : first;
    const roles = rolesOf(nodesUp(settings.nodes));
    const releaseSecrets = new Map([...first, ...others].flatMap(({ secrets = {} }) => secretEntries(secrets)));
    const context: PlanContext = {
        name,
        settings,
        release,
        facts: factsOf(line, release, first, [...releaseSecrets.keys()], settings.services),
        layout,
        roles,
        pins: deploymentPins(release, settings.protocol),
        releaseSecrets,
    };
    const nodes = settings.nodes.map((node): NodePlan => {
        // A matter of its place in the list: nothing is rendered anew when the first one is down for a while.
        const rendered = node === settings.nodes[0] ? first : others;
        return {
            node,
            secrets: secretsOf(node, settings, roles, [...releaseSecrets.keys()]),
            rendered,
            files: filesOf(settings, layout, rendered),
        };
    });
    return { ...context, nodes, steps: stepNames.flatMap((step) => plannedSteps(step, context, nodes)) };
}

function secretEntries(secrets: Readonly<Record<ReleaseSlotName, string>>): [ReleaseSlotName, string][] {
    return Object.entries(secrets) as [ReleaseSlotName, string][];
}

function plannedSteps(step: StepName, context: PlanContext, nodes: readonly NodePlan[]): PlannedStep[] {
    const { scope, command } = definitionOf(step);
    if (!isTaken(step, context)) return [];
    const runners = scope === "node" ? nodes : nodes.filter(({ node }) => node === runnerOf(step, context));
    return runners.map((nodePlan) => {
        const { node } = nodePlan;
        const single = !["ca", "files", "units"].includes(step);
        return {
            id: stepId(step, scope, node.name),
            step,
            node,
            resource: single ? resourceName(context.name, step, node.name) : undefined,
            parameters: command === undefined ? {} : parametersFor(step as CommandStep, context, nodePlan),
            after: definitionOf(step).after.flatMap((reference) => resolve(reference, context, node)),
            again: definitionOf(step).again.flatMap((reference) => resolve(reference, context, node)),
            identity: identityOf(step, context),
            timeoutSeconds: secondsFor(step, context),
        };
    });
}

/** A node that leaves the name waits until no resolver gives its address any more. */
function secondsFor(step: StepName, { settings }: PlanContext): number {
    const { timeoutSeconds = 300 } = definitionOf(step);
    return step === "up" ? timeoutSeconds + takeOutSeconds(settings) : timeoutSeconds;
}

/** Without managed DNS records there is nothing to keep; and a line has steps of its own. */
const isTaken = (step: StepName, { settings, facts }: PlanContext): boolean =>
    (step !== "dns" || settings.dns.update !== undefined) && (definitionOf(step).lines?.includes(facts.line) ?? true);

const databases = {
    mysql: { name: "MySQL", keys: "mysqlHost and mysqlPassword" },
    postgres: { name: "PostgreSQL", keys: "postgresHost and postgresPassword" },
} as const;

function requireDatabase({ database }: ClusterSettings, release: HarborRelease, line: ReleaseLine): void {
    if (database.kind === line.database) return;
    const { name, keys } = databases[line.database];
    throw new UserError(
        `${setting(`${database.kind}Host`)}: ${database.host} is not allowed with Harbor ${release.version}, which needs ${name}: set ${keys} instead`,
    );
}

/**
 * What only 2.x can have. 1.x can be given no keys of an object store that aren't in plain text in its templates, has Clair in
 * the place of Trivy and no metrics, and its `_REDIS_URL` is one server's address (src/ui/main.go). Which 2.x can have TLS
 * to Redis, the line itself says.
 */
function requireLine2(
    { blobs, services, redis }: ClusterSettings,
    { version }: HarborRelease,
    line: ReleaseLine,
): void {
    if (line.id !== "v1") return;
    const given: readonly (readonly [key: string, value: string | false | undefined, since: string])[] = [
        ["blobStorage", blobs.kind !== "filesystem" && blobs.kind, "2.12"],
        ["trivy", services.trivy && "true", "2.12"],
        ["metrics", services.metrics && "true", "2.12"],
        ["redisSentinels", redis.sentinel?.addresses.join(", "), "2.12"],
        ["redisTls", redis.tls && "true", "2.13"],
    ];
    for (const [key, value, since] of given) {
        if (!value) continue;
        throw new UserError(`${setting(key)}: ${value} is not allowed with Harbor ${version}: from ${since} on`);
    }
}

const runnerOf = (step: StepName, { roles }: PlanContext): NodeSettings => roles.runners[step as ClusterStep];

/** Ids of the steps that a reference stands for, as seen from a node. */
function resolve({ step, of }: Reference, context: PlanContext, from: NodeSettings): string[] {
    if (!isTaken(step, context)) return [];
    const { nodes, rollout } = context.settings;
    const id = (node: NodeSettings): string => stepId(step, definitionOf(step).scope, node.name);
    switch (of) {
        case "own":
            return [id(from)];
        case "cluster":
            return [id(runnerOf(step, context))];
        case "every":
            return nodes.map(id);
        case "previous": {
            // The first one starts alone, since it fills in the database; then one by one, or all at once.
            const before = nodes.slice(0, nodes.indexOf(from));
            return (rollout === "serial" ? before.slice(-1) : before.slice(0, 1)).map(id);
        }
    }
}

/** The records of an old name are removed where they were. */
function identityOf(step: StepName, { settings: { domain, dns } }: PlanContext): string[] {
    return step === "dns" && dns.update ? [domain, dns.update.zone, dns.update.server] : [];
}

/** What the settings say to the transforms of a release. */
export function renderInput(settings: ClusterSettings, layout: Layout, customizeCrt: boolean): RenderInput {
    const { database, redis, blobs, protocol, port, domain } = settings;
    return {
        registryName: registryName(settings),
        hostname: domain,
        protocol,
        port,
        dataDir: layout.dataDir,
        certDir: layout.certDir,
        localDir: layout.localDir,
        services: settings.services,
        database: databaseInput(database),
        redis: redisInput(redis, layout),
        customizeCrt,
        ...s3Input(blobs),
    };
}

function s3Input(blobs: BlobSettings): Pick<RenderInput, "s3"> {
    if (blobs.kind === "filesystem") return {};
    const { bucket, region, endpoint, rootDirectory, redirect } = blobs;
    return { s3: { bucket, region, endpoint, rootDirectory, redirect } };
}

function redisInput(redis: RedisSettings, { redisCaFile }: Layout): RenderInput["redis"] {
    const { host, port, database, cacheDatabase, sentinel, tls } = redis;
    const certificate = tls?.caCertificate;
    const authority = certificate === undefined ? {} : { authority: { certificate, file: redisCaFile } };
    return { host, port, database, cacheDatabase, ...(sentinel && { sentinel }), ...(tls && { tls: authority }) };
}

function databaseInput(database: DatabaseSettings): RenderInput["database"] {
    const { kind, host, port, user } = database;
    const own = kind === "postgres" ? database : ({ name: "registry", sslMode: "disable" } as const);
    return { kind, host, port, user, name: own.name, sslMode: own.sslMode };
}
