#!/usr/bin/env bash
# The Docker engine and the network of the sandbox. Sourced.
set -Eeuo pipefail

# systemd inside a container on a cgroup v1 machine wants this hierarchy; where
# systemd runs the machine, or on cgroup v2, there is nothing to do.
ensure_systemd_hierarchy() {
  [[ -f /sys/fs/cgroup/cgroup.controllers ]] && return 0
  grep -q ' /sys/fs/cgroup/systemd cgroup ' /proc/mounts && return 0
  mkdir -p /sys/fs/cgroup/systemd
  mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
}

# The pid of the engine that the sandbox started, if that process is still it.
own_dockerd_pid() {
  local pid
  [[ -s $DOCKERD_PIDFILE ]] || return 1
  pid=$(<"$DOCKERD_PIDFILE")
  [[ $pid =~ ^[0-9]+$ && $(cat "/proc/$pid/comm" 2>/dev/null) == dockerd ]] || return 1
  grep -qxF -- "--pidfile=$DOCKERD_PIDFILE" <<<"$(tr '\0' '\n' <"/proc/$pid/cmdline")" || return 1
  echo "$pid"
}

start_dockerd() {
  local log=$LOG_DIR/dockerd.log
  mkdir -p "$LOG_DIR"
  own_dockerd_pid >/dev/null || rm -f "$DOCKERD_PIDFILE"
  if [[ -f $log && $(stat -c %s "$log") -gt 5000000 ]]; then mv -f "$log" "$log.old"; fi
  # A session of its own, no terminal and no lock: it outlives this script.
  setsid --fork dockerd --pidfile="$DOCKERD_PIDFILE" --data-root="$DOCKER_ROOT" --log-level=warn \
    </dev/null >>"$log" 2>&1 9>&-
  if ! wait_for 60 "the Docker engine (log: $log)" docker_answers; then
    tail -n 15 "$log" >&2
    return 1
  fi
}

# Ends the engine that the sandbox started, unless something else is on it. Status 1 when it goes on.
stop_own_dockerd() {
  local pid users
  pid=$(own_dockerd_pid) || return 0
  if ! users=$(engine_users); then
    say "left running: the Docker engine that the sandbox started (pid $pid), since it doesn't say what else is on it"
    return 1
  elif [[ $users ]]; then
    say "left running: the Docker engine that the sandbox started (pid $pid), since others use it"
    say "  ${users//$'\n'/$'\n'  }"
    return 1
  fi
  kill -TERM "$pid"
  wait_for 40 "the Docker engine to stop" test ! -d "/proc/$pid" || die "the Docker engine (pid $pid) doesn't stop"
  say "stopped: the Docker engine that the sandbox had started"
}

ensure_docker() {
  ensure_systemd_hierarchy
  if ! docker_answers; then
    if [[ -d /run/systemd/system ]] && systemctl cat docker.service >/dev/null 2>&1; then
      systemctl start docker
      wait_for 60 "docker.service" docker_answers
    elif own_dockerd_pid >/dev/null; then
      wait_for 60 "the Docker engine that is starting" docker_answers
    else
      start_dockerd
    fi
  fi
  docker version --format 'client {{.Client.Version}}, engine {{.Server.Version}}'
}

ip_number() {
  local a b c d
  IFS=. read -r a b c d <<<"$1"
  echo $(((a << 24) + (b << 16) + (c << 8) + d))
}

# ranges_overlap A/LEN B/LEN
ranges_overlap() {
  local short=$((${1#*/} < ${2#*/} ? ${1#*/} : ${2#*/})) mask
  mask=$((short == 0 ? 0 : (0xffffffff << (32 - short)) & 0xffffffff))
  ((($(ip_number "${1%/*}") & mask) == ($(ip_number "${2%/*}") & mask)))
}

subnet_is_free() {
  local route device
  while read -r route device; do
    [[ $route == */* ]] || route=$route/32
    if ranges_overlap "$SUBNET" "$route"; then
      echo "the sandbox wants $SUBNET, but this machine already uses $route ($device)." >&2
      echo "Choose another range, for example: SANDBOX_SUBNET=10.89.0.0/24 sandbox/up" >&2
      return 1
    fi
  done < <(ip -4 -o route show table all type unicast | awk '$1 != "default" { d = "?"; for (i = 1; i < NF; i++) if ($i == "dev") d = $(i + 1); print $1, d }')
}

ensure_network() {
  local have labels
  have=$(dk network inspect --format '{{range .IPAM.Config}}{{.Subnet}}{{end}}' "$NETWORK" 2>/dev/null || true)
  if [[ -n $have ]]; then require_ours network "$NETWORK"; fi
  if [[ -n $have && $have != "$SUBNET" ]]; then
    echo "the network $NETWORK exists with $have; run sandbox/down before changing SANDBOX_SUBNET to $SUBNET" >&2
    return 1
  fi
  if [[ -z $have ]]; then
    subnet_is_free
    # Containers without an address of their own get one from the upper half.
    mapfile -t labels < <(marks "$NETWORK")
    dk network create "${labels[@]}" --subnet "$SUBNET" --gateway "$PREFIX.1" \
      --ip-range "$PREFIX.128/25" "$NETWORK"
  fi
  write_file 0644 "$SUBNET_FILE" <<<"$SUBNET"
}
