# shellcheck shell=bash source=node/core/lib.sh

# inspect: compares this node with what was deployed, reading only. One line for each thing that differs: the step or file
# that owns it, a tab, and what was found.
cmd_inspect() {
  local dir name
  read_parameters inspect
  dir=${PARAM[release_dir]}
  for name in "${!PARAM[@]}"; do
    if [[ $name == file/* ]]; then inspect_file "${name#file}" "${PARAM[$name]}"; fi
  done
  inspect_secrets
  inspect_docker
  if ! is_wanted_mount "${PARAM[mount_point]}"; then
    printf 'mount\t%s is not mounted\n' "${PARAM[mount_point]}"
  elif ! timeout 5 ls "${PARAM[mount_point]}" >/dev/null 2>&1; then
    printf 'mount\t%s does not answer\n' "${PARAM[mount_point]}"
  else
    [[ -d ${PARAM[data_dir]} ]] || printf 'store\t%s is missing on the shared storage\n' "${PARAM[data_dir]}"
    inspect_release "$dir"
    inspect_keys "$dir"
  fi
  inspect_containers
  if [[ ${PARAM[dns]} == managed ]]; then inspect_dns; fi
}

inspect_secrets() {
  local name missing=''
  for name in ${PARAM[secrets]}; do [[ -s $SECRETS/$name ]] || missing+=" $name"; done
  [[ -z $missing ]] || printf 'secrets\tnot on the node:%s\n' "$missing"
}

file_hash() { if [[ -f $1 ]]; then sha256sum <"$1" | cut -c1-64; else echo missing; fi; }

inspect_file() {
  local found
  found=$(file_hash "$1")
  if [[ $found == missing ]]; then
    printf 'put %s\tis missing\n' "$1"
  elif [[ $found != "$2" ]]; then
    printf 'put %s\twas changed on the host (SHA-256 %s)\n' "$1" "${found:0:12}"
  fi
}

inspect_docker() {
  local registry
  registry=${PARAM[insecure_registry]}
  if [[ $registry != none ]] && ! registry_listed "$registry"; then
    printf 'host\t%s is no insecure registry for Docker\n' "$registry"
  fi
}

# The release's files with the secrets filled in, and what prepare has made of them.
inspect_release() {
  local file changed=''
  [[ -f $1/.unpacked ]] || printf 'stage\tthe release is not in %s\n' "$1"
  for file in ${PARAM[files]}; do
    # One that was changed is reported itself; it can't tell what it should have become.
    [[ $(file_hash "$HA_HOME/files/$file") == "${PARAM["file$HA_HOME/files/$file"]}" ]] || continue
    (fill_slots <"$HA_HOME/files/$file") 2>/dev/null | cmp -s - "$1/$file" || changed+=" $file"
  done
  if [[ ! -f $STATE/prepared || $(<"$STATE/prepared") != "$(prepared_hash "$1")" ]]; then changed+=' common/config'; fi
  [[ -z $changed ]] || printf 'prepare\tchanged on the host:%s\n' "$changed"
}

inspect_keys() {
  local pair problem missing=''
  pair=${PARAM[shared_dir]}/keys/current
  if [[ ! -s $(secretkey_file "${PARAM[data_dir]}") ]]; then
    missing=store$'\t'
    printf '%sthe secretkey is missing\n' "$missing"
  elif [[ -f ${PARAM[shared_dir]}/state/secretkey ]] && ! is_marked "$(secretkey_file "${PARAM[data_dir]}")" "${PARAM[shared_dir]}/state/secretkey"; then
    printf 'store\tthe secretkey is another one than was in force\n'
  fi
  if [[ ! -f $pair/private_key.pem ]]; then
    printf 'token-key\tthe pair is missing on the shared storage\n'
    return
  fi
  problem=$(shared_problem "$1" "${PARAM[shared_dir]}" "${PARAM[data_dir]}")
  if [[ $problem && ! ($missing && $problem == "$missing"*) ]]; then printf '%s\n' "$problem"; fi
}

inspect_containers() {
  local name running stopped=''
  running=$(docker ps --filter status=running --format '{{.Names}}' 2>/dev/null || true)
  for name in ${PARAM[containers]}; do
    grep -qxF "$name" <<<"$running" || stopped+=" $name"
  done
  if [[ $stopped ]]; then
    printf 'up\tnot running:%s\n' "$stopped"
  elif made_by_others; then
    printf 'up\tcontainers were made anew by somebody else\n'
  fi
}

inspect_dns() {
  local found
  found=$(dns_lookup "${PARAM[dns_server]}" "${PARAM[dns_port]}" "${PARAM[domain]}" A)
  [[ $found == "$(sorted_words "${PARAM[addresses]}")" ]] || printf 'dns\t%s resolves to %s\n' "${PARAM[domain]}" "$found"
}
