import * as pulumi from "@pulumi/pulumi";
import type { PostgresSettings } from "../base/settings";
import type { ClusterSteps } from "./remote/cluster-steps";
import { serviceContainer } from "./remote/service-container";

const volume = "/var/lib/postgresql/data";

/**
 * How the container starts. The image (docker-library/postgres) makes user and database in an empty volume only, so on one
 * that was kept, by a new password or by `destroy`, the login would be the old one for ever. There the server sets it before
 * it listens, in single-user mode. Neither name nor password can hold a quote (config/rules.ts).
 * @param data The data folder, one below the volume's root, which may hold lost+found.
 */
export function postgresStartScript(data: string): string {
    return [
        "set -eu",
        `if [ -s ${data}/PG_VERSION ]; then`,
        `  printf "ALTER USER \\"%s\\" PASSWORD '%s';\\n" "$POSTGRES_USER" "$POSTGRES_PASSWORD" |`,
        `    gosu postgres postgres --single -D ${data} postgres >/dev/null`,
        "fi",
        "exec docker-entrypoint.sh postgres -p 5432",
    ].join("\n");
}

export interface ExternalPostgresArgs {
    readonly steps: ClusterSteps;
    readonly settings: PostgresSettings;
    /** For a container of this stack. */
    readonly password: pulumi.Output<string>;
}

/**
 * Harbor's database from 2.0 on, outside of the nodes: an existing server, or a container of this stack. Checks the login,
 * the server's version and the state of the schema; the release's own core makes and updates it, on the first node, alone.
 */
export class ExternalPostgres extends pulumi.ComponentResource {
    constructor(name: string, args: ExternalPostgresArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:ExternalPostgres", name, {}, opts);
        const { steps, settings, password } = args;
        const { values } = steps;
        const own = values.of(({ settings: { database } }) => ({
            user: database.user,
            name: database.kind === "postgres" ? database.name : "",
        }));
        const data = `${volume}/pgdata`;
        const server =
            settings.container &&
            serviceContainer(name, this, {
                values,
                of: ({ database }) => database,
                internalPort: 5432,
                dataPath: volume,
                command: ["sh", "-c", postgresStartScript(data)],
                envs: pulumi
                    .all([password, own])
                    .apply(([text, { user, name: database }]) => [
                        `PGDATA=${data}`,
                        `POSTGRES_DB=${database}`,
                        `POSTGRES_USER=${user}`,
                        `POSTGRES_PASSWORD=${text}`,
                    ]),
            });
        steps.run("postgres", undefined, this, server ? [server] : []);
        this.registerOutputs({});
    }
}
