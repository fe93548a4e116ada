import * as pulumi from "@pulumi/pulumi";
import type { MysqlSettings } from "../base/settings";
import type { ClusterSteps } from "./remote/cluster-steps";
import { serviceContainer } from "./remote/service-container";

export interface ExternalMysqlArgs {
    readonly steps: ClusterSteps;
    readonly settings: MysqlSettings;
    /** For a container of this stack. */
    readonly password: pulumi.Output<string>;
}

/**
 * Harbor's database outside of the nodes: an existing server, or a container of this stack. Checks the login and loads
 * the release's schema into a database that has none. It never updates or drops a schema.
 */
export class ExternalMysql extends pulumi.ComponentResource {
    constructor(name: string, args: ExternalMysqlArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:ExternalMysql", name, {}, opts);
        const { steps, settings, password } = args;
        const server =
            settings.container &&
            serviceContainer(name, this, {
                container: settings.container,
                port: { internal: 3306, external: settings.port },
                dataPath: "/var/lib/mysql",
                envs: password.apply((text) => [
                    "MARIADB_RANDOM_ROOT_PASSWORD=1",
                    "MARIADB_DATABASE=registry",
                    `MARIADB_USER=${settings.user}`,
                    `MARIADB_PASSWORD=${text}`,
                ]),
            });
        steps.run("mysql", undefined, this, server ? [server] : []);
        this.registerOutputs({});
    }
}
