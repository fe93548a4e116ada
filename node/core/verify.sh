# shellcheck shell=bash source=node/core/lib.sh

# verify: the cluster works as one. Asks every node under the registry's name; prints what was checked, a line for each kind
# of check, and fails when one failed, naming node, pair and cause last. Says itself what it has seen: release, rendering and
# the command with these very checks. Needs no right but the admin's, changes nothing but a few bytes in the repository of the
# checks. `verify --rows` prints each check instead, for a program that makes a page of them.
cmd_verify() {
  read_parameters verify
  case ${1:-} in
    '') ;;
    --rows) SHOW=rows ;;
    *) die "verify takes --rows or nothing, not '$1'" ;;
  esac
  require_secrets admin_password redis_password
  lock verify 600
  declare -gA ADDRESS=()
  NODES=()
  FAILED=0
  TABLE=$BODY/table
  : >"$TABLE"
  local pair command
  command=$(command_digest)
  if [[ ${PARAM[command]} == sha256:* && ${PARAM[command]} != "$command" ]]; then
    die "this node's own command is another one (${command}) than the program's (${PARAM[command]}): run pulumi up with HARBOR_HA_DETECT_DRIFT=true"
  fi
  for pair in ${PARAM[nodes]}; do
    NODES+=("${pair%%=*}")
    ADDRESS[${pair%%=*}]=${pair#*=}
  done
  ((${#NODES[@]})) || die "no node to verify"
  line_checks
  if ((FAILED)); then
    show_failed
    die "verification failed: $FAILED of $ROWS checks"
  fi
  ((ROWS)) || die "nothing was checked"
  show_good
  if [[ $SHOW == rows ]]; then return; fi
  if [[ ${PARAM[command]} == sha256:* ]]; then
    say "verified: ${PARAM[version]} ${PARAM[release_sha256]} ${PARAM[protocol]} ${PARAM[rendered]} $command"
  fi
  say "$ROWS checks through ${#NODES[@]} nodes"
}

# The text of this command without its last line, as the program digests it.
command_digest() {
  local text
  text=$(sed '$d' "$HA_HOME/bin/harbor-ha")
  printf 'sha256:%s' "$(printf '%s' "$text" | sha256sum | cut -c1-12)"
}

# Every node serves the release that is to be verified.
check_versions() {
  local node status found problem
  [[ ${PARAM[version]} == v* ]] || return 0
  for node in "${NODES[@]}"; do
    status=$(ask_version "${ADDRESS[$node]}")
    found=$(said harbor_version)
    problem=
    if [[ $status != 200 ]]; then
      problem="$VERSION_PATH answers $status ($(reason))"
    elif [[ $found != "${PARAM[version]}" && $found != "${PARAM[version]}-"* ]]; then
      problem="serves version ${found:-unknown} instead of ${PARAM[version]}"
    fi
    row version "$node" - "$problem"
  done
}

# What check_realms has seen of each node's clock: how many seconds it is ahead; empty where there was no answer.
declare -A SKEW=()

check_realms() {
  local node status realm problem expected date
  expected=${PARAM[realm]}
  for node in "${NODES[@]}"; do
    status=$(http "${ADDRESS[$node]}" /v2/)
    date=$(header date)
    SKEW[$node]=
    if [[ $date ]]; then SKEW[$node]=$(($(date -d "$date" +%s) - $(date +%s))); fi
    realm=$(header www-authenticate)
    if [[ $realm =~ realm=\"([^\"]*)\" ]]; then realm=${BASH_REMATCH[1]}; else realm=; fi
    problem=
    if [[ $status != 401 ]]; then
      problem="/v2/ answers $status instead of 401 ($(reason))"
    elif [[ $realm != "$expected" ]]; then
      problem="/v2/ names the token service $realm instead of $expected"
    fi
    row realm "$node" - "$problem"
  done
}

# A token is refused before its time: Harbor up to 2.10 allows for no difference at all. The header has whole seconds.
check_clocks() {
  local node skew problem
  for node in "${NODES[@]}"; do
    skew=${SKEW[$node]}
    problem=
    if [[ $skew ]]; then
      if ((skew > 2 || skew < -2)); then problem="clock of $node differs by $skew s from $(hostname): set up NTP"; fi
    else
      problem="no answer from $node"
    fi
    row clock "$node" - "$problem"
  done
}

open_sessions() {
  local node status problem
  for node in "${NODES[@]}"; do
    rm -f "$BODY/jar.$node" "$BODY/token.$node"
    status=$(login "${ADDRESS[$node]}" "$BODY/jar.$node")
    problem=
    if [[ $status == 401 ]]; then
      row login "$node" - "login refused: $(login_cause)"
      show_failed
      die "verification stops: another attempt would lock the account admin"
    fi
    [[ $status == 200 ]] || problem="login answers $status ($(reason))"
    row login "$node" - "$problem"
    status=$(token "${ADDRESS[$node]}" "$BODY/token.$node")
    problem=
    [[ $status == 200 ]] || problem="the token service answers $status ($(reason))"
    row token-service "$node" - "$problem"
  done
}

# check_pairs KIND: what was opened on one node is used on every node.
check_pairs() {
  local kind=$1 from to status problem cause=
  for from in "${NODES[@]}"; do
    for to in "${NODES[@]}"; do
      problem=
      case $kind in
        token)
          if [[ ! -s $BODY/token.$from ]]; then
            problem="no token from $from"
          else
            status=$(token_works "${ADDRESS[$to]}" "$BODY/token.$from")
            [[ $status == "$TOKEN_WORKS" ]] || problem="$status; $(token_cause "$from" "$to" "$status")"
          fi
          ;;
        session)
          status=$(session "${ADDRESS[$to]}" "$BODY/jar.$from")
          # Found out once: with Redis away it takes seconds, and it is the same for all pairs.
          [[ $status == 200 || $cause ]] || cause=$(session_cause)
          [[ $status == 200 ]] || problem="$status; $cause"
          ;;
      esac
      row "$kind" "$from" "$to" "$problem"
    done
  done
}

# The key id in a token's header tells with which key it was signed.
token_cause() {
  local kid cluster
  if [[ $3 != 401 ]]; then reason && return; fi
  kid=$(token_kid "$BODY/token.$1")
  cluster=$(certificate_kid "${PARAM[shared_dir]}/keys/current/root.crt")
  if [[ $kid != "$cluster" ]]; then
    echo "$1 signs with another key than the cluster's: its private_key.pem has $kid, the cluster's key is $cluster"
  else
    echo "$2 doesn't accept the cluster's key $cluster: $TOKEN_REFUSED"
  fi
}

token_kid() {
  local part
  part=$(sed -n 's/.*Bearer \([^.]*\)\..*/\1/p' "$1" | tr '_-' '/+')
  while ((${#part} % 4)); do part+='='; done
  base64 -d <<<"$part" | sed -n 's/.*"kid"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p'
}

# docker/libtrust: the first 240 bits of the hash of the public key, in base32 by fours.
certificate_kid() {
  openssl x509 -in "$1" -pubkey -noout | openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary |
    head -c 30 | base32 -w 0 | sed 's/.\{4\}/&:/g; s/:$//'
}

# A blob pushed through each node is pulled through all the others.
check_blobs() {
  local from to digest problem content=$BODY/content
  for from in "${NODES[@]}"; do
    [[ -s $BODY/token.$from ]] || continue
    printf 'harbor-ha check %s %s %s\n' "$from" "$(date -u +%FT%TZ)" "$RANDOM$RANDOM$RANDOM" >"$content"
    digest=sha256:$(sha256sum <"$content" | cut -c1-64)
    problem=$(push_blob "$from" "$content" "$digest")
    row push "$from" - "$problem"
    [[ -z $problem ]] || continue
    for to in "${NODES[@]}"; do
      [[ $to != "$from" ]] || continue
      problem=
      # The other node sees a new file on CephFS after up to 5 s (mds_tick_interval), a busy one after 10 s; a token that
      # it refuses it will go on refusing.
      wait_for 30 pull_answers "$from" "$to" "$digest" || true
      [[ $PULLED == 200 ]] && cmp -s "$BODY/body" "$content" ||
        problem="not pulled through $to: $PULLED ($(reason)); is ${PARAM[mount_point]} mounted there?"
      if [[ $PULLED == 401 ]]; then problem="$PULLED; $(token_cause "$from" "$to" "$PULLED")"; fi
      row pull "$from" "$to" "$problem"
    done
  done
}

push_blob() {
  local status location separator='?' address=${ADDRESS[$1]}
  status=$(http "$address" -K "$BODY/token.$1" -X POST "/v2/$CHECK_REPOSITORY/blobs/uploads/")
  if [[ $status != 202 ]]; then
    echo "opening an upload answers $status ($(reason)): does the shared storage of $1 take writes?"
    return
  fi
  location=$(header location)
  [[ $location != *\?* ]] || separator='&'
  status=$(http "$address" -K "$BODY/token.$1" -X PUT -H 'Content-Type: application/octet-stream' --data-binary "@$2" "$location${separator}digest=$3")
  [[ $status == 201 ]] || echo "the upload answers $status ($(reason))"
}

PULLED=

pull_answers() {
  PULLED=$(http "${ADDRESS[$2]}" -K "$BODY/token.$1" "/v2/$CHECK_REPOSITORY/blobs/$3")
  [[ $PULLED == 200 || $PULLED == 401 ]]
}

# Managed records are exactly the nodes. Others (a virtual address, a balancer) are the operator's, but must be there.
check_name() {
  local expected found problem=
  expected=$(sorted_words "${ADDRESS[*]}")
  if [[ ${PARAM[dns]} == managed ]]; then
    found=$(dns_lookup "${PARAM[dns_server]}" "${PARAM[dns_port]}" "${PARAM[domain]}" A 2)
    [[ $found == "$expected" ]] || problem="${PARAM[domain]} resolves to $found instead of $expected"
  else
    found=$(getent ahostsv4 "${PARAM[domain]}" | awk '{ print $1 }' | sort -u | tr '\n' ' ')
    [[ $found ]] || problem="${PARAM[domain]} doesn't resolve on $(hostname): make the records that the outputs list"
  fi
  row name "${PARAM[domain]}" - "$problem"
}
