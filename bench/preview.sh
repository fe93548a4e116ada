#!/usr/bin/env bash
# No-op `pulumi preview` of the sandbox stack beside that of an empty Pulumi program with the same engine and plugins,
# alternating in one run. Prints each time, the medians and their ratio; exit status 1 when the ratio is above the limit.
#
# usage: bench/preview.sh [ROUNDS] [LIMIT]     default: 7 rounds, 1.6. The sandbox must be up (sandbox/up).
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
project=$PWD
rounds=${1:-7} limit=${2:-1.6}
# shellcheck source=/dev/null
. sandbox/.run/engine.env

empty=$(mktemp -d)
trap 'rm -rf "$empty"' EXIT
mkdir "$empty/state"
ln -s "$project/node_modules" "$empty/node_modules"
printf 'name: empty\nruntime: nodejs\n' >"$empty/Pulumi.yaml"
printf '{ "name": "empty" }\n' >"$empty/package.json"
cp tsconfig.json "$empty/"
# What `pulumi new typescript` starts with: the SDK and nothing else.
printf 'import * as pulumi from "@pulumi/pulumi";\n\nexport const stack = pulumi.getStack();\n' >"$empty/index.ts"

preview_empty() { (cd "$empty" && PULUMI_BACKEND_URL=file://$empty/state pulumi preview --stack empty --expect-no-changes); }
preview_sandbox() { pulumi preview --stack dev --expect-no-changes; }

# timed NAME: milliseconds of one preview, which must find nothing to do.
timed() {
  local began=${EPOCHREALTIME/[.,]/} log=$empty/log
  "preview_$1" >"$log" 2>&1 || { cat "$log" >&2; echo "the preview of $1 failed or isn't a no-op" >&2; exit 1; }
  echo $(((${EPOCHREALTIME/[.,]/} - began) / 1000))
}
median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

(cd "$empty" && export PULUMI_BACKEND_URL=file://$empty/state && pulumi stack init empty && pulumi up --yes --skip-preview) >/dev/null 2>&1
timed empty >/dev/null
timed sandbox >/dev/null

printf '%6s %10s %10s\n' round empty sandbox
for ((round = 1; round <= rounds; round++)); do
  a=$(timed empty)
  b=$(timed sandbox)
  printf '%6s %7s ms %7s ms\n' "$round" "$a" "$b"
  echo "$a" >>"$empty/a"
  echo "$b" >>"$empty/b"
done
a=$(median <"$empty/a")
b=$(median <"$empty/b")
awk -v a="$a" -v b="$b" -v limit="$limit" 'BEGIN {
  printf "median %7s ms %7s ms   ratio %.2f (limit %s)\n", a, b, b / a, limit
  exit b / a > limit
}'
