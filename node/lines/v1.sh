# shellcheck shell=bash source=node/core/lib.sh

# Harbor 1.1 and 1.2 on a node: what its prepare makes, how it is talked to, and what keeps it from being healthy. Whatever
# another release line does otherwise is a function of the same name in a file of its own; helpers of one line begin with its
# name.
# shellcheck disable=SC2034  # used by the other parts of the program
CHECK_REPOSITORY=library/harbor-ha-check
COMPOSE_FILES=(docker-compose.yml)
PROBE_PATH=/api/systeminfo VERSION_PATH=/api/systeminfo ADMIN_PASSWORD_PATH=/api/users/1/password
TOKEN_WORKS=200 TOKEN_REFUSED="its root.crt differs, or its registry wasn't restarted since"

# prepare would make a missing folder with mode 0600, into which no container can look.
store_folders() {
  mkdir -p "$1"/{registry,config,ca_download,job_logs}
  chmod 755 "$1" "$1"/{registry,config,ca_download,job_logs}
}

secretkey_file() { printf '%s' "$1/secretkey"; }

# Containers read as root.
give_to_harbor() { :; }

has_run() { [[ -e ${PARAM[shared_dir]}/state/database || -e ${PARAM[data_dir]}/config/config.json ]]; }

# What an unpacked release has, beside its images.
release_files() { echo 'prepare harbor.cfg docker-compose.yml'; }

run_prepare() {
  local dir=$1 data=$2 image
  image=${PARAM[prepare_image]}
  if [[ $image != none ]]; then
    logged timeout -k 5 120 docker run --rm --network none -v "$dir:$dir" -v "$data:$data" -v "$HA_HOME/cert:$HA_HOME/cert:ro" \
      -w "$dir" "$image" python2 ./prepare || die "prepare failed in image $image"
  elif [[ ${PARAM[prepare_python]} == 2 ]]; then
    (cd "$dir" && logged timeout -k 5 120 "$(python2_command)" ./prepare) || die "prepare failed"
  else
    (cd "$dir" && logged timeout -k 5 120 python3 ./prepare) || die "prepare failed"
  fi
}

# Passwords and the key are for root alone; Compose reads them as root.
seal_prepared() {
  has_prepared "$1" || die "prepare has made no key pair in $1/common/config"
  chmod 700 "$1"
  chmod -R go-rwx "$1/common/config/ui" "$1/common/config/adminserver"
  find "$1/common/config" -name env -exec chmod go-rwx {} +
}

has_prepared() { [[ -s $1/common/config/ui/private_key.pem && -s $1/common/config/registry/root.crt ]]; }

# What prepare has made, but for the key pair, which cert-sync puts there.
prepared_hash() {
  (cd "$1/common/config" && find . -type f ! -path ./ui/private_key.pem ! -path ./registry/root.crt -print0 | sort -z | xargs -0 sha256sum) |
    sha256sum | cut -c1-64
}

copy_pair() {
  local config=$1/common/config pair=$2/keys/current
  [[ -f $config/ui/private_key.pem ]] || die "$config is not prepared"
  # Before anything is written: half a pair on the shared storage would break a node that works.
  is_pair "$pair/private_key.pem" "$pair/root.crt" ||
    die "private_key.pem and root.crt in $pair don't match; nothing was changed here"
  put_right "$pair/private_key.pem" "$config/ui/private_key.pem"
  put_right "$pair/root.crt" "$config/registry/root.crt"
}

# Compares what this node runs with what the cluster agreed on; names what differs.
check_local_keys() {
  local config=$1/common/config pair=$2/keys/current data=$3 own cluster size
  fingerprint key "$pair/private_key.pem"
  cluster=$FINGERPRINT
  own=$(key_fingerprint "$config/ui/private_key.pem")
  [[ $own == "$cluster" ]] || die "$(hostname): private_key.pem has SHA256:$own, the cluster's is SHA256:$cluster"
  own=$(certificate_fingerprint "$config/registry/root.crt")
  [[ $own == "$cluster" ]] || die "$(hostname): root.crt has SHA256:$own, the cluster's key is SHA256:$cluster"
  size=$(stat -c %s "$data/secretkey" 2>/dev/null || echo 0)
  ((size == 16)) || die "$(hostname): $data/secretkey has $size bytes instead of 16"
}

# What drift detection says of them, after the step that mends it.
shared_problem() {
  local config=$1/common/config file own cluster
  cluster=$(key_fingerprint "$2/keys/current/private_key.pem")
  for file in ui/private_key.pem registry/root.crt; do
    if [[ $file == ui/* ]]; then own=$(key_fingerprint "$config/$file"); else own=$(certificate_fingerprint "$config/$file"); fi
    if [[ $own != "$cluster" ]]; then
      printf 'cert-sync\t%s has SHA256:%s, the cluster has SHA256:%s' "${file#*/}" "${own:0:12}" "${cluster:0:12}"
      return
    fi
  done
}

own_keys() {
  say "private_key.pem: SHA256:$(key_fingerprint "$1/common/config/ui/private_key.pem")"
  say "root.crt: SHA256:$(certificate_fingerprint "$1/common/config/registry/root.crt")"
}

# The pair lies in each node's own configuration; nothing else is the same on all nodes.
publish_shared() { :; }
report_configuration() { :; }
node_facts() { own_keys "$1"; }
shared_facts() { :; }
watch_line() { :; }

# Everything that a container reads at its start, as one hash.
configuration_hash() {
  (cd "$1" && find docker-compose.yml common/config -type f -print0 | sort -z | xargs -0 sha256sum) | sha256sum | cut -c1-64
}

before_containers() { v1_reset_for_moved_database "$1"; }

last_log_lines() {
  local name
  for name in ui adminserver registry nginx; do
    tail -n 3 "$ROOT"/var/log/harbor/"$(date +%F)"/*"$name"*.log 2>/dev/null | bounded 5 || true
  done
}

# ask_version ADDRESS: prints the status; said_version reads what was said.
ask_version() { http "$1" "$VERSION_PATH"; }
said_version() {
  local version
  version=$(said harbor_version)
  printf '%s\n' "${version:-unknown}"
}

token_works() { http "$1" -K "$2" /v2/; }

line_checks() {
  check_versions
  check_realms
  check_clocks
  open_sessions
  check_pairs token
  check_pairs session
  check_blobs
  check_name
}

# login ADDRESS JAR: opens a session.
login() { http "$1" -c "$2" --data-urlencode principal=admin --data-urlencode "password@$SECRETS/admin_password" /login; }

# session ADDRESS JAR: 200 when the session is known there.
session() { http "$1" -b "$2" /api/users/current; }

# Why a login was refused: with MySQL down Harbor answers as if the password were wrong.
login_cause() {
  local host port
  host=${PARAM[database_host]} port=${PARAM[database_port]}
  if ! port_open "$host" "$port"; then
    printf 'MySQL at %s:%s is down' "$host" "$port"
  else
    printf "the admin password isn't the current one: set harbor-ha:adminPassword to it"
  fi
}

# Why a session isn't accepted.
session_cause() {
  local error
  redis_is redis_
  if error=$(redis_check 0 0 2>&1); then
    printf "sessions aren't shared: _REDIS_URL isn't in effect"
  else
    printf '%s' "${error#harbor-ha: }"
  fi
}

# Prints what keeps a node from being healthy, nothing when it is. What time can't heal begins with `fatal:`.
node_problem() {
  local address=$1 status
  status=$(http "$address" /api/systeminfo)
  [[ $status == 200 ]] || { echo "the ui answers $status ($(reason))" && return; }
  status=$(login "$address" "$BODY/jar")
  if [[ $status == 401 ]] && carry_over_admin_password "$address"; then status=$(login "$address" "$BODY/jar"); fi
  if [[ $status == 401 ]]; then echo "fatal: login refused: $(login_cause)" && return; fi
  [[ $status == 200 ]] || { echo "login answers $status ($(reason))" && return; }
  status=$(session "$address" "$BODY/jar")
  [[ $status == 200 ]] || { echo "the session just opened answers $status: $(session_cause)" && return; }
  status=$(token "$address" "$BODY/token")
  [[ $status == 200 ]] || { echo "the token service answers $status ($(reason))" && return; }
  status=$(http "$address" -K "$BODY/token" /v2/)
  [[ $status == 200 ]] || { echo "the registry answers $status to this node's own token ($(reason))" && return; }
  status=$(write_probe "$address" "$BODY/token")
  [[ $status == 202 ]] || echo "opening an upload answers $status: the shared storage doesn't take a write ($(reason))"
}

# adminserver keeps the database's address in config.json and takes another only with RESET=true; left on, that would
# undo every setting made in the UI. So: one start, of one node's adminserver.
v1_reset_for_moved_database() {
  local marker env=$1/common/config/adminserver/env settings=${PARAM[data_dir]}/config/config.json
  marker=${PARAM[shared_dir]}/state/database
  [[ ${PARAM[first]} == true && -f $marker && -f $settings ]] || return 0
  [[ $(<"$marker") != "$(database_target)" ]] || return 0
  say "database moved from $(<"$marker") to $(database_target): settings are read anew, once"
  logged compose_within 120 "$1" stop jobservice ui adminserver || compose_failed "$1"
  cp "$settings" "${PARAM[shared_dir]}/state/config.json.$(date -u +%Y%m%dT%H%M%SZ)"
  cp -p "$env" "$env.new" && mv -fT "$env.new" "$env.saved"
  sed 's/^RESET=.*/RESET=true/' "$env.saved" | cat >"$env"
  if ! logged compose_within 300 "$1" up -d --force-recreate --no-deps log adminserver || ! wait_for 30 v1_settings_name_database "$settings"; then
    end_reset "$1"
    die "adminserver didn't take the database at $(database_target) into its settings; those of before are in ${PARAM[shared_dir]}/state"
  fi
  end_reset "$1"
}

# What adminserver has written tells that it has read it. Settings without these keys tell nothing.
v1_settings_name_database() {
  local found
  found=$(jq -r '[.mysql_host, .mysql_port, .mysql_username] | if any(. == null) then "" else "\(.[0]):\(.[1]) \(.[2])" end' "$1" 2>/dev/null) || return 1
  [[ -z $found || $found == "$(database_target)" ]]
}

# Left on, RESET would undo every setting of the UI at each start; an update may have been killed in between.
end_reset() {
  local env=$1/common/config/adminserver/env
  if [[ -f $env.saved ]]; then
    cat "$env.saved" >"$env"
    rm -f "$env.saved"
  fi
}

database_target() { printf '%s:%s %s' "${PARAM[database_host]}" "${PARAM[database_port]}" "${PARAM[database_user]}"; }
