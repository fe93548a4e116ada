# shellcheck shell=bash source=node/core/lib.sh

# host: what has to be there before anything else, and Docker's trust in the registry.
cmd_host() {
  local tools=(curl jq openssl tar flock findmnt docker)
  read_parameters host
  [[ $(id -u) == 0 ]] || die "must run as root (or a user with sudo)"
  [[ -d $ROOT/run/systemd/system ]] || die "this host isn't run by systemd"
  if [[ ${PARAM[dns]} == managed ]]; then tools+=(nsupdate dig); fi
  if [[ ${PARAM[postgres]} == true ]]; then tools+=(psql); fi
  lock host 900
  refuse_foreign_docker
  require_tools "${tools[@]}"
  check_disk "$HA_HOME" 3
  check_python
  recover_daemon_json
  systemctl is-active -q docker || logged timeout 120 systemctl enable --now docker || die "Docker doesn't start: systemctl status docker"
  check_docker
  require_compose
  trust_registry
  if [[ ${PARAM[upload]} != none ]]; then make_upload "$ROOT${PARAM[upload]}"; fi
  say "docker: $DOCKER_VERSION"
}

# The engine's copy of the release comes into a file that is there already, and keeps its mode.
make_upload() {
  if [[ -f $STATE/published && $(<"$STATE/published") == "$1" ]]; then return; fi
  if [[ -s $1 && ! -L $1 ]]; then
    chmod 600 "$1"
    return
  fi
  rm -f "$1"
  (umask 077 && : >"$1")
  if [[ ${SUDO_USER:-root} != root ]]; then chown "$SUDO_USER" "$1"; fi
}

has_tool() { command -v "$1" >/dev/null; }

# Packages that bring a tool, best first, for the package managers of Debian and Red Hat.
packages_of() {
  case $1:$2 in
    apt-get:docker) echo docker-ce docker.io ;;
    apt-get:compose) echo docker-compose-plugin docker-compose-v2 docker-compose ;;
    apt-get:nsupdate | apt-get:dig) echo bind9-dnsutils dnsutils ;;
    dnf:docker) echo docker-ce moby-engine ;;
    dnf:compose) echo docker-compose-plugin docker-compose ;;
    dnf:nsupdate | dnf:dig) echo bind-utils ;;
    apt-get:psql) echo postgresql-client ;;
    dnf:psql) echo postgresql ;;
    *:mount.ceph) echo ceph-common ;;
    *:flock | *:findmnt) echo util-linux ;;
    *) echo "$2" ;;
  esac
}

offers() {
  case $1 in
    # Read whole: a reader that stops at the first match ends apt-cache by SIGPIPE, which counts as a failure here.
    apt-get) grep -q '^ *Candidate: [^(]' <<<"$(apt-cache policy "$2" 2>/dev/null)" ;;
    dnf) timeout 120 dnf -q list "$2" >/dev/null 2>&1 ;;
  esac
}

# require_tools TOOL…: installs what is missing, or names it.
require_tools() {
  local tool missing=()
  for tool in "$@"; do has_tool "$tool" || missing+=("$tool"); done
  ((${#missing[@]})) || return 0
  install_packages "${missing[@]}"
  for tool in "${missing[@]}"; do has_tool "$tool" || die "$tool is still missing after its package was installed"; done
}

# install_packages TOOL…: for each the first of its packages that this host is offered.
install_packages() {
  local tool manager='' name found packages=()
  [[ ${PARAM[install_packages]} == true ]] || die "missing on this host: $* (harbor-ha:installPackages is false)"
  for tool in apt-get dnf; do
    if has_tool "$tool"; then manager=$tool && break; fi
  done
  [[ $manager ]] || die "missing on this host: $*; neither apt-get nor dnf is here to install them"
  if [[ $manager == apt-get ]]; then
    logged timeout 300 apt-get -o DPkg::Lock::Timeout=120 update -qq || die "apt-get update failed"
  fi
  for tool in "$@"; do
    found=
    for name in $(packages_of "$manager" "$tool"); do
      if offers "$manager" "$name"; then found=$name && break; fi
    done
    [[ $found ]] || die "missing on this host: $tool, and none of its packages is offered to $manager: $(packages_of "$manager" "$tool")"
    packages+=("$found")
  done
  say "installing: ${packages[*]}"
  if [[ $manager == apt-get ]]; then
    logged timeout 900 apt-get -o DPkg::Lock::Timeout=120 install -y -qq --no-install-recommends "${packages[@]}" ||
      die "apt-get can't install ${packages[*]}"
  else
    logged timeout 900 dnf install -y -q "${packages[@]}" || die "dnf can't install ${packages[*]}"
  fi
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
