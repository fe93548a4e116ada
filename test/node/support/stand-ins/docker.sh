# shellcheck shell=bash disable=SC2154 source=test/node/support/stand-ins/docker-state.sh
# A Docker of few words: which images it has, which containers run and since when, whom it trusts. Kept in $root/.docker.
. "$stand_ins/docker-state.sh"
state=$root/.docker
[[ -d $state/running ]] || mkdir -p "$state/running"
docker_runs || { echo "Cannot connect to the Docker daemon" >&2 && exit 1; }
[[ -e $state/images ]] || : >"$state/images"

now() { local at=$EPOCHREALTIME && TZ=UTC printf '%(%FT%T)T.%s000Z\n' "${at%.*}" "${at#*.}"; }

running() { for name in "$state"/running/*; do if [[ -e $name ]]; then echo "${name##*/}"; fi; done; }

# The services of a Compose file, as `service container` lines.
services() {
  local line service=''
  while IFS= read -r line; do
    if [[ $line =~ ^'  '([a-z-]+):$ ]]; then service=${BASH_REMATCH[1]}; fi
    if [[ $line == '    container_name: '* ]]; then echo "$service ${line#*: }"; fi
  done <"$1"
}

compose() {
  local file='' command='' wanted=() service container
  while (($#)); do
    case $1 in
      # Services stand in the first file; others change them.
      -f) file=${file:-$2} && shift ;;
      -p) shift ;;
      -*) ;;
      *) if [[ ! $command ]]; then command=$1; else wanted+=("$1"); fi ;;
    esac
    shift
  done
  case $command in
    version) if [[ $all == *--short ]]; then echo 2.24.6; else echo 'Docker Compose version v2.24.6'; fi ;;
    up)
      while read -r service container; do
        ((${#wanted[@]} == 0)) || [[ " ${wanted[*]} " == *" $service "* ]] || continue
        now >"$state/running/$container"
      done < <(services "$file")
      ;;
    stop)
      while read -r service container; do
        if [[ " ${wanted[*]} " == *" $service "* ]]; then rm -f "$state/running/$container"; fi
      done < <(services "$file")
      ;;
    down) rm -f "$state"/running/* ;;
    ps) running ;;
  esac
}

case $1 in
  compose) shift && compose "$@" ;;
  version) echo 20.10.24 ;;
  --version) echo 'Docker version 20.10.24, build 5d6db84' ;;
  info) if [[ $all == *IndexConfigs* ]]; then index_configs; else echo '20.10.24 [name=seccomp,profile=default]'; fi ;;
  image)
    mapfile -t has <"$state/images"
    for name in "${@:3}"; do
      [[ $'\n'$(printf '%s\n' "${has[@]}")$'\n' == *$'\n'"$name"$'\n'* ]] || { echo "Error: No such image: $name" >&2 && exit 1; }
    done
    ;;
  load) cat "$3" >>"$state/images" ;;
  ps) running ;;
  inspect)
    status=0
    for name in "${@:4}"; do
      [[ -f $state/running/$name ]] || { echo "Error: No such object: $name" >&2 && status=1 && continue; }
      case $3 in
        '{{.State.Running}}') echo true ;;
        # A process id by the letters of the name.
        *State.Pid*) echo "/$name true $((10000 + $(printf %s "$name" | od -An -v -tu1 | tr -s ' \n' '+' | sed 's/^+//; s/+$//')))" ;;
        *) echo "$(<"$state/running/$name")" ;;
      esac
    done
    exit "$status"
    ;;
  kill) rm -f "$state/running/${*: -1}" ;;
  restart) now >"$state/running/${*: -1}" ;;
esac
exit 0
