import * as pulumi from "@pulumi/pulumi";
import type { MysqlSettings } from "../base/settings";
import { type Host, RemoteScript } from "./remote/remote";
import { serviceContainer } from "./remote/service-container";

export interface ExternalMysqlArgs {
    readonly settings: MysqlSettings;
    /** The node that looks at the server; its Docker has the release's images. */
    readonly host: Host;
    readonly staged: pulumi.Resource;
    readonly password: pulumi.Output<string>;
    readonly passwordFingerprint: pulumi.Input<string>;
    /** Image of the release that holds the MySQL client and registry.sql. */
    readonly clientImage: string;
    readonly version: string;
    /** Alembic version that the release needs. */
    readonly schemaVersion: string;
}

/**
 * Harbor's database outside of the nodes: an existing server, or a container of this stack. Checks the login and loads
 * the release's schema into a database that has none. It never updates or drops a schema.
 */
export class ExternalMysql extends pulumi.ComponentResource {
    constructor(name: string, args: ExternalMysqlArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:ExternalMysql", name, {}, opts);
        const { settings, host } = args;
        const server =
            settings.container &&
            serviceContainer(name, this, {
                container: settings.container,
                port: { internal: 3306, external: settings.port },
                dataPath: "/var/lib/mysql",
                envs: args.password.apply((password) => [
                    "MARIADB_RANDOM_ROOT_PASSWORD=1",
                    "MARIADB_DATABASE=registry",
                    `MARIADB_USER=${settings.user}`,
                    `MARIADB_PASSWORD=${password}`,
                ]),
            });
        new RemoteScript(
            `${name}-schema`,
            {
                host,
                command: "mysql",
                anyHost: true,
                timeoutSeconds: 600,
                parameters: {
                    host: settings.host,
                    port: settings.port,
                    user: settings.user,
                    password: args.passwordFingerprint,
                    image: args.clientImage,
                    version: args.version,
                    schema_version: args.schemaVersion,
                    wait: server ? 120 : 20,
                },
            },
            { parent: this, dependsOn: [args.staged, ...(server ? [server] : [])] },
        );
        this.registerOutputs({});
    }
}
