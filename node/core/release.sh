# shellcheck shell=bash source=node/core/lib.sh

# stage: the release unpacked on this node, and its images in this node's Docker.
cmd_stage() {
  local dir archive
  read_parameters stage
  lock stage 600
  dir=${PARAM[release_dir]}
  archive=${PARAM[shared_dir]}/releases/${PARAM[release_sha256]}.tgz
  wait_for "$SEEN_WITHIN" test -s "$archive" || die "$archive can't be seen on this node"
  if [[ ! -f $dir/.unpacked ]]; then unpack "$archive" "$dir"; fi
  load_images "$dir"
  require_images "$dir" "${PARAM[images]}"
  leave_trace "${PARAM[shared_dir]}"
  say "staged: ${PARAM[version]}"
}

# Unpacked beside its place and renamed, so that a folder of this name is always whole. Installers have all in a folder
# harbor; people who pack them anew have ./harbor, or none.
unpack() {
  local new=$2.new images file
  rm -rf "$new"
  # People put passwords into its files; it stays root's after prepare as well.
  mkdir -p "$(dirname "$new")"
  mkdir -m 700 "$new"
  logged timeout -k 10 300 tar -xzf "$1" -C "$new" --no-same-owner || die "$1 can't be unpacked"
  [[ -f $new/prepare ]] || new=$new/harbor
  images=harbor.${PARAM[version]}.tar.gz
  if [[ -f $new/${images%.tar.gz}.tgz ]]; then mv -T "$new/${images%.tar.gz}.tgz" "$new/$images"; fi
  for file in $(release_files) "$images"; do
    [[ -s $new/$file ]] || die "$1 is not a whole offline installer of Harbor ${PARAM[version]}: it has no harbor/$file"
  done
  # Says from what, for those images that somebody may remove later.
  printf '%s\n' "$1" >"$new/.unpacked"
  rm -rf "$2"
  chmod 700 "$new"
  mv -T "$new" "$2"
  rm -rf "$2.new"
}

# load_images DIR: those that lie beside the release, which takes them away.
load_images() {
  local images=$1/harbor.${PARAM[version]}.tar.gz
  [[ -f $images ]] || return 0
  logged timeout -k 10 900 docker load -i "$images" || die "docker can't load the images of ${PARAM[version]}"
  rm -f "$images"
}

# When someone has pruned the images, the archive on the shared storage still has them.
require_images() {
  local missing='' image
  # One question for all: each costs a start of the docker command.
  # shellcheck disable=SC2086  # images are words
  if docker image inspect $2 >/dev/null 2>&1; then return; fi
  for image in $2; do
    docker image inspect "$image" >/dev/null 2>&1 || missing+=" $image"
  done
  if [[ $missing ]]; then
    rm -f "$1/.unpacked"
    die "the release's archive lacks these images:$missing"
  fi
}

# prepare: the rendered files with their secrets filled in, then Harbor's own prepare. It wipes common/config and makes
# new keys and new passwords between its services on every run, so the program always follows it with cert-sync and up, and
# it doesn't run where nothing has changed: whatever else makes the program ask (another login key, a jump host) must not
# restart Harbor.
cmd_prepare() {
  local dir data file
  read_parameters prepare
  # shellcheck disable=SC2086  # slots are words
  require_secrets ${PARAM[slots]}
  if [[ ${PARAM[protocol]} == https ]]; then require_secrets https_key; fi
  lock prepare 300
  dir=${PARAM[release_dir]} data=${PARAM[data_dir]}
  require_mount "${PARAM[mount_point]}"
  [[ -f $dir/.unpacked ]] || die "$dir is not a staged release"
  file=$(secretkey_file "$data")
  wait_for "$SEEN_WITHIN" test -s "$file" || die "$file can't be seen on this node"
  if is_prepared "$dir"; then
    say "unchanged: ${PARAM[version]} is prepared"
    return
  fi
  rm -f "$STATE/prepared" "$STATE/prepared-from"
  for file in ${PARAM[files]}; do fill_slots <"$HA_HOME/files/$file" | write_file "$dir/$file" 600; done
  if [[ ${PARAM[protocol]} == https ]]; then place_server_certificate; fi
  run_prepare "$dir" "$data"
  seal_prepared "$dir"
  prepared_hash "$dir" | write_file "$STATE/prepared" 644
  prepared_from | write_file "$STATE/prepared-from" 600
  say "prepared: ${PARAM[version]}"
}

# The last success had the same parameters, release and secrets, and what it made is as it was.
is_prepared() {
  local file
  [[ -f $STATE/prepared && -f $STATE/prepared-from ]] || return 1
  [[ $(<"$STATE/prepared-from") == "$(prepared_from)" && $(<"$STATE/prepared") == "$(prepared_hash "$1")" ]] || return 1
  has_prepared "$1" || return 1
  for file in ${PARAM[files]}; do fill_slots <"$HA_HOME/files/$file" | cmp -s - "$1/$file" || return 1; done
}

# Everything that prepare is run from, as one hash: it goes into a file for root only, since weak passwords are part of it.
prepared_from() {
  local name
  {
    for name in "${!PARAM[@]}"; do printf '%s: %s\n' "$name" "${PARAM[$name]}"; done | sort
    for name in ${PARAM[slots]}; do sha256sum <"$SECRETS/$name"; done
    if [[ ${PARAM[protocol]} == https ]]; then sha256sum <"$SECRETS/https_key"; fi
  } | sha256sum | cut -c1-64
}

place_server_certificate() {
  local dir=$HA_HOME/cert
  write_file "$dir/server.crt" 644 <"$HA_HOME/files/server.crt"
  write_file "$dir/server.key" 600 <"$SECRETS/https_key"
}
