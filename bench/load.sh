#!/usr/bin/env bash
# Pushes to and pulls from the registry of a sandbox stack, on the sandbox's client host, as container clients do (bench/load,
# whose README tells what the figures mean). The stack must be deployed. An interrupt ends the run, with its report.
#
# usage: bench/load.sh [dev|dev2] [FLAGS]     default: dev; flags as `--duration 5m`, all but --registry, --dns and
#                                             --password-file. --json FILE is written here; --cafile is a file of the client.
# shellcheck disable=SC2016,SC2317  # expanded in the client's shell; called by traps
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
stack=dev
case ${1:-} in
  dev | dev2) stack=$1 && shift ;;
  -* | '') ;;
  *) echo "bench/load.sh: '$1' is no stack; it must be dev or dev2" >&2 && exit 2 ;;
esac
# shellcheck source=sandbox/lib/sandbox.sh
. sandbox/lib/sandbox.sh
[[ -f $RUN_DIR/engine.env ]] || { echo "bench/load.sh: there is no sandbox here: sandbox/up" >&2 && exit 2; }
# shellcheck source=/dev/null
. "$RUN_DIR/engine.env"

json='' flags=()
while (($#)); do
  case $1 in
    --json | -json) json=${2:?bench/load.sh: --json needs a file} && shift ;;
    --json=* | -json=*) json=${1#*=} ;;
    *) flags+=("$1") ;;
  esac
  shift
done

client=$(container_of client)
[[ $(container_state "$client") == running ]] || { echo "bench/load.sh: container $client doesn't run: sandbox/up" >&2 && exit 2; }
url=$(pulumi stack output url --stack "$stack")

program=$RUN_DIR/bench/harbor-load
mkdir -p "${program%/*}"
(cd bench/load && CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w' -o "$program" .)

# Not below /tmp, a tmpfs of the client, into which Docker copies nothing.
work=$(dk exec "$client" mktemp -d /var/tmp/harbor-load.XXXXXX)
# What still runs there after an error ends with its folder.
clean_up() { dk exec "$client" sh -c 'kill -KILL "$(cat "$1/pid")" 2>/dev/null; rm -rf "$1"' - "$work" >/dev/null 2>&1 || true; }
trap clean_up EXIT
dk cp "$program" "$client:$work/harbor-load" >/dev/null
pulumi stack output adminPassword --show-secrets --stack "$stack" |
  dk exec -i "$client" sh -c 'umask 077; cat >"$1/password"' - "$work"

# docker exec passes no signal on, and in a session of its own it gets none from a terminal.
setsid docker exec "$client" sh -c 'work=$1 && shift && echo "$$" >"$work/pid" && exec "$work/harbor-load" "$@"' - "$work" \
  --registry "$url" --dns "$(address_of dns):53" --password-file "$work/password" --json "$work/report.json" "${flags[@]}" &
running=$!
end_run() { dk exec "$client" sh -c 'kill -TERM "$(cat "$1/pid")"' - "$work" || true; }
trap end_run INT TERM
code=0
while true; do
  wait "$running" && code=0 || code=$?
  # A signal ends the wait, not the run.
  kill -0 "$running" 2>/dev/null || break
done
wait "$running" 2>/dev/null && code=0 || code=$?
trap '' INT TERM

if [[ $json ]] && dk exec "$client" test -f "$work/report.json"; then
  dk exec "$client" cat "$work/report.json" | write_file 644 "$json"
fi
exit "$code"
