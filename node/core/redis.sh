# shellcheck shell=bash source=node/core/lib.sh

# redis: the server takes the configured password, and writes in both databases.
cmd_redis() {
  local problem='' limit deadline
  read_parameters redis
  require_secrets redis_password
  redis_is ''
  limit=${PARAM[wait]}
  deadline=$((SECONDS + limit))
  wait_for "$limit" redis_listens || die "$(redis_silence "doesn't answer")"
  while true; do
    problem=$(redis_problem "${PARAM[database]}" "${PARAM[cache_database]}")
    if ! redis_may_pass "$problem" || ((SECONDS >= deadline)); then break; fi
    sleep 1
  done
  [[ -z $problem ]] || die "$problem"
  redis_silent_sentinels
  say "redis: ready"
}

# redis_is PREFIX: where Redis is and how it is spoken to, from the parameters of that beginning. With Sentinels neither host
# nor port is known.
redis_is() {
  REDIS_HOST=${PARAM[$1host]} REDIS_PORT=${PARAM[$1port]} REDIS_TLS=${PARAM[$1tls]:-false} REDIS_CA=${PARAM[$1ca_file]:-}
  REDIS_SENTINELS=${PARAM[$1sentinels]:-} REDIS_MASTER_SET=${PARAM[$1master_set]:-}
}

redis_name() {
  if [[ $REDIS_SENTINELS ]]; then
    printf 'None of the Sentinels at %s' "${REDIS_SENTINELS// /, }"
  else
    printf 'Redis at %s:%s' "$REDIS_HOST" "$REDIS_PORT"
  fi
}

# redis_silence WORDS: what is said of one server; of Sentinels there is none that answers.
redis_silence() { if [[ $REDIS_SENTINELS ]]; then printf '%s answers' "$(redis_name)"; else printf '%s %s' "$(redis_name)" "$1"; fi; }

# One of the Sentinels is enough, for Harbor too.
redis_listens() {
  local address
  for address in ${REDIS_SENTINELS:-"$REDIS_HOST:$REDIS_PORT"}; do
    if port_open "${address%:*}" "${address##*:}"; then return 0; fi
  done
  return 1
}

# Harbor goes on to the next one; but whoever has misspelt one should hear of it before that is the last.
redis_silent_sentinels() {
  local address
  for address in $REDIS_SENTINELS; do
    port_open "${address%:*}" "${address##*:}" || say "redis: the Sentinel at $address doesn't answer"
  done
}

# redis_may_pass PROBLEM: whether it may be another one in a moment. One that was started a moment ago reads its data first,
# and Sentinels that have just made another server the master don't agree at once.
redis_may_pass() {
  case $1 in
    *'loads its data') ;;
    *'is a replica'* | *'refuses the connection' | *"don't agree"*) [[ $REDIS_SENTINELS ]] ;;
    *) return 1 ;;
  esac
}

# redis_check DATABASE…
redis_check() {
  local problem
  problem=$(redis_problem "$@")
  [[ -z $problem ]] || die "$problem"
}

# redis_away: why no connection can be had; nothing when there is one.
redis_away() {
  local server='' reply='' database='' problem
  if ! redis_listens; then
    redis_silence 'is down'
  elif [[ $REDIS_SENTINELS ]]; then
    problem=$(redis_find_master && { port_open "$REDIS_HOST" "$REDIS_PORT" || printf '%s is down' "$server"; })
    printf '%s' "$problem"
  fi
}

# redis_problem DATABASE…: prints why Harbor can't work with it, and nothing when it can; in a subshell. Redis takes plain
# lines; the password goes through the connection only, and to no Sentinel (goharbor/harbor #14757). That a server answers says
# little: a replica does, too (goharbor/harbor #14238).
redis_problem() {
  local server reply='' database='' key
  server=$(redis_name)
  if [[ $REDIS_SENTINELS ]]; then redis_find_master || return 0; fi
  redis_connect "$REDIS_HOST" "$REDIS_PORT" || return 0
  redis_ask AUTH "$(<"$SECRETS/redis_password")" || return 0
  for database in "$@"; do
    key=harbor-ha:check:$RANDOM$RANDOM
    redis_ask SELECT "$database" && redis_ask SET "$key" 1 EX 10 && redis_ask DEL "$key" || return 0
  done
  # A replica that takes writes loses them when it asks its primary the next time.
  if redis_ask INFO replication >/dev/null; then
    while IFS= read -r -t 10 -u 7 reply 2>/dev/null && [[ $reply != role:* ]]; do :; done
    if [[ $reply == role:slave* ]]; then redis_cause SET READONLY; fi
  fi
  redis_hang_up
}

# Sets REDIS_HOST and REDIS_PORT to the master that all Sentinels name, and `server`; prints why it can't.
redis_find_master() {
  local address master found='' by=''
  for address in $REDIS_SENTINELS; do
    server="The Sentinel at $address"
    # What is away is passed over, as Harbor does.
    port_open "${address%:*}" "${address##*:}" || continue
    redis_connect "${address%:*}" "${address##*:}" || return 1
    redis_ask_master || return 1
    redis_hang_up
    if [[ $found && $found != "$master" ]]; then
      printf "The Sentinels don't agree: the master of %s is %s to %s, and %s to %s\n" "$REDIS_MASTER_SET" "$found" "$by" "$master" "$address"
      return 1
    fi
    found=$master by=$address
  done
  if [[ ! $found ]]; then
    redis_silence ''
    return 1
  fi
  REDIS_HOST=${found%:*} REDIS_PORT=${found##*:}
  server="Redis at $found, the master of $REDIS_MASTER_SET to its Sentinels,"
}

# Sets master to `host:port`, from a list of two texts, each behind its length.
redis_ask_master() {
  local lines=() line
  redis_ask SENTINEL get-master-addr-by-name "$REDIS_MASTER_SET" || return 1
  if [[ $reply == '*2' ]]; then
    while ((${#lines[@]} < 4)) && IFS= read -r -t 10 -u 7 line 2>/dev/null; do lines+=("${line%$'\r'}"); done
  fi
  if ((${#lines[@]} < 4)) || [[ ! ${lines[1]} || ! ${lines[3]} =~ ^[0-9]+$ ]]; then
    echo "$server knows no master $REDIS_MASTER_SET: harbor-ha:redisSentinelMasterSet must be the name that its configuration monitors"
    return 1
  fi
  master=${lines[1]}:${lines[3]}
}

# redis_connect HOST PORT: replies come from 7, commands go to 8. A connection of its own first: bash would print its own
# message, and wait for long.
redis_connect() {
  REDIS_PEER=$1
  # It may close the connection while it is written to.
  trap '' PIPE
  if port_open "$1" "$2"; then
    if [[ $REDIS_TLS == true ]]; then
      redis_connect_tls "$@"
      return
    fi
    if exec 7<>"/dev/tcp/$1/$2" 8>&7; then return; fi
  fi
  echo "$server refuses the connection"
  return 1
}

REDIS_PROCESS=

# What Harbor's containers look at as well: the authority, the name, TLS 1.2 at least.
redis_connect_tls() {
  local name=(-verify_hostname "$1" -servername "$1") authority=() commands=$BODY/redis
  if [[ $1 =~ ^[0-9.]+$ ]]; then name=(-verify_ip "$1" -noservername); fi
  if [[ $REDIS_CA ]]; then authority=(-CAfile "$REDIS_CA"); fi
  : >"$BODY/tls"
  rm -f "$commands"
  mkfifo -m 600 "$commands"
  exec 8<>"$commands"
  exec 7< <(exec timeout -k 1 60 openssl s_client -quiet -no_tls1 -no_tls1_1 -verify_return_error \
    -connect "$1:$2" "${name[@]}" "${authority[@]}" <"$commands" 2>"$BODY/tls" 8>&-)
  REDIS_PROCESS=$!
}

# openssl goes on when its input has ended.
redis_hang_up() {
  exec 7<&- 8>&-
  if [[ $REDIS_PROCESS ]]; then kill "$REDIS_PROCESS" 2>/dev/null || true; fi
  REDIS_PROCESS=
}

# redis_ask COMMAND ARGUMENT…: whether it was done; the cause is printed when it wasn't.
redis_ask() {
  printf '%s\r\n' "$*" >&8 2>/dev/null || true
  reply=
  # Bash would tell of a connection that is reset in words of its own.
  IFS= read -r -t 10 -u 7 reply 2>/dev/null || true
  reply=${reply%$'\r'}
  [[ $reply != [+:\$*]* ]] || return 0
  if [[ ! $reply && $REDIS_TLS == true ]]; then redis_tls_cause "$1"; else redis_cause "$1" "${reply#-}"; fi
  redis_hang_up
  return 1
}

# redis_tls_cause COMMAND: of one that gave no answer. The words are those of OpenSSL 1.1.1 and 3.
redis_tls_cause() {
  local said reason
  # The end of openssl's complaint may be on its way.
  wait_for 2 test -s "$BODY/tls" || true
  said=$(<"$BODY/tls")
  reason=$(sed -n 's/^verify error:num=[0-9]*:\(.*\)$/\1/p' "$BODY/tls" | tail -n 1)
  case $said in
    *[Hh]'ostname mismatch'* | *'IP address mismatch'*)
      echo "$server has a certificate for another name: its subjectAltName must hold $REDIS_PEER" ;;
    *'verify error'*)
      echo "$server has a certificate that isn't accepted ($reason): harbor-ha:redisCaCertificate must be its authority" ;;
    *'certificate required'* | *'handshake failure'* | *'bad certificate'*)
      echo "$server asks for a certificate of the client, which Harbor has none of: set tls-auth-clients no there" ;;
    *'wrong version number'* | *'packet length too long'* | *'unknown protocol'* | *'record layer failure'*)
      echo "$server doesn't speak TLS there: give its tls-port, or leave harbor-ha:redisTls out" ;;
    *) echo "$server doesn't answer to $1 through TLS: is it Redis, and its tls-port?" ;;
  esac
}

# redis_cause COMMAND ERROR: what to do about it. The words are those of Redis 3 to 8.
redis_cause() {
  case $2 in
    '') echo "$server doesn't answer to $1: is it Redis, and without TLS?" ;;
    NOAUTH*) echo "$server wants a password, and Harbor gives Sentinels none (goharbor/harbor #14757): take requirepass out of its configuration" ;;
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
    *'unknown command'*SENTINEL*) echo "$server is no Sentinel: give those in harbor-ha:redisSentinels, or this server as harbor-ha:redisHost" ;;
    *'unknown command'*) echo "$server doesn't know $1: is it a Sentinel, or a proxy?" ;;
    *) echo "$server answers to $1: $2" ;;
  esac
}
