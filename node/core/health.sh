# shellcheck shell=bash source=node/core/lib.sh

# health: whether clients can be sent to this node. keepalived asks every 2 s, and a monitor when it likes, so nothing here is
# expensive: two requests to this node, at once. What is, a write to the shared storage above all, the watch finds out every
# 10 s and leaves for this.

# `name: value` lines of the watch: `time` in seconds since 1970, `mount` as mount_state has it and `since` when, `keys`, and
# `pids`, the containers that ran as `name=pid` words.
FINDINGS=$ROOT/run/harbor-ha/findings
# Seconds for which they count.
FRESH_FOR=60
# Seconds after which a storage that hangs counts as this node's own trouble: with Ceph's defaults all nodes hang for 60 s when
# one of them has died.
HUNG_FOR=90
# There while `up` makes the containers anew; counts as long as that `up` runs.
STARTING=$ROOT/run/harbor-ha/starting
declare -A FOUND=()

# health [--metrics]: exit status 0 when it is healthy, else 1; one line that says why, or metrics for Prometheus.
cmd_health() {
  local problems=() notes=() ui registry age=-1 running=0 said
  case ${1:-} in
    '' | --metrics) ;;
    *) die "health takes --metrics or nothing, not '$1'" ;;
  esac
  read_start_parameters
  ask_own_proxy
  read_findings
  judge_storage
  judge_containers
  judge_proxy
  # Its address stays here meanwhile: who is served to the end is served under it, and others go to another node's.
  if is_starting_anew; then
    problems=()
    notes=("an update makes its containers anew")
  fi
  if ((${#problems[@]})); then said="not healthy: $(joined "${problems[@]}" "${notes[@]}")"; else said="healthy: $(joined "${notes[@]:-all of it answers}")"; fi
  if [[ ${1:-} == --metrics ]]; then show_metrics; else bounded 1 <<<"$said"; fi
  ((${#problems[@]} == 0)) || exit 1
}

joined() {
  local first=$1
  shift
  printf '%s' "$first"
  if (($#)); then printf '; %s' "$@"; fi
}

# Sets ui and registry to the two statuses.
ask_own_proxy() {
  local asked
  http_apart "$BODY/registry" "${PARAM[service_address]}" -m 1.5 /v2/ &
  asked=$!
  ui=$(http "${PARAM[service_address]}" -m 1.5 "$PROBE_PATH")
  wait "$asked"
  registry=$(<"$BODY/registry/status")
}

# http_apart FOLDER ARGUMENTS…: as `http`, beside another one; the status is in FOLDER/status.
http_apart() {
  local BODY=$1
  mkdir "$BODY"
  http "${@:2}" >"$BODY/status"
}

# Sets FOUND and age; -1 is no finding at all, and one of before the clock was put back counts as new.
read_findings() {
  local line now
  FOUND=()
  [[ -r $FINDINGS ]] || return 0
  while IFS= read -r line; do
    [[ $line != *': '* ]] || FOUND["${line%%: *}"]=${line#*: }
  done <"$FINDINGS"
  [[ ${FOUND[time]:-} =~ ^[0-9]+$ ]] || return 0
  printf -v now '%(%s)T' -1
  age=$((now > FOUND[time] ? now - FOUND[time] : 0))
}

is_fresh() { ((age >= 0 && age < FRESH_FOR)); }

# What all nodes have alike says nothing about this one: a storage that is full, or that hangs while another node's session ends.
judge_storage() {
  local mount=${FOUND[mount]:-unknown}
  if ! is_fresh; then
    notes+=("the watch is silent$( ((age < 0)) || printf ' for %s s' "$age"): systemctl status harbor-ha")
    return
  fi
  case $mount in
    ok) ;;
    missing | wrong:* | dead:*) problems+=("${PARAM[mount_point]} is $mount") ;;
    hung)
      if ((FOUND[time] - FOUND[since] >= HUNG_FOR)); then
        problems+=("${PARAM[mount_point]} has been hanging for $((FOUND[time] - FOUND[since])) s")
      else
        notes+=("${PARAM[mount_point]} hangs")
      fi
      ;;
    *) notes+=("${PARAM[mount_point]} takes no write ($mount)") ;;
  esac
  # The files: containers may well run with those of before, in the middle of an update.
  [[ ${FOUND[keys]:-agree} == agree ]] || notes+=("keys: ${FOUND[keys]}")
}

# A container that the watch has seen and whose process is still there runs; only for others Docker is asked.
judge_containers() {
  local name pid away='' gone=()
  for name in ${PARAM[containers]}; do
    pid=$(word_of "${FOUND[pids]:-}" "$name")
    if is_fresh && [[ $pid && -d $ROOT/proc/$pid ]]; then running=$((running + 1)); else gone+=("$name"); fi
  done
  ((${#gone[@]})) || return 0
  if ! containers_now "${gone[@]}" >"$BODY/running"; then
    notes+=("Docker doesn't answer")
    return
  fi
  for name in "${gone[@]}"; do
    if grep -q "^$name=" "$BODY/running"; then
      running=$((running + 1))
    elif [[ " ${PARAM[proxy_container]} ${PARAM[upstream_containers]} registry " == *" $name "* ]]; then
      problems+=("$name doesn't run")
      if [[ $name == registry ]]; then registry=away; fi
    else
      away+=" $name"
    fi
  done
  # Pushes and pulls go on without these.
  [[ ! $away ]] || notes+=("not running:$away")
}

# word_of WORDS NAME: the value of the word NAME=VALUE.
word_of() {
  [[ " $1" != *" $2="* ]] || { local rest=" $1" && rest=${rest#*" $2="} && printf '%s' "${rest%% *}"; }
}

# containers_now NAME…: those that run, as `name=pid` lines; false when Docker doesn't tell.
containers_now() {
  local name state pid code=0
  timeout -k 1 2 docker inspect -f '{{.Name}} {{.State.Running}} {{.State.Pid}}' "$@" >"$BODY/inspected" 2>"$BODY/refused" || code=$?
  ((code == 0)) || grep -qi 'no such' "$BODY/refused" || return 1
  while read -r name state pid; do
    [[ $state != true ]] || printf '%s=%s\n' "${name#/}" "$pid"
  done <"$BODY/inspected"
}

judge_proxy() {
  if [[ $ui == 000 && $registry == 000 ]]; then
    problems=("the proxy doesn't answer ($(reason))" "${problems[@]}")
    return
  fi
  [[ $ui == 200 ]] || problems+=("$PROBE_PATH answers $ui instead of 200")
  [[ $registry == 401 || $registry == away ]] || problems+=("/v2/ answers $registry instead of 401")
}

# The lock tells whether that `up` still runs.
is_starting_anew() { [[ -f $STARTING ]] && ! flock -n "$ROOT/run/lock/harbor-ha.up.lock" true; }

# In the text form of Prometheus; what isn't known has no sample.
show_metrics() {
  local expected=() version=${PARAM[release_dir]##*/}
  read -ra expected <<<"${PARAM[containers]}"
  metric healthy 'Whether clients can be sent to this node (harbor-ha health).' '' "$( ((${#problems[@]})) || echo 1)"
  metric part_healthy 'Parts of the node. Core is the ui of Harbor 1.x.' 'part="proxy"' "$([[ $ui == 000 && $registry == 000 ]] || echo 1)"
  sample part_healthy 'part="core"' "$([[ $ui != 200 ]] || echo 1)"
  sample part_healthy 'part="registry"' "$([[ $registry != 401 ]] || echo 1)"
  if is_fresh; then
    sample part_healthy 'part="storage"' "$([[ ${FOUND[mount]:-} != ok ]] || echo 1)"
    [[ ! ${FOUND[keys]:-} ]] || sample part_healthy 'part="keys"' "$([[ ${FOUND[keys]} != agree ]] || echo 1)"
  fi
  metric containers_running "Harbor's containers that run." '' "$running"
  metric containers_expected 'Containers that this release has.' '' "${#expected[@]}"
  metric withdrawn "Whether an update has taken this node out of the registry's name." '' "$([[ ! -f $WITHDRAWN ]] || echo 1)"
  ((age < 0)) || metric watch_age_seconds 'Since the watch last looked.' '' "$age"
  metric info 'What runs here.' "node=\"$(hostname)\",version=\"${version%-*}\"" 1
}

metric() {
  printf '# HELP harbor_ha_%s %s\n# TYPE harbor_ha_%s gauge\n' "$1" "$2" "$1"
  sample "$1" "$3" "$4"
}

# sample NAME LABELS VALUE: nothing stands for 0.
sample() { printf 'harbor_ha_%s%s %s\n' "$1" "${2:+{$2\}}" "${3:-0}"; }

MOUNT_SEEN=
MOUNT_SINCE=0
LOOKS=0
KEYS_FOUND=

# keep_findings MOUNT-STATE: for `health`.
keep_findings() {
  local now pids=''
  printf -v now '%(%s)T' -1
  if [[ ${1%%:*} != "$MOUNT_SEEN" ]]; then
    MOUNT_SEEN=${1%%:*}
    MOUNT_SINCE=$now
  fi
  # Once a minute: openssl reads each key. Where the storage hangs, so would that.
  if [[ $1 == ok ]] && ((LOOKS++ % 6 == 0)); then
    KEYS_FOUND=$( (check_local_keys "${PARAM[release_dir]}" "${PARAM[shared_dir]}" "${PARAM[data_dir]}") 2>&1 | bounded 1)
    KEYS_FOUND=${KEYS_FOUND#harbor-ha: }
    KEYS_FOUND=${KEYS_FOUND:-agree}
  fi
  # shellcheck disable=SC2086  # names are words
  pids=$(containers_now ${PARAM[containers]} | tr '\n' ' ') || true
  printf '%s\n' "time: $now" "mount: $1" "since: $MOUNT_SINCE" "keys: ${KEYS_FOUND:-agree}" "pids: ${pids:-none}" | write_file "$FINDINGS" 644
}
