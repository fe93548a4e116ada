#!/usr/bin/env bash
# The base image and the images built on it. Sourced.
set -Eeuo pipefail

BASE_TAR=$CACHE_DIR/base-bookworm-$(dpkg --print-architecture 2>/dev/null || uname -m).tar

# The machine's own Debian sources, as one-line entries: nothing is fetched from
# a server that this machine doesn't use already.
debian_sources() {
  # shellcheck disable=SC2016  # $(...) is apt's own format
  apt-get indextargets --format '$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)' 'Created-By: Packages' \
    | awk -F'|' '$1 == "Debian" && $3 ~ /^bookworm/ && $4 == "main" { print "deb", $2, $3, $4 }' | sort -u
}

# Settings that say how far the machine trusts dates of its sources hold inside the images too.
apt_settings() { apt-config dump | grep -E '^Acquire::Check-(Valid-Until|Date) ' || true; }

make_base_tar() {
  local work
  [[ -s $BASE_TAR ]] && return 0
  mkdir -p "$CACHE_DIR"
  rm -rf "$BASE_TAR".tmp.*
  work=$(mktemp -d "$BASE_TAR.tmp.XXXXXX")
  debian_sources >"$work/sources.list"
  apt_settings >"$work/apt.conf"
  if [[ ! -s $work/sources.list ]]; then
    echo "this machine has no Debian 12 (bookworm) package source to build the base image from." >&2
    echo "Name an image instead: SANDBOX_BASE_IMAGE=debian:bookworm-slim sandbox/up" >&2
    return 1
  fi
  cat "$work/sources.list"
  local options=() line
  while IFS= read -r line; do options+=(--aptopt="$line"); done <"$work/apt.conf"
  timeout -k 10 900 nice mmdebstrap --variant=minbase --format=tar "${options[@]}" \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/info/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --aptopt='APT::Install-Recommends "false"' \
    --aptopt='Acquire::Languages "none"' \
    bookworm "$work/base.tar" "$work/sources.list"
  mv -f "$work/base.tar" "$BASE_TAR"
  rm -rf "$work"
}

ensure_base_image() {
  if [[ -n ${SANDBOX_BASE_IMAGE:-} ]]; then
    [[ -n $(image_id "$SANDBOX_BASE_IMAGE") ]] || timeout 600 docker pull "$SANDBOX_BASE_IMAGE"
    dk tag "$SANDBOX_BASE_IMAGE" "$BASE_IMAGE"
    return 0
  fi
  [[ -n $(image_id "$BASE_IMAGE") ]] && return 0
  make_base_tar
  DK_TIMEOUT=300 dk import --change "LABEL $IMAGE_LABEL" --change 'CMD ["bash"]' "$BASE_TAR" "$BASE_IMAGE"
}

# The hash of a folder: names, modes and contents of its files.
folder_hash() {
  (cd "$1" && find . -type f -printf '%P %m\n' | LC_ALL=C sort | while read -r file mode; do
    printf '%s %s ' "$file" "$mode"
    sha256sum <"$file"
  done) | sha256sum | cut -c1-12
}

# build_image NAME:TAG FOLDER: built once per content of the folder and base image.
build_image() {
  local image=$1 folder=$2 hash tag
  hash=$( (folder_hash "$folder"; image_id "$BASE_IMAGE") | sha256sum | cut -c1-12)
  tag=${image%:*}:h-$hash
  if [[ -z $(image_id "$tag") ]]; then
    docker buildx version >/dev/null 2>&1 || export DOCKER_BUILDKIT=0
    timeout -k 10 1800 nice docker build --force-rm --label "$IMAGE_LABEL" --build-arg "BASE=$BASE_IMAGE" --network host \
      --tag "$tag" "$folder"
    note "built $image"
  fi
  dk tag "$tag" "$image"
  # Builds of older contents; one that a container still uses stays.
  dk image ls --format '{{.Repository}}:{{.Tag}}' "${image%:*}" | grep ':h-' | grep -vxF "$tag" \
    | xargs -r timeout 60 docker rmi >/dev/null 2>&1 || true
}
