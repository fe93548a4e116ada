# shellcheck shell=sh
# Puts the node's command in place; runs under any POSIX shell, before anything of harbor-ha is on the node.
# Arguments: the command's path. Standard input: its text, whose last line tells that nothing was cut off.
set -eu
umask 022
mkdir -p "$(dirname "$1")"
new=$(mktemp "$1.XXXXXX")
cat >"$new"
case $(tail -n 1 "$new") in
  '# harbor-ha: end of file'*) ;;
  *)
    rm -f "$new"
    echo 'harbor-ha: the file was cut off (connection lost?); nothing was changed' >&2
    exit 1
    ;;
esac
chmod 755 "$new"
mv -f "$new" "$1"
