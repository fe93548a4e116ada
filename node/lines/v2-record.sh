# shellcheck shell=bash source=node/core/lib.sh

# What each node of a 2.x cluster says of its configuration, on the shared storage, so that a verification on one node can name
# the node and the value that differ. Values stand there as short digests with the cluster's own salt.

# v2_digest SALT: of standard input.
v2_digest() { { printf '%s' "$1" && cat; } | sha256sum | cut -c1-12; }

# v2_record DIR SALT: `file PATH DIGEST` and `value SERVICE/NAME DIGEST` lines, read on this node alone.
v2_record() {
  local service name file
  while IFS= read -r file; do printf 'file %s %s\n' "$file" "$(v2_digest "$2" <"$1/$file")"; done < <(cd "$1" && v2_files "${COMPOSE_FILES[@]}" | tr '\0' '\n')
  for service in core jobservice registryctl; do
    for name in ${V2_PINS_OF[$service]}; do
      printf 'value %s/%s %s\n' "$service" "$name" "$(v2_value "$1/common/config/$service/env" "$name" | v2_digest "$2")"
    done
  done
  printf 'configuration %s\n' "$(v2_configuration "$1")"
}

# report_configuration DIR SHARED: kept for the verification, and told to the program, which compares it over all nodes.
report_configuration() {
  local salt data=${PARAM[data_dir]} record=$BODY/record address=${PARAM[service_address]:-}
  salt=$(<"$2/keys/pinned/salt")
  # cert-sync doesn't know it.
  if [[ ! $address && -f $STATE/configuration ]]; then address=$(sed -n 's/^address //p' "$STATE/configuration"); fi
  {
    printf 'node %s\naddress %s\n' "$(hostname)" "$address"
    printf 'value private_key.pem %s\n' "$(v2_digest "$salt" <"$data/secret/core/private_key.pem")"
    printf 'value secretkey %s\n' "$(v2_digest "$salt" <"$(secretkey_file "$data")")"
    v2_record "$1" "$salt"
  } | (umask 077 && cat >"$record")
  write_file "$STATE/configuration-salt" 600 <<<"$salt"
  v2_publish_record "$2"
  say "configuration: $(sed -n 's/^configuration //p' "$record")"
}

# A storage that hangs must not hold up the watch.
v2_publish_record() {
  write_file "$STATE/configuration" 600 <"$BODY/record"
  # shellcheck disable=SC2016  # expanded by the inner shell
  timeout -k 5 30 bash -c 'umask 077 && mkdir -p "$1" && cp "$2" "$1/.$3.new" && mv -fT "$1/.$3.new" "$1/$3"' - \
    "$1/state/configuration" "$BODY/record" "$(hostname)" || die "$1/state/configuration takes no write"
}

# The watch: what somebody has changed on the host since is told, too.
watch_line() {
  local salt record=$BODY/record own
  [[ -s $STATE/configuration && -s $STATE/configuration-salt ]] || return 0
  salt=$(<"$STATE/configuration-salt")
  own=$(v2_record "${PARAM[release_dir]}" "$salt")
  if [[ $own == "$(grep -vE '^(node|address|value (private_key\.pem|secretkey)) ' "$STATE/configuration")" ]]; then return; fi
  { grep -E '^(node|address|value (private_key\.pem|secretkey)) ' "$STATE/configuration" && printf '%s\n' "$own"; } | (umask 077 && cat >"$record")
  v2_publish_record "${PARAM[shared_dir]}"
}

# v2_record_of ADDRESS: the file that this node has written last; nothing when there is none.
v2_record_of() {
  local file newest=''
  for file in "${PARAM[shared_dir]}"/state/configuration/*; do
    if [[ -f $file && $(sed -n 's/^address //p' "$file") == "$1" ]]; then
      # Another host may have had the address before.
      if [[ ! $newest || $file -nt $newest ]]; then newest=$file; fi
    fi
  done
  printf '%s' "$newest"
}

# A row for each node: values against what the cluster has pinned, files against what most nodes have.
v2_check_configuration() {
  local node file problem salt data=${PARAM[mount_point]}/data pinned=${PARAM[shared_dir]}/keys/pinned most=$BODY/most
  local -A record=()
  local -a known=()
  salt=$(<"$pinned/salt")
  for node in "${NODES[@]}"; do
    # shellcheck disable=SC2153  # set by cmd_verify
    record[$node]=$(v2_record_of "${ADDRESS[$node]}")
    if [[ ${record[$node]} ]]; then known+=("${record[$node]}"); fi
  done
  {
    local service name
    for service in core jobservice registryctl; do
      for name in ${V2_PINS_OF[$service]}; do
        printf 'value %s/%s %s\n' "$service" "$name" "$(v2_value "$pinned/secrets.env" "$name" | v2_digest "$salt")"
      done
    done
    printf 'value private_key.pem %s\n' "$(v2_digest "$salt" <"${PARAM[shared_dir]}/keys/current/private_key.pem")"
    printf 'value secretkey %s\n' "$(v2_digest "$salt" <"$(secretkey_file "$data")")"
    if ((${#known[@]})); then
      awk '$1 == "file" || $1 == "configuration" { n = ++count[$0]; key = $1 " " (NF > 2 ? $2 : ""); if (n > best[key]) { best[key] = n; line[key] = $0 } }
        END { for (key in line) print line[key] }' "${known[@]}"
    fi
  } >"$most"
  for node in "${NODES[@]}"; do
    file=${record[$node]}
    if [[ ! $file ]]; then
      row configuration "$node" - "$node has told nothing of its configuration: run pulumi up"
      continue
    fi
    problem=$(v2_record_differs "$file" "$most")
    row configuration "$node" - "${problem:+$problem; run pulumi up with HARBOR_HA_DETECT_DRIFT=true}"
  done
}

# v2_record_differs RECORD MOST: names, never values. A value says more than the file that it stands in.
v2_record_differs() {
  awk '
    NR == FNR { if ($1 == "configuration") all = $2; else want[$1 " " $2] = $3; next }
    $1 == "configuration" { own = $2; next }
    { seen[$1 " " $2] = 1 }
    $1 == "value" && want[$1 " " $2] != $3 { values = values (values ? ", " : "") $2; split($2, part, "/"); named["common/config/" part[1] "/env"] = 1 }
    $1 == "file" && want[$1 " " $2] != $3 { files[++n] = $2 }
    END {
      for (key in want) if (!(key in seen)) { split(key, word, " "); files[++n] = word[2] " (missing)" }
      for (i = 1; i <= n; i++) if (!(files[i] in named)) other = other (other ? ", " : "") files[i]
      if (values) print "has another " values " than the cluster"
      if (other) print (values ? "and " : "") "has another " other " than most nodes"
      if (!values && !other && own != all) print "has another configuration than most nodes"
    }' "$2" "$1" | tr '\n' ' ' | sed 's/ $//'
}
