#!/bin/bash
# Loads the images, makes the configuration and starts the services on this host.
# Usage: ./install.sh [--with-trivy]
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=sandbox/release/v2/installer/common.sh
. ./common.sh

step 1/4 tools
check_tools
step 2/4 images
docker load -i ./harbor.@VERSION@.tar.gz
step 3/4 configuration
./prepare "$@"
step 4/4 services
compose down -v
compose up -d
printf '\nHarbor %s runs.\n' '@VERSION@'
