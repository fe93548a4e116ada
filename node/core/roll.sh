# shellcheck shell=bash source=node/core/lib.sh

# A node whose containers are made anew leaves the registry's name first and comes back when it has proved itself: clients
# never meet one that is about to stop, or that doesn't agree with the others.

# There while `up` has withdrawn this node: until when resolvers may still give its address to clients, and the time to live
# that its record had.
WITHDRAWN=$STATE/withdrawn
# Seconds beyond the records' time to live: secondaries hear of a change, and clients connect to what they have just looked up.
RESOLVED_WITHIN=3
# Seconds that requests under way may take, a big layer over a slow line among them.
DRAINED_WITHIN=300

# take_out: no new client comes, and those that are there are served to the end.
take_out() {
  [[ ${PARAM[take_out]} != none ]] || return 0
  is_running "${PARAM[proxy_container]}" || return 0
  if [[ ${PARAM[take_out]} == dns ]]; then withdraw; fi
  drain_proxy
}

withdraw() {
  local own=${PARAM[service_address]} found name=${PARAM[domain]} ttl
  read_dns dns_ "$name"
  found=$(dns_state A 2)
  if [[ $found == '('* ]]; then
    die "$(dns_server) must answer for $name before this node can be taken out: $found. Nothing was changed"
  fi
  if [[ $found == "$own" ]]; then
    say "note: $own is the only address of $name, so it stays there while this node starts anew"
    return
  fi
  if [[ " $found " == *" $own "* ]]; then
    ttl=$(dns_ttl)
    [[ $ttl ]] || die "$(dns_server) doesn't say how long resolvers may keep the addresses of $name. Nothing was changed"
    # Before the update: whoever comes after a kill knows whose record is missing.
    write_file "$WITHDRAWN" 644 <<<"$(($(date +%s) + ttl + RESOLVED_WITHIN)) $ttl"
    send_updates "update delete $name. A $own"$'\n'
    wait_for 10 dns_lacks "$own" || die "$(dns_server) took the update, but still answers for $name with $own. Harbor goes on here"
    say "out: $own left $name"
  fi
  if [[ -f $WITHDRAWN ]]; then sleep_until "$(cut -d ' ' -f 1 "$WITHDRAWN")"; fi
}

# sleep_until TIME: not longer than a day, whatever the file or the clock says.
sleep_until() {
  local left=$(($1 - $(date +%s)))
  if ((left > 0)); then sleep $((left < 86400 ? left : 86400)); fi
}

dns_lacks() { [[ " $(dns_state A) " != *" $1 "* ]]; }
dns_has() { [[ " $(dns_state A) " == *" $1 "* ]]; }

# QUIT lets nginx finish what it has begun, and take nothing new.
drain_proxy() {
  local proxy=${PARAM[proxy_container]}
  docker kill -s QUIT "$proxy" >/dev/null 2>&1 || return 0
  wait_for "$DRAINED_WITHIN" is_stopped "$proxy" || say "note: some requests weren't finished after $DRAINED_WITHIN s; they end now"
}

# put_back: after it is healthy, and agrees with those that serve.
put_back() {
  local own=${PARAM[service_address]} name=${PARAM[domain]} ttl mine
  mine=$(agreement)
  if [[ -f $WITHDRAWN && ${PARAM[dns_server]} == none ]]; then rm -f "$WITHDRAWN"; fi
  if [[ -f $WITHDRAWN ]]; then
    read_dns dns_ "$name"
    prove_against_others "$own" "$mine"
    ttl=$(cut -d ' ' -f 2 "$WITHDRAWN")
    send_updates "update add $name. $ttl A $own"$'\n'
    wait_for 10 dns_has "$own" || die "$(dns_server) took the update, but answers for $name with $(dns_state A 2), without $own"
    rm -f "$WITHDRAWN"
    say "back: $own serves $name again"
  fi
  write_file "${PARAM[shared_dir]}/state/serving/$own" 644 <<<"$mine"
}

# What nodes must have alike for tokens and sessions of one to work on another. While it changes, each waits for its turn; and
# what one version makes of another's sessions nobody promises.
agreement() {
  redis_is redis_
  printf '%s\n' "${PARAM[version]}" "$(key_fingerprint "${PARAM[shared_dir]}/keys/current/private_key.pem")" "$REDIS_HOST:$REDIS_PORT" \
    ${REDIS_SENTINELS:+"$REDIS_MASTER_SET of $REDIS_SENTINELS"} "${PARAM[database_host]}:${PARAM[database_port]}" | sha256sum | cut -c1-64
}

# prove_against_others OWN AGREEMENT: tokens both ways, and this node's session there. Who doesn't work by itself, signs with
# another key than the cluster's (a prepare by hand), or was started with other things and is yet to follow, says nothing about
# this node: the roll is what heals it. Out stays one that none of the rest agrees with, for example since its clock is wrong.
prove_against_others() {
  local own=$1 mine=$2 other cluster kid problem agreed='' refused=''
  cluster=$(certificate_kid "${PARAM[shared_dir]}/keys/current/root.crt")
  for other in $(dns_state A 2); do
    [[ $other != "$own" && $other =~ ^[0-9.]+$ ]] || continue
    [[ $(cat "${PARAM[shared_dir]}/state/serving/$other" 2>/dev/null) == "$mine" ]] || continue
    if [[ $(token "$other" "$BODY/theirs") != 200 || $(token_works "$other" "$BODY/theirs") != "$TOKEN_WORKS" ]]; then
      say "note: $other doesn't accept its own token, so it wasn't compared with"
    elif kid=$(token_kid "$BODY/theirs") && [[ $kid && $kid != "$cluster" ]]; then
      say "note: $other signs with another key than the cluster's, so it wasn't compared with"
    elif problem=$(disagreement "$own" "$other") && [[ $problem ]]; then
      say "note: $problem"
      refused=$problem
    else
      agreed=yes
    fi
  done
  [[ $agreed || ! $refused ]] ||
    die "$(hostname) is healthy by itself, but $refused: it stays out of ${PARAM[domain]}, and the others go on as they are"
}

# disagreement OWN OTHER: what doesn't work between the two, or nothing.
disagreement() {
  local status
  [[ -s $BODY/mine ]] || status=$(token "$1" "$BODY/mine")
  status=$(token_works "$2" "$BODY/mine")
  [[ $status == "$TOKEN_WORKS" ]] || { echo "$2 answers $status to a token of this node" && return; }
  status=$(token_works "$1" "$BODY/theirs")
  [[ $status == "$TOKEN_WORKS" ]] || { echo "it answers $status to a token of $2" && return; }
  [[ -s $BODY/session ]] || status=$(login "$1" "$BODY/session")
  status=$(session "$2" "$BODY/session")
  [[ $status == 200 ]] || echo "$2 answers $status to a session of this node"
}
