#!/usr/bin/env bash
# Names, addresses and helpers of the sandbox. Sourced by every script of the
# sandbox; running it does nothing.
# shellcheck disable=SC2034  # most names are used by the scripts that source this
set -Eeuo pipefail

SANDBOX_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PROJECT_DIR=$(dirname "$SANDBOX_DIR")
RUN_DIR=$SANDBOX_DIR/.run
LOG_DIR=$RUN_DIR/logs
SECRETS_DIR=$RUN_DIR/secrets
SSH_DIR=$RUN_DIR/ssh
SANDBOX_JSON=$RUN_DIR/sandbox.json
CACHE_DIR=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/harbor-ha

# On every container, volume and network: its own name (see ours.sh), and the copy of the project whose keys and passwords
# it has. Images have a label of another name, since what is made from them gets it too.
MADE_LABEL=harbor-ha.made
COPY_LABEL=harbor-ha.copy
CONFIG_LABEL=harbor-ha.config
IMAGE_LABEL=harbor-ha.image=sandbox
# What older versions put on all of these.
OLD_LABEL=harbor-ha.sandbox=1
IMAGE_PREFIX=harbor-ha-sandbox
BASE_IMAGE=$IMAGE_PREFIX/base:bookworm
HOST_IMAGE=$IMAGE_PREFIX/host:bookworm
CEPH_IMAGE=$IMAGE_PREFIX/ceph:16
MARIADB_IMAGE=$IMAGE_PREFIX/mariadb:10.11
POSTGRES_IMAGE=$IMAGE_PREFIX/postgresql:15
REDIS_IMAGE=$IMAGE_PREFIX/redis:7
DNS_IMAGE=$IMAGE_PREFIX/bind:9

NETWORK=harbor-ha-sandbox
CONTAINER_PREFIX=harbor-ha
NODES=(node1 node2 node3)
SERVICES=(dns ceph mysql postgres redis)

MYSQL_USER=harbor
MYSQL_DATABASE=registry
POSTGRES_USER=harbor
POSTGRES_DATABASE=registry
CEPH_FS=cephfs
CEPH_USER=harbor
CEPH_FOLDERS=(/apps/harbor /apps/other /apps/harbor2)
DNS_DOMAIN=sandbox.test
DNS_ZONES=(hub.sandbox.test registry.sandbox.test hub2.sandbox.test)
TSIG_NAME=harbor-ha
TSIG_ALGORITHM=hmac-sha256

DOCKERD_PIDFILE=$RUN_DIR/dockerd.pid
DOCKER_ROOT=${SANDBOX_DOCKER_ROOT:-/var/lib/docker}

# The subnet that the sandbox was made with wins over the default, so that
# sandbox/status and sandbox/down need no variable.
SUBNET_FILE=$RUN_DIR/subnet
if [[ -n ${SANDBOX_SUBNET:-} ]]; then SUBNET=$SANDBOX_SUBNET
elif [[ -s $SUBNET_FILE ]]; then SUBNET=$(<"$SUBNET_FILE")
else SUBNET=10.88.0.0/24; fi
[[ $SUBNET =~ ^([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})\.0/24$ ]] || {
  echo "SANDBOX_SUBNET is '$SUBNET'; it must be a /24 such as 10.89.0.0/24" >&2; exit 2; }
PREFIX=${BASH_REMATCH[1]}

# address_of NAME: node1..node9, client and the services.
address_of() {
  case $1 in
    node[1-9]) echo "$PREFIX.1${1#node}" ;;
    ceph) echo "$PREFIX.21" ;;
    mysql) echo "$PREFIX.22" ;;
    redis) echo "$PREFIX.23" ;;
    dns) echo "$PREFIX.24" ;;
    postgres) echo "$PREFIX.25" ;;
    client) echo "$PREFIX.31" ;;
    *) echo "no address is known for '$1'" >&2; return 1 ;;
  esac
}
container_of() { echo "$CONTAINER_PREFIX-$1"; }

say() { printf '%s\n' "$*"; }
die() { printf 'sandbox: %s\n' "$*" >&2; exit 1; }

# note TEXT: a remark of a step, shown below the step's line (see lib/steps.sh).
note() { if [[ -n ${STEP_NOTES:-} ]]; then printf '%s\n' "$*" >>"$STEP_NOTES"; else say "$*"; fi; }

# Every call of the Docker client is bounded; builds and pulls bring their own limit.
dk() { timeout "${DK_TIMEOUT:-90}" docker "$@"; }
docker_answers() { timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

# wait_for SECONDS WHAT COMMAND...: polls until COMMAND succeeds.
wait_for() {
  local limit=$1 what=$2 end
  shift 2
  end=$((SECONDS + limit))
  until "$@"; do
    if ((SECONDS >= end)); then
      echo "gave up after $limit s waiting for: $what" >&2
      return 1
    fi
    sleep 0.3
  done
}

# write_file MODE PATH: standard input becomes the file, all of it or nothing.
write_file() {
  local mode=$1 path=$2 temp
  mkdir -p "$(dirname "$path")"
  temp=$(mktemp "$path.XXXXXX")
  cat >"$temp"
  chmod "$mode" "$temp"
  mv -f "$temp" "$path"
}

# (docker inspect prints an empty line for what it doesn't find.)
container_state() {
  local state
  state=$(dk inspect --type container --format '{{.State.Status}}' "$1" 2>/dev/null) || state=missing
  echo "$state"
}
container_label() { dk inspect --type container --format "{{index .Config.Labels \"$2\"}}" "$1" 2>/dev/null || true; }
image_id() { dk image inspect --format '{{.Id}}' "$1" 2>/dev/null || true; }
