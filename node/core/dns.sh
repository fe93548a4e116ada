# shellcheck shell=bash source=node/core/lib.sh

# dns: exactly these addresses under the name, replaced in one transaction. What would make the update useless is found
# out before it: a server takes an A record beside a CNAME without a word, and leaves it out (RFC 2136, 3.4.2.2).
cmd_dns() {
  local name address updates wanted found
  read_parameters dns
  require_secrets dns_key
  read_dns '' "${PARAM[name]}"
  name=${DNS[name]}
  found=$(dns_state A 2)
  case $found in
    CNAME*) die "$name is a $found at $(dns_server): remove that record, so that the name can have addresses. Nothing was changed" ;;
    '('*) die "$(dns_server) must answer for $name before it is changed: $found. Nothing was changed" ;;
  esac
  require_answers "$found"
  updates="update delete $name. A"$'\n'
  for address in ${PARAM[addresses]}; do updates+="update add $name. ${PARAM[ttl]} A $address"$'\n'; done
  send_updates "$updates"
  wanted=$(sorted_words "${PARAM[addresses]}")
  wait_for 10 dns_answers "$wanted" || die "$(dns_server) took the update, but answers for $name with $(dns_state A 2) instead of $wanted"
  found=$(dns_state AAAA)
  [[ $found != *:* ]] || say "note: $name has AAAA records, too: clients with IPv6 go to $found"
  say "dns: $name A ${PARAM[addresses]}"
}

# require_answers FOUND: an address that joins those that are there leads to a Harbor that answers: its node may have been away,
# or be a new one whose firewall is closed. The first ones have just been found healthy, each by itself.
require_answers() {
  local address url=${PARAM[url]} joining=() known=''
  for address in ${PARAM[addresses]}; do
    if [[ " $1 " == *" $address "* ]]; then known=yes; else joining+=("$address"); fi
  done
  [[ $known ]] || return 0
  PARAM["protocol"]=${url%%:*}
  PARAM["domain"]=${DNS[name]}
  if [[ $url =~ :([0-9]+)$ ]]; then
    PARAM["port"]=${BASH_REMATCH[1]}
  elif [[ $url == https:* ]]; then
    PARAM["port"]=443
  else
    PARAM["port"]=80
  fi
  for address in "${joining[@]}"; do
    wait_for 60 proxy_works "$address" -m 5 ||
      die "$address would join ${DNS[name]}, but its Harbor doesn't answer to $(hostname): $PROBE_PATH $(http "$address" "$PROBE_PATH") ($(reason)). The records are as they were"
  done
}

cmd_dns_remove() {
  read_parameters dns-remove
  require_secrets dns_key
  read_dns '' "${PARAM[name]}"
  send_updates "update delete ${PARAM[name]}. A"$'\n'
  say "dns: ${PARAM[name]} removed"
}

# read_dns PREFIX NAME: the server, and the zone's key, from the parameters that begin with PREFIX.
declare -A DNS=()
read_dns() {
  local name
  for name in server port zone key_name key_algorithm; do DNS[$name]=${PARAM[$1$name]:-}; done
  DNS[name]=$2
}

dns_server() { printf '%s:%s' "${DNS[server]}" "${DNS[port]}"; }

send_updates() {
  # Goes with the folder at the end, however this ends.
  local key=$BODY/dns-key output
  (umask 077 && printf 'key "%s" {\n\talgorithm %s;\n\tsecret "%s";\n};\n' \
    "${DNS[key_name]}" "${DNS[key_algorithm]}" "$(<"$SECRETS/dns_key")" >"$key")
  output=$(printf 'server %s %s\nzone %s\n%ssend\n' "${DNS[server]}" "${DNS[port]}" "${DNS[zone]}" "$1" |
    timeout -k 5 60 nsupdate -k "$key" -t 20 2>&1) || {
    bounded 5 <<<"$output" >&2
    die "$(dns_refusal "$output")"
  }
}

# dns_refusal OUTPUT: what nsupdate's words mean.
dns_refusal() {
  local zone="zone ${DNS[zone]}" key="key ${DNS[key_name]}"
  case $1 in
    *BADTIME* | *'clock skew'*) echo "$(dns_server) refuses the update of $zone: its clock and that of $(hostname) differ; set up NTP" ;;
    *BADKEY* | *BADSIG* | *'verify failure'*) echo "$(dns_server) doesn't know $key with this secret and algorithm (${DNS[key_algorithm]})" ;;
    *NOTAUTH* | *NOTZONE*) echo "$(dns_server) isn't the primary server of $zone" ;;
    *'timed out'* | *unreachable* | *'connection refused'*) echo "$(dns_server) doesn't answer to the update of $zone" ;;
    *) echo "$(dns_server) refuses the update of $zone with $key" ;;
  esac
}

# Seconds that the server lets resolvers keep the addresses, as it is now: a change of it may be on its way.
dns_ttl() {
  dig +noall +answer +time=3 +tries=2 -p "${DNS[port]}" "@${DNS[server]}" "${DNS[name]}." A 2>/dev/null |
    awk '!/^;/ && $3 == "IN" && $2 + 0 >= max { max = $2 + 0; found = 1 } END { if (found) print max }'
}

dns_state() { dns_lookup "${DNS[server]}" "${DNS[port]}" "${DNS[name]}" "$@"; }

# dns_lookup SERVER PORT NAME TYPE [TRIES]: what the server answers for the name: its records in order, a CNAME first, or that
# there are none; in brackets, why it doesn't tell. Its status is always 0.
dns_lookup() {
  local output status records
  output=$(dig +noall +comments +answer +time=3 +tries="${5:-1}" -p "$2" "@$1" "$3." "$4" 2>&1) || true
  status=$(sed -n 's/^;; ->>HEADER<<-.*status: \([A-Z0-9]*\),.*/\1/p' <<<"$output" | tail -n 1)
  records=$(awk '!/^;/ && $3 == "IN" { print ($4 == "CNAME" ? "0 CNAME " : "1 ") $5 }' <<<"$output" | sort | cut -d ' ' -f 2- | xargs)
  case $status in
    '') printf '(no answer: %s)' "$(grep -m 1 '^;;' <<<"$output" | sed 's/^;; *//' || echo 'dig failed')" ;;
    NOERROR) printf '%s' "${records:-no $4 record}" ;;
    NXDOMAIN) printf 'no such name (NXDOMAIN)' ;;
    *) printf '(%s)' "$status" ;;
  esac
}

sorted_words() { tr ' ' '\n' <<<"$1" | sort | xargs; }

dns_answers() { [[ $(dns_state A) == "$1" ]]; }
