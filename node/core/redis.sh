# shellcheck shell=bash source=node/core/lib.sh

# redis: the server answers with the configured password, and has the databases.
cmd_redis() {
  read_parameters redis
  wait_for "${PARAM[wait]}" port_open "${PARAM[host]}" "${PARAM[port]}" || die "Redis at ${PARAM[host]}:${PARAM[port]} doesn't answer"
  redis_check "${PARAM[host]}" "${PARAM[port]}" "${PARAM[database]}" "${PARAM[cache_database]}"
  say "redis: ready"
}

# Redis takes plain lines; the password goes through the socket only.
redis_check() {
  local host=$1 port=$2 reply expected='AUTH PING SELECT SELECT' command
  # A connection of its own first: bash would print its own message, and wait for long.
  port_open "$host" "$port" || die "Redis at $host:$port refuses the connection"
  exec 7<>"/dev/tcp/$host/$port" || die "Redis at $host:$port refuses the connection"
  printf 'AUTH %s\r\nPING\r\nSELECT %s\r\nSELECT %s\r\n' "$(<"$(secret_file redis_password)")" "$3" "$4" >&7
  for command in $expected; do
    IFS= read -r -t 10 -u 7 reply || die "Redis at $host:$port doesn't answer to $command"
    [[ $reply == '+'* ]] || die "Redis at $host:$port answers to $command: ${reply//$'\r'/}"
  done
  exec 7>&-
}
