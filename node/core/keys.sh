# shellcheck shell=bash source=node/core/lib.sh

# The cluster's token key pair lies in a folder of its own on the shared storage; a link names the one in use, so that
# key and certificate always change together.
current_pair() { printf '%s' "$1/keys/current"; }

# token-key: the pair exists, once, and is one that Harbor can use and nobody else has.
cmd_token_key() {
  local shared keys
  read_parameters token-key
  if [[ ${PARAM[source]} == given ]]; then require_secrets token_key token_certificate; fi
  lock token-key 120
  require_mount "${PARAM[mount_point]}"
  shared=${PARAM[shared_dir]}
  keys=$shared/keys
  rm -rf "$keys"/new.*
  if [[ ${PARAM[source]} == given ]]; then
    adopt_pair "$keys"
  elif [[ ! -e $keys/current ]]; then
    generate_pair "$keys"
  fi
  check_pair "$(current_pair "$shared")" "${PARAM[public_release_key]}"
  publish_shared "$shared"
  say "fingerprint: SHA256:$(key_fingerprint "$keys/current/private_key.pem")"
}

generate_pair() {
  local new=$1/new.$$ traditional=()
  (umask 077 && mkdir -p "$new")
  # OpenSSL 3 writes PKCS#8 by default, which Harbor's token service refuses (goharbor/harbor #14732).
  if [[ $(openssl version) == 'OpenSSL 3'* ]]; then traditional=(-traditional); fi
  logged openssl genrsa "${traditional[@]}" -out "$new/private_key.pem" 4096 || die "openssl can't make a key"
  logged openssl req -new -x509 -sha256 -days 3650 -key "$new/private_key.pem" -out "$new/root.crt" -subj "/CN=harbor-token" ||
    die "openssl can't make a certificate"
  use_pair "$1" "$new"
}

adopt_pair() {
  local new=$1/new.$$
  (umask 077 && mkdir -p "$new" && cp "$SECRETS/token_key" "$new/private_key.pem")
  cp "$SECRETS/token_certificate" "$new/root.crt"
  if cmp -s "$new/root.crt" "$1/current/root.crt" && cmp -s "$new/private_key.pem" "$1/current/private_key.pem"; then
    rm -rf "$new"
    return
  fi
  use_pair "$1" "$new"
}

# Earlier pairs stay beside it: nothing is lost by a wrong setting.
use_pair() {
  local pair
  chmod 600 "$2"/*
  pair=pair-$(date -u +%Y%m%dT%H%M%SZ)-$$
  mv -T "$2" "$1/$pair"
  ln -s "$pair" "$1/current.$$"
  mv -fT "$1/current.$$" "$1/current"
}

check_pair() {
  local pair=$1
  [[ $(head -n 1 "$pair/private_key.pem") == '-----BEGIN RSA PRIVATE KEY-----' ]] ||
    die "$pair/private_key.pem is no PKCS#1 key (BEGIN RSA PRIVATE KEY), which Harbor's token service needs"
  is_pair "$pair/private_key.pem" "$pair/root.crt" || die "private_key.pem and root.crt in $pair don't match"
  [[ $FINGERPRINT != "$2" ]] || die "the pair in $pair is the one of the public release: anyone could sign tokens. Remove $pair and run again"
}

# cert-sync: what the cluster agreed on, in this node's rendered configuration. Written in place, since a file that is
# mounted by itself keeps its inode inside a running container.
cmd_cert_sync() {
  local dir shared
  read_parameters cert-sync
  lock cert-sync 120
  dir=${PARAM[release_dir]} shared=${PARAM[shared_dir]}
  require_mount "${PARAM[mount_point]}"
  wait_for "$SEEN_WITHIN" test -s "$shared/keys/current/root.crt" || die "the token key pair can't be seen on this node"
  copy_pair "$dir" "$shared"
  check_local_keys "$dir" "$shared" "${PARAM[data_dir]}"
  own_keys "$dir" "${PARAM[data_dir]}"
  report_configuration "$dir" "$shared"
  report_storage "$shared"
}

# put_right FROM TO: in place.
put_right() {
  if cmp -s "$1" "$2"; then return; fi
  cat "$1" >"$2"
  distrust_containers
}

# What containers read at their start was something else for a while: whoever was started meanwhile has that, so all of them
# are made anew.
distrust_containers() { rm -f "$STATE/applied"; }
