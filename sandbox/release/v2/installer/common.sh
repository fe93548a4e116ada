#!/bin/bash
# Sourced by install.sh.
set -Eeuo pipefail

step() { printf '\n[%s] %s\n' "$1" "$2"; }
die() { printf 'Error: %s\n' "$1" >&2; exit 1; }

# compose ARGUMENTS...: the plugin, else the older command
compose() {
  if docker compose version >/dev/null 2>&1; then docker compose "$@"; else docker-compose "$@"; fi
}
check_tools() {
  command -v docker >/dev/null || die 'docker is needed'
  compose version >/dev/null 2>&1 || die 'docker compose or docker-compose is needed'
}
