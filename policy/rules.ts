/**
 * What must not be deployed, as pure functions over the resources of a stack. What endangers data or secrets is refused by
 * the program's own configuration checks too; a pack lets an organisation enforce all of it for every stack.
 */
import { publicDefaults } from "../base/defaults";

import { parseParameters } from "../plan/parameters";
import { placeOf } from "../plan/names";
import type { StepName } from "../plan/step-definition";

/** The part of a resource that the rules look at, with secrets in plain text as the engine gives them to a pack. */
export interface DeployedResource {
    readonly urn: string;
    readonly name: string;
    /** The URN of its parent tells what it stands for. */
    readonly parent?: { readonly urn: string } | undefined;
    readonly props: Readonly<Record<string, unknown>>;
}

export interface Rule {
    readonly name: string;
    readonly description: string;
    /** One message for each thing that is wrong. Never contains a secret. */
    readonly check: (resources: readonly DeployedResource[]) => string[];
}

/** `urn:pulumi:<stack>::…`; stacks whose name begins so are production. */
const isProduction = ({ urn }: DeployedResource): boolean => /^urn:pulumi:prod/.test(urn);

const parametersOf = ({ props }: DeployedResource): Map<string, string> => parseParameters(String(props.stdin));

const steps = (resources: readonly DeployedResource[], step: StepName): DeployedResource[] =>
    resources.filter(({ urn, parent }) => placeOf(urn, parent?.urn ?? "")?.step === step);

/** A rendered file of all nodes, by its path below the release's folder. */
const files = (resources: readonly DeployedResource[], path: string): DeployedResource[] =>
    resources.filter(({ urn, parent }) => {
        const place = placeOf(urn, parent?.urn ?? "");
        return place?.step === "files" && place.suffix === path.replaceAll("/", "-");
    });

const shortestPassword = 12;

export const rules: readonly Rule[] = [
    {
        name: "host-keys-pinned",
        description: "Every connection checks the host's key.",
        check: (resources) =>
            resources
                .filter(({ props }) => typeof props.connection === "object" && props.connection !== null)
                .filter(({ props }) => typeof (props.connection as { hostKey?: unknown }).hostKey !== "string")
                .map(({ name }) => `${name} logs in without checking the host key`),
    },
    {
        name: "https-in-production",
        description: "Passwords and images of production are encrypted on their way.",
        check: (resources) =>
            steps(resources, "verify")
                .filter(isProduction)
                .filter((resource) => parametersOf(resource).get("protocol") === "http")
                .map(() => "production is served with http; set harbor-ha:protocol to https"),
    },
    {
        name: "own-passwords",
        description: `No password is a known default or shorter than ${shortestPassword} characters.`,
        check: (resources) =>
            steps(resources, "secrets").flatMap((resource) =>
                [...parametersOf(resource)]
                    // What a release brings along is no password of the cluster.
                    .filter(([name]) => name.endsWith("_password") && !name.startsWith("release_"))
                    .filter(([, value]) => isWeak(Buffer.from(value, "base64").toString()))
                    .map(
                        ([name]) =>
                            `${resource.name}: ${name} is a known default or shorter than ${shortestPassword} characters`,
                    ),
            ),
    },
    {
        name: "own-token-key",
        description:
            "Some node makes a token key: with customize_crt off everywhere, all run with the public release's.",
        check: (resources) => {
            const configs = files(resources, "harbor.cfg");
            const off = configs.filter(({ props }) => /^\s*customize_crt\s*=\s*off\s*$/m.test(String(props.stdin)));
            return configs.length > 0 && off.length === configs.length ? ["customize_crt is off on all nodes"] : [];
        },
    },
    {
        name: "two-nodes",
        description: "A highly available registry has two nodes or more.",
        check: (resources) => {
            const count = steps(resources, "up").length;
            return count < 2 ? [`${count} node${count === 1 ? "" : "s"} in harbor-ha:nodes`] : [];
        },
    },
    {
        name: "release-checksum",
        description: "The release is pinned by its checksum.",
        check: (resources) =>
            steps(resources, "store")
                .filter((resource) => parametersOf(resource).get("release_pinned") !== "true")
                .map(() => "the release isn't pinned; set harbor-ha:releaseSha256"),
    },
    {
        name: "shared-storage",
        description: "Harbor's data and secretkey lie on the shared storage, its database not on a node.",
        check: (resources) => [...dataOnNodes(resources), ...databaseOnNodes(resources)],
    },
];

function isWeak(password: string): boolean {
    return password.length < shortestPassword || publicDefaults.has(password);
}

function dataOnNodes(resources: readonly DeployedResource[]): string[] {
    const mounts = steps(resources, "mount").map((resource) => parametersOf(resource).get("mount_point") ?? "");
    const shared = (path: string): boolean => mounts.some((mount) => path.startsWith(`${mount}/`));
    const secretkeys = files(resources, "harbor.cfg").flatMap(({ name, props }) => {
        const path = /^\s*secretkey_path\s*=\s*(\S+)/m.exec(String(props.stdin))?.[1] ?? "";
        return shared(path) ? [] : [`${name}: secretkey_path is ${path}, a node's own disk`];
    });
    const composes = files(resources, "docker-compose.yml").flatMap(({ name, props }) => {
        const text = String(props.stdin);
        const own = /^\s*-\s*["']?\/data[/:]/m.test(text)
            ? [`${name}: a volume is still in /data, a node's own disk`]
            : [];
        return /^ {2}mysql:/m.test(text) ? [...own, `${name}: the node would run a database of its own`] : own;
    });
    return [...secretkeys, ...composes];
}

function databaseOnNodes(resources: readonly DeployedResource[]): string[] {
    const nodes = steps(resources, "up").map((resource) => parametersOf(resource).get("service_address"));
    return steps(resources, "mysql")
        .map((resource) => parametersOf(resource).get("host"))
        .filter((host) => nodes.includes(host))
        .map((host) => `the database is on ${String(host)}, which is a node`);
}
