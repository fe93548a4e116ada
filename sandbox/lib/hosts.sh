#!/usr/bin/env bash
# The hosts: containers with systemd, sshd and a Docker engine of their own. Sourced.
set -Eeuo pipefail

# Put into a stopped host: its own host key and who may log in.
seed_host() {
  local name=$1 container
  container=$(container_of "$name")
  (cd "$SSH_DIR/hostkeys/$name" && tar -c --owner=0 --group=0 --numeric-owner ssh_host_ed25519_key ssh_host_ed25519_key.pub) \
    | dk cp - "$container:/etc/ssh/"
  tar -c -C "$SSH_DIR" --owner=0 --group=0 --numeric-owner --mode=0600 --transform='s/.*/authorized_keys/' id_ed25519.pub \
    | dk cp - "$container:/root/.ssh/"
}

# start_host NAME
start_host() {
  local name=$1 volume
  volume=$(volume_of "$name")
  ensure_host_key "$name"
  ensure_volume "$volume"
  local mounts=(-v "$volume:/var/lib/docker")
  # Not --privileged: machines without CAP_SYS_RESOURCE could not grant it.
  BEFORE_START=seed_host KEEP_CHANGED=1 ensure_container "$name" "$HOST_IMAGE" \
    --cap-add=ALL --cap-drop=SYS_RESOURCE --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
    --security-opt systempaths=unconfined --device-cgroup-rule='a *:* rwm' --device /dev/fuse --cgroupns=private \
    --tmpfs /run --tmpfs /run/lock --tmpfs /tmp:exec "${mounts[@]}" --dns "$(address_of dns)" \
    --stop-signal SIGRTMIN+3 --stop-timeout 30 -e container=docker -e SANDBOX_DNS="$(address_of dns)"
}

# on_host NAME COMMAND...: as root, over ssh, with the host key known beforehand.
on_host() {
  local name=$1
  shift
  timeout "${SSH_TIMEOUT:-20}" ssh -F none -i "$SSH_DIR/id_ed25519" -o BatchMode=yes -o ConnectTimeout=5 -o IdentitiesOnly=yes \
    -o StrictHostKeyChecking=yes -o UserKnownHostsFile="$SSH_DIR/known_hosts" "root@$(address_of "$name")" "$@"
}
sshd_answers() { on_host "$1" true 2>/dev/null; }
system_is_up() { [[ $(on_host "$1" systemctl is-system-running 2>/dev/null) =~ ^(running|degraded)$ ]]; }

wait_for_host() {
  local name=$1 failed
  wait_for 90 "sshd of $name" sshd_answers "$name"
  wait_for 90 "systemd of $name (running or degraded)" system_is_up "$name"
  failed=$(on_host "$name" 'systemctl list-units --failed --plain --no-legend | cut -d " " -f 1 | xargs')
  if [[ -n $failed ]]; then note "$name is degraded, failed: $failed"; fi
  if ! on_host "$name" docker version --format '{{.Server.Version}}'; then
    echo "the Docker engine of $name doesn't answer" >&2
    on_host "$name" journalctl -u docker -n 15 --no-pager >&2 || true
    return 1
  fi
}

# wait_for_hosts NAME...: side by side, as most of it is waiting.
wait_for_hosts() {
  local name pid pids=() status=0
  for name in "$@"; do
    wait_for_host "$name" &
    pids+=("$!")
  done
  for pid in "${pids[@]}"; do wait "$pid" || status=1; done
  return "$status"
}

# The hosts that exist or are about to: node1..node3 and any that hosts/add made.
known_nodes() {
  local name lines
  lines=$(made) || return 1
  lines=$(pick is_this container "$lines")
  for name in node{1..9}; do
    if [[ " ${NODES[*]} " == *" $name "* ]] || grep -q "^$(container_of "$name") " <<<"$lines"; then echo "$name"; fi
  done
}

# ensure_hosts NAME...: starts them side by side, then waits for each.
ensure_hosts() {
  local name
  for name in "$@"; do start_host "$name"; done
  write_known_hosts
  wait_for_hosts "$@"
}

# The client is where docker login, push and pull are tried as a customer would;
# it holds one small image to push.
ensure_client_image() {
  on_host client bash -s <<'SCRIPT'
set -euo pipefail
if docker image inspect sandbox-hello:1 >/dev/null 2>&1; then exit 0; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
cp /bin/busybox "$work/bin/busybox"
ln -s busybox "$work/bin/sh"
tar -c -C "$work" bin | docker import --change 'CMD ["/bin/busybox", "echo", "hello from the sandbox"]' - sandbox-hello:1
SCRIPT
}

ensure_all_hosts() {
  local names
  mapfile -t names < <(known_nodes)
  ensure_hosts "${names[@]}" client
  SSH_TIMEOUT=60 ensure_client_image
  write_sandbox_json
}

# sandbox.json: what tests and tools need to know, paths relative to the project.
write_sandbox_json() {
  local name run=${RUN_DIR#"$PROJECT_DIR"/}
  for name in $(known_nodes) client; do
    [[ -s $SSH_DIR/hostkeys/$name/ssh_host_ed25519_key.pub ]] || continue
    printf '%s\t%s\t%s\t%s\n' "$name" "$(address_of "$name")" "$(container_of "$name")" "$(host_key_of "$name")"
  done | jq -Rn --arg run "$run" --arg subnet "$SUBNET" --arg network "$NETWORK" --arg prefix "$PREFIX" \
    --arg ceph "$(address_of ceph)" --arg mysql "$(address_of mysql)" --arg postgres "$(address_of postgres)" --arg redis "$(address_of redis)" --arg dns "$(address_of dns)" \
    --arg zones "${DNS_ZONES[*]}" --arg folders "${CEPH_FOLDERS[*]}" --arg cephUser "$CEPH_USER" --arg cephFs "$CEPH_FS" \
    --arg mysqlUser "$MYSQL_USER" --arg mysqlDatabase "$MYSQL_DATABASE" --arg tsig "$TSIG_NAME" --arg algorithm "$TSIG_ALGORITHM" \
    --arg postgresUser "$POSTGRES_USER" --arg postgresDatabase "$POSTGRES_DATABASE" --arg postgresImage "$POSTGRES_IMAGE" \
    --arg container "$CONTAINER_PREFIX" --arg mariadbImage "$MARIADB_IMAGE" --arg redisImage "$REDIS_IMAGE" '
    [inputs | split("\t") | { name: .[0], address: .[1], container: .[2], hostKey: .[3] }] as $hosts | {
      subnet: $subnet, network: $network,
      nodes: [$hosts[] | select(.name != "client")],
      client: ($hosts[] | select(.name == "client")),
      ssh: { user: "root", privateKeyFile: "\($run)/ssh/id_ed25519", knownHostsFile: "\($run)/ssh/known_hosts" },
      ceph: { address: $ceph, container: "\($container)-ceph", monitor: "\($ceph):6789", user: $cephUser, fileSystem: $cephFs,
        folders: ($folders | split(" ")), keyFile: "\($run)/secrets/ceph.client.\($cephUser).key" },
      mysql: { address: $mysql, port: 3306, container: "\($container)-mysql", user: $mysqlUser, database: $mysqlDatabase,
        passwordFile: "\($run)/secrets/mysql.password" },
      postgres: { address: $postgres, port: 5432, container: "\($container)-postgres", user: $postgresUser, database: $postgresDatabase,
        passwordFile: "\($run)/secrets/postgres.password" },
      redis: { address: $redis, port: 6379, container: "\($container)-redis", passwordFile: "\($run)/secrets/redis.password" },
      dns: { address: $dns, port: 53, container: "\($container)-dns", zones: ($zones | split(" ")),
        tsig: { name: $tsig, algorithm: $algorithm, secretFile: "\($run)/secrets/dns-tsig.secret" } },
      images: { mariadb: $mariadbImage, postgresql: $postgresImage, redis: $redisImage }
    }' | write_file 0644 "$SANDBOX_JSON"
}
