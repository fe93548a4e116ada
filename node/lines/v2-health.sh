# shellcheck shell=bash source=node/core/lib.sh

# How Harbor 2.x is talked to, and what keeps a node from being healthy. Its own /api/v2.0/health is late by up to 10 s, and
# stays healthy with wrong keys and values: everything else is asked before.

# login ADDRESS JAR: opens a session. The first answer is a refusal with a CSRF token, which JAR.csrf keeps as a curl config.
login() {
  local status
  rm -f "$2.csrf"
  status=$(v2_change "$1" "$2" --data principal= /c/login)
  if [[ $status == 403 && $(header x-harbor-csrf-token) ]]; then
    (umask 077 && printf 'header = "X-Harbor-CSRF-Token: %s"\n' "$(header x-harbor-csrf-token)" >"$2.csrf")
    status=$(v2_change "$1" "$2" --data-urlencode principal=admin --data-urlencode "password@$SECRETS/admin_password" /c/login)
  fi
  printf '%s' "$status"
}

# v2_change ADDRESS JAR CURL-ARGUMENTS… PATH: a request that changes something, with the session and its CSRF token.
v2_change() {
  local more=()
  if [[ -f $2 ]]; then more+=(-b "$2"); fi
  if [[ -f $2.csrf ]]; then more+=(-K "$2.csrf"); fi
  # As a browser would; later versions of Harbor's CSRF library want it.
  if [[ ${PARAM[protocol]} == https ]]; then more+=(-e "https://${PARAM[domain]}:${PARAM[port]}/"); fi
  http "$1" -c "$2" "${more[@]}" "${@:3}"
}

# session ADDRESS JAR: 200 when the session is known there.
session() { http "$1" -b "$2" /api/v2.0/users/current; }

# token_works ADDRESS FILE: by opening an upload. A pull says nothing: a bad token counts as none, and the project is public.
token_works() { write_probe "$1" "$2"; }

# Why a login was refused: with PostgreSQL down Harbor answers as if the password were wrong.
login_cause() {
  if v2_database_away; then
    v2_outside_cause
  else
    printf "the admin password isn't the current one: set harbor-ha:adminPassword to it"
  fi
}

v2_database_away() { ! port_open "${PARAM[database_host]}" "${PARAM[database_port]}"; }

# What stands behind all nodes and is away; nothing when both take connections.
v2_outside_cause() {
  if v2_database_away; then
    printf 'PostgreSQL at %s:%s is down' "${PARAM[database_host]}" "${PARAM[database_port]}"
  else
    redis_is redis_
    redis_away
  fi
}

# because CAUSE: for the end of a sentence.
v2_because() { if [[ $1 ]]; then printf ': %s' "$1"; fi; }

# Why a session isn't accepted.
session_cause() {
  local error
  redis_is redis_
  if v2_database_away; then
    v2_outside_cause
  elif error=$(redis_check 0 0 2>&1); then
    printf "sessions aren't shared: _REDIS_URL_CORE in common/config/core/env isn't the other nodes', or not in effect"
  else
    printf '%s' "${error#harbor-ha: }"
  fi
}

# v2_login_cause STATUS: of one that wasn't refused for its password.
v2_login_cause() {
  case $1 in
    403) printf ': the CSRF token that it has just given is refused; CSRF_KEY in common/config/core/env, or clocks' ;;
    500) v2_because "$(v2_outside_cause || true)"; printf '; or CSRF_KEY in common/config/core/env has not exactly 32 characters' ;;
    *) v2_because "$(v2_outside_cause || true)" ;;
  esac
}

# v2_upload_cause ADDRESS STATUS: why this node doesn't take an upload with its own token.
v2_upload_cause() {
  local known
  if v2_database_away; then
    printf "%s, so that tokens have no rights" "$(v2_outside_cause)"
    return
  fi
  case $2 in
    401)
      known=$(http "$1" -K "$BODY/token" /v2/)
      if [[ $known == 200 ]]; then
        printf "the registry refuses core: REGISTRY_CREDENTIAL_PASSWORD in common/config/core/env isn't that of common/config/registry/passwd"
      else
        printf "core refuses the token that it has signed itself: data/secret/core/private_key.pem was replaced while it ran"
      fi
      ;;
    404) printf 'project %s is missing' "${CHECK_REPOSITORY%%/*}" ;;
    502 | 503) printf "the registry is away, or refuses core (REGISTRY_CREDENTIAL_PASSWORD in common/config/core/env, common/config/registry/passwd)" ;;
    000) printf "the shared storage doesn't answer" ;;
    *) printf "the shared storage doesn't take a write" ;;
  esac
}

# Prints what keeps a node from being healthy, nothing when it is. What time can't heal begins with `fatal:`.
node_problem() {
  local address=$1 status
  status=$(http "$address" "$PROBE_PATH")
  [[ $status == 200 ]] || { echo "core answers $status ($(reason))$(v2_because "$(v2_outside_cause)")" && return; }
  rm -f "$BODY/jar"
  status=$(login "$address" "$BODY/jar")
  if [[ $status == 401 ]] && carry_over_admin_password "$address"; then status=$(login "$address" "$BODY/jar"); fi
  if [[ $status == 401 ]]; then echo "fatal: login refused: $(login_cause)" && return; fi
  [[ $status == 200 ]] || { echo "login answers $status ($(reason))$(v2_login_cause "$status")" && return; }
  status=$(session "$address" "$BODY/jar")
  [[ $status == 200 ]] || { echo "the session just opened answers $status: $(session_cause)" && return; }
  status=$(token "$address" "$BODY/token")
  [[ $status == 200 ]] || {
    echo "the token service answers $status ($(reason)): core reads data/secret/core/private_key.pem, a PKCS#1 key of $V2_OWNER with mode 600"
    return
  }
  status=$(token_works "$address" "$BODY/token")
  [[ $status == "$TOKEN_WORKS" ]] || { echo "opening an upload answers $status: $(v2_upload_cause "$address" "$status") ($(reason))" && return; }
  # Asked anew for a while: it is late.
  wait_for 25 v2_healthy "$address" || { echo "$UNHEALTHY" && return; }
  if [[ ${PARAM[metrics_port]:-} ]]; then v2_metrics_problem "$address"; fi
}

# v2_metrics_problem ADDRESS: Harbor's own health knows nothing of them. Each component has its own, and the exporter the rest.
v2_metrics_problem() {
  local component status base=http://${PARAM[domain]}:${PARAM[metrics_port]}
  for component in core jobservice registry exporter; do
    status=$(http "$1" --resolve "${PARAM[domain]}:${PARAM[metrics_port]}:$1" "$base/metrics?comp=$component")
    [[ $status == 200 ]] || { echo "the metrics of $component on port ${PARAM[metrics_port]} answer $status ($(reason))" && return; }
  done
}

UNHEALTHY=

# v2_healthy ADDRESS: sets UNHEALTHY to the components that aren't.
v2_healthy() {
  local status
  status=$(http "$1" /api/v2.0/health)
  if [[ $status != 200 ]]; then
    UNHEALTHY="/api/v2.0/health answers $status ($(reason))"
    return 1
  fi
  UNHEALTHY=$(jq -r 'if (.components | type) != "array" or .components == [] then "/api/v2.0/health names no component" else
    [.components[] | select(.status != "healthy") | "\(.name) is \(.status)" + (if .error then " (\(.error))" else "" end)] | join(", ") end' \
    "$BODY/body" 2>/dev/null | bounded 1) || UNHEALTHY='/api/v2.0/health answers no JSON'
  [[ -z $UNHEALTHY ]] || return 1
  # Core names it only when it was told of it.
  [[ " ${PARAM[containers]:-} " != *' trivy-adapter '* ]] || jq -e '[.components[].name] | index("trivy")' "$BODY/body" >/dev/null ||
    { UNHEALTHY='/api/v2.0/health names no trivy: WITH_TRIVY in common/config/core/env, or not in effect' && return 1; }
}
