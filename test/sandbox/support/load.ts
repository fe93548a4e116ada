import { hub, type Registry } from "./registry";
import { on } from "./sandbox";

export interface LoadResult {
    readonly operations: number;
    /** What went wrong, a line each. */
    readonly failed: readonly string[];
}

/** Each round is an operation: a token by name, the registry's answer to it, an upload opened and given up. */
const client = `
failed() { printf '%s %s\\n' "$(date +%T)" "$1" >>"$work/failed"; }
call() { curl -sS -q -m 20 --connect-timeout 5 --noproxy '*' -K "$1" -o "$work/body.$2" -D "$work/head.$2" -w '%{http_code}' "\${@:3}" 2>&1; }
round() {
  local base=$1 id=$2 status
  status=$(call "$work/admin" "$id" "$base/service/token?service=harbor-registry&scope=repository:library/hello:push,pull")
  if [[ $status != 200 ]]; then failed "token: $status" && return; fi
  printf 'header = "Authorization: Bearer %s"\\n' "$(jq -r .token "$work/body.$id")" >"$work/token.$id"
  status=$(call "$work/token.$id" "$id" "$base/v2/")
  if [[ $status != 200 ]]; then failed "registry: $status" && return; fi
  status=$(call "$work/token.$id" "$id" -X POST "$base/v2/library/hello/blobs/uploads/")
  if [[ $status != 202 ]]; then failed "upload: $status"; fi
}
`;

/** Clients that work by the registry's name until the work is done. */
export async function underLoad(password: string, work: () => Promise<unknown>, registry: Registry = hub): Promise<LoadResult> {
    const base = `${registry.protocol}://${registry.name}`;
    const begin = `work=/tmp/load; rm -rf $work; mkdir -p $work; : >$work/failed; : >$work/done; umask 077; cat >$work/admin`;
    await on("client", begin, { input: `user = "admin:${password}"\n` });
    const loop = `${client}
work=/tmp/load
worker() { while [[ ! -e $work/stop ]]; do round ${base} "$1"; echo >>"$work/done"; done; }
for id in 1 2 3; do worker $id & done; wait`;
    const running = on("client", loop, { seconds: 600 });
    try {
        await work();
    } finally {
        await on("client", "touch /tmp/load/stop");
        await running;
    }
    const output = await on("client", "wc -l </tmp/load/done; cat /tmp/load/failed; rm -rf /tmp/load");
    const [operations = "0", ...failed] = output.split("\n");
    return { operations: Number(operations), failed };
}
