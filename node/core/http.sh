# shellcheck shell=bash source=node/core/lib.sh

# Requests to one node of the registry under its public name, without DNS. The password never stands on a command line,
# and no check ever tries a wrong one: Harbor locks the account for a while.

BODY=$(umask 077 && mktemp -d "$ROOT/run/harbor-ha.XXXXXX")
trap 'rm -rf "$BODY"' EXIT

# http ADDRESS CURL-ARGUMENTS… PATH: prints the status; the body is in $BODY/body, the headers in $BODY/headers. Status
# 000 and a reason in $BODY/error when there was no answer.
http() {
  local address=$1 path=${*: -1} base
  local arguments=("${@:2:$#-2}")
  base=${PARAM[protocol]}://${PARAM[domain]}:${PARAM[port]}
  if [[ -f ${PARAM[ca_file]} ]]; then arguments+=(--cacert "${PARAM[ca_file]}"); fi
  if [[ $path != http* ]]; then path=$base$path; fi
  : >"$BODY/body"
  curl -sS -q -m 20 --connect-timeout 5 --noproxy '*' --resolve "${PARAM[domain]}:${PARAM[port]}:$address" \
    -o "$BODY/body" -D "$BODY/headers" -w '%{http_code}' "${arguments[@]}" "$path" 2>"$BODY/error" || true
}

reason() {
  if [[ -s $BODY/error ]]; then
    sed 's/^curl: ([0-9]*) //' "$BODY/error" | bounded 1
  else
    tr '\n' ' ' <"$BODY/body" | cut -c1-160
  fi
}

admin_login() { (umask 077 && printf 'user = "admin:%s"\n' "$(<"$SECRETS/admin_password")" >"$BODY/admin"); }

# token ADDRESS FILE: asks for a token with push and pull right on the repository of the checks; FILE gets a curl config, without
# a line when the body has no token. With 2.x a status of 200 says little: with the database away the token has no rights.
token() {
  local status token
  admin_login
  status=$(http "$1" -K "$BODY/admin" "/service/token?service=harbor-registry&scope=repository:$CHECK_REPOSITORY:push,pull")
  if [[ $status == 200 ]]; then
    token=$(said token)
    (umask 077 && { [[ ! $token ]] || printf 'header = "Authorization: Bearer %s"\n' "$token"; } >"$2")
  fi
  printf '%s' "$status"
}

# write_probe ADDRESS TOKEN: opens and gives up an upload, which writes to the shared storage.
write_probe() {
  local status location
  status=$(http "$1" -K "$2" -X POST "/v2/$CHECK_REPOSITORY/blobs/uploads/")
  [[ $status == 202 ]] || { printf '%s' "$status" && return; }
  location=$(header location)
  http "$1" -K "$2" -X DELETE "$location" >/dev/null
  printf '202'
}

# header NAME: its last value; NAME in small letters.
header() {
  local line value=''
  while IFS= read -r line || [[ $line ]]; do
    line=${line%$'\r'}
    if [[ ${line,,} == "$1: "* ]]; then value=${line:${#1}+2}; fi
  done <"$BODY/headers"
  printf '%s' "$value"
}

# said NAME: the text that the JSON of the body has under this name, for plain words without an escape. Most answers of a
# healthy node are read so, since jq takes longer to start than the node to answer.
said() {
  local text
  text=$(<"$BODY/body") 2>/dev/null
  [[ ! $text =~ \"$1\"[[:space:]]*:[[:space:]]*\"([^\"\\]*)\" ]] || printf '%s' "${BASH_REMATCH[1]}"
}
