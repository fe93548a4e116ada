import { createHash } from "node:crypto";
import { devNull } from "node:os";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { digest, digestOfParameters } from "../../base/digest";
import type { NodeSettings } from "../../base/settings";
import type { ClusterPlan, NodePlan } from "../../plan/cluster-plan";
import { type Drift, fileKey } from "../../plan/findings";
import type { PlannedFile } from "../../plan/files";
import { resourceName } from "../../plan/names";
import { type ParameterValues, renderParameters } from "../../plan/parameters";
import { isDerived, type PlannedStep, type PlannedValue, stepId } from "../../plan/planned";
import type { SecretName } from "../../plan/secrets";
import type { StepName } from "../../plan/step-definition";
import { definitionOf } from "../../plan/steps";
import { toolkitFile } from "../../plan/toolkit";
import type { HarborRelease } from "../../releases/release";
import { connectionTo, type Host, RemoteFile, RemoteStep, RemoteToolkit } from "./remote";
import { contentOf, nodeOf, stepsById } from "./lookup";
import type { PlanValues } from "./values";

/** Where the values come from that no plan holds. */
export interface SecretSource {
    /** A secret's value in base64. */
    encoded(name: SecretName): pulumi.Output<string>;
    /** A short text that changes with any of the secrets, and tells nothing of them. */
    fingerprint(names: readonly SecretName[]): pulumi.Output<string>;
}

/**
 * Makes the resources of a plan's steps. Components ask for theirs, in the order of the plan; what each one waits for comes
 * from the plan alone.
 */
export class ClusterSteps {
    /** What has been made, by the ids of the steps. */
    private readonly made = new Map<string, pulumi.Resource[]>();
    private readonly planned: ReadonlyMap<string, PlannedStep>;
    private readonly resolved = new Map<string, pulumi.Output<ParameterValues>>();

    constructor(
        readonly values: PlanValues,
        private readonly secrets: SecretSource,
        /** The private key of the login. */
        private readonly login: pulumi.Output<string>,
        private readonly drift: Drift,
    ) {
        this.planned = stepsById(this.plan);
    }

    /** Decides which resources there are; the texts in it are read through `values`. */
    get plan(): ClusterPlan {
        return this.values.plan;
    }

    /** The step's resource, below `parent`; `dependsOn`: what it waits for beside the plan's steps. */
    run(
        step: StepName,
        node: NodeSettings | undefined,
        parent: pulumi.Resource,
        dependsOn: readonly pulumi.Resource[] = [],
    ): RemoteStep {
        const planned = this.stepOf(step, node);
        const { scope, command: name, undo } = definitionOf(step);
        if (name === undefined || planned.resource === undefined) throw new Error(`${step} is no command`);
        const made = new RemoteStep(
            planned.resource,
            {
                host: this.host(planned.node),
                command: name,
                parameters: this.parameters(planned.id).apply((known) =>
                    renderParameters(scope === "cluster" ? { ...known, runs_on: planned.node.name } : known),
                ),
                timeoutSeconds: planned.timeoutSeconds,
                undo: undo?.command,
                replaceOn: this.identityOf(planned),
                found: this.drift.get(planned.id),
            },
            { parent, dependsOn: [...this.before(planned), ...dependsOn] },
        );
        return this.keep(planned.id, made);
    }

    /** The node's own command. */
    toolkit(node: NodeSettings, parent: pulumi.Resource): void {
        const { id, resource } = this.stepOf("toolkit", node);
        const { layout, facts } = this.plan;
        const found = this.drift.get(fileKey(node.name, layout.toolkit));
        const text = toolkitFile(facts.line, layout.toolkit);
        this.keep(id, new RemoteToolkit(resource ?? id, this.host(node), text, found, { parent }));
    }

    /** The files of a step, each a resource of its own. */
    put(step: PlannedFile["step"], { node, files }: NodePlan, parent: pulumi.Resource): void {
        const planned = this.stepOf(step, node);
        const dependsOn = this.before(planned);
        const own = files.filter((file) => file.step === step);
        const made = own.map(({ suffix, path, removeOnDelete }) => {
            const content = this.values.of((plan) => contentOf(plan, node.name, path));
            const name = resourceName(this.plan.name, step, node.name, suffix);
            const found = this.drift.get(fileKey(node.name, path));
            const args = { host: this.host(node), path, content, removeOnDelete, found };
            return new RemoteFile(name, args, { parent, dependsOn });
        });
        this.made.set(planned.id, made);
    }

    /** The release's archive, sent to the node that fills the shared storage. */
    upload(parent: pulumi.Resource): void {
        const { id, node, resource } = this.stepOf("upload", undefined);
        const { release, layout } = this.plan;
        const { source, ignoreChanges } = archiveToSend(release);
        const args = {
            connection: this.host(node).connection,
            source,
            remotePath: layout.upload,
            triggers: [this.host(node).address],
        };
        this.keep(id, new command.remote.CopyToRemote(resource ?? id, args, { parent, ignoreChanges }));
    }

    private host(node: NodeSettings): Host {
        const { values } = this;
        return {
            connection: values.of((plan) => connectionTo(nodeOf(plan, node.name), plan.settings.ssh.proxy, this.login)),
            address: values.of((plan) => nodeOf(plan, node.name).address),
            user: node.user,
            installDir: this.plan.settings.installDir,
            down: node.down === true,
        };
    }

    /** What a change of makes a step anew. */
    private identityOf({ id, step, node, identity }: PlannedStep): pulumi.Input<string>[] {
        const texts = identity.map((_, i) => this.values.of((plan) => stepsById(plan).get(id)?.identity[i] ?? ""));
        return definitionOf(step).scope === "cluster" ? texts : [this.host(node).address, ...texts];
    }

    private stepOf(step: StepName, node: NodeSettings | undefined): PlannedStep {
        const id = stepId(step, definitionOf(step).scope, node?.name ?? "");
        const planned = this.planned.get(id);
        if (!planned) throw new Error(`the plan has no step ${id}`);
        return planned;
    }

    /** Resources of the steps that it waits for; a step without any file has none, and holds nothing up. */
    private before({ id, after }: PlannedStep): pulumi.Resource[] {
        return after.flatMap((other) => {
            const resources = this.made.get(other);
            if (!resources) throw new Error(`${id} waits for ${other}, which isn't made yet`);
            return resources;
        });
    }

    private keep<T extends pulumi.Resource>(id: string, resource: T): T {
        this.made.set(id, [resource]);
        return resource;
    }

    /** A step's parameters with what only the running program has. */
    private parameters(id: string): pulumi.Output<ParameterValues> {
        const known =
            this.resolved.get(id) ?? this.values.made((plan) => pulumi.output(this.valuesOf(stepsById(plan).get(id))));
        this.resolved.set(id, known);
        return known;
    }

    private valuesOf(
        step: PlannedStep | undefined,
    ): Record<string, pulumi.Input<string | number | boolean | readonly string[]>> {
        const { parameters = {} } = step ?? {};
        return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, this.valueOf(value)]));
    }

    private valueOf(value: PlannedValue): pulumi.Input<string | number | boolean | readonly string[]> {
        if (!isDerived(value)) return value;
        if ("secret" in value) return this.secrets.encoded(value.secret);
        if ("fingerprint" in value) return this.secrets.fingerprint(value.fingerprint);
        const digests = value.digestOf.map((id) => this.parameters(id).apply(digestOfParameters));
        return pulumi.all(digests).apply((all) => (all.length === 1 ? (all[0] ?? "") : digest(all.join("\n"))));
    }
}

/**
 * A pinned release's archive needn't be at hand. Then an upload of before stays as it is in every way, and a first one sends
 * nothing: `store` takes the release that lies on the shared storage, or says that it isn't there. The source alone can't be
 * ignored: the provider's framework (pulumi-go-provider 1.3.0) would lose its path in an update.
 */
function archiveToSend({ archive, sha256, pinned }: HarborRelease) {
    const path = pinned ? pinned.archive : archive;
    if (path !== undefined) return { source: hashedFile(path, sha256), ignoreChanges: [] };
    const ignoreChanges = ["connection", "source", "remotePath", "triggers"];
    return { source: hashedFile(devNull, sha256OfNothing), ignoreChanges };
}

const sha256OfNothing = createHash("sha256").digest("hex");

/**
 * A file as an asset that brings its hash along. The engine would otherwise read the whole archive in every preview;
 * its hash of a file is the SHA-256 of the content, which is known.
 */
function hashedFile(path: string, sha256: string): pulumi.asset.FileAsset {
    return Object.assign(new pulumi.asset.FileAsset(path), { hash: sha256 });
}
