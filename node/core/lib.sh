#!/usr/bin/env bash
# harbor-ha on a node: every step that the Pulumi program takes here, and what an operator may run by hand.
# Parameters come on standard input as `name: value` lines; secrets lie in files that only root reads.
set -Eeuo pipefail
umask 022
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

# Where the host's own paths begin: empty, except in tests. Not a way in: sudo (env_reset), sshd (AcceptEnv) and systemd
# pass no such variable, and whoever can set one for a root's bash has BASH_ENV already.
ROOT=${HARBOR_HA_ROOT:-}
export PATH=$ROOT/usr/local/sbin:$ROOT/usr/local/bin:$ROOT/usr/sbin:$ROOT/usr/bin:$ROOT/sbin:$ROOT/bin

# The folder above that of this file.
HA_HOME=$(readlink -f "${BASH_SOURCE[0]:-$0}")
HA_HOME=${HA_HOME%/*/*}
SECRETS=$HA_HOME/secrets
# shellcheck disable=SC2034  # used by the other parts of the program
STATE=$HA_HOME/state
LOG=$ROOT/var/log/harbor-ha.log
# shellcheck disable=SC2034  # used by the other parts of the program
declare -A PARAM=()

# The host's own Docker, with settings of our own: root's ~/.docker may hold proxies, which Docker and Compose give to every
# container (goharbor/harbor #9554), credentials, or the name of another Docker.
unset DOCKER_HOST DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH "${!COMPOSE_@}"
export DOCKER_CONFIG=$STATE/docker

say() { printf '%s\n' "$*"; }

# The provider hangs on lines over 64 KiB (pulumi-command 1.2.1), and nobody reads a page of errors.
bounded() { tail -n "${1:-30}" | cut -c1-400; }

die() {
  local lines
  mapfile -t lines <<<"harbor-ha: $*"
  if ((${#lines[@]} > 30)); then lines=("${lines[@]: -30}"); fi
  printf '%.400s\n' "${lines[@]}" >&2
  exit 1
}

on_error() {
  local code=$? line=$1 command=$2
  # What fails inside $(…) is reported where its result is used.
  ((BASH_SUBSHELL == 0)) || exit "$code"
  printf 'harbor-ha: exit status %s at line %s: %s\n' "$code" "$line" "$command" | bounded 1 >&2
  exit "$code"
}
trap 'on_error "$LINENO" "$BASH_COMMAND"' ERR

# log_entry WHAT FILE: what a tool has said, into the log.
log_entry() {
  local now
  printf -v now '%(%FT%T%z)T' -1
  {
    printf -- '--- %s %s\n' "${now:0:-2}:${now: -2}" "$1"
    if [[ -s $2 ]]; then bounded 400 <"$2"; fi
  } >>"$LOG" 2>/dev/null || true
}

# Runs a talkative tool into the log; its last lines are shown only when it fails.
logged() {
  local out code=0
  out=$(mktemp)
  "$@" >"$out" 2>&1 </dev/null || code=$?
  log_entry "$1" "$out"
  if ((code != 0)); then bounded 15 <"$out" >&2; fi
  rm -f "$out"
  return "$code"
}

# A lost connection ends standard input early; the last line tells a whole text from a part of one, and names the command
# that the text is for.
# shellcheck disable=SC2034  # used by the other parts of the program
END_OF_PARAMETERS='# harbor-ha: end of parameters'
# shellcheck disable=SC2034  # used by the other parts of the program
END_OF_FILE='# harbor-ha: end of file'

# require_secrets NAME…: they are on this node; asked before any work. A secret is then read from $SECRETS/NAME.
require_secrets() {
  local name
  for name in "$@"; do [[ -s $SECRETS/$name ]] || die "secret $name isn't on this node; nothing was done"; done
}

# An interrupted update may have left the same step running here; two of one kind never run at once.
lock() {
  [[ -d $ROOT/run/lock ]] || mkdir -p "$ROOT/run/lock"
  exec 9>"$ROOT/run/lock/harbor-ha.$1.lock"
  flock -w "${2:-120}" 9 || die "another '$1' has been running on this node for ${2:-120} s"
}

# Moves a finished temporary file into place, only when it differs. Says whether it did.
install_file() {
  local from=$1 to=$2 mode=$3 modes
  chmod "$mode" "$from"
  if [[ -f $to ]] && cmp -s "$from" "$to"; then
    modes=$(stat -c %a "$from" "$to")
    if [[ ${modes%$'\n'*} == "${modes#*$'\n'}" ]]; then
      rm -f "$from"
      return 1
    fi
  fi
  sync -d "$from" 2>/dev/null || true
  mv -fT "$from" "$to"
}

# Writes standard input to a file, whole or not at all.
write_file() {
  local path=$1 mode=$2 temporary
  [[ -d ${path%/*} ]] || mkdir -p "${path%/*}"
  temporary=$(umask 077 && mktemp "${path%/*}/.harbor-ha.XXXXXX")
  cat >"$temporary"
  install_file "$temporary" "$path" "$mode" || true
}

# wait_for SECONDS COMMAND…: polls until the command succeeds.
wait_for() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.5
  done
}

# shellcheck disable=SC2016  # expanded by the inner shell
port_open() { timeout "${3:-3}" bash -c 'exec 3<>"/dev/tcp/$1/$2"' - "$1" "$2" 2>/dev/null; }

# Only where plugins lie is taken from root's settings. Compose 1 reads those of ~/.docker unless there is a config.json here.
make_docker_config() {
  local theirs=~root settings='{}'
  theirs=$ROOT$theirs/.docker
  mkdir -p "$DOCKER_CONFIG"
  if [[ -d $theirs/cli-plugins ]]; then ln -sfn "$theirs/cli-plugins" "$DOCKER_CONFIG/cli-plugins"; fi
  # Without a file, jq would print one for no input, and fail: two texts, which the Python of Compose 1 can't read.
  if [[ -s $theirs/config.json ]]; then
    settings=$(jq -s '.[0] // {} | { cliPluginsExtraDirs } | del(.. | nulls)' "$theirs/config.json" 2>/dev/null) || settings='{}'
  fi
  say "$settings" | write_file "$DOCKER_CONFIG/config.json" 644
}

# Sets COMPOSE to the command: the plugin, else a program of its own. Looked for once in a run.
COMPOSE=()
find_compose() {
  ((${#COMPOSE[@]} == 0)) || return 0
  [[ -f $DOCKER_CONFIG/config.json ]] || make_docker_config
  if docker compose version >/dev/null 2>&1; then
    COMPOSE=(docker compose)
  elif command -v docker-compose >/dev/null; then
    COMPOSE=(docker-compose)
  else
    echo 'neither "docker compose" nor docker-compose is on this host' >&2
    return 1
  fi
}

# compose_within SECONDS FOLDER ARGUMENTS…
compose_within() {
  local name files=()
  find_compose || return 1
  for name in "${COMPOSE_FILES[@]}"; do files+=(-f "$2/$name"); done
  timeout -k 10 "$1" "${COMPOSE[@]}" -p harbor "${files[@]}" "${@:3}"
}

# Fingerprint of the public half: equal for a private key and its certificate.
public_hash() { openssl dgst -sha256 -binary | base64 | tr -d '='; }
fingerprint_of_key() { openssl pkey -in "$1" -pubout -outform DER 2>/dev/null | public_hash; }
fingerprint_of_certificate() {
  openssl x509 -in "$1" -pubkey -noout 2>/dev/null | openssl pkey -pubin -outform DER 2>/dev/null | public_hash
}

FINGERPRINT=
# By kind and text: the same pair lies in several places, and openssl takes its time for each.
declare -A FINGERPRINTS=()

# fingerprint KIND FILE: sets FINGERPRINT; the kind is `key` or `certificate`.
fingerprint() {
  local text=$1 code=0
  if [[ -f $2 && -r $2 ]]; then text+=" $(<"$2")"; fi
  FINGERPRINT=${FINGERPRINTS["$text"]:-}
  [[ ! $FINGERPRINT ]] || return 0
  FINGERPRINT=$("fingerprint_of_$1" "$2") || code=$?
  if ((code == 0)); then FINGERPRINTS["$text"]=$FINGERPRINT; fi
  return "$code"
}

print_fingerprint() {
  local code=0
  fingerprint "$@" || code=$?
  printf '%s\n' "$FINGERPRINT"
  return "$code"
}
key_fingerprint() { print_fingerprint key "$1"; }
certificate_fingerprint() { print_fingerprint certificate "$1"; }

# is_pair KEY CERTIFICATE: not in a subshell, so that what was found out is kept.
is_pair() {
  local key
  fingerprint key "$1" || return 1
  key=$FINGERPRINT
  fingerprint certificate "$2" || return 1
  [[ $FINGERPRINT == "$key" ]]
}
