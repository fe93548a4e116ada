# shellcheck shell=bash disable=SC2154
# What Docker knows of its registries, as of its last start or reload: in $root/.docker/registries. Its flags are those of
# process 4711. It runs while there is a pid file.
mkdir -p "$root/.docker"

docker_runs() { [[ -e $root/run/docker.pid ]]; }

flags() { tr '\0' '\n' <"$root/proc/4711/cmdline" | sed -n "s/^--$1=//p; /^--$1\$/ { n; p; }"; }

# As Docker does: the same list as a flag and in the file is refused.
take_configuration() {
  local file listed
  file=$(flags config-file)
  file=${file:-$root/etc/docker/daemon.json}
  listed=$({ cat "$file" 2>/dev/null || echo '{}'; } | jq -r '."insecure-registries" // [] | .[]') || return 1
  if [[ $listed && $(flags insecure-registry) ]]; then return 1; fi
  printf '%s\n' "$listed" "$(flags insecure-registry)" | sed '/^$/d' >"$root/.docker/registries"
}

index_configs() {
  [[ -f $root/.docker/registries ]] || take_configuration
  jq -Rn '[{ key: "docker.io", value: { Name: "docker.io", Secure: true } }, (inputs | { key: ., value: { Name: ., Secure: false } })] | from_entries' "$root/.docker/registries"
}
