# shellcheck shell=bash source=node/core/lib.sh

# store: what all nodes share, made once and by one node: Harbor's data folders, its secretkey, the release.
cmd_store() {
  local data shared
  read_parameters store
  require_secrets secretkey
  lock store 300
  require_mount "${PARAM[mount_point]}"
  data=${PARAM[data_dir]} shared=${PARAM[shared_dir]}
  store_folders "$data"
  mkdir -p "$shared"/{keys,releases,state}
  chmod 700 "$shared"
  make_storage_id "$shared/state/storage-id"
  place_secretkey "$(secretkey_file "$data")" "$shared/state/secretkey"
  publish_release "$shared/releases/${PARAM[release_sha256]}.tgz"
}

# Which storage this is: what the nodes compare with each other (cert-sync).
make_storage_id() { [[ -s $1 ]] || openssl rand -hex 16 | write_file "$1" 644; }

# Harbor encrypts stored passwords with it, so one that was in force is never replaced by another, whatever has become of its
# file. Parallel runs of prepare race on it, so it lies here before the first one.
# place_secretkey FILE MARK: the mark keeps a salted fingerprint of the key in force.
place_secretkey() {
  local file=$1 mark=$2 own=$SECRETS/secretkey size
  if [[ -d $file ]] && ! rmdir "$file" 2>/dev/null; then die "$file is a folder; Docker makes one when a mounted file is missing"; fi
  if [[ ! -e $file ]]; then
    restore_secretkey "$@"
    return
  fi
  size=$(stat -c %s "$file")
  ((size == 16)) || die "$file has $size bytes; Harbor needs exactly 16"
  give_to_harbor "$file"
  if [[ ! -f $mark ]]; then
    mark_secretkey "$file" "$mark"
  elif ! is_marked "$file" "$mark"; then
    is_marked "$own" "$mark" || die "$file is another secretkey than the one in force. $(secretkey_way_out "$mark")"
    put_back_secretkey "$file"
  fi
  if cmp -s "$file" "$own"; then
    say "secretkey: as configured"
  elif [[ ${PARAM[secretkey]} == given ]]; then
    die "$file differs from harbor-ha:secretkey. Passwords stored in Harbor are encrypted with the existing one: configure that, or re-enter them after replacing the file by hand"
  else
    say "secretkey: the existing one is kept"
  fi
}

# Another one lies in the place of the key in force, which this node has: nothing was encrypted with that for long. It is kept
# beside, should somebody have meant it.
put_back_secretkey() {
  local other
  other=$1.replaced-$(date -u +%Y%m%dT%H%M%SZ)
  (umask 077 && cp "$1" "$other.new" && mv -fT "$other.new" "$other")
  # In place: a file that is mounted by itself keeps its inode.
  cat "$SECRETS/secretkey" >"$1"
  # Whoever was started meanwhile has read the other one (see up.sh).
  date -u +%Y%m%dT%H%M%SZ | write_file "$(secretkey_put_back)" 644
  say "secretkey: the one in force is put back; what lay there is kept as $other"
}

secretkey_put_back() { printf '%s' "${PARAM[shared_dir]}/state/secretkey-put-back"; }

# The file isn't there: for the first time, or because it was lost.
restore_secretkey() {
  local file=$1 mark=$2 own=$SECRETS/secretkey
  if [[ -f $mark ]]; then
    is_marked "$own" "$mark" || die "$file is gone, and this stack's secretkey is another one than was in force. $(secretkey_way_out "$mark")"
  elif has_run && [[ ${PARAM[secretkey]} != given ]]; then
    # A cluster of before there were marks.
    die "$file is gone, and Harbor has run with one that nobody knows here. $(secretkey_way_out "$mark")"
  fi
  (umask 077 && cp "$own" "$file.new" && chmod 600 "$file.new")
  give_to_harbor "$file.new"
  mv -fT "$file.new" "$file"
  mark_secretkey "$file" "$mark"
  say "secretkey: placed"
}

secretkey_way_out() {
  printf '%s' "Passwords stored in Harbor (replication targets, LDAP, mail) are encrypted with it. Put the file back from a backup, or set harbor-ha:secretkey to the key that was in force. If it is lost for good: remove $1 and the file, set harbor-ha:secretkey to a new one, and enter those passwords anew"
}

# The salt keeps the same key in two clusters from having the same fingerprint.
salted() { { printf '%s' "$1" && cat "$2"; } | sha256sum | cut -c1-64; }

mark_secretkey() {
  local salt
  salt=$(openssl rand -hex 16)
  printf '%s %s\n' "$salt" "$(salted "$salt" "$1")" | write_file "$2" 600
}

is_marked() {
  local salt fingerprint
  read -r salt fingerprint <"$2" || die "$2 can't be read"
  [[ $fingerprint == "$(salted "$salt" "$1")" ]]
}

# Uploaded once per cluster; the nodes read it from here.
publish_release() {
  local target=$1 upload found
  upload=${PARAM[upload]}
  if [[ -f $target ]]; then
    say "release: already on the shared storage"
  else
    # The step `host` makes its place, which stays empty where the program has had no archive at hand.
    if [[ -f $upload && ! -s $upload ]]; then die "$target isn't on the shared storage, and ${PARAM[release]} wasn't sent, since its archive wasn't at hand: set harbor-ha:releaseSource to the archive and run pulumi up again; one that lay there and is gone is sent anew by pulumi up --replace on the resource release-upload"; fi
    [[ -s $upload ]] || die "$upload isn't there any more: run pulumi up with --replace on the resource release-upload"
    found=$(sha256sum <"$upload")
    [[ ${found%% *} == "${PARAM[release_sha256]}" ]] || die "the uploaded release has SHA-256 ${found%% *} instead of ${PARAM[release_sha256]}"
    timeout -k 5 300 cp "$upload" "$target.new" || die "the release can't be copied to $target"
    mv -fT "$target.new" "$target"
    say "release: published"
  fi
  rm -f "$upload"
  # The step `host` makes no place for it again.
  printf '%s\n' "$upload" | write_file "$STATE/published" 644
}
