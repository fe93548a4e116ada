# shellcheck shell=bash source=node/core/lib.sh

# What all nodes of a 2.x cluster share beside the secretkey: the token key pair and the pair of https, which containers read
# from the shared storage, and five values that each run of prepare makes anew, with the registry's password file. They are
# made once, from what prepare has made on one node, and kept for ever after: a job in Redis carries one of them.

V2_PINS=(JOBSERVICE_SECRET CSRF_KEY CORE_SECRET REGISTRY_CREDENTIAL_PASSWORD ROBOT_SCANNER_NAME_PREFIX)
# How the program's rendering names them.
# shellcheck disable=SC2034  # used by the other parts of the program
declare -A V2_WORD=(
  [JOBSERVICE_SECRET]=JOBSERVICE_SECRET [CSRF_KEY]=CSRF_KEY [CORE_SECRET]=CORE_SECRET
  [REGISTRY_CREDENTIAL_PASSWORD]=REGISTRY_PASSWORD [ROBOT_SCANNER_NAME_PREFIX]=SCANNER_PREFIX
)
# Which services are told which of them.
declare -A V2_PINS_OF=(
  [core]="${V2_PINS[*]}"
  [jobservice]='JOBSERVICE_SECRET CORE_SECRET REGISTRY_CREDENTIAL_PASSWORD'
  [registryctl]='JOBSERVICE_SECRET CORE_SECRET'
)

# v2_value FILE NAME: of an env file.
v2_value() {
  local line value=''
  [[ -r $1 ]] || return 0
  while IFS= read -r line || [[ $line ]]; do
    if [[ $line == "$2="* ]]; then value=${line#*=}; fi
  done <"$1"
  printf '%s' "$value"
}

# publish_shared SHARED: what containers read themselves. In place: a file that is mounted by itself keeps its inode.
publish_shared() {
  local pair=$1/keys/current data=${PARAM[data_dir]}
  store_folders "$data"
  v2_place "$pair/private_key.pem" "$data/secret/core/private_key.pem"
  v2_place "$pair/root.crt" "$data/secret/registry/root.crt"
  v2_make_pins "$1/keys/pinned" "${PARAM[release_dir]}"
  if [[ ${PARAM[https]} != none ]]; then
    require_secrets https_key
    v2_place "$HA_HOME/files/server.crt" "$data/secret/cert/server.crt"
    v2_place "$SECRETS/https_key" "$data/secret/cert/server.key"
  fi
}

# v2_place FROM TO
v2_place() {
  if [[ -d $2 ]] && ! rmdir "$2" 2>/dev/null; then die "$2 is a folder; Docker makes one when a mounted file is missing"; fi
  if [[ ! -e $2 ]]; then
    (umask 077 && cp "$1" "$2.new")
    give_to_harbor "$2.new"
    mv -fT "$2.new" "$2"
    return
  fi
  cmp -s "$1" "$2" || cat "$1" >"$2"
  give_to_harbor "$2"
}

v2_make_pins() {
  local pinned=$1 config=$2/common/config new=$1.new.$$ name
  rm -rf "$pinned".new.*
  if [[ ! -e $pinned ]]; then
    has_prepared "$2" || die "$config is not prepared: run again"
    (umask 077 && mkdir "$new" && cp "$config/registry/passwd" "$new/passwd" && openssl rand -hex 16 >"$new/salt")
    for name in "${V2_PINS[@]}"; do printf '%s=%s\n' "$name" "$(v2_value "$config/core/env" "$name")"; done |
      (umask 077 && cat >"$new/secrets.env")
    chmod 600 "$new/passwd"
    v2_check_pins "$new"
    mv -T "$new" "$pinned"
    say "pinned values: made"
  fi
  v2_check_pins "$pinned"
}

# A CSRF key of another length than 32 makes every login fail.
v2_check_pins() {
  local name value
  for name in "${V2_PINS[@]}"; do
    value=$(v2_value "$1/secrets.env" "$name")
    [[ $value =~ ^[A-Za-z0-9_-]{8,64}$ ]] || die "$1/secrets.env has no $name of 8 to 64 letters and digits. $(v2_pins_way_out)"
  done
  value=$(v2_value "$1/secrets.env" CSRF_KEY)
  ((${#value} == 32)) || die "CSRF_KEY in $1/secrets.env has ${#value} characters; Harbor needs exactly 32. $(v2_pins_way_out)"
  [[ -s $1/passwd && -s $1/salt ]] || die "$1 lacks passwd or salt. $(v2_pins_way_out)"
}

v2_pins_way_out() { printf '%s' "Put the folder keys/pinned back from a backup, or remove it: then it is made anew by the next pulumi up, and queued replications fail once"; }

# copy_pair DIR SHARED: the pinned values in this node's configuration.
copy_pair() {
  local pair=$2/keys/current pinned=$2/keys/pinned
  has_prepared "$1" || die "$1/common/config is not prepared"
  # Before anything is written, as in the other line.
  is_pair "$pair/private_key.pem" "$pair/root.crt" ||
    die "private_key.pem and root.crt in $pair don't match; nothing was changed here"
  wait_for "$SEEN_WITHIN" test -s "$pinned/secrets.env" || die "the pinned values can't be seen on this node: $pinned"
  v2_check_pins "$pinned"
  v2_pin "$1" "$pinned"
  [[ -z $V2_REPAIRED ]] || distrust_containers
  # What another node has just written on CephFS takes a while to be seen; what stays otherwise is named by check_local_keys.
  wait_for 30 v2_sees_key "$pair/private_key.pem" "${PARAM[data_dir]}/secret/core/private_key.pem" || true
}

# Whether v2_pin has changed anything.
V2_REPAIRED=

v2_sees_key() { cmp -s "$1" "$2"; }

# v2_pin DIR PINNED: nothing is written that is right already. Containers have the folder of passwd mounted, not the env files.
v2_pin() {
  local service name file new=$BODY/env
  for service in "${!V2_PINS_OF[@]}"; do
    file=$1/common/config/$service/env
    for name in ${V2_PINS_OF[$service]}; do
      [[ $(v2_value "$file" "$name") ]] || die "$file has no $name: is it of Harbor 2.12 to 2.15?"
    done
    (umask 077 && awk -v "names= ${V2_PINS_OF[$service]} " '
      NR == FNR { at = index($0, "="); value[substr($0, 1, at - 1)] = $0; next }
      { name = $0; sub(/=.*/, "", name); print (index($0, "=") && index(names, " " name " ")) ? value[name] : $0 }
    ' "$2/secrets.env" "$file" >"$new")
    v2_replace "$new" "$file"
  done
  file=$1/common/config/registry/passwd
  cmp -s "$2/passwd" "$file" || { cat "$2/passwd" >"$file" && V2_REPAIRED=yes; }
}

# v2_replace NEW FILE: nothing is written that is right already.
v2_replace() {
  if cmp -s "$1" "$2"; then return; fi
  V2_REPAIRED=yes
  replace_file "$1" "$2"
}

check_local_keys() {
  local problem
  problem=$(shared_problem "$@")
  [[ -z $problem ]] || die "$(hostname): ${problem#*$'\t'}"
}

# shared_problem DIR SHARED DATA: the first thing that isn't as the cluster agreed on, after the step that mends it.
shared_problem() {
  local secret=$3/secret pair=$2/keys/current pinned=$2/keys/pinned cluster own size file service name
  fingerprint key "$pair/private_key.pem"
  cluster=$FINGERPRINT
  size=$(stat -c %s "$secret/keys/secretkey" 2>/dev/null || echo 0)
  ((size == 16)) || { printf 'store\t%s has %s bytes instead of 16' "$secret/keys/secretkey" "$size" && return; }
  for file in core/private_key.pem registry/root.crt; do
    [[ -s $secret/$file ]] || { printf 'token-key\t%s is missing' "$secret/$file" && return; }
  done
  own=$(key_fingerprint "$secret/core/private_key.pem")
  [[ $own == "$cluster" ]] || { printf "token-key\tprivate_key.pem has SHA256:%s, the cluster's is SHA256:%s" "$own" "$cluster" && return; }
  own=$(certificate_fingerprint "$secret/registry/root.crt")
  [[ $own == "$cluster" ]] || { printf "token-key\troot.crt has SHA256:%s, the cluster's key is SHA256:%s" "$own" "$cluster" && return; }
  [[ $(head -n 1 "$secret/core/private_key.pem") == '-----BEGIN RSA PRIVATE KEY-----' ]] ||
    { printf "token-key\t%s is no PKCS#1 key (BEGIN RSA PRIVATE KEY), which Harbor's token service needs" "$secret/core/private_key.pem" && return; }
  while IFS= read -r file; do
    own=${file%% /*} file=${file#* * }
    [[ $own == "$V2_OWNER 600" ]] || { printf 'token-key\t%s is %s instead of %s 600 (owner:group mode): Harbor could not read it, or others could' "$file" "$own" "$V2_OWNER" && return; }
  done < <(stat -c '%u:%g %a %n' "$secret"/{keys/secretkey,core/private_key.pem,registry/root.crt})
  if v2_is_https "$1" && [[ $(key_fingerprint "$secret/cert/server.key") != "$(certificate_fingerprint "$secret/cert/server.crt")" ]]; then
    printf "token-key\tserver.crt and server.key in %s don't match" "$secret/cert" && return
  fi
  [[ -s $pinned/secrets.env && -s $pinned/passwd ]] || { printf 'token-key\tthe pinned values are missing on the shared storage: %s' "$pinned" && return; }
  for service in core jobservice registryctl; do
    for name in ${V2_PINS_OF[$service]}; do
      [[ $(v2_value "$1/common/config/$service/env" "$name") == "$(v2_value "$pinned/secrets.env" "$name")" ]] ||
        { printf "cert-sync\t%s in common/config/%s/env isn't the cluster's" "$name" "$service" && return; }
    done
  done
  cmp -s "$pinned/passwd" "$1/common/config/registry/passwd" || printf "cert-sync\tcommon/config/registry/passwd isn't the cluster's"
}
