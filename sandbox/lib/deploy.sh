#!/usr/bin/env bash
# The real `pulumi up` of a stack against the sandbox's hosts, and what to do with the result.
# Usage: lib/deploy.sh [STACK [INSTALLER]]    (default: dev; the stack's own release)
set -Eeuo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=sandbox/lib/sandbox.sh
. "$HERE/sandbox.sh"
# shellcheck source=sandbox/lib/line.sh
. "$HERE/line.sh"
# shellcheck source=/dev/null
. "$RUN_DIR/engine.env"
cd "$PROJECT_DIR"

stack=${1:-dev}
log=$LOG_DIR/pulumi-up.log
config=$(config_of "$stack" "${2:-}")

# The hosts carry one Harbor at a time: two stacks would want the same ports, unit and mount point.
resources_of() {
  local stacks
  stacks=$(pulumi stack ls --json | jq -r '.[].name')
  if ! grep -Fxq "$1" <<<"$stacks"; then echo 0; return; fi
  pulumi stack export --stack "$1" | jq '.deployment.resources // [] | map(select(.type != "pulumi:pulumi:Stack")) | length'
}
make_room() {
  local other=$1 count log=$LOG_DIR/pulumi-destroy.log
  count=$(resources_of "$other")
  ((count > 0)) || return 0
  printf '        the hosts carry the stack %s: pulumi destroy of it comes first (%d resources)\n' "$other" "$count"
  pulumi cancel --stack "$other" --yes >/dev/null 2>&1 || true
  if ! pulumi destroy --stack "$other" --config-file "$(config_of "$other")" --yes --skip-preview --non-interactive >"$log" 2>&1; then
    printf '\npulumi destroy of %s failed; the whole output is in %s:\n' "$other" "${log#"$PROJECT_DIR"/}" >&2
    sed -n '/^Diagnostics:/,$p' "$log" | tail -n 40 | cut -c1-400 | sed 's/^/  | /' >&2
    exit 1
  fi
}
# The states speak of storage that may be gone by now: the sandbox was removed, or another copy took its place.
storage=$(dk exec "$CONTAINER_PREFIX-ceph" sed -n 's/^ *fsid *= *//p' /etc/ceph/ceph.conf)
[[ $storage ]] || die "the sandbox's Ceph doesn't say which cluster it is"
if [[ -f $RUN_DIR/deployed-to && $(<"$RUN_DIR/deployed-to") != "$storage" ]]; then
  for old in "$stack" "$(other_stack "$stack")"; do
    (($(resources_of "$old") > 0)) || continue
    say "        the storage is a new one: the stack $old begins anew"
    pulumi cancel --stack "$old" --yes >/dev/null 2>&1 || true
    pulumi stack rm "$old" --force --yes --preserve-config >/dev/null
  done
fi
printf '%s\n' "$storage" >"$RUN_DIR/deployed-to"
make_room "$(other_stack "$stack")"
pulumi stack select "$stack" >/dev/null 2>&1 || pulumi stack init "$stack" >/dev/null
# A run that was killed leaves its lock in the state; the sandbox's own lock has seen to it that no other run is at work.
pulumi cancel --stack "$stack" --yes >/dev/null 2>&1 || true

# Hosts may have been made anew since this state was written.
export HARBOR_HA_DETECT_DRIFT=true
arguments=(up --stack "$stack" --config-file "$config" --yes --skip-preview --suppress-outputs --non-interactive)
if ! pulumi "${arguments[@]}" >"$log" 2>&1; then
  printf '\npulumi up failed; the whole output is in %s:\n' "${log#"$PROJECT_DIR"/}" >&2
  sed -n '/^Diagnostics:/,$p' "$log" | tail -n 40 | cut -c1-400 | sed 's/^/  | /' >&2
  exit 1
fi
sed -n '/^Resources:/,$p' "$log" | sed '/^$/d; s/^/        /'

url=$(pulumi stack output url --stack "$stack")
registry=${url#*://}

# The client host is a customer's machine: it has to be told that the registry speaks http (the talk, problem 1).
docker exec -i "$CONTAINER_PREFIX-client" sh -c 'cat >/etc/docker/daemon.json && systemctl reload docker' <<JSON
{ "insecure-registries": ["$registry"] }
JSON

printf '\nVerified through every node:\n'
pulumi stack output verification --stack "$stack" --json |
  node -e 'for (const [check, count] of Object.entries(JSON.parse(require("fs").readFileSync(0)))) console.log(`  ${check.padEnd(15)}${count}`)'
cat <<TEXT

The registry: $url   (inside the sandbox's network; its DNS server is $(address_of dns))
  admin password   . sandbox/.run/engine.env; pulumi stack output adminPassword --show-secrets --stack $stack
  as a customer    docker exec -it $CONTAINER_PREFIX-client bash, then: docker login -u admin $registry
  on a node        docker exec -it $CONTAINER_PREFIX-node1 /opt/harbor-ha/bin/harbor-ha status
TEXT
