import * as pulumi from "@pulumi/pulumi";
import type { MysqlSettings } from "../base/settings";
import type { ClusterSteps } from "./remote/cluster-steps";
import { serviceContainer } from "./remote/service-container";

const dataPath = "/var/lib/mysql";

/**
 * How the container starts. The image (docker-library/mariadb) makes user and database in an empty volume only, so on one
 * that was kept, by a new password or by `destroy`, the login would be the old one for ever (MariaDB/mariadb-docker #61).
 * There the server itself sets it, before it listens: an init file runs with all rights. One statement makes the user
 * where it isn't and gives it the password. Neither name nor password can hold a quote (config/rules.ts). The image adds
 * the server's name in front of an option, whichever it has.
 */
export function startScript(data: string, temporary: string): string {
    const login = `${temporary}/harbor-ha-login.sql`;
    return [
        "set -eu",
        // The server's user owns the one of an earlier start, and /tmp is sticky.
        `rm -f ${login}`,
        `if [ ! -d ${data}/mysql ]; then exec docker-entrypoint.sh --port=3306; fi`,
        `(umask 077; printf "CREATE DATABASE IF NOT EXISTS registry;\\nGRANT ALL ON registry.* TO '%s'@'%%' IDENTIFIED BY '%s';\\n" "$MARIADB_USER" "$MARIADB_PASSWORD" >${login})`,
        `if [ "$(id -u)" = 0 ]; then chown mysql ${login}; fi`,
        `exec docker-entrypoint.sh --init-file=${login}`,
    ].join("\n");
}

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
        const { values } = steps;
        const user = values.of(({ settings: { database } }) => database.user);
        const server =
            settings.container &&
            serviceContainer(name, this, {
                values,
                of: ({ database }) => database,
                internalPort: 3306,
                dataPath,
                command: ["sh", "-c", startScript(dataPath, "/tmp")],
                envs: pulumi
                    .all([password, user])
                    .apply(([text, login]) => [
                        "MARIADB_RANDOM_ROOT_PASSWORD=1",
                        "MARIADB_DATABASE=registry",
                        `MARIADB_USER=${login}`,
                        `MARIADB_PASSWORD=${text}`,
                    ]),
            });
        steps.run("mysql", undefined, this, server ? [server] : []);
        this.registerOutputs({});
    }
}
