#!/usr/bin/env bash
# How the 2.x line is built. Sourced by ../build, whose functions it uses.
# shellcheck disable=SC2154 # here is the folder of ../build
set -Eeuo pipefail

v2_versions() { printf '%s\n' v2.14.4 v2.15.2; }

# What goes into the archives; tests and texts about them don't.
v2_sources() {
  (cd "$here" && find build v2 src -type f ! -name '*_test.go' ! -name README.md ! -path '*/__pycache__/*' -print0 | LC_ALL=C sort -z)
}

# v2_tree FROM TO VERSION: a copy in which @VERSION@ is filled in, and of the lines with a mark `@since v2.15@` or
# `@until v2.15@` those of this version are left, without the mark.
v2_tree() {
  local from=$1 to=$2 version=$3 file keep=since drop=until
  cp -R "$from" "$to"
  if [[ $(printf '%s\n' v2.15 "$version" | sort -V | head -n 1) != v2.15 ]]; then keep=until drop=since; fi
  find "$to" -name __pycache__ -prune -exec rm -rf {} +
  find "$to" -type f -print0 | while IFS= read -r -d '' file; do
    sed -i -e "/^@$drop v2\.15@/d" -e "s/^@$keep v2\.15@//" -e "s/@VERSION@/$version/g" "$file"
  done
}

v2_program() {
  local context=$1 name
  [[ -e $context/harbor/harbor ]] && return
  say 'program of the 2.x line'
  mkdir -p "$context/harbor"
  cp "$here/v2/images/service/Dockerfile" "$context/"
  (cd "$here/src" && CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w' -o "$context/harbor/harbor" ./cmd/harbor)
  for name in harbor_core harbor_jobservice harbor_registryctl harbor_exporter scanner_trivy healthcheck; do
    ln -s harbor "$context/harbor/$name"
  done
  # Else the layer would differ at each build, by the files' time.
  touch -h -d @0 "$context"/harbor/*
}

# A release has the scripts up to its own version: 0171_2.14.1_... belongs to 2.14.4, and 0180_2.15.0_... doesn't.
v2_migrations() {
  local version=${1#v} target=$2 file of
  rm -rf "$target"
  mkdir -p "$target/postgresql"
  for file in "$here"/v2/images/service/migrations/postgresql/*.sql; do
    of=$(basename "$file")
    of=${of#*_}
    of=${of%%_*}
    if [[ $of == initial || $(printf '%s\n' "$of" "$version" | sort -V | head -n 1) == "$of" ]]; then
      cp "$file" "$target/postgresql/"
    fi
  done
}

v2_images() {
  printf "sandbox/%s:$1\n" harbor-{core,jobservice,registryctl,exporter,portal,log} {nginx,registry,trivy-adapter}-photon prepare
}

v2_build_images() {
  local version=$1 context=$2 name
  local -a tagged=(--build-arg "VERSION=$version")
  v2_program "$context"
  v2_migrations "$version" "$context/migrations"
  for name in harbor-core harbor-jobservice harbor-registryctl harbor-exporter trivy-adapter-photon; do
    image "$context" "sandbox/$name:$version" --target "$name" "${tagged[@]}"
  done
  image "$here/v2/images/registry" "sandbox/registry-photon:$version" "${tagged[@]}"
  image "$here/v2/images/log" "sandbox/harbor-log:$version" "${tagged[@]}"
  image "$here/v2/images/nginx" "sandbox/nginx-photon:$version" --target proxy "${tagged[@]}"
  image "$here/v2/images/nginx" "sandbox/harbor-portal:$version" --target portal "${tagged[@]}"
  rm -rf "$context.prepare"
  v2_tree "$here/v2/prepare" "$context.prepare" "$version"
  image "$context.prepare" "sandbox/prepare:$version" "${tagged[@]}"
}

v2_pack() {
  local version=$1 work=$2 target=$3 tree=$2/$1/harbor
  local -a images
  mkdir "$work/$version"
  v2_tree "$here/v2/installer" "$tree" "$version"
  mapfile -t images < <(v2_images "$version")
  docker save "${images[@]}" | gzip -6 >"$tree/harbor.$version.tar.gz"
  pack_tree "$version" "$work" "$target"
}
