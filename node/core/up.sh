# shellcheck shell=bash source=node/core/lib.sh

# up: the containers of this node run what was prepared, and the node is healthy.
cmd_up() {
  local dir
  read_parameters up
  require_secrets admin_password redis_password
  lock up 900
  dir=${PARAM[release_dir]}
  rm -f "$STARTING"
  before_start "$dir"
  if ! runs_as_prepared "$dir"; then
    write_file "$STARTING" 644 </dev/null
    take_out
    before_containers "$dir"
    start_containers "$dir"
  fi
  wait_healthy "$dir" "${PARAM[timeout]}"
  rm -f "$STARTING"
  remember_database
  remember_admin_password
  report_configuration "$dir" "${PARAM[shared_dir]}" >/dev/null
  printf '%s\n' "$dir" | write_file "$STATE/release-dir" 644
  keep_start_parameters
  put_back
  say "healthy: $(hostname)"
}

# What systemd's start reads at the next boot, and the watch as soon as it changes.
keep_start_parameters() {
  local spec lines='' unit=$ROOT/etc/systemd/system/harbor-ha.service started
  for spec in ${PARAMETERS[start]}; do lines+="${spec%%:*}: ${PARAM[${spec%%:*}]}"$'\n'; done
  write_file "$STATE/start-parameters" 644 <<<"$lines$END_OF_PARAMETERS"
  started=$(sha256sum <"$unit" | cut -c1-64)
  systemctl enable -q harbor-ha.service
  if [[ -f $STATE/service && $(<"$STATE/service") == "$started" ]] && systemctl is-active -q harbor-ha.service; then return; fi
  systemctl restart --no-block harbor-ha.service
  printf '%s\n' "$started" | write_file "$STATE/service" 644
}

before_start() {
  end_reset "$1"
  ensure_mount "${PARAM[mount_point]}" 90
  check_local_keys "$1" "${PARAM[shared_dir]}" "${PARAM[data_dir]}"
  require_images "$1" "${PARAM[images]}"
  if mount_is_stale "${PARAM[mount_point]}"; then
    remount "${PARAM[mount_point]}"
    require_mount "${PARAM[mount_point]}" 90
  fi
}

# start_hash DIR: the same, and when the secretkey was put back last, which containers read at their start only.
start_hash() {
  configuration_hash "$1"
  cat "$(secretkey_put_back)" 2>/dev/null || true
}

runs_as_prepared() {
  local running name
  [[ -f $STATE/applied && $(<"$STATE/applied") == "$(start_hash "$1")" ]] || return 1
  running=$(docker ps --filter status=running --format '{{.Names}}')
  for name in ${PARAM[containers]}; do grep -qxF "$name" <<<"$running" || return 1; done
  ! made_by_others
}

# A container that was made after ours were has read whatever lay there at that time.
made_by_others() {
  local newest applied
  [[ -f $STATE/applied ]] || return 1
  # shellcheck disable=SC2086  # names are words
  newest=$(docker inspect -f '{{.Created}}' ${PARAM[containers]} 2>/dev/null | sort | tail -n 1) || return 1
  [[ $newest ]] || return 1
  applied=$(stat -c %.3Y "$STATE/applied")
  (($(date -d "$newest" +%s%3N) > ${applied/./}))
}

# All containers are made anew, since files that are mounted one by one keep their old content in a running container.
# The log comes first: every other container's log driver dials it (goharbor/harbor #7008).
start_containers() {
  local dir=$1 anew=(--force-recreate --remove-orphans)
  rm -f "$STATE/applied"
  # Where there is none yet, the log would only be made twice.
  if [[ -z $(docker ps -aq --filter label=com.docker.compose.project=harbor) ]]; then anew=(); fi
  logged compose_within 300 "$dir" up -d "${anew[@]}" log || compose_failed "$dir"
  wait_for 30 port_open "${PARAM[log_address]%:*}" "${PARAM[log_address]##*:}" || die "the log container doesn't listen on ${PARAM[log_address]}"
  logged compose_within 600 "$dir" up -d "${anew[@]}" || compose_failed "$dir"
  start_hash "$dir" | write_file "$STATE/applied" 644
}

remember_database() {
  local mark=${PARAM[shared_dir]}/state/secretkey
  [[ ${PARAM[first]} == true ]] || return 0
  # A cluster of before there was a mark of it.
  [[ -f $mark ]] || mark_secretkey "$(secretkey_file "${PARAM[data_dir]}")" "$mark"
  database_target | write_file "${PARAM[shared_dir]}/state/database" 600
}

# Harbor takes the admin's password from its configuration only when it fills an empty database. The one in effect is kept
# on the shared storage, so that a new one in the configuration, or one made anew after a destroy, can replace it.
remember_admin_password() {
  [[ ${PARAM[first]} == true ]] || return 0
  write_file "${PARAM[shared_dir]}/state/admin_password" 600 <"$SECRETS/admin_password"
}

# carry_over_admin_password ADDRESS: only the first node, and only from the password that it has set before to the one that is
# configured now.
carry_over_admin_password() {
  local kept new status
  kept=${PARAM[shared_dir]}/state/admin_password new=$SECRETS/admin_password
  [[ ${PARAM[first]} == true && -s $kept ]] || return 1
  ! cmp -s "$kept" "$new" || return 1
  (umask 077 && printf 'user = "admin:%s"\n' "$(<"$kept")" >"$BODY/kept")
  (umask 077 && jq -n --rawfile old "$kept" --rawfile new "$new" '{ old_password: $old, new_password: $new }' >"$BODY/change")
  # The refused attempt before this one has locked the account for a moment.
  sleep 3
  status=$(http "$1" -K "$BODY/kept" -X PUT -H 'Content-Type: application/json' --data-binary "@$BODY/change" "$ADMIN_PASSWORD_PATH")
  rm -f "$BODY/kept" "$BODY/change"
  [[ $status == 200 ]]
}

compose_failed() {
  compose_within 30 "$1" ps 2>/dev/null | bounded 12 >&2 || true
  die "the containers don't start"
}

# A token of this node works on a registry call, a session is accepted, a write to the store returns: an answer of the
# login page or of /v2/ alone proves nothing.
wait_healthy() {
  local deadline=$((SECONDS + $2)) problem
  while true; do
    problem=$(node_problem "${PARAM[service_address]}")
    [[ $problem ]] || return 0
    [[ $problem != fatal:* ]] || break
    ((SECONDS < deadline)) || break
    renew_proxy
    sleep 1
  done
  show_trouble "$1"
  die "$(hostname) isn't healthy: ${problem#fatal: }"
}

show_trouble() {
  compose_within 30 "$1" ps 2>/dev/null | bounded 12 >&2 || true
  last_log_lines >&2
}

# down: containers stopped and removed; data, keys, images and the release stay.
cmd_down() {
  local dir
  read_parameters down
  lock up 900
  dir=${PARAM[release_dir]}
  systemctl disable -q --now harbor-ha.service 2>/dev/null || true
  # By now its address has left the name, or the whole registry goes.
  if [[ ${PARAM[take_out]:-none} != none ]]; then drain_proxy; fi
  rm -f "$STATE/applied" "$WITHDRAWN"
  if [[ -f $dir/docker-compose.yml && -d $dir/common/config ]]; then
    logged compose_within 300 "$dir" down --remove-orphans || die "the containers can't be removed"
  fi
  say "down: $(hostname)"
}
