# shellcheck shell=bash disable=SC2154
# Everything works; starting a mount unit mounts what fstab says.
case $all in
  'start '*.mount)
    line=$(awk -v mount="/$(sed 's/\.mount$//; s/-/\//g; s/\\x2d/-/g' <<<"${all#start }")" '$2 == mount { print }' "$root/etc/fstab")
    [[ $line ]] || exit 5
    read -r source target type options _ <<<"$line"
    printf '%s %s %s %s\n' "$target" "$type" "$source" "$options" >>"$root/.mounts"
    ;;
esac
exit 0
