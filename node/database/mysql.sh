# shellcheck shell=bash source=node/core/lib.sh

# mysql: the server answers with the configured login, and the database has the release's schema. registry.sql begins
# with `drop database`, so it is only ever loaded into a database that has none, and never on an update.
cmd_mysql() {
  local state version
  read_parameters mysql
  lock mysql 600
  # shellcheck disable=SC2310
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
  version=$(mysql_run <<<'SELECT version_num FROM registry.alembic_version;')
  [[ $version == "${PARAM[schema_version]}" ]] ||
    die "the database has schema $version, Harbor ${PARAM[version]} needs ${PARAM[schema_version]}: migrate it first (docs/operations.md)"
  say "mysql: schema $version"
}

mysql_options() {
  printf '[client]\nhost=%s\nport=%s\nuser=%s\npassword="%s"\nconnect_timeout=10\n' \
    "${PARAM[host]}" "${PARAM[port]}" "${PARAM[user]}" "$(<"$(secret_file mysql_password)")" | write_file "$SECRETS/mysql_cnf" 600
}

# The client of the release's own database image, so that no node needs one of its own.
mysql_run() {
  timeout -k 5 300 docker run --rm -i --network host --log-driver none -v "$SECRETS/mysql_cnf:/etc/harbor-ha.cnf:ro" \
    --entrypoint mysql "${PARAM[image]}" --defaults-extra-file=/etc/harbor-ha.cnf -N -B
}

# Galera and Group Replication want a primary key on every table; strict mode wants no bare timestamps (goharbor/harbor #629).
import_schema() {
  local sql
  sql=$(timeout 60 docker run --rm --network none --entrypoint cat "${PARAM[image]}" /tmp/r.sql) || die "image ${PARAM[image]} has no /tmp/r.sql"
  grep -qi 'alembic_version' <<<"$sql" || die "/tmp/r.sql of image ${PARAM[image]} is no Harbor schema"
  {
    echo "SET SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION';"
    echo 'DROP DATABASE IF EXISTS registry;'
    echo 'CREATE DATABASE registry CHARACTER SET utf8; USE registry;'
    echo 'CREATE TABLE harbor_ha_import (started timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (started));'
    sed -E -e '/^[[:space:]]*(drop|create)[[:space:]]+database/Id' -e '/^[[:space:]]*use[[:space:]]+registry/Id' \
      -e 's/(version_num[[:space:]]+varchar\(32\)[[:space:]]+NOT NULL)/\1 PRIMARY KEY/I' <<<"$sql"
    echo 'DROP TABLE harbor_ha_import;'
  } | mysql_run || die "the schema can't be loaded into MySQL"
  say "mysql: schema loaded"
}

# The marker outlived the import: either the version was filled in (all is there) or the import stopped before that.
finish_import() {
  if [[ $(mysql_run <<<'SELECT COUNT(*) FROM registry.alembic_version;') == 1 ]]; then
    mysql_run <<<'DROP TABLE registry.harbor_ha_import;'
  else
    import_schema
  fi
}
