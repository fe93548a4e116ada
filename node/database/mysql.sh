# shellcheck shell=bash source=scripts/lib.sh

# mysql: the server answers with the configured login, and the database has the release's schema. registry.sql begins
# with `drop database`, so it is only ever loaded into a database that has none, and never on an update.
cmd_mysql() {
  local state version
  read_parameters
  lock mysql 600
  # shellcheck disable=SC2310
  wait_for "$(param wait)" port_open "$(param host)" "$(param port)" || die "MySQL at $(param host):$(param port) doesn't answer"
  mysql_options
  # Our own interrupted import is known by its marker table; anything else without a version isn't ours to drop.
  state=$(mysql_run <<<"
    SELECT CONCAT_WS(' ',
      (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'registry'),
      (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'registry' AND table_name = 'alembic_version'),
      (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'registry' AND table_name = 'harbor_ha_import'));") ||
    die "MySQL at $(param host):$(param port) refuses user $(param user), or fails: see above"
  case $state in
    *' 1 0') ;;
    '0 0 0' | *' 0 1') import_schema ;;
    *' 1 1') finish_import ;;
    *) die "database registry has tables but no alembic_version: not a Harbor database. Empty it, or choose another server" ;;
  esac
  version=$(mysql_run <<<'SELECT version_num FROM registry.alembic_version;')
  [[ $version == "$(param schema_version)" ]] ||
    die "the database has schema $version, Harbor $(param version) needs $(param schema_version): migrate it first (docs/operations.md)"
  say "mysql: schema $version"
}

mysql_options() {
  printf '[client]\nhost=%s\nport=%s\nuser=%s\npassword="%s"\nconnect_timeout=10\n' \
    "$(param host)" "$(param port)" "$(param user)" "$(<"$(secret_file mysql_password)")" | write_file "$SECRETS/mysql_cnf" 600
}

# The client of the release's own database image, so that no node needs one of its own.
mysql_run() {
  timeout -k 5 300 docker run --rm -i --network host --log-driver none -v "$SECRETS/mysql_cnf:/etc/harbor-ha.cnf:ro" \
    --entrypoint mysql "$(param image)" --defaults-extra-file=/etc/harbor-ha.cnf -N -B
}

# Galera and Group Replication want a primary key on every table; strict mode wants no bare timestamps (goharbor/harbor #629).
import_schema() {
  local sql
  sql=$(timeout 60 docker run --rm --network none --entrypoint cat "$(param image)" /tmp/r.sql) || die "image $(param image) has no /tmp/r.sql"
  grep -qi 'alembic_version' <<<"$sql" || die "/tmp/r.sql of image $(param image) is no Harbor schema"
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

# redis: the server answers with the configured password, and has the databases.
cmd_redis() {
  read_parameters
  wait_for "$(param wait)" port_open "$(param host)" "$(param port)" || die "Redis at $(param host):$(param port) doesn't answer"
  redis_check "$(param host)" "$(param port)" "$(param database)" "$(param cache_database)"
  say "redis: ready"
}

# Redis takes plain lines; the password goes through the socket only.
redis_check() {
  local host=$1 port=$2 reply expected='AUTH PING SELECT SELECT' command
  # A connection of its own first: bash would print its own message, and wait for long.
  port_open "$host" "$port" || die "Redis at $host:$port refuses the connection"
  exec 7<>"/dev/tcp/$host/$port" || die "Redis at $host:$port refuses the connection"
  printf 'AUTH %s\r\nPING\r\nSELECT %s\r\nSELECT %s\r\n' "$(<"$(secret_file redis_password)")" "$3" "$4" >&7
  for command in $expected; do
    IFS= read -r -t 10 -u 7 reply || die "Redis at $host:$port doesn't answer to $command"
    [[ $reply == '+'* ]] || die "Redis at $host:$port answers to $command: ${reply//$'\r'/}"
  done
  exec 7>&-
}

# dns: exactly these addresses under the name, replaced in one transaction.
cmd_dns() {
  local name address updates
  read_parameters
  name=$(param name)
  updates="update delete $name. A"$'\n'
  for address in $(param addresses); do updates+="update add $name. $(param ttl) A $address"$'\n'; done
  send_updates "$updates"
  wait_for 10 dns_answers "$(param addresses)" || die "$(param server) took the update but doesn't answer with $(param addresses)"
  say "dns: $name A $(param addresses)"
}

cmd_dns_remove() {
  read_parameters
  send_updates "update delete $(param name). A"$'\n'
  say "dns: $(param name) removed"
}

send_updates() {
  local key
  key=$(umask 077 && mktemp /run/harbor-ha-dns.XXXXXX)
  printf 'key "%s" {\n\talgorithm %s;\n\tsecret "%s";\n};\n' "$(param key_name)" "$(param key_algorithm)" "$(<"$(secret_file dns_key)")" >"$key"
  printf 'server %s %s\nzone %s\n%ssend\n' "$(param server)" "$(param port)" "$(param zone)" "$1" |
    { timeout -k 5 60 nsupdate -k "$key" -t 20 2>&1 || { rm -f "$key"; false; }; } | bounded 5 >&2 ||
    die "$(param server) refuses the update of zone $(param zone) with key $(param key_name)"
  rm -f "$key"
}

dns_answers() {
  local found
  found=$(dig +short +time=3 +tries=1 -p "$(param port)" "@$(param server)" "$(param name)" A | sort | tr '\n' ' ')
  [[ ${found% } == "$(tr ' ' '\n' <<<"$1" | sort | tr '\n' ' ' | sed 's/ $//')" ]]
}
