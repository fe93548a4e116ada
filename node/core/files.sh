# shellcheck shell=bash source=node/core/lib.sh

# put PATH MODE: a file from standard input, written atomically and only when it differs.
cmd_put() {
  local path=$1 mode=$2 temporary
  mkdir -p "${path%/*}"
  temporary=$(umask 077 && mktemp "${path%/*}/.harbor-ha.XXXXXX")
  cat >"$temporary"
  if [[ $(tail -n 1 "$temporary") != "$END_OF_FILE"* ]]; then
    rm -f "$temporary"
    die "$path: the file was cut off (connection lost?); nothing was changed"
  fi
  sed -i '$d' "$temporary"
  if ! install_file "$temporary" "$path" "$mode"; then
    say "unchanged"
    return
  fi
  reload_units "$path"
  say "written"
}

# again FOUND: runs the command that the last line of standard input names; FOUND is what drift detection has seen, for
# the reader of a preview. So what a stack keeps of an old repair can't become outdated.
cmd_again() {
  local input words
  input=$(umask 077 && mktemp "$ROOT/run/harbor-ha-again.XXXXXX")
  cat >"$input"
  read -ra words < <(tail -n 1 "$input" | sed -n 's/^# harbor-ha: end of [a-z]*; command: //p') || true
  if ((${#words[@]} == 0)); then
    rm -f "$input"
    die "the text was cut off (connection lost?); nothing was changed"
  fi
  exec 8<"$input"
  rm -f "$input"
  "${words[@]}" <&8
}

# remove PATH: a file that put has made.
cmd_remove() {
  rm -f "$1"
  reload_units "$1"
  say "removed"
}

reload_units() { if [[ $1 == "$ROOT"/etc/systemd/system/* ]]; then systemctl daemon-reload; fi; }

# secrets: one file per secret, values in base64, readable by root only; what isn't listed any more is removed.
cmd_secrets() {
  local name file
  read_parameters secrets
  (umask 077 && mkdir -p "$SECRETS")
  chmod 700 "$SECRETS"
  for name in "${!PARAM[@]}"; do
    [[ $name =~ ^[a-z][a-z0-9_]*$ ]] || die "a secret's name isn't valid"
    base64 -d <<<"${PARAM[$name]}" | write_file "$SECRETS/$name" 600
  done
  for file in "$SECRETS"/*; do
    name=$(basename "$file")
    [[ -v PARAM[$name] ]] || rm -f "$file"
  done
  say "secrets: ${#PARAM[@]}"
}

# fill_slots: replaces the slots (`__mysql_password__`) of standard input with the secrets of the names that the step was
# given. Bash replaces literally, and the values never stand on a command line.
fill_slots() {
  local text name value
  text=$(cat; printf x)
  text=${text%x}
  for name in ${PARAM[slots]}; do
    value=$(<"$SECRETS/$name")
    text=${text//"__${name}__"/"$value"}
  done
  printf '%s' "$text"
}
