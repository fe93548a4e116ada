# shellcheck shell=bash source=node/core/lib.sh

# postgres: the server answers with the configured login, and the database is empty, or one that the release's core can take
# over. Core makes and migrates the schema itself (step `up`); here nothing is written.

POSTGRES_OLDEST=120000
DIRTY_WAY_OUT="a migration was broken off, and no core starts on that. Put the dump of before the upgrade back (docs/operations.md) and run again; set no version by hand before you have looked at what was done"

cmd_postgres() {
  local server deadline limit found
  read_parameters postgres
  require_secrets postgres_password
  lock postgres 300
  server="PostgreSQL at ${PARAM[host]}:${PARAM[port]}" limit=${PARAM[wait]}
  deadline=$((SECONDS + limit))
  wait_for "$limit" port_open "${PARAM[host]}" "${PARAM[port]}" || die "$server doesn't answer"
  postgres_login "${PARAM[host]}" "${PARAM[port]}" "${PARAM[database]}" "${PARAM[user]}" "${PARAM[ssl_mode]}"
  until found=$(postgres_run 2>"$BODY/postgres" <<<"$POSTGRES_QUERY"); do
    # One that was started a moment ago recovers first.
    if [[ $(<"$BODY/postgres") != *'is starting up'* ]] || ((SECONDS >= deadline)); then die "$(postgres_cause "$server" <"$BODY/postgres")"; fi
    sleep 1
  done
  postgres_judge "$server" "$found"
  # What a verification by this node compares with; a release that was refused isn't deployed.
  write_file "$STATE/schema-version" 644 <<<"${PARAM[schema_version]}"
}

# postgres_login HOST PORT DATABASE USER SSL-MODE: what psql connects with from now on. The password lies in a file that only
# root reads, and that goes with this command.
postgres_login() {
  local field fields=() password
  password=$(<"$SECRETS/postgres_password")
  for field in "$1" "$2" "$3" "$4" "$password"; do
    field=${field//\\/\\\\}
    fields+=("${field//:/\\:}")
  done
  (umask 077 && IFS=: && printf '%s\n' "${fields[*]}" >"$BODY/pgpass")
  POSTGRES=(env -u PGSERVICE -u PGOPTIONS "PGPASSFILE=$BODY/pgpass" "PGSSLMODE=$5" PGCONNECT_TIMEOUT=10 "PGSSLROOTCERT=$(postgres_roots)"
    PGAPPNAME=harbor-ha PGCLIENTENCODING=UTF8
    timeout -k 5 60 psql -X -q -w -A -t -F ' ' -v ON_ERROR_STOP=1 -h "$1" -p "$2" -U "$4" -d "$3")
}

# Core trusts what its system trusts; so does this host's psql, which would look into root's home otherwise.
postgres_roots() {
  local file
  for file in "$ROOT"/etc/ssl/certs/ca-certificates.crt "$ROOT"/etc/pki/tls/certs/ca-bundle.crt; do
    if [[ -f $file ]]; then printf '%s' "$file" && return; fi
  done
}

postgres_run() { "${POSTGRES[@]}" -f -; }

# postgres_schema: prints the schema's version and whether it is dirty.
postgres_schema() { postgres_run <<<'SELECT version, dirty::text FROM schema_migrations LIMIT 1;'; }

# One `name value` line each; the last one only where the table is there. Not from information_schema, which keeps quiet about
# tables that the user has no right to.
# shellcheck disable=SC2016  # quotes of SQL
POSTGRES_QUERY="SELECT 'server ' || current_setting('server_version_num') || ' ' || current_setting('server_version');
SELECT 'recovery ' || pg_is_in_recovery()::text;
SELECT 'encoding ' || pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database();
SELECT 'schema ' || coalesce(current_schema(), 'none');
SELECT 'create ' || coalesce(has_schema_privilege(current_schema(), 'CREATE')::text, 'false');
SELECT 'tables ' || count(*) FROM pg_tables WHERE schemaname = current_schema();
SELECT 'migrations ' || count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_migrations';
SELECT 'users ' || count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'harbor_user';
SELECT 'foreign ' || count(*) FROM pg_tables WHERE schemaname = current_schema() AND NOT pg_has_role(current_user, tableowner, 'USAGE');
SELECT count(*) > 0 AS migrated FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_migrations' \\gset
\\if :migrated
SELECT 'version ' || version || ' ' || dirty::text FROM schema_migrations LIMIT 1;
\\endif"

# postgres_judge SERVER FOUND: says what is there, or refuses it with the way out.
postgres_judge() {
  local server=$1 name value wanted=${PARAM[schema_version]} user=${PARAM[user]} database=${PARAM[database]} version
  local -A is=()
  while read -r name value; do is[$name]=$value; done <<<"$2"
  for name in server recovery encoding schema create tables migrations users foreign; do
    [[ ${is[$name]:-} ]] || die "$server doesn't say what it was asked for ($name): is it PostgreSQL, or a proxy before it?"
  done
  ((${is[server]%% *} >= POSTGRES_OLDEST)) ||
    die "$server is version ${is[server]#* }; Harbor ${PARAM[version]} needs 12 or later: upgrade it, or choose another one (harbor-ha:postgresHost)"
  [[ ${is[recovery]} == false ]] || die "$server is a standby, which takes no writes: harbor-ha:postgresHost must be the primary"
  [[ ${is[encoding]} == UTF8 ]] ||
    die "database $database at ${PARAM[host]} has encoding ${is[encoding]} instead of UTF8: make it anew (CREATE DATABASE $database OWNER $user ENCODING 'UTF8' TEMPLATE template0)"
  [[ ${is[schema]} != none ]] ||
    die "user $user has no schema in database $database to make tables in: CREATE SCHEMA public AUTHORIZATION $user, or make user $user the database's owner (ALTER DATABASE $database OWNER TO $user)"
  [[ ${is[create]} == true ]] ||
    die "user $user may make no tables in schema ${is[schema]} of database $database, and core has to: ALTER DATABASE $database OWNER TO $user (from PostgreSQL 15 on), or GRANT CREATE ON SCHEMA ${is[schema]} TO $user"
  version=${is[version]:-}
  if [[ ! $version ]]; then
    # Core makes its table of versions first of all.
    ((is[tables] == is[migrations])) ||
      die "database $database at ${PARAM[host]} has ${is[tables]} tables but no schema_migrations with a version: not a Harbor database. Empty it, or choose another one (harbor-ha:postgresDatabase)"
    say "postgres: empty; the first node's core makes the schema"
    return
  fi
  ((is[foreign] == 0)) ||
    die "${is[foreign]} tables of database $database don't belong to user $user, so that core can't change them: REASSIGN OWNED BY the user of before TO $user, or set harbor-ha:postgresUser to it"
  [[ ${is[users]} == 1 || $version == *' true' ]] ||
    die "database $database at ${PARAM[host]} has schema ${version% *} of something else than Harbor (no table harbor_user): choose another one (harbor-ha:postgresDatabase)"
  [[ $version != *' true' ]] || die "the schema ${version% *} of database $database is dirty: $DIRTY_WAY_OUT"
  version=${version% *}
  if [[ $wanted =~ ^[0-9]+$ ]] && ((version > wanted)); then
    die "database $database has schema $version, and Harbor ${PARAM[version]} knows only up to $wanted: a later release has migrated it, and an older core doesn't start on it. Deploy that release, or put the dump of before the upgrade back (docs/operations.md)"
  fi
  if [[ $wanted =~ ^[0-9]+$ ]] && ((version < wanted)); then
    say "postgres: schema $version; the first node's core migrates it to $wanted"
  else
    say "postgres: schema $version"
  fi
}

# postgres_cause SERVER: why no query was answered, from what psql has said on standard input. Words are those of PostgreSQL
# 9 to 17.
postgres_cause() {
  local error server=$1 user=${PARAM[user]} database=${PARAM[database]} mode=${PARAM[ssl_mode]}
  error=$(cat)
  case $error in
    *'password authentication failed'* | *'authentication failed for user'*)
      echo "$server refuses the login of user $user: harbor-ha:postgresPassword must be its password (and harbor-ha:postgresUser its name)"
      ;;
    *'no pg_hba.conf entry'*'no encryption'* | *'no pg_hba.conf entry'*'SSL off'*)
      if [[ $mode == disable ]]; then
        echo "$server takes no connection of user $user to database $database from $(hostname) without TLS: set harbor-ha:postgresSslMode to require, or allow it there (pg_hba.conf, line host)"
      else
        echo "$server takes no connection of user $user to database $database from $(hostname), with TLS or without: allow it there (pg_hba.conf, line hostssl or host)"
      fi
      ;;
    *'no pg_hba.conf entry'* | *'pg_hba.conf rejects'*)
      echo "$server takes no connection of user $user to database $database from $(hostname): allow it there (pg_hba.conf, line host or hostssl)"
      ;;
    *'does not support SSL'*) echo "$server has no TLS, and harbor-ha:postgresSslMode is $mode: switch it on there (ssl = on), or set harbor-ha:postgresSslMode to disable" ;;
    *'certificate verify failed'* | *'does not match host name'* | *'root certificate file'*)
      echo "the certificate of $server isn't accepted with harbor-ha:postgresSslMode $mode: its authority must be known to this host and to core, and its name be ${PARAM[host]}; or set harbor-ha:postgresSslMode to require ($(bounded 1 <<<"$error"))"
      ;;
    *'database "'*'" does not exist'*) echo "$server has no database $database: CREATE DATABASE $database OWNER $user, or set harbor-ha:postgresDatabase to the right one" ;;
    *'role "'*'" does not exist'*) echo "$server has no user $user: CREATE USER $user PASSWORD '…', or set harbor-ha:postgresUser to the right one" ;;
    *'is not permitted to log in'*) echo "$server doesn't let user $user log in: ALTER USER $user LOGIN" ;;
    *'permission denied for database'*) echo "user $user may not connect to database $database: ALTER DATABASE $database OWNER TO $user" ;;
    *'no password supplied'*) echo "$server asks for a password in another way than psql gives it: $(bounded 1 <<<"$error")" ;;
    *'too many clients'* | *'too many connections'* | *'remaining connection slots'*) echo "$server takes no more connections: raise max_connections there (each core opens up to max_open_conns)" ;;
    *'is starting up'*) echo "$server is still starting up: run again" ;;
    *) echo "$server fails: $(bounded 2 <<<"$error" | tr '\n' ' ')" ;;
  esac
}
