#!/usr/bin/env bash
# Harbor's release lines: which stack deploys one, and with what configuration. Sourced.
set -Eeuo pipefail

# stack_of LINE
stack_of() { case $1 in 1) echo dev ;; 2) echo dev2 ;; *) die "there is no stack for Harbor $1.x; there are 1 and 2" ;; esac; }
other_stack() { case $1 in dev) echo dev2 ;; *) echo dev ;; esac; }

# line_of_installer FILE: told by what is in it, whatever its name is
line_of_installer() {
  local files
  [[ -f $1 ]] || die "there is no file $1"
  files=$(tar -tf "$1") || die "$1 is no archive that tar can read"
  if grep -Eq '^(\./)?[^/]+/harbor\.yml\.tmpl$' <<<"$files"; then echo 2
  elif grep -Eq '^(\./)?[^/]+/harbor\.cfg$' <<<"$files"; then echo 1
  else die "$1 is no installer of Harbor 1.x or 2.x: it holds neither harbor.cfg nor harbor.yml.tmpl"; fi
}

# config_of STACK [INSTALLER]: the stack's file, relative to the project; with another subnet or release a copy of it
config_of() {
  local installer=${2:-} file=Pulumi.$1.yaml
  if [[ $PREFIX != 10.88.0 || $installer ]]; then
    sed "s/10\.88\.0\./$PREFIX./" "$PROJECT_DIR/$file" | with_release "$installer" | write_file 0644 "$RUN_DIR/$file"
    file=$RUN_DIR/$file
  fi
  printf '%s\n' "$file"
}

# with_release FILE: the key release set to it; nothing is changed without one
with_release() {
  if [[ -z $1 ]]; then cat; return; fi
  # Through the environment, where awk doesn't look for escapes.
  RELEASE=$1 awk '$1 == "harbor-ha:release:" { sub(/release:.*/, "release: "); q = ENVIRON["RELEASE"]
    gsub(/["\\]/, "\\\\&", q); print $0 "\"" q "\""; next } { print }'
}
