# shellcheck shell=bash source=node/core/lib.sh

# Parameters of a step: `name: value` lines on standard input, checked as a whole before any work against what the step
# declares. The program writes the list PARAMETERS (plan/steps.ts) before this text: by command, `name:kind` words. A step
# reads a parameter as ${PARAM[name]}, which under `set -u` ends the step itself where it isn't there.

# read_parameters COMMAND: nothing is done with a name that is missing, unknown or given twice, or with a value of another
# kind. A name that ends in `/*`, or `*` alone, stands for any number of them.
read_parameters() {
  local command=$1 line name spec kind ended='' wrong=()
  local -A kinds=()
  [[ -v PARAMETERS[$command] ]] || die "$command declares no parameters"
  for spec in ${PARAMETERS[$command]}; do kinds["${spec%%:*}"]=${spec#*:}; done
  PARAM=()
  while IFS= read -r line || [[ -n $line ]]; do
    case $line in
      "$END_OF_PARAMETERS"*) ended=yes ;;
      '' | '#'*) ;;
      *': '*)
        name=${line%%: *}
        kind=${kinds[$name]:-${kinds[${name%%/*}/*]:-${kinds["*"]:-}}}
        if [[ ! $kind ]]; then
          wrong+=("$name is unknown")
        elif [[ -v PARAM[$name] ]]; then
          wrong+=("$name is given twice")
        elif ! check_value "${kind%\?}" "${line#*: }"; then
          wrong+=("$name is '${line#*: }', which is no ${kind%\?}")
        fi
        PARAM["$name"]=${line#*: }
        ;;
      *) die "a line of the parameters is no 'name: value'" ;;
    esac
  done
  [[ $ended ]] || die "the parameters were cut off (connection lost?); nothing was done"
  for name in "${!kinds[@]}"; do
    [[ $name == *'*' || ${kinds[$name]} == *'?' || -v PARAM[$name] ]] || wrong+=("$name is missing")
  done
  ((${#wrong[@]} == 0)) || die "parameters of $command: $(printf '%s; ' "${wrong[@]}")nothing was done"
}

# check_value KIND VALUE
check_value() {
  case $1 in
    line) [[ $2 ]] ;;
    int) [[ $2 =~ ^[0-9]+$ ]] ;;
    flag) [[ $2 == true || $2 == false ]] ;;
    words) [[ $2 =~ ^[^\ ]+(\ [^\ ]+)*$ ]] ;;
    '='*) [[ $2 != *'|'* && "|${1#=}|" == *"|$2|"* ]] ;;
    *) return 1 ;;
  esac
}

# What the last `up` left for systemd's start and for whoever looks at this node. One of before the list of containers was
# a parameter has none: it is read from Docker then, until the next `up`.
read_start_parameters() {
  local file=$STATE/start-parameters
  [[ -f $file ]] || die "Harbor was never started here"
  if grep -q '^containers: ' "$file"; then
    read_parameters start <"$file"
  else
    read_parameters start < <(earlier_start_parameters "$file")
  fi
}

# The names are those of Harbor 1.1 and 1.2.
earlier_start_parameters() {
  local names
  names=$(docker ps -a --filter label=com.docker.compose.project=harbor --format '{{.Names}}' | sort | tr '\n' ' ')
  printf '%s: %s\n' containers "${names% }" proxy_container nginx upstream_containers 'harbor-ui registry' log_address 127.0.0.1:1514
  cat "$1"
}
