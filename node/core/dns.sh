# shellcheck shell=bash source=node/core/lib.sh

# dns: exactly these addresses under the name, replaced in one transaction.
cmd_dns() {
  local name address updates
  read_parameters dns
  name=${PARAM[name]}
  updates="update delete $name. A"$'\n'
  for address in ${PARAM[addresses]}; do updates+="update add $name. ${PARAM[ttl]} A $address"$'\n'; done
  send_updates "$updates"
  wait_for 10 dns_answers "${PARAM[addresses]}" || die "${PARAM[server]} took the update but doesn't answer with ${PARAM[addresses]}"
  say "dns: $name A ${PARAM[addresses]}"
}

cmd_dns_remove() {
  read_parameters dns-remove
  send_updates "update delete ${PARAM[name]}. A"$'\n'
  say "dns: ${PARAM[name]} removed"
}

send_updates() {
  local key
  key=$(umask 077 && mktemp "$ROOT/run/harbor-ha-dns.XXXXXX")
  printf 'key "%s" {\n\talgorithm %s;\n\tsecret "%s";\n};\n' "${PARAM[key_name]}" "${PARAM[key_algorithm]}" "$(<"$(secret_file dns_key)")" >"$key"
  printf 'server %s %s\nzone %s\n%ssend\n' "${PARAM[server]}" "${PARAM[port]}" "${PARAM[zone]}" "$1" |
    { timeout -k 5 60 nsupdate -k "$key" -t 20 2>&1 || { rm -f "$key"; false; }; } | bounded 5 >&2 ||
    die "${PARAM[server]} refuses the update of zone ${PARAM[zone]} with key ${PARAM[key_name]}"
  rm -f "$key"
}

dns_answers() {
  local found
  found=$(dig +short +time=3 +tries=1 -p "${PARAM[port]}" "@${PARAM[server]}" "${PARAM[name]}" A | sort | tr '\n' ' ')
  [[ ${found% } == "$(tr ' ' '\n' <<<"$1" | sort | tr '\n' ' ' | sed 's/ $//')" ]]
}
