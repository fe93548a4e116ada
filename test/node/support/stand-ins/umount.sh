# shellcheck shell=bash disable=SC2154
# Takes the mount point, its last argument, off the list.
awk -v mount="${*: -1}" '$1 != mount' "$root/.mounts" >"$root/.mounts.new" 2>/dev/null
mv "$root/.mounts.new" "$root/.mounts"
exit 0
