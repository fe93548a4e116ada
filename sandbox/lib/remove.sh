#!/usr/bin/env bash
# What takes the sandbox away from a Docker engine. Sourced.
set -Eeuo pipefail

remove() { # remove WHAT LIST-COMMAND... -- REMOVE-COMMAND...
  local what=$1 list=() ids
  shift
  while [[ $1 != -- ]]; do list+=("$1"); shift; done
  shift
  mapfile -t ids < <("${list[@]}")
  if ((${#ids[@]})); then
    DK_TIMEOUT=180 "$@" "${ids[@]}" >/dev/null
  fi
  say "removed: ${#ids[@]} $what"
}

# remove_made_in_docker IMAGES: everything with the sandbox's label; images too when IMAGES is 1.
remove_made_in_docker() {
  remove containers dk ps -aq --filter "label=$LABEL" -- dk rm -f -v
  remove networks dk network ls -q --filter "label=$LABEL" -- dk network rm
  remove volumes dk volume ls -q --filter "label=$LABEL" -- dk volume rm
  if (($1)); then
    remove images dk image ls --format '{{.Repository}}:{{.Tag}}' "$IMAGE_PREFIX/*" -- dk rmi
  fi
}

# The sandbox's names exist once per Docker engine. What another copy of the project has made there has other keys and
# passwords, so it can't be used; it is only taken away unasked when that copy is gone or nobody is there to be asked.
displace_other_copy() {
  local copy
  dk network inspect "$NETWORK" >/dev/null 2>&1 || return 0
  copy=$(dk network inspect --format "{{index .Labels \"$COPY_LABEL\"}}" "$NETWORK")
  [[ $copy != "$RUN_DIR" ]] || return 0
  if [[ -z ${CI:-} && ${SANDBOX_REPLACE:-} != 1 && -d $copy ]]; then
    echo "another copy of the project has its sandbox here (${copy%/sandbox/.run}): run sandbox/down there, or SANDBOX_REPLACE=1 sandbox/up here" >&2
    return 1
  fi
  note "replacing the sandbox of another copy of the project"
  remove_made_in_docker 0
}
