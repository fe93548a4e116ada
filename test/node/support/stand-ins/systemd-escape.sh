# shellcheck shell=bash disable=SC2154
# As the real one does for plain paths.
path=${*: -1}
path=${path#/}
path=${path%/}
path=${path//-/\\x2d}
printf '%s' "${path//\//-}"
for word in "$@"; do
  if [[ $word == --suffix=* ]]; then printf '.%s' "${word#*=}"; fi
done
printf '\n'
exit 0
