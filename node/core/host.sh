# shellcheck shell=bash source=node/core/lib.sh

# Package names by command, for the package managers of Debian and Red Hat.
package_of() {
  local manager=$1 tool=$2
  case $manager:$tool in
    apt-get:docker) echo docker.io ;;
    apt-get:compose) echo docker-compose ;;
    apt-get:nsupdate) echo bind9-dnsutils ;;
    apt-get:mount.ceph) echo ceph-common ;;
    apt-get:ceph-fuse) echo ceph-fuse ;;
    dnf:docker) echo moby-engine ;;
    dnf:compose) echo docker-compose ;;
    dnf:nsupdate) echo bind-utils ;;
    dnf:mount.ceph) echo ceph-common ;;
    dnf:ceph-fuse) echo ceph-fuse ;;
    *) echo "$tool" ;;
  esac
}

has_tool() {
  case $1 in
    compose) docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# require_tools TOOL…: installs what is missing, or names it.
require_tools() {
  local tool manager='' missing=() packages=()
  for tool in "$@"; do has_tool "$tool" || missing+=("$tool"); done
  ((${#missing[@]})) || return 0
  [[ ${PARAM[install_packages]} == true ]] || die "missing on this host: ${missing[*]} (harbor-ha:installPackages is false)"
  for tool in apt-get dnf; do
    if command -v "$tool" >/dev/null; then manager=$tool && break; fi
  done
  [[ $manager ]] || die "missing on this host: ${missing[*]}; neither apt-get nor dnf is here to install them"
  for tool in "${missing[@]}"; do packages+=("$(package_of "$manager" "$tool")"); done
  say "installing: ${packages[*]}"
  if [[ $manager == apt-get ]]; then
    logged timeout 300 apt-get -o DPkg::Lock::Timeout=120 update -qq || die "apt-get update failed"
    logged timeout 900 apt-get -o DPkg::Lock::Timeout=120 install -y -qq --no-install-recommends "${packages[@]}" ||
      die "apt-get can't install ${packages[*]}"
  else
    logged timeout 900 dnf install -y -q "${packages[@]}" || die "dnf can't install ${packages[*]}"
  fi
  for tool in "${missing[@]}"; do has_tool "$tool" || die "$tool is still missing after its package was installed"; done
}

# host: what has to be there before anything else, and Docker's trust in the registry.
cmd_host() {
  local tools=(curl jq openssl tar flock findmnt docker compose)
  read_parameters host
  [[ $(id -u) == 0 ]] || die "must run as root (or a user with sudo)"
  [[ -d $ROOT/run/systemd/system ]] || die "this host isn't run by systemd"
  if [[ ${PARAM[dns]} == managed ]]; then tools+=(nsupdate); fi
  lock host 900
  require_tools "${tools[@]}"
  check_disk "$HA_HOME" 3
  check_python
  systemctl is-active -q docker || logged timeout 120 systemctl enable --now docker || die "Docker doesn't start: systemctl status docker"
  trust_registry
  say "docker: $(docker version --format '{{.Server.Version}}')"
}

check_disk() {
  local free
  free=$(df -P -BG "$1" | awk 'NR == 2 { print $4 + 0 }')
  ((free >= $2)) || die "$free GiB free at $1; $2 GiB are needed"
}

# prepare of Harbor up to 1.5 is written for Python 2, which current systems don't have.
check_python() {
  [[ ${PARAM[prepare_python]} == 2 && ${PARAM[prepare_image]} == none ]] || return 0
  python2_command >/dev/null ||
    die "prepare of this Harbor version needs Python 2, and this host has none: install python2, or set harbor-ha:prepareImage to an image with Python 2 and openssl"
}

python2_command() {
  local candidate
  for candidate in python2 python2.7 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info[0] != 2)' 2>/dev/null; then
      printf '%s' "$candidate"
      return
    fi
  done
  return 1
}

# http: the registry is listed as insecure in Docker's daemon.json (the talk, problem 1). What stands there stays; an
# entry that harbor-ha itself made for another name goes. Docker takes this list on reload, so nothing is restarted.
trust_registry() {
  local wanted old=none config=/etc/docker/daemon.json new
  wanted=${PARAM[insecure_registry]}
  if [[ -f $STATE/insecure-registry ]]; then old=$(<"$STATE/insecure-registry"); fi
  mkdir -p /etc/docker "$STATE"
  new=$(mktemp /etc/docker/.daemon.json.XXXXXX)
  { if [[ -s $config ]]; then cat "$config"; else echo '{}'; fi; } |
    jq --arg new "$wanted" --arg old "$old" '
      ((."insecure-registries" // []) - [$old | select(. != $new)]) as $kept
      | (if $new == "none" then $kept else ($kept + [$new] | unique) end) as $list
      | if $list == [] then del(."insecure-registries") else ."insecure-registries" = $list end' >"$new" ||
    die "$config is not valid JSON; mend it first"
  if [[ -s $config ]] && jq -e --slurpfile a "$config" '. == $a[0]' "$new" >/dev/null; then
    rm -f "$new"
  elif [[ ! -s $config && $(jq -c . "$new") == '{}' ]]; then
    rm -f "$new"
  else
    chmod 644 "$new"
    mv -f "$new" "$config"
    say "daemon.json: insecure-registries $(jq -c '."insecure-registries" // []' "$config")"
  fi
  printf '%s\n' "$wanted" | write_file "$STATE/insecure-registry" 644
  [[ $wanted == none ]] || wait_for 1 docker_trusts "$wanted" || reload_docker "$wanted"
}

docker_trusts() { docker info --format '{{json .RegistryConfig.IndexConfigs}}' 2>/dev/null | jq -e --arg r "$1" 'has($r) and (.[$r].Secure | not)' >/dev/null; }

reload_docker() {
  systemctl reload docker
  wait_for 5 docker_trusts "$1" && return
  logged timeout 120 systemctl restart docker || die "Docker doesn't restart with the new daemon.json: journalctl -u docker"
  wait_for 10 docker_trusts "$1" || die "Docker doesn't take $1 as an insecure registry (is the list also given as a flag?)"
}
