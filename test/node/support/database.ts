import { shellQuote } from "../../../base/shell";
import type { Host } from "./host";

/** What Harbor 1.1 and 1.2 expect of a new database, as the step asks for it. */
export const rightIds = [
    ...["role projectAdmin 1", "role developer 2", "role guest 3", "user admin 1", "user anonymous 2"],
    ...["access M 1", "access R 2", "access W 3", "access D 4", "access S 5"],
    ...["project library 1", "owner library 1", "member library 1"],
];

const schema = `drop database if exists registry;
create database registry charset = utf8;

use registry;

create table role (role_id int NOT NULL AUTO_INCREMENT, primary key (role_id));
CREATE TABLE IF NOT EXISTS \`alembic_version\` (
    \`version_num\` varchar(32) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
insert into alembic_version values ('0.4.0');
`;

export interface Database {
    /** Tables in all, of them alembic_version, of them the marker of an import. @default an empty database */
    readonly state?: string;
    /** What it answers about ids. @default those that Harbor expects */
    readonly ids?: readonly string[];
    readonly version?: string;
    /** Rows of alembic_version while an import is unfinished. */
    readonly versions?: number;
    /** A glob of statements that the server refuses. */
    readonly refuses?: string;
    readonly image?: string;
}

const lines = (rows: readonly string[]): string => shellQuote(rows.map((row) => `${row}\n`).join(""));

/** The stand-in for Docker runs this database's client. */
export function fillDatabase(
    host: Host,
    { state = "0 0 0", ids = rightIds, version = "0.4.0", versions = 1, refuses, image = schema }: Database,
): void {
    const refused = shellQuote(refuses ?? "");
    const roles = ids.filter((row) => row.startsWith("role "));
    host.answer(
        "docker",
        { to: "run *--entrypoint cat *", out: image },
        {
            to: "run *--entrypoint mysql *",
            run: `refused=${refused}
if [[ $refused && $input == $refused ]]; then echo 'ERROR 2013: Lost connection' >&2; exit 1; fi
case $input in
  *information_schema*) echo '${state}' ;;
  *'COUNT(*) FROM registry.alembic_version'*) echo ${versions} ;;
  *'SELECT version_num'*) echo ${version} ;;
  *registry.user*) printf %s ${lines(ids)} ;;
  *registry.role*) printf %s ${lines(roles)} ;;
esac`,
        },
    );
}
