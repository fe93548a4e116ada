#!/usr/bin/env bash
# Which containers, volumes and networks of a Docker engine the sandbox has made. Sourced.
#
# Whatever is made from an image has the image's labels, so a label alone tells nothing: what `docker run` or `docker build`
# makes of the sandbox's images isn't the sandbox's. Its own things have a label with their own name as the value; one that
# was inherited has the name of something else.
set -Eeuo pipefail

sandbox_names() { printf '%s\n' node{1..9} client "${SERVICES[@]}"; }
# Of a host the volume is its engine's data.
volume_of() { case $1 in node* | client) echo "$(container_of "$1")-docker" ;; *) container_of "$1" ;; esac; }

# marks NAME: the labels for `docker create`, `docker volume create` and `docker network create`.
marks() { printf '%s\n' --label "$MADE_LABEL=$1" --label "$COPY_LABEL=$RUN_DIR"; }

list_of() { # list_of KIND: `NAME|ID|made as|label of before|configuration|copy` of everything of that kind
  local labels="{{.Label \"$MADE_LABEL\"}}|{{.Label \"${OLD_LABEL%=*}\"}}|{{.Label \"$CONFIG_LABEL\"}}|{{.Label \"$COPY_LABEL\"}}"
  case $1 in
    container) dk ps -a --format "{{.Names}}|{{.ID}}|$labels" ;;
    volume) dk volume ls --format "{{.Name}}|{{.Name}}|$labels" ;;
    network) dk network ls --format "{{.Name}}|{{.ID}}|$labels" ;;
  esac
}

# was_made KIND NAME MADE-AS OLD CONFIGURATION. Sandboxes of before have one label on everything, images too: there the name
# has to be one of the sandbox's own, and a container has to have its configuration's hash, which no image has.
was_made() {
  local kind=$1 name=$2 made=$3 old=$4 configuration=$5 known
  if [[ $made == "$name" && ($name == "$CONTAINER_PREFIX"-* || $name == "$NETWORK") ]]; then return 0; fi
  [[ -z $made && $old == "${OLD_LABEL#*=}" ]] || return 1
  case $kind in
    container)
      [[ $configuration ]] || return 1
      for known in $(sandbox_names); do if [[ $name == "$(container_of "$known")" ]]; then return 0; fi; done
      ;;
    volume) for known in $(sandbox_names); do if [[ $name == "$(volume_of "$known")" ]]; then return 0; fi; done ;;
    network) [[ $name == "$NETWORK" ]] && return 0 ;;
  esac
  return 1
}

# heirs: the containers of images that `docker commit` has made from one of the sandbox's: such an image has all its labels,
# and its container may have been given the name, too.
heirs() {
  local label more images='' image filters=()
  for label in "$MADE_LABEL" "$CONFIG_LABEL"; do
    more=$(dk image ls -aq --no-trunc --filter "label=$label") || return 1
    images+=$more$'\n'
  done
  for image in $images; do filters+=(--filter "ancestor=$image"); done
  if ((${#filters[@]})); then dk ps -aq "${filters[@]}"; fi
}

# made: `KIND NAME ID COPY` of each container, volume and network that a sandbox/up has made here, this copy's or another's.
made() {
  local kind lines heirs name id mark old configuration copy of_network=''
  heirs=$(heirs) || return 1
  for kind in network container volume; do
    lines=$(list_of "$kind") || return 1
    while IFS='|' read -r name id mark old configuration copy; do
      was_made "$kind" "$name" "$mark" "$old" "$configuration" || continue
      [[ $kind != container || $'\n'$heirs$'\n' != *$'\n'$id$'\n'* ]] || continue
      # In sandboxes of before only the network says whose they are.
      if [[ $kind == network ]]; then of_network=${copy:-unknown}; fi
      printf '%s %s %s %s\n' "$kind" "$name" "$id" "${copy:-$of_network}"
    done <<<"$lines"
  done
}

# Whose: this copy's; another's; one that `sandbox/down` here may take away, since it is this copy's, or the other copy is
# gone from the disk, or is to be replaced.
is_this() { [[ -z $1 || $1 == "$RUN_DIR" ]]; }
is_another() { ! is_this "$1"; }
is_free() { is_this "$1" || [[ ! -d $1 || ${SANDBOX_REPLACE:-} == 1 ]]; }
is_kept() { ! is_free "$1"; }

# pick WHOSE KIND LINES: `NAME ID` of those LINES of `made` that are of this kind, and of which `WHOSE copy` says yes.
pick() {
  local kind name id copy
  while read -r kind name id copy; do
    if [[ $kind == "$2" ]] && "$1" "$copy"; then printf '%s %s\n' "$name" "$id"; fi
  done <<<"$3"
}

# copies WHOSE LINES: the copies that have made those LINES and of which `WHOSE copy` says yes.
copies() {
  local copy
  while read -r _ _ _ copy; do
    if [[ $copy ]] && "$1" "$copy"; then printf '%s\n' "$copy"; fi
  done <<<"$2" | sort -u
}

# require_ours KIND NAME: this copy has made it; else it says what to do.
require_ours() {
  local lines
  lines=$(made) || return 1
  if ! grep -q "^$2 " < <(pick is_this "$1" "$lines"); then
    echo "there is a $1 $2 that this sandbox hasn't made: remove it, or give it another name, and run this again" >&2
    return 1
  fi
}

# engine_users: what is on the engine, one line for each kind; nothing when it is empty.
engine_users() {
  local containers volumes networks
  containers=$(dk ps -a --format '{{.Names}}') || return 1
  volumes=$(dk volume ls --format '{{.Name}}') || return 1
  networks=$(dk network ls --filter type=custom --format '{{.Name}}') || return 1
  some containers "$containers"
  some volumes "$volumes"
  some networks "$networks"
}

some() { # some WHAT NAMES: the first five by name, and how many more
  local names
  [[ $2 ]] || return 0
  mapfile -t names <<<"$2"
  printf '%s: %s' "$1" "$(printf '%.30s ' "${names[@]:0:5}" | sed 's/ $//')"
  if ((${#names[@]} > 5)); then printf ' and %d more' $((${#names[@]} - 5)); fi
  printf '\n'
}
