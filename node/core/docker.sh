# shellcheck shell=bash source=node/core/lib.sh

# Docker as Harbor needs it: a pair of Docker and Compose that works together, and trust in the registry.

# What calls itself docker but isn't the engine, or can't see the host's folders.
refuse_foreign_docker() {
  if has_tool docker && grep -qi podman <<<"$(docker --version 2>/dev/null)"; then
    die "docker on this host is Podman's: remove the package podman-docker, and run again"
  fi
  if ! has_tool docker && [[ -e $ROOT/snap/bin/docker ]]; then
    die "Docker on this host is a snap, which can't see /mnt and /opt: remove it (snap remove docker), and run again"
  fi
}

# Sets DOCKER_VERSION.
check_docker() {
  local options
  options=$(docker info --format '{{.ServerVersion}} {{.SecurityOptions}}' 2>/dev/null) || die "Docker doesn't answer: systemctl status docker"
  DOCKER_VERSION=${options%% *}
  case $options in
    *name=rootless*) die "Docker runs without root here; Harbor's containers must be able to read root's files" ;;
    *name=userns*) die "Docker maps root to another user here (userns-remap); Harbor's containers must be able to read root's files" ;;
    *name=selinux*)
      if has_tool getenforce && [[ $(getenforce) == Enforcing ]]; then
        say "note: SELinux confines containers here; if they can't read the shared storage: setsebool -P virt_sandbox_use_fusefs on (ceph-fuse, GlusterFS), or virt_use_nfs on (NFS)"
      fi
      ;;
  esac
}

require_compose() {
  local problem
  make_docker_config
  problem=$(compose_problem)
  [[ $problem ]] || return 0
  if [[ ${PARAM[install_packages]} == true ]]; then
    say "compose: $problem"
    install_packages compose
    problem=$(compose_problem)
  fi
  [[ -z $problem ]] || die "$problem. Install the package docker-compose-plugin (docker.com) or docker-compose-v2 (Ubuntu), and run again"
}

# Prints why this host's Compose doesn't work with its Docker, and nothing when it does. Compose 1 recreates no container
# with Docker 26 (docker/compose #11742), and is too old for 25 where a compose file says version 2 (goharbor/harbor's do);
# whether the two understand each other at all they tell themselves.
compose_problem() {
  local COMPOSE=() version=unasked project error
  if ! find_compose 2>/dev/null; then
    echo "no Compose is on this host"
    return
  fi
  # Compose 1 takes half a second to say its version, so it is asked only where it matters.
  if [[ $DOCKER_VERSION =~ ^(2[5-9]|[3-9][0-9])\. ]]; then version=$(compose_version); fi
  if [[ $version == 1.* ]]; then
    echo "Compose $version doesn't work with Docker $DOCKER_VERSION (KeyError 'ContainerConfig'): Compose 2 is needed"
    return
  fi
  project=$BODY/check
  mkdir -p "$project"
  printf 'version: "2"\nservices:\n  check:\n    image: harbor-ha-check\n' >"$project/docker-compose.yml"
  error=$(timeout -k 5 60 "${COMPOSE[@]}" -p harbor-ha-check -f "$project/docker-compose.yml" ps -q 2>&1) ||
    echo "Compose $(compose_version) doesn't work with Docker $DOCKER_VERSION: $(bounded 1 <<<"$error")"
}

compose_version() {
  local version
  version=$("${COMPOSE[@]}" version --short 2>/dev/null) || version='of unknown version'
  printf '%s' "${version#v}"
}

is_running() { [[ $(docker inspect -f '{{.State.Running}}' "$1" 2>/dev/null) == true ]]; }
is_stopped() { ! is_running "$1"; }

# http: the registry is an insecure one for Docker (the talk, problem 1). What is listed stays; an entry that harbor-ha
# itself made for another name goes. Docker takes the list on reload, so it is never restarted: a list that it doesn't
# take is put back as it was.
trust_registry() {
  local wanted old=none config new=$BODY/daemon.json
  wanted=${PARAM[insecure_registry]}
  read_dockerd
  if [[ -f $STATE/insecure-registry ]]; then old=$(<"$STATE/insecure-registry"); fi
  config=$(daemon_json)
  mkdir -p "$STATE" "$(dirname "$config")"
  wanted_daemon_json "$config" "$old" >"$new" || die "$config is not valid JSON; mend it first"
  if same_json "$config" "$new"; then
    # Somebody may have written the list, and not told Docker.
    [[ $wanted == none ]] || docker_trusts "$wanted" || logged systemctl reload docker || true
  else
    refuse_flag_conflict "$new"
    replace_daemon_json "$config" "$new"
    logged systemctl reload docker || take_back "docker.service can't be reloaded"
  fi
  [[ $wanted == none ]] || wait_for 5 docker_trusts "$wanted" || take_back "Docker doesn't take $wanted as an insecure registry: journalctl -u docker"
  rm -rf "$STATE/daemon-json"
  write_file "$STATE/insecure-registry" 644 <<<"$wanted"
}

# DOCKERD: the command line of the running dockerd.
read_dockerd() {
  local pid
  pid=$(systemctl show -p MainPID --value docker 2>/dev/null || true)
  [[ ${pid:-0} != 0 ]] || pid=$(cat "$ROOT/run/docker.pid" 2>/dev/null || echo none)
  mapfile -t DOCKERD < <({ tr '\0' '\n' <"$ROOT/proc/$pid/cmdline" || true; } 2>/dev/null)
}

# dockerd_flag NAME: its values, one a line; `--name value` and `--name=value`.
dockerd_flag() {
  local i
  for ((i = 1; i < ${#DOCKERD[@]}; i++)); do
    case ${DOCKERD[i]} in
      "--$1") printf '%s\n' "${DOCKERD[++i]:-}" ;;
      "--$1="*) printf '%s\n' "${DOCKERD[i]#*=}" ;;
    esac
  done
}

# The file that the running dockerd reads. A link stays one: what it leads to is changed.
daemon_json() {
  local file
  file=$(dockerd_flag config-file | tail -n 1)
  file=${file:-$ROOT/etc/docker/daemon.json}
  readlink -f "$file" || printf '%s' "$file"
}

# wanted_daemon_json FILE OLD: as it should be. With a list of flags the file must have none: Docker takes one of the two.
wanted_daemon_json() {
  local flags new=${PARAM[insecure_registry]}
  flags=$(dockerd_flag insecure-registry)
  if grep -qxF -- "$new" <<<"$flags"; then new=none; fi
  { if [[ -s $1 ]]; then cat "$1"; else echo '{}'; fi; } | jq --arg new "$new" --arg old "$2" '
    ((."insecure-registries" // []) - [$old | select(. != $new)]) as $kept
    | (if $new == "none" then $kept else ($kept + [$new] | unique) end) as $list
    | if $list == [] then del(."insecure-registries") else ."insecure-registries" = $list end'
}

same_json() {
  if [[ -s $1 ]]; then jq -e --slurpfile a "$1" '. == $a[0]' "$2" >/dev/null; else [[ $(jq -c . "$2") == '{}' ]]; fi
}

# Found out before anything is written: Docker refuses a list that is given twice, also at its next start.
refuse_flag_conflict() {
  local flags words=() i error
  flags=$(dockerd_flag insecure-registry | tr '\n' ' ')
  if [[ $flags ]] && jq -e 'has("insecure-registries")' "$1" >/dev/null; then
    die "dockerd runs with the flag --insecure-registry (${flags% }), so Docker takes no list from $(daemon_json): add" \
      "--insecure-registry ${PARAM[insecure_registry]} there (systemctl cat docker), or move the list to that file;" \
      "restart Docker, and run again. Nothing was changed"
  fi
  # Docker 23 and later judge a file themselves.
  has_tool dockerd || return 0
  for ((i = 1; i < ${#DOCKERD[@]}; i++)); do
    case ${DOCKERD[i]} in
      --config-file) i=$((i + 1)) ;;
      --config-file=*) ;;
      *) words+=("${DOCKERD[i]}") ;;
    esac
  done
  error=$(timeout 30 dockerd --validate --config-file "$1" "${words[@]}" 2>&1) || [[ $error == *'unknown flag'* ]] ||
    die "Docker would refuse its new daemon.json: $(bounded 1 <<<"$error"). Nothing was changed"
}

# replace_daemon_json FILE NEW: what was there, and what is written, are kept until Docker has taken it.
replace_daemon_json() {
  local kept=$STATE/daemon-json
  rm -rf "$kept"
  # It may name a proxy with its password.
  (umask 077 && mkdir -p "$kept")
  printf '%s\n' "$1" >"$kept/path"
  cp "$2" "$kept/new"
  if [[ -e $1 ]]; then cp -p "$1" "$kept/old"; fi
  touch "$kept/whole"
  replace_file "$2" "$1"
  say "daemon.json: insecure-registries $(jq -c '."insecure-registries" // []' "$1")"
}

# replace_file NEW FILE: whole or not at all; mode and owner stay.
replace_file() {
  local temporary
  temporary=$(umask 077 && mktemp "$(dirname "$2")/.harbor-ha.XXXXXX")
  cat "$1" >"$temporary"
  like_before "$temporary" "$2"
  sync -d "$temporary" 2>/dev/null || true
  mv -fT "$temporary" "$2"
}

# like_before FILE OLD: mode and owner of the one that it replaces.
like_before() {
  if [[ -e $2 ]]; then
    chmod --reference="$2" "$1"
    chown --reference="$2" "$1"
  else
    chmod 644 "$1"
  fi
}

# Puts back what a change that Docker didn't take, or that was interrupted, has left; not what somebody has written since.
recover_daemon_json() {
  local kept=$STATE/daemon-json path temporary
  if [[ -f $kept/whole ]]; then
    path=$(<"$kept/path")
    if cmp -s "$path" "$kept/new"; then
      if [[ -f $kept/old ]]; then
        temporary=$(mktemp "$(dirname "$path")/.daemon.json.XXXXXX")
        cp -p "$kept/old" "$temporary"
        mv -fT "$temporary" "$path"
      else
        rm -f "$path"
      fi
    fi
  fi
  rm -rf "$kept"
}

take_back() {
  recover_daemon_json
  logged systemctl reload docker || true
  die "$1. daemon.json is as it was before"
}

# registry_listed NAME: Docker trusts it, and will after its next start.
registry_listed() {
  read_dockerd
  grep -qxF -- "$1" <<<"$(dockerd_flag insecure-registry)" ||
    jq -e --arg r "$1" '."insecure-registries" // [] | index($r)' "$(daemon_json)" >/dev/null 2>&1
}

docker_trusts() { docker info --format '{{json .RegistryConfig.IndexConfigs}}' 2>/dev/null | jq -e --arg r "$1" 'has($r) and (.[$r].Secure | not)' >/dev/null; }
