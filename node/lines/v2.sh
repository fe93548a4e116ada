# shellcheck shell=bash source=node/core/lib.sh

# Harbor 2.12 to 2.15 on a node. prepare is a container there, the database migrates itself, and what all nodes share lies
# below data/secret on the shared storage. A function without the line's name in front has its counterpart in the other line.
# shellcheck disable=SC2034  # used by the other parts of the program
CHECK_REPOSITORY=library/harbor-ha-check
COMPOSE_FILES=(docker-compose.yml docker-compose.override.yml)
PROBE_PATH=/api/v2.0/ping VERSION_PATH=/api/v2.0/systeminfo ADMIN_PASSWORD_PATH=/api/v2.0/users/1/password
TOKEN_WORKS=202 TOKEN_REFUSED="its core reads another private_key.pem (replaced by rename, and core not started since?), or its registry/passwd isn't that of REGISTRY_CREDENTIAL_PASSWORD"

# User and group that Harbor's containers run as.
V2_OWNER=10000:10000

# store_folders DATA: as Harbor's own prepare would make them, which here never sees the shared storage.
store_folders() {
  mkdir -p "$1"/{registry,ca_download,job_logs} "$1"/secret/{keys,core,registry,cert}
  chmod 755 "$1"
  v2_give 755 "$1"/{registry,ca_download,job_logs}
  v2_give 700 "$1"/secret{,/keys,/core,/registry,/cert}
}

# v2_give MODE PATH…: nothing is touched that is right already.
v2_give() {
  local mode=$1 path=0 is=()
  shift
  mapfile -t is < <(stat -c '%u:%g %a' "$@")
  while (($#)); do
    [[ ${is[path++]:-} == "$V2_OWNER $mode" ]] || { chown "$V2_OWNER" "$1" && chmod "$mode" "$1"; }
    shift
  done
}

give_to_harbor() { v2_give 600 "$1"; }

secretkey_file() { printf '%s' "$1/secret/keys/secretkey"; }

has_run() { [[ -e ${PARAM[shared_dir]}/state/database ]]; }

# What an unpacked release has, beside its images. Its docker-compose.yml comes from prepare.
release_files() { echo 'prepare harbor.yml.tmpl'; }

v2_is_https() { grep -q 'ssl_certificate' "$1/common/config/nginx/nginx.conf" 2>/dev/null; }

# What prepare and we have made, apart from what is shared: equal on all nodes.
v2_configuration() {
  (cd "$1" && v2_files "${COMPOSE_FILES[@]}" | xargs -0 sha256sum) | sha256sum | cut -c1-64
}

# v2_files FILE…: these and what is in common/config, each ended by a zero. Without empty files: where a mounted file lies in
# a mounted folder, Docker makes one there at the first start (registry/root.crt).
v2_files() { find "$@" common/config -type f ! -empty -print0 | sort -z; }

# Everything that a container reads at its start, as one hash. The token key isn't among it: core reads it on every request.
configuration_hash() {
  local data=${PARAM[data_dir]}
  {
    v2_configuration "$1"
    sha256sum <"$(secretkey_file "$data")"
    if v2_is_https "$1"; then cat "$data"/secret/cert/server.{crt,key} | sha256sum; fi
  } | sha256sum | cut -c1-64
}

# No start of 2.x changes a setting for a while.
end_reset() { :; }

database_target() { printf '%s:%s %s' "${PARAM[database_host]}" "${PARAM[database_port]}" "${PARAM[database_user]}"; }

last_log_lines() {
  local name
  for name in core jobservice registry registryctl proxy; do
    tail -n 3 "$ROOT/var/log/harbor/$name.log" 2>/dev/null | v2_redact | bounded 5 || true
  done
}

# v2_redact: standard input without the values of this node's secrets.
v2_redact() {
  local text file value
  text=$(cat)
  for file in "$SECRETS"/*; do
    # No process for each of them: this runs for every log that is shown.
    if [[ ! -r $file ]]; then continue; fi
    value=$(<"$file")
    if [[ $value ]]; then text=${text//"$value"/"__${file##*/}__"}; fi
  done
  printf '%s\n' "$text"
}

# v2_logged COMMAND…: as `logged`, for what may tell a secret.
v2_logged() {
  local out=$BODY/logged code=0
  (umask 077 && "$@" >"$out.raw" 2>&1 </dev/null) || code=$?
  v2_redact <"$out.raw" >"$out"
  rm -f "$out.raw"
  log_entry "$1" "$out"
  if ((code != 0)); then bounded 15 <"$out" >&2; fi
  return "$code"
}

# own_keys DIR DATA: of what Harbor's containers read.
own_keys() {
  say "private_key.pem: SHA256:$(key_fingerprint "$2/secret/core/private_key.pem")"
  say "root.crt: SHA256:$(certificate_fingerprint "$2/secret/registry/root.crt")"
}

node_facts() { say "configuration: $(v2_configuration "$1" 2>/dev/null || echo missing)"; }
shared_facts() { own_keys "$1" "$2"; }

# ask_version ADDRESS: only who has logged in is told.
ask_version() {
  admin_login
  http "$1" -K "$BODY/admin" "$VERSION_PATH"
}

# For whoever looks at the node no password is tried: core's image tells.
said_version() {
  local image
  image=$(docker inspect -f '{{.Config.Image}}' harbor-core 2>/dev/null || true)
  if [[ $image == *:* ]]; then printf '%s\n' "${image##*:}"; else echo unknown; fi
}
