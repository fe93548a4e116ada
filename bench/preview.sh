#!/usr/bin/env bash
# No-op `pulumi preview` of the sandbox stack beside that of an empty Pulumi program with the same engine and plugins,
# alternating in one run. Prints each time, the medians and their ratio; exit status 1 when the ratio is above the limit.
#
# usage: bench/preview.sh [ROUNDS] [LIMIT]     default: 7 rounds, 1.6. The sandbox must be up (sandbox/up).
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
project=$PWD
rounds=${1:-7} limit=${2:-1.6}
# shellcheck source=bench/lib.sh
. bench/lib.sh
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
  local began
  began=$(now)
  "preview_$1" >"$empty/log" 2>&1 || { cat "$empty/log" >&2; echo "the preview of $1 failed or isn't a no-op" >&2; exit 1; }
  echo $((($(now) - began) / 1000))
}

(cd "$empty" && export PULUMI_BACKEND_URL=file://$empty/state && pulumi stack init empty && pulumi up --yes --skip-preview) >/dev/null 2>&1
timed empty >/dev/null
timed sandbox >/dev/null

alternate "$rounds" "$limit" empty sandbox
