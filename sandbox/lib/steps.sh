#!/usr/bin/env bash
# Numbered steps with a log file, a time and, on failure, the end of the log. Sourced.
set -Eeuo pipefail

STEP_COUNT=0
STEP_TOTAL=0
declare -A STEP_PIDS=()

milliseconds() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }
seconds_text() { if (($1 < 9950)); then printf '%d.%d s' $(($1 / 1000)) $(($1 % 1000 / 100)); else printf '%d s' $((($1 + 500) / 1000)); fi; }

# step_begin NAME COMMAND...: starts the step; its output goes to a log file.
step_begin() {
  local name=$1
  shift
  local log=$LOG_DIR/up-$name.log
  mkdir -p "$LOG_DIR"
  rm -f "$log".{notes,time}
  # Its own process group, so that an interrupted run leaves nothing behind.
  set -m
  (
    set +m
    trap - EXIT INT TERM
    export STEP_NOTES=$log.notes
    began=$(milliseconds)
    "$@"
    echo $(($(milliseconds) - began)) >"$log.time"
  ) >"$log" 2>&1 </dev/null &
  STEP_PIDS[$name]=$!
  set +m
}

# step_end NAME TITLE: waits for it and reports.
step_end() {
  local name=$1 title=$2 log=$LOG_DIR/up-$1.log status=0
  STEP_COUNT=$((STEP_COUNT + 1))
  printf '[%2d/%d] %s: %s ... ' "$STEP_COUNT" "$STEP_TOTAL" "$name" "$title"
  wait "${STEP_PIDS[$name]}" || status=$?
  unset "STEP_PIDS[$name]"
  if ((status == 0)); then
    seconds_text "$(<"$log.time")"
    printf '\n'
  else
    printf 'FAILED\n'
  fi
  if [[ -s $log.notes ]]; then sed 's/^/        /' "$log.notes"; fi
  rm -f "$log".{notes,time}
  if ((status != 0)); then
    printf '\nThe last lines of %s:\n' "$log" >&2
    tail -n "${STEP_TAIL:-20}" "$log" | cut -c1-400 | sed 's/^/  | /' >&2
    exit 1
  fi
}

step() {
  local name=$1 title=$2
  shift 2
  step_begin "$name" "$@"
  step_end "$name" "$title"
}

# step_skip NAME WHY
step_skip() {
  STEP_COUNT=$((STEP_COUNT + 1))
  printf '[%2d/%d] %s: skipped, %s\n' "$STEP_COUNT" "$STEP_TOTAL" "$1" "$2"
}

steps_stop() {
  local pid
  for pid in "${STEP_PIDS[@]}"; do kill -TERM -- "-$pid" 2>/dev/null || true; done
}

# take_lock: one change of the sandbox at a time. What a killed run left running
# still holds the lock, so it is waited for rather than raced.
take_lock() {
  mkdir -p "$RUN_DIR"
  exec 9>"$RUN_DIR/lock"
  flock -n 9 && return 0
  say "another run of the sandbox's scripts is at work; waiting for it (at most 15 minutes)"
  flock -w 900 9 || die "the other run didn't end; see $LOG_DIR"
}
