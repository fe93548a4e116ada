#!/bin/bash
# Loads the images, makes the configuration and starts the services on this host.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

step() { printf '\n[%s] %s\n' "$1" "$2"; }
die() { printf 'Error: %s\n' "$1" >&2; exit 1; }

for tool in docker docker-compose python3 openssl; do
  command -v "$tool" >/dev/null || die "$tool is needed"
done
if grep -Eq '^hostname[[:space:]]*=[[:space:]]*registry\.invalid' harbor.cfg; then
  die 'harbor.cfg still has the hostname it came with'
fi

step 1 'images'
docker load -i harbor.@VERSION@.tar.gz
step 2 'configuration'
./prepare
step 3 'services'
docker-compose down -v
docker-compose up -d
