#!/usr/bin/env bash
# What takes the sandbox away from a Docker engine. Sourced.
set -Eeuo pipefail

# remove_made_in_docker WHOSE LINES: those LINES of `made` (see ours.sh) of which `WHOSE copy` says yes. What others use by
# now stays, and is named.
remove_made_in_docker() {
  local lines
  lines=$(pick "$1" container "$2")
  remove containers "$lines" dk rm -f -v
  lines=$(unused network "$(pick "$1" network "$2")")
  remove networks "$lines" dk network rm
  lines=$(unused volume "$(pick "$1" volume "$2")")
  remove volumes "$lines" dk volume rm
}

remove() { # remove WHAT LINES COMMAND...: LINES are `NAME ID`
  local what=$1 ids=()
  if [[ $2 ]]; then mapfile -t ids < <(cut -d ' ' -f 2 <<<"$2"); fi
  shift 2
  if ((${#ids[@]})); then DK_TIMEOUT=180 "$@" "${ids[@]}" >/dev/null; fi
  say "removed: ${#ids[@]} $what"
}

users_of() { # users_of KIND ID...: the containers that have one of these, stopped ones included
  local kind=$1 id filters=()
  shift
  for id in "$@"; do filters+=(--filter "$kind=$id"); done
  dk ps -a "${filters[@]}" --format '{{.Names}}'
}

# unused KIND LINES: those LINES that no container has; of the others it says who has them.
unused() {
  local ids=() name id any users=''
  if [[ $2 ]]; then mapfile -t ids < <(cut -d ' ' -f 2 <<<"$2"); fi
  ((${#ids[@]})) || return 0
  any=$(users_of "$1" "${ids[@]}") || return 1
  while read -r name id; do
    if [[ $any ]]; then users=$(users_of "$1" "$id") || return 1; fi
    if [[ $users ]]; then
      say "left alone: the $1 $name, in use by other $(some containers "$users")" >&2
    else
      printf '%s %s\n' "$name" "$id"
    fi
  done <<<"$2"
}

# The images' names, as up gives them: one for use and one for each content of its folder.
image_names() {
  local image built=("$HOST_IMAGE" "$CEPH_IMAGE" "$MARIADB_IMAGE" "$POSTGRES_IMAGE" "$REDIS_IMAGE" "$DNS_IMAGE") found
  found=$(dk image ls --format '{{.Repository}}:{{.Tag}}' "$IMAGE_PREFIX/*") || return 1
  for image in "${built[@]}"; do grep -E "^${image%:*}:(${image##*:}|h-[0-9a-f]{12})$" <<<"$found" || true; done
  grep -Fx "$BASE_IMAGE" <<<"$found" || true
}

# Two names may mean one image, and what others have made of an image keeps what it needs of it; so one after the other.
remove_images() {
  local names name said count=0
  names=$(image_names)
  for name in $names; do
    if said=$(DK_TIMEOUT=180 dk rmi "$name" 2>&1); then
      count=$((count + 1))
    elif [[ $said == *' using '* || $said == *' used '* ]]; then
      say "left alone: the image $name, in use by other containers"
    else
      printf '%s\n' "$said" >&2
      return 1
    fi
  done
  say "removed: $count image names"
}

# The sandbox's names exist once per Docker engine. What another copy of the project has made there has other keys and
# passwords, so it can't be used; it is only taken away unasked when that copy is gone or nobody is there to be asked.
displace_other_copy() {
  local lines others copy
  lines=$(made)
  others=$(copies is_another "$lines")
  [[ $others ]] || return 0
  while read -r copy; do
    if [[ -z ${CI:-} && ${SANDBOX_REPLACE:-} != 1 && -d $copy ]]; then
      echo "another copy of the project has its sandbox here (${copy%/sandbox/.run}): run sandbox/down there, or SANDBOX_REPLACE=1 sandbox/up here" >&2
      return 1
    fi
  done <<<"$others"
  note "replacing the sandbox of another copy of the project"
  remove_made_in_docker is_another "$lines"
}
