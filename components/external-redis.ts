import * as pulumi from "@pulumi/pulumi";
import type { RedisSettings } from "../base/settings";
import { type Host, RemoteScript } from "./remote/remote";
import { serviceContainer } from "./remote/service-container";

export interface ExternalRedisArgs {
    readonly settings: RedisSettings;
    /** The node that looks at the server. */
    readonly host: Host;
    readonly ready: readonly pulumi.Resource[];
    readonly password: pulumi.Output<string>;
    readonly passwordFingerprint: pulumi.Input<string>;
}

/**
 * Redis outside of the nodes, for login sessions and the registry's blob cache: an existing server, or a container of
 * this stack. Checks the login, since Harbor's ui doesn't start with a Redis that refuses it.
 */
export class ExternalRedis extends pulumi.ComponentResource {
    constructor(name: string, args: ExternalRedisArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:ExternalRedis", name, {}, opts);
        const { settings, host } = args;
        const server =
            settings.container &&
            serviceContainer(name, this, {
                container: settings.container,
                port: { internal: 6379, external: settings.port },
                dataPath: "/data",
                envs: args.password.apply((password) => [`REDIS_PASSWORD=${password}`]),
                // The password comes from the environment, so that no process list shows it.
                command: ["sh", "-c", 'printf "requirepass %s\\n" "$REDIS_PASSWORD" | exec redis-server -'],
            });
        new RemoteScript(
            `${name}-login`,
            {
                host,
                command: "redis",
                anyHost: true,
                timeoutSeconds: 180,
                parameters: {
                    host: settings.host,
                    port: settings.port,
                    password: args.passwordFingerprint,
                    database: settings.database,
                    cache_database: settings.cacheDatabase,
                    wait: server ? 120 : 20,
                },
            },
            { parent: this, dependsOn: [...args.ready, ...(server ? [server] : [])] },
        );
        this.registerOutputs({});
    }
}
