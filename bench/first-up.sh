#!/usr/bin/env bash
# A first `pulumi up` of the sandbox stack (rollout: parallel, sandbox standing) beside a plain parallel ssh script that does
# the same steps, alternating in one run; the hosts are wiped before each. Prints each time, the medians and their ratio;
# exit status 1 when the ratio is above the limit. The dev stack is left deployed.
#
# usage: bench/first-up.sh [ROUNDS] [LIMIT]     default: 3 rounds, 1.5
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rounds=${1:-3} limit=${2:-1.5}
# shellcheck source=bench/lib.sh
. bench/lib.sh
# shellcheck source=/dev/null
. sandbox/.run/engine.env

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp Pulumi.dev.yaml "$work/Pulumi.dev.yaml"
printf '  harbor-ha:rollout: parallel\n' >"$work/more"
sed -i "/^config:/r $work/more" "$work/Pulumi.dev.yaml"
chmod 700 "$work"
npx tsx bench/render.ts "$work/rendered"

run_pulumi() {
  pulumi stack init dev >/dev/null
  pulumi up --stack dev --config-file "$work/Pulumi.dev.yaml" --yes --skip-preview --non-interactive --suppress-outputs
}
run_plain() { bench/plain.sh "$work/rendered"; }

# timed NAME: milliseconds of one first deployment.
timed() {
  local began
  sandbox/hosts/wipe >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
  sync
  began=$(now)
  "run_$1" >"$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; echo "the deployment by $1 failed" >&2; exit 1; }
  echo $((($(now) - began) / 1000))
}

alternate "$rounds" "$limit" plain pulumi
