# shellcheck shell=bash source=node/core/lib.sh

# What a verification asks of a 2.x cluster, in this order: what needs no login, what a login gives, what only shows when
# nodes work together.
line_checks() {
  check_realms
  check_clocks
  v2_check_outside
  open_sessions
  check_versions
  check_pairs token
  check_pairs session
  v2_check_csrf
  check_blobs
  v2_check_configuration
  v2_check_schema
  v2_check_jobs
  check_name
}

# Without PostgreSQL or Redis each request takes its time and fails for that alone: what stands behind all nodes is said at once.
v2_check_outside() {
  local node cause
  cause=$(v2_outside_cause)
  [[ $cause ]] || return 0
  for node in "${NODES[@]}"; do row login "$node" - "$cause"; done
  show_failed
  die "verification stops: $cause"
}

# A session and CSRF token of one node are good for a request that changes something on every node. This one changes nothing:
# no label has such a scope, and that is looked at after the token.
v2_check_csrf() {
  local from to status problem
  printf '{"name":"harbor-ha-check","scope":"none"}' >"$BODY/label"
  for from in "${NODES[@]}"; do
    for to in "${NODES[@]}"; do
      problem=
      if [[ ! -s $BODY/jar.$from.csrf ]]; then
        problem="no CSRF token from $from"
      else
        # On a copy: a node that doesn't know the cookie sends another one.
        cp "$BODY/jar.$from" "$BODY/jar"
        cp "$BODY/jar.$from.csrf" "$BODY/jar.csrf"
        status=$(v2_change "${ADDRESS[$to]}" "$BODY/jar" -H 'Content-Type: application/json' --data-binary "@$BODY/label" /api/v2.0/labels)
        case $status in
          400 | 422) ;;
          401) problem="401; $(session_cause)" ;;
          403) problem="403; $to doesn't take the CSRF token of $from: CSRF_KEY in common/config/core/env differs ($(reason))" ;;
          *) problem="$status instead of 400 ($(reason))" ;;
        esac
      fi
      row csrf "$from" "$to" "$problem"
    done
  done
}

# Where this node can look into the database itself; another row would say nothing.
v2_check_schema() {
  local env problem='' state known=none
  # shellcheck disable=SC2153  # set in lib.sh
  if [[ ! -f $STATE/release-dir ]] || ! has_tool psql; then return 0; fi
  env=$(<"$STATE/release-dir")/common/config/core/env
  [[ -s $env ]] || return 0
  postgres_login "$(v2_value "$env" POSTGRESQL_HOST)" "$(v2_value "$env" POSTGRESQL_PORT)" "$(v2_value "$env" POSTGRESQL_DATABASE)" \
    "$(v2_value "$env" POSTGRESQL_USERNAME)" "$(v2_value "$env" POSTGRESQL_SSLMODE)"
  if [[ -s $STATE/schema-version ]]; then known=$(<"$STATE/schema-version"); fi
  if ! state=$(postgres_schema 2>"$BODY/error"); then
    problem="the schema's version can't be read ($(bounded 1 <"$BODY/error"))"
  elif [[ $state == *' true' ]]; then
    problem="the schema is ${state% *} and dirty, so that no core starts again: $DIRTY_WAY_OUT"
  elif [[ ! $state =~ ^[0-9]+\ false$ ]]; then
    problem="schema_migrations says '${state:-nothing}'"
  elif [[ $known =~ ^[0-9]+$ ]] && ((${state% *} > known)); then
    problem="the schema is ${state% *}, and the release that was deployed last knows $known at most: its cores don't start again. Deploy the newer release"
  fi
  row schema "$(hostname)" - "$problem"
}

# How long a job may wait and run.
V2_JOB_SECONDS=60

# A dry run of the garbage collection, started through each core: core hands it to the jobservice of its own node, any node
# runs it, and its log is to be read through all.
v2_check_jobs() {
  local from to status problem id
  for from in "${NODES[@]}"; do
    JOB_STATUS=
    problem=$(v2_start_job "$from")
    id=$(cat "$BODY/job" 2>/dev/null || true)
    if [[ ! $problem ]]; then
      wait_for "$V2_JOB_SECONDS" v2_job_ends "$from" "$id" || true
      case $JOB_STATUS in
        Success) ;;
        # A large registry: that it runs is what was to be seen.
        Running) v2_stop_job "$from" "$id" ;;
        Pending | '') problem="job $id waits for more than $V2_JOB_SECONDS s: does any jobservice take jobs? (CORE_SECRET, Redis)" ;;
        *) problem="job $id ended as $JOB_STATUS: see its log in the UI (clean up, garbage collection)" ;;
      esac
    fi
    row job "$from" - "$problem"
    [[ $id && ! $problem ]] || continue
    for to in "${NODES[@]}"; do
      wait_for 15 v2_job_log "$to" "$id" || true
      problem=
      [[ $JOB_LOG == 200 ]] || problem="the log of job $id answers $JOB_LOG through $to ($(reason)): job_logs must be the shared folder on all nodes"
      row job-log "$from" "$to" "$problem"
    done
  done
}

JOB_STATUS=
JOB_LOG=

# v2_start_job NODE: prints why it isn't started; its number is in $BODY/job.
v2_start_job() {
  local status location
  rm -f "$BODY/job"
  printf '{"schedule":{"type":"Manual"},"parameters":{"dry_run":true,"delete_untagged":false}}' >"$BODY/gc"
  status=$(http "${ADDRESS[$1]}" -K "$BODY/admin" -H 'Content-Type: application/json' --data-binary "@$BODY/gc" /api/v2.0/system/gc/schedule)
  case $status in
    201) ;;
    401) echo "a job can't be started: 401 ($(reason)); $(login_cause)" && return ;;
    409) echo "a garbage collection runs already: verify again when it has ended" && return ;;
    *) echo "a job can't be started: $status ($(reason)): does jobservice of $1 run, and has it core's CORE_SECRET and JOBSERVICE_SECRET?" && return ;;
  esac
  location=$(header location)
  location=${location##*/}
  if [[ ! $location =~ ^[0-9]+$ ]]; then
    http "${ADDRESS[$1]}" -K "$BODY/admin" '/api/v2.0/system/gc?page_size=1&sort=-creation_time' >/dev/null
    location=$(jq -r '.[0].id // empty' "$BODY/body" 2>/dev/null || true)
  fi
  [[ $location =~ ^[0-9]+$ ]] || { echo "the job's number isn't told" && return; }
  printf '%s' "$location" >"$BODY/job"
}

# v2_job_ends NODE ID
v2_job_ends() {
  [[ $(http "${ADDRESS[$1]}" -K "$BODY/admin" "/api/v2.0/system/gc/$2") == 200 ]] || return 1
  JOB_STATUS=$(said job_status)
  # As 2.x writes them, whatever the case.
  case ${JOB_STATUS,,} in
    success | finished) JOB_STATUS=Success ;;
    running) JOB_STATUS=Running ;;
    pending | scheduled) JOB_STATUS=Pending ;;
  esac
  [[ $JOB_STATUS && $JOB_STATUS != Running && $JOB_STATUS != Pending ]]
}

v2_stop_job() {
  printf '{"status":"Stop"}' >"$BODY/gc"
  http "${ADDRESS[$1]}" -K "$BODY/admin" -X PUT -H 'Content-Type: application/json' --data-binary "@$BODY/gc" "/api/v2.0/system/gc/$2" >/dev/null
  wait_for 30 v2_job_ends "$1" "$2" || true
}

# v2_job_log NODE ID
v2_job_log() {
  JOB_LOG=$(http "${ADDRESS[$1]}" -K "$BODY/admin" "/api/v2.0/system/gc/$2/log")
  [[ $JOB_LOG == 200 ]]
}
