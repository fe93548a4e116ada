# shellcheck shell=bash source=node/core/lib.sh

# start: what systemd runs after a boot or a restart of Docker. Harbor comes back only when a read and a write on the
# shared storage succeed and the node still has the cluster's keys; until then systemd tries again.
cmd_start() {
  local dir
  read_start_parameters
  lock up 900
  dir=${PARAM[release_dir]}
  ensure_mount "${PARAM[mount_point]}" 120
  systemctl is-active -q docker || logged timeout 120 systemctl start docker || die "Docker doesn't start"
  bring_back "$dir"
  say "started: $(hostname)"
}

bring_back() {
  local dir=$1
  end_reset "$dir"
  # An update may have been interrupted between prepare and cert-sync.
  copy_pair "$dir" "${PARAM[shared_dir]}"
  check_local_keys "$dir" "${PARAM[shared_dir]}" "${PARAM[data_dir]}"
  if ! runs_as_prepared "$dir"; then start_containers "$dir"; fi
}

# watch: what systemd runs after start, for as long as Docker runs.
cmd_watch() {
  local as_begun
  read_start_parameters
  as_begun=$(watch_identity)
  trap 'exit 0' TERM
  while true; do
    sleep 10
    # Another command or other parameters: go on with those.
    [[ $(watch_identity) == "$as_begun" ]] || exec "$HA_HOME/bin/harbor-ha" watch
    watch_once
  done
}

watch_identity() { stat -c '%i %Y' "$HA_HOME/bin/harbor-ha" "$STATE/start-parameters" 2>/dev/null | tr '\n' ' '; }

# A command of its own for what is to end at the first error; what fails now is tried again at the next look.
watch_once() {
  local found
  found=$(mount_state "${PARAM[mount_point]}" 15)
  keep_findings "$found" || true
  if is_dead "$found" && sleep 5 && mount_is_dead; then
    "$HA_HOME/bin/harbor-ha" remount || true
  else
    (flock -n 9 && renew_proxy && watch_line) 9>"$ROOT/run/lock/harbor-ha.up.lock" || true
  fi
}

# A mount that only hangs comes back with its server; a new one would hang as well. What the operator has mounted isn't taken
# away, whatever has become of it.
mount_is_dead() { is_dead "$(mount_state "${PARAM[mount_point]}" 15)"; }
is_dead() { [[ $(storage_mode "${PARAM[mount_point]}"):$1 =~ ^([a-z]+:missing|cephfs:dead:) ]]; }

# remount: a mount that doesn't come back by itself, and Harbor on it.
cmd_remount() {
  read_start_parameters
  lock up 5
  mount_is_dead || { say "${PARAM[mount_point]} takes writes: nothing to do" && return; }
  ensure_mount "${PARAM[mount_point]}" 60
  bring_back "${PARAM[release_dir]}"
  say "mounted anew: ${PARAM[mount_point]}"
}

# nginx looks up the addresses of the other containers once, at its start. One that Docker has restarted, for example
# because MySQL or Redis was away, may have got another address since: then the proxy has to start again.
renew_proxy() {
  local started each proxy newest=0
  ! proxy_works "${PARAM[service_address]}" || return 0
  # The proxy's comes first. Of one that doesn't run there is nothing to read, and no time.
  # shellcheck disable=SC2086  # names are words
  started=$(docker inspect -f '{{if .State.Running}}{{.State.StartedAt}}{{else}}stopped{{end}}' \
    "${PARAM[proxy_container]}" ${PARAM[upstream_containers]} 2>/dev/null) || return 0
  started=$(date -f - +%s%3N 2>/dev/null <<<"$started") || return 0
  proxy=${started%%$'\n'*}
  for each in $started; do
    if ((each > newest)); then newest=$each; fi
  done
  # What was started a moment ago may just need time, or may end again at once.
  ((proxy < newest && newest + 5000 < $(date +%s%3N))) || return 0
  logged timeout -k 5 60 docker restart -t 5 "${PARAM[proxy_container]}" || true
}

# proxy_works ADDRESS CURL-ARGUMENTS…: both ways behind the proxy of a node.
proxy_works() { [[ $(http "$@" "$PROBE_PATH") == 200 && $(http "$@" /v2/) == 401 ]]; }

# probe MOUNT: what Docker waits for at its start. After a hard reboot the first requests wait up to 60 s for the old MDS
# session to end.
cmd_probe() { require_mount "$1" 120; }

# status: what an operator wants to see at a glance.
cmd_status() {
  read_start_parameters
  facts
  compose_within 30 "${PARAM[release_dir]}" ps
}

# facts: the fingerprints of this node, one `name: value` each; reads only.
cmd_facts() {
  read_start_parameters
  facts
}

# What may not come back at all is asked last, and everything at once: whoever waits for a moment only gets the rest.
facts() {
  local asked
  storage_facts >"$BODY/storage" &
  asked=$!
  say "node: $(hostname)"
  say "clock: $(date +%s.%N)"
  node_facts "${PARAM[release_dir]}"
  say "containers: $(docker ps --filter status=running --format '{{.Names}}' | sort | tr '\n' ' ')"
  say "expected containers: ${PARAM[containers]}"
  if [[ -f $WITHDRAWN ]]; then say "withdrawn: yes"; else say "withdrawn: no"; fi
  proxy_facts
  wait "$asked"
  cat "$BODY/storage"
}

storage_facts() {
  local pair=${PARAM[shared_dir]}/keys/current
  if timeout 15 ls "${PARAM[data_dir]}" >/dev/null 2>&1 && is_wanted_mount "${PARAM[mount_point]}"; then
    say "mount: $(mount_type "${PARAM[mount_point]}")"
    say "cluster key: SHA256:$(key_fingerprint "$pair/private_key.pem")"
    say "secretkey: $(sha256sum <"$(secretkey_file "${PARAM[data_dir]}")" | cut -c1-12)"
    shared_facts "${PARAM[release_dir]}" "${PARAM[data_dir]}"
  else
    say "mount: missing"
  fi
}

# Both ways behind the proxy: to the API, which says its version, and to the registry.
proxy_facts() {
  local address=${PARAM[service_address]} ui registry
  ui=$(http "$address" -m 1.5 "$PROBE_PATH")
  if [[ $ui == 200 ]]; then say "version: $(said_version "$address" | bounded 1)"; fi
  if [[ $ui == 000 ]]; then
    say "proxy: no answer ($(reason))"
    return
  fi
  registry=$(http "$address" -m 1.5 /v2/)
  if [[ $ui == 200 && $registry == 401 ]]; then
    say "proxy: answers"
  else
    say "proxy: $PROBE_PATH $ui instead of 200, /v2/ $registry instead of 401"
  fi
}
