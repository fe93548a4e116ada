# shellcheck shell=bash source=node/core/lib.sh

# mysql: the server answers with the configured login, and the database has the release's schema. registry.sql begins
# with `drop database`, so it is only ever loaded into a database that has none, and never on an update.
cmd_mysql() {
  local state version roles problem
  read_parameters mysql
  require_secrets mysql_password
  lock mysql 600
  wait_for "${PARAM[wait]}" port_open "${PARAM[host]}" "${PARAM[port]}" || die "MySQL at ${PARAM[host]}:${PARAM[port]} doesn't answer"
  mysql_options
  # Our own interrupted import is known by its marker table; anything else without a version isn't ours to drop.
  state=$(mysql_run <<<"
    SELECT CONCAT_WS(' ',
      (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'registry'),
      (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'registry' AND table_name = 'alembic_version'),
      (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'registry' AND table_name = 'harbor_ha_import'));") ||
    die "MySQL at ${PARAM[host]}:${PARAM[port]} refuses user ${PARAM[user]}, or fails: see above"
  case $state in
    *' 1 0') ;;
    '0 0 0' | *' 0 1') import_schema ;;
    *' 1 1') finish_import ;;
    *) die "database registry has tables but no alembic_version: not a Harbor database. Empty it, or choose another server" ;;
  esac
  version=$(mysql_run <<<'SELECT version_num FROM registry.alembic_version;') || die "the schema's version can't be read"
  [[ $version == "${PARAM[schema_version]}" ]] ||
    die "the database has schema $version, Harbor ${PARAM[version]} needs ${PARAM[schema_version]}: migrate it first (docs/operations.md)"
  # One that was filled otherwise is in use already: said, not refused.
  roles=$(mysql_run <<<"$ROLE_QUERY") || die "the roles can't be read"
  problem=$(wrong_ids "$(grep '^role ' <<<"$IDS")" <<<"$roles")
  [[ -z $problem ]] || say "note: Harbor can't assign all roles in this database (goharbor/harbor #3007): $problem"
  say "mysql: schema $version"
}

mysql_options() {
  printf '[client]\nhost=%s\nport=%s\nuser=%s\npassword="%s"\nconnect_timeout=10\n' \
    "${PARAM[host]}" "${PARAM[port]}" "${PARAM[user]}" "$(<"$SECRETS/mysql_password")" | write_file "$SECRETS/mysql_cnf" 600
}

# The client of the release's own database image, so that no node needs one of its own. A connection that is lost isn't
# made anew: settings and default database would be gone in the middle of an import.
mysql_run() {
  timeout -k 5 300 docker run --rm -i --network host --log-driver none -v "$SECRETS/mysql_cnf:/etc/harbor-ha.cnf:ro" \
    --entrypoint mysql "${PARAM[image]}" --defaults-extra-file=/etc/harbor-ha.cnf --skip-reconnect -N -B
}

# Galera and Group Replication want a primary key on every table; strict mode wants no bare timestamps (goharbor/harbor
# #629). Servers of a cluster count ids in steps, each from a start of its own, while registry.sql refers to its first rows
# by 1, 2, 3 (goharbor/harbor #2141). A session can't change that: Galera overrules it (wsrep_auto_increment_control), and
# MySQL from 8.0.18 on wants a privilege for it. So references aren't checked while the rows get the ids that are meant.
import_schema() {
  local sql ids problem
  sql=$(timeout 60 docker run --rm --network none --entrypoint cat "${PARAM[image]}" /tmp/r.sql) || die "image ${PARAM[image]} has no /tmp/r.sql"
  grep -qi 'alembic_version' <<<"$sql" || die "/tmp/r.sql of image ${PARAM[image]} is no Harbor schema"
  # The ids are asked for in the same session: behind a balancer another one may end at a server that hasn't got them yet.
  ids=$({
    echo "SET SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION', SESSION foreign_key_checks = 0;"
    echo 'DROP DATABASE IF EXISTS registry;'
    echo 'CREATE DATABASE registry CHARACTER SET utf8; USE registry;'
    echo 'CREATE TABLE harbor_ha_import (started timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (started));'
    # shellcheck disable=SC2016  # quotes of SQL
    sed -E -e '/^[[:space:]]*(drop|create)[[:space:]]+database/Id' -e '/^[[:space:]]*use[[:space:]]+`?registry/Id' \
      -e 's/(version_num`?[[:space:]]+varchar\(32\)[[:space:]]+NOT NULL)/\1 PRIMARY KEY/I' <<<"$sql"
    set_ids
    echo "$ID_QUERY"
  } | mysql_run) || die "the schema can't be loaded into MySQL"
  problem=$(wrong_ids "$IDS" <<<"$ids")
  [[ -z $problem ]] || die "the schema of image ${PARAM[image]} was loaded, but it hasn't the ids of Harbor's code: $problem"
  forget_import
  say "mysql: schema loaded"
}

# What the schema fills in, and how to ask for it. Harbor 1.1 and 1.2 name the ids in their code: adminUserID,
# PROJECTADMIN, DEVELOPER, GUEST.
IDS='user admin 1
user anonymous 2
role projectAdmin 1
role developer 2
role guest 3
access M 1
access R 2
access W 3
access D 4
access S 5
project library 1
owner library 1
member library 1'
declare -A ID_COLUMN=([user]=user_id [role]=role_id [access]=access_id [project]=project_id)
declare -A NAME_COLUMN=([user]=username [role]=name [access]=access_code [project]=name)
ROLE_QUERY="SELECT CONCAT('role ', name, ' ', role_id) FROM registry.role;"
ID_QUERY="$ROLE_QUERY
SELECT CONCAT('user ', username, ' ', user_id) FROM registry.user;
SELECT CONCAT('access ', access_code, ' ', access_id) FROM registry.access;
SELECT CONCAT('project ', name, ' ', project_id) FROM registry.project;
SELECT CONCAT('owner library ', user_id) FROM registry.project JOIN registry.user ON user_id = owner_id;
SELECT CONCAT('member library ', user_id) FROM registry.project_member JOIN registry.user USING (user_id)
  JOIN registry.project USING (project_id) WHERE role = 1;"

# In the order of IDS no row takes the id of another: each is moved down to a place that its predecessors have left.
set_ids() {
  local table name id
  while read -r table name id; do
    if [[ -v ID_COLUMN[$table] ]]; then
      printf "UPDATE registry.%s SET %s = %s WHERE %s = '%s';\n" "$table" "${ID_COLUMN[$table]}" "$id" "${NAME_COLUMN[$table]}" "$name"
    fi
  done <<<"$IDS"
}

# wrong_ids EXPECTED: says which of these rows aren't among those of standard input, and nothing when all are.
wrong_ids() {
  local row found id wrong=''
  found=$(cat)
  while IFS= read -r row; do
    if grep -qxF "$row" <<<"$found"; then continue; fi
    id=$(sed -n "/^${row% *} /{s///p;q}" <<<"$found")
    wrong+="${wrong:+, }${row% *} has ${id:-no id} instead of ${row##* }"
  done <<<"$1"
  printf '%s' "$wrong"
}

# The marker outlived the import: it stopped half-way, its ids were wrong, it was of another image, or only the marker was left
# to remove. No node has used such a database; but a server that fails once says nothing about it.
finish_import() {
  local versions ids
  versions=$(mysql_run <<<'SELECT COUNT(*) FROM registry.alembic_version;') || die "the interrupted import can't be looked at"
  if [[ $versions == 1 ]]; then
    if ids=$(mysql_run <<<"$ID_QUERY" 2>"$BODY/mysql"); then
      if [[ -z $(wrong_ids "$IDS" <<<"$ids") ]]; then
        forget_import
        return
      fi
    elif ! grep -q '^ERROR 1146 ' "$BODY/mysql"; then
      bounded 5 <"$BODY/mysql" >&2
      die "the interrupted import can't be looked at"
    fi
  fi
  import_schema
}

forget_import() { mysql_run <<<'DROP TABLE registry.harbor_ha_import;' || die "the marker of the import can't be removed: run again"; }
