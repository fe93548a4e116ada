# shellcheck shell=bash disable=SC2154 source=test/node/support/stand-ins/docker-state.sh
# Everything works; starting a mount unit mounts what fstab says, and Docker is as docker-state.sh says.
. "$stand_ins/docker-state.sh"
case $all in
  'start '*.mount)
    line=$(awk -v mount="/$(sed 's/\.mount$//; s/-/\//g; s/\\x2d/-/g' <<<"${all#start }")" '$2 == mount { print }' "$root/etc/fstab")
    [[ $line ]] || exit 5
    read -r source target type options _ <<<"$line"
    printf '%s %s %s %s\n' "$target" "$type" "$source" "$options" >>"$root/.mounts"
    ;;
  'is-active '*docker) docker_runs ;;
  'reload docker')
    docker_runs || exit 1
    # A reload that Docker refuses is known from its log only.
    take_configuration || true
    ;;
  'start docker' | 'enable --now docker') docker_runs || { take_configuration && : >"$root/run/docker.pid"; } ;;
  'restart docker') rm -f "$root/run/docker.pid" && take_configuration && : >"$root/run/docker.pid" ;;
  'show -p MainPID'*) if docker_runs; then echo 4711; else echo 0; fi ;;
esac
exit
