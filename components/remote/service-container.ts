import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterSettings, ContainerSettings } from "../../base/settings";
import type { PlanValues } from "./values";

/** What a stack says of a service that runs in a container of its own. */
type ServiceOf = (settings: ClusterSettings) => {
    readonly port: number;
    readonly container: ContainerSettings | undefined;
};

export interface ServiceContainerArgs {
    readonly values: PlanValues;
    readonly of: ServiceOf;
    /** The one that it listens on inside. */
    readonly internalPort: number;
    /** Folder inside the container that holds the data. */
    readonly dataPath: string;
    readonly envs: pulumi.Output<string[]>;
    readonly command?: string[];
}

/**
 * A service as one container on a Docker host. Its volume is kept when the stack is destroyed. That it answers is
 * checked by the step that logs in from a node.
 */
export function serviceContainer(name: string, parent: pulumi.Resource, args: ServiceContainerArgs): docker.Container {
    const { values, of } = args;
    const field = (key: keyof ContainerSettings): pulumi.Input<string> =>
        values.of(({ settings }) => of(settings).container?.[key] ?? "");
    const provider = new docker.Provider(`${name}-docker`, { host: field("dockerHost") }, { parent });
    const opts = { parent, provider };
    const volume = new docker.Volume(`${name}-data`, { name: `${name}-data` }, { ...opts, retainOnDelete: true });
    const image = new docker.RemoteImage(`${name}-image`, { name: field("image"), keepLocally: true }, opts);
    return new docker.Container(
        `${name}-server`,
        {
            name,
            image: image.imageId,
            envs: args.envs,
            ...(args.command ? { command: args.command } : {}),
            ports: [{ internal: args.internalPort, external: values.of(({ settings }) => of(settings).port) }],
            volumes: [{ volumeName: volume.name, containerPath: args.dataPath }],
            restart: "unless-stopped",
            // Otherwise a container that is replaced is killed in the middle of its writes.
            destroyGraceSeconds: 60,
            // Stated, since the provider otherwise reports a difference at each run (pulumi-docker #1272).
            networkMode: "bridge",
        },
        // Name and port can't be held by two containers.
        { ...opts, deleteBeforeReplace: true },
    );
}
