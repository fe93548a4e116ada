#!/usr/bin/env bash
# What must be there before the first step, and the packages that bring the rest. Sourced.
set -Eeuo pipefail

# Where Go's own installer puts it, for shells whose PATH lacks it.
if ! command -v go >/dev/null && [[ -x /usr/local/go/bin/go ]]; then PATH=$PATH:/usr/local/go/bin; fi

have() { command -v "$1" >/dev/null 2>&1; }

# at_least HAVE WANT, as versions
at_least() { printf '%s\n%s\n' "$2" "$1" | sort -V -C; }

free_gib() { # free_gib PATH: of the nearest folder that exists
  local path=$1
  while [[ ! -d $path ]]; do path=$(dirname "$path"); done
  df -Pk "$path" | awk 'NR == 2 { print int($4 / 1048576) }'
}

# preflight FULL: FULL=1 checks also what the deployment needs.
preflight() {
  local full=$1 problems=() memory disk version path problem engine=0
  local want_memory=6 want_disk=15
  [[ $(id -u) == 0 ]] || problems+=("it isn't run as root: use sudo $SANDBOX_DIR/up")
  if docker_answers; then
    engine=1
    # What is already built and running needs neither its room nor its memory again.
    if [[ -n $(image_id "$HOST_IMAGE") ]]; then want_disk=4; fi
    if [[ $(container_state "$(container_of node1)") == running ]]; then want_memory=0; fi
  elif ! have apt-get; then
    problems+=("no Docker engine answers and there is no apt-get to install one: start a Docker engine and run this again")
  fi
  if ! ((engine)) && [[ -n ${DOCKER_HOST:-} ]]; then
    problems+=("DOCKER_HOST is $DOCKER_HOST, but nothing answers there: unset it or start that engine")
  fi
  if [[ -z ${SANDBOX_BASE_IMAGE:-} && ! -s $BASE_TAR && -z $(image_id "$BASE_IMAGE") ]] && ! have apt-get; then
    problems+=("there is no apt-get to build the base image with: name one, SANDBOX_BASE_IMAGE=debian:bookworm-slim")
  fi
  [[ -c /dev/fuse ]] || problems+=("/dev/fuse is missing, CephFS is mounted through it: modprobe fuse")

  memory=$(awk '$1 == "MemAvailable:" { print int($2 / 1048576) }' /proc/meminfo)
  ((memory >= want_memory)) || problems+=("$memory GiB of memory are free, $want_memory GiB are needed: stop something or use a larger machine")
  # shellcheck disable=SC2153  # it is set in sandbox.sh
  for path in "$DOCKER_ROOT" "$SANDBOX_DIR"; do
    disk=$(free_gib "$path")
    ((disk >= want_disk)) || problems+=("$disk GiB of disk are free at $path, $want_disk GiB are needed (SANDBOX_DOCKER_ROOT=folder puts the engine's data elsewhere)")
  done

  if ((full)); then
    version=$(node --version 2>/dev/null || echo none)
    at_least "${version#v}" 20 && [[ $version != none ]] \
      || problems+=("Node.js 20 or newer is needed, found $version: install it from your distribution or nodejs.org")
    have npm || problems+=("npm is missing: it comes with Node.js")
    if [[ -x $SANDBOX_DIR/engine/install ]] && ! have pulumi; then
      version=$(go env GOVERSION 2>/dev/null || echo none)
      [[ $version == go* ]] && at_least "${version#go}" 1.25 \
        || problems+=("Go 1.25 or newer is needed to build the Pulumi engine, found $version: install it from go.dev, or install the pulumi CLI")
    fi
  fi
  ((${#problems[@]} == 0)) && return 0
  for problem in "${problems[@]}"; do note "- $problem"; done
  echo "${#problems[@]} of the sandbox's needs are not met" >&2
  return 1
}

# Commands that the scripts use, and the package of each.
missing_packages() {
  local pair
  if ! docker_answers; then
    have dockerd || echo docker.io
    if ! have docker; then apt-cache show docker-cli >/dev/null 2>&1 && echo docker-cli; fi
  fi
  if [[ -z ${SANDBOX_BASE_IMAGE:-} && ! -s $BASE_TAR && -z $(image_id "$BASE_IMAGE") ]]; then
    have mmdebstrap || echo mmdebstrap
    # mmdebstrap finds the keys of the sources with it.
    have gpg || echo gpg
  fi
  for pair in ssh:openssh-client ssh-keygen:openssh-client openssl:openssl ip:iproute2 jq:jq curl:curl flock:util-linux git:git; do
    have "${pair%%:*}" || echo "${pair#*:}"
  done
}

install_packages() {
  local packages
  mapfile -t packages < <(missing_packages | sort -u)
  ((${#packages[@]})) || return 0
  if ! have apt-get; then
    note "install these with your package manager: ${packages[*]}"
    return 1
  fi
  note "installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l
  # Finishes what an installation that was cut short left behind.
  timeout -k 10 300 dpkg --configure -a
  timeout -k 10 300 apt-get -o DPkg::Lock::Timeout=240 update
  timeout -k 10 900 nice apt-get -o DPkg::Lock::Timeout=240 install -y --no-install-recommends "${packages[@]}"
}
