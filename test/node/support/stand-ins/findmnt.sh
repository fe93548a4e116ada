# shellcheck shell=bash disable=SC2154
# The list of mounts in $root/.mounts, by the column that is asked for.
columns=TARGET,SOURCE,FSTYPE,OPTIONS where=
while (($#)); do
  case $1 in
    -o | --output) columns=$2 && shift ;;
    -M | --mountpoint | -T | --target) where=$2 && shift ;;
  esac
  shift
done
declare -A mounted=()
while read -r target type source options; do
  if [[ $target == "$where" ]]; then mounted=([TARGET]=$target [FSTYPE]=$type [SOURCE]=$source [OPTIONS]=$options); fi
done < <(cat "$root/.mounts" 2>/dev/null)
((${#mounted[@]})) || exit 1
found=()
for column in ${columns//,/ }; do found+=("${mounted[$column]}"); done
printf '%s\n' "${found[*]}"
exit 0
