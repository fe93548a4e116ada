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

# login ADDRESS JAR: opens a session.
login() { http "$1" -c "$2" --data-urlencode principal=admin --data-urlencode "password@$SECRETS/admin_password" /login; }

# session ADDRESS JAR: 200 when the session is known there.
session() { http "$1" -b "$2" /api/users/current; }

# token ADDRESS FILE: asks for a token with push and pull right on the repository of the checks; FILE gets a curl config.
token() {
  local status
  admin_login
  status=$(http "$1" -K "$BODY/admin" "/service/token?service=harbor-registry&scope=repository:$CHECK_REPOSITORY:push,pull")
  if [[ $status == 200 ]]; then
    (umask 077 && sed -n 's/.*"token"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/header = "Authorization: Bearer \1"/p' <(tr '\n' ' ' <"$BODY/body") >"$2")
  fi
  printf '%s' "$status"
}

CHECK_REPOSITORY=library/harbor-ha-check

# Why a login was refused: with MySQL down Harbor answers as if the password were wrong.
login_cause() {
  local host port
  host=${PARAM[mysql_host]} port=${PARAM[mysql_port]}
  if ! port_open "$host" "$port"; then
    printf 'MySQL at %s:%s is down' "$host" "$port"
  else
    printf "the admin password isn't the current one: set harbor-ha:adminPassword to it"
  fi
}

# Why a session isn't accepted.
session_cause() {
  local host port error
  host=${PARAM[redis_host]} port=${PARAM[redis_port]}
  if error=$(redis_check "$host" "$port" 0 0 2>&1); then
    printf "sessions aren't shared: _REDIS_URL isn't in effect"
  else
    printf '%s' "${error#harbor-ha: }"
  fi
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

header() { tr -d '\r' <"$BODY/headers" | sed -n "s/^$1: //Ip" | tail -n 1; }
