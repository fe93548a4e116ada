# shellcheck shell=bash disable=SC2154
# What Docker knows of its registries, as of its last start or reload: in $root/.docker/registries. Its flags are those of
# process 4711. It runs while there is a pid file.
[[ -d $root/.docker ]] || mkdir -p "$root/.docker"

docker_runs() { [[ -e $root/run/docker.pid ]]; }

flags() { tr '\0' '\n' <"$root/proc/4711/cmdline" | sed -n "s/^--$1=//p; /^--$1\$/ { n; p; }"; }

# As Docker does: the same list as a flag and in the file is refused.
take_configuration() {
  local file listed
  file=$(flags config-file)
  file=${file:-$root/etc/docker/daemon.json}
  listed=
  if [[ -f $file ]]; then listed=$(tr -d ' \n' <"$file" | sed -n 's/.*"insecure-registries":\[\([^]]*\)\].*/\1/p' | tr -d '"' | tr ',' '\n'); fi
  if [[ $listed && $(flags insecure-registry) ]]; then return 1; fi
  printf '%s\n' "$listed" "$(flags insecure-registry)" | sed '/^$/d' >"$root/.docker/registries"
}

index_configs() {
  local name
  [[ -f $root/.docker/registries ]] || take_configuration
  printf '{"docker.io":{"Name":"docker.io","Secure":true}'
  while IFS= read -r name; do printf ',"%s":{"Name":"%s","Secure":false}' "$name" "$name"; done <"$root/.docker/registries"
  printf '}\n'
}
