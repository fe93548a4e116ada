# shellcheck shell=bash source=node/core/lib.sh

# redis: the server takes the configured password, and writes in both databases.
cmd_redis() {
  local problem='' limit deadline
  read_parameters redis
  require_secrets redis_password
  limit=${PARAM[wait]}
  deadline=$((SECONDS + limit))
  wait_for "$limit" port_open "${PARAM[host]}" "${PARAM[port]}" || die "Redis at ${PARAM[host]}:${PARAM[port]} doesn't answer"
  while true; do
    problem=$(redis_problem "${PARAM[host]}" "${PARAM[port]}" "${PARAM[database]}" "${PARAM[cache_database]}")
    # One that was started a moment ago reads its data first.
    if [[ $problem != *'loads its data' ]] || ((SECONDS >= deadline)); then break; fi
    sleep 1
  done
  [[ -z $problem ]] || die "$problem"
  say "redis: ready"
}

# redis_check HOST PORT DATABASE CACHE-DATABASE
redis_check() {
  local problem
  problem=$(redis_problem "$@")
  [[ -z $problem ]] || die "$problem"
}

# redis_problem HOST PORT DATABASE…: prints why Harbor can't work with it, and nothing when it can; in a subshell. Redis takes
# plain lines; the password goes through the socket only. That it answers says little: a replica does, too (goharbor/harbor
# #14238).
redis_problem() {
  local server="Redis at $1:$2" reply='' database='' key
  # A connection of its own first: bash would print its own message, and wait for long.
  if ! port_open "$1" "$2" || ! exec 7<>"/dev/tcp/$1/$2"; then
    echo "$server refuses the connection"
    return
  fi
  # It may close the connection while it is written to.
  trap '' PIPE
  redis_ask AUTH "$(<"$SECRETS/redis_password")" || return 0
  for database in "${@:3}"; do
    key=harbor-ha:check:$RANDOM$RANDOM
    redis_ask SELECT "$database" && redis_ask SET "$key" 1 EX 10 && redis_ask DEL "$key" || return 0
  done
  # A replica that takes writes loses them when it asks its primary the next time.
  redis_ask INFO replication >/dev/null || return 0
  while IFS= read -r -t 10 -u 7 reply && [[ $reply != role:* ]]; do :; done
  if [[ $reply == role:slave* ]]; then redis_cause SET READONLY; fi
}

# redis_ask COMMAND ARGUMENT…: whether it was done; the cause is printed when it wasn't.
redis_ask() {
  printf '%s\r\n' "$*" >&7 2>/dev/null || true
  reply=
  IFS= read -r -t 10 -u 7 reply || true
  reply=${reply%$'\r'}
  [[ $reply != [+:\$]* ]] || return 0
  redis_cause "$1" "${reply#-}"
  return 1
}

# redis_cause COMMAND ERROR: what to do about it. The words are those of Redis 3 to 8.
redis_cause() {
  case $2 in
    '') echo "$server doesn't answer to $1: is it Redis, and without TLS?" ;;
    READONLY* | MASTERDOWN*) echo "$server is a replica, and sessions have to be written: give the address of the primary" ;;
    LOADING*) echo "$server still loads its data" ;;
    DENIED*) echo "$server runs in protected mode and takes no connection from other hosts: set a password there (requirepass)" ;;
    WRONGPASS* | *'invalid password'*) echo "$server refuses the password: harbor-ha:redisPassword must be its requirepass" ;;
    *'without any password'* | *'no password is set'*) echo "$server has no password: set requirepass there to harbor-ha:redisPassword" ;;
    NOPERM*) echo "$server doesn't allow $1 to its default user: $2" ;;
    *'cluster mode'* | MOVED* | CLUSTERDOWN*) echo "$server is a Redis Cluster, which has no databases: Harbor needs a single server" ;;
    *'index is out of range'* | *'invalid DB index'*) echo "$server has no database $database: raise databases there, or choose another one" ;;
    OOM*) echo "$server is full and takes no writes: raise maxmemory there" ;;
    MISCONF*) echo "$server takes no writes, since it can't save to its disk: see its log" ;;
    NOREPLICAS*) echo "$server takes no writes without its replicas (min-replicas-to-write)" ;;
    *'unknown command'*) echo "$server doesn't know $1: is it a Sentinel, or a proxy?" ;;
    *) echo "$server answers to $1: $2" ;;
  esac
}
