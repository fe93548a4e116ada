#!/usr/bin/env bash
# Keys and passwords of the sandbox: made once, kept in files that only root reads. Sourced.
set -Eeuo pipefail

ensure_secret() { # ensure_secret FILE COMMAND...
  local file=$SECRETS_DIR/$1 value
  shift
  [[ -s $file ]] && return 0
  value=$("$@")
  [[ -n $value ]] || return 1
  printf '%s' "$value" | write_file 0600 "$file"
}
password() {
  local text
  text=$(openssl rand -base64 96 | tr -dc 'A-Za-z0-9')
  echo "${text:0:24}"
}
tsig_secret() { openssl rand -base64 32; }

ensure_key_pair() { # ensure_key_pair FILE COMMENT
  local file=$1 work
  [[ -s $file && -s $file.pub ]] && return 0
  mkdir -p "$(dirname "$file")"
  work=$(mktemp -d "$file.XXXXXX")
  ssh-keygen -q -t ed25519 -N '' -C "$2" -f "$work/key"
  mv -f "$work/key" "$file"
  mv -f "$work/key.pub" "$file.pub"
  rmdir "$work"
}

ensure_secrets() {
  umask 077
  mkdir -p "$SECRETS_DIR" "$SSH_DIR"
  ensure_secret mysql.password password
  ensure_secret postgres.password password
  ensure_secret redis.password password
  ensure_secret dns-tsig.secret tsig_secret
  ensure_key_pair "$SSH_DIR/id_ed25519" harbor-ha-sandbox
}

# Host keys are made here and put into the hosts, so that a first connection
# can already tell a host from an impostor.
ensure_host_key() { # ensure_host_key NAME
  (umask 077; ensure_key_pair "$SSH_DIR/hostkeys/$1/ssh_host_ed25519_key" "$1")
}
host_key_of() { cut -d ' ' -f 1,2 "$SSH_DIR/hostkeys/$1/ssh_host_ed25519_key.pub"; }

write_known_hosts() {
  local folder name
  for folder in "$SSH_DIR"/hostkeys/*/; do
    name=$(basename "$folder")
    if [[ -s $folder/ssh_host_ed25519_key.pub ]]; then echo "$(address_of "$name") $(host_key_of "$name")"; fi
  done | write_file 0644 "$SSH_DIR/known_hosts"
}
