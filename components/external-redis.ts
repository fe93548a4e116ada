import * as pulumi from "@pulumi/pulumi";
import type { RedisSettings } from "../base/settings";
import type { ClusterSteps } from "./remote/cluster-steps";
import { serviceContainer } from "./remote/service-container";

export interface ExternalRedisArgs {
    readonly steps: ClusterSteps;
    readonly settings: RedisSettings;
    /** For a container of this stack. */
    readonly password: pulumi.Output<string>;
}

/**
 * Redis outside of the nodes, for login sessions and the registry's blob cache: an existing server, one that
 * Sentinels know, or a container of this stack. Checks the login, since Harbor's ui doesn't start with a Redis that refuses it.
 */
export class ExternalRedis extends pulumi.ComponentResource {
    constructor(name: string, args: ExternalRedisArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:ExternalRedis", name, {}, opts);
        const { steps, settings, password } = args;
        const { values } = steps;
        const server =
            settings.container &&
            serviceContainer(name, this, {
                values,
                of: ({ redis }) => redis,
                internalPort: 6379,
                dataPath: "/data",
                envs: password.apply((text) => [`REDIS_PASSWORD=${text}`]),
                // The password comes from the environment, so that no process list shows it.
                command: ["sh", "-c", 'printf "requirepass %s\\n" "$REDIS_PASSWORD" | exec redis-server -'],
            });
        steps.run("redis", undefined, this, server ? [server] : []);
        this.registerOutputs({});
    }
}
