# shellcheck shell=bash source=node/core/lib.sh

# store: what all nodes share, made once and by one node: Harbor's data folders, its secretkey, the release.
cmd_store() {
  local data shared
  read_parameters store
  lock store 300
  require_mount "${PARAM[mount_point]}"
  data=${PARAM[data_dir]} shared=${PARAM[shared_dir]}
  # prepare would make a missing folder with mode 0600, into which no container can look.
  mkdir -p "$data"/{registry,config,ca_download,job_logs} "$shared"/{keys,releases,state}
  chmod 755 "$data" "$data"/{registry,config,ca_download,job_logs}
  chmod 700 "$shared"
  place_secretkey "$data/secretkey"
  publish_release "$shared/releases/${PARAM[release_sha256]}.tgz"
}

# Harbor encrypts stored passwords with it, so an existing one is never replaced. Parallel runs of prepare race on it,
# so it lies here before the first one.
place_secretkey() {
  local file=$1 size
  if [[ -d $file ]] && ! rmdir "$file" 2>/dev/null; then die "$file is a folder; Docker makes one when a mounted file is missing"; fi
  if [[ ! -e $file ]]; then
    (umask 077 && cp "$(secret_file secretkey)" "$file.new" && chmod 600 "$file.new")
    mv -fT "$file.new" "$file"
    say "secretkey: placed"
    return
  fi
  size=$(stat -c %s "$file")
  ((size == 16)) || die "$file has $size bytes; Harbor needs exactly 16"
  if cmp -s "$file" "$(secret_file secretkey)"; then
    say "secretkey: as configured"
  elif [[ ${PARAM[secretkey]} == given ]]; then
    die "$file differs from harbor-ha:secretkey. Passwords stored in Harbor are encrypted with the existing one: configure that, or re-enter them after replacing the file by hand"
  else
    say "secretkey: the existing one is kept"
  fi
}

# Uploaded once per cluster; the nodes read it from here.
publish_release() {
  local target=$1 upload found
  upload=${PARAM[upload]}
  if [[ -f $target ]]; then
    say "release: already on the shared storage"
  else
    [[ -f $upload ]] || die "$upload isn't there any more: run pulumi up with --replace on the resource release-upload"
    found=$(sha256sum <"$upload")
    [[ ${found%% *} == "${PARAM[release_sha256]}" ]] || die "the uploaded release has SHA-256 ${found%% *} instead of ${PARAM[release_sha256]}"
    timeout -k 5 300 cp "$upload" "$target.new" || die "the release can't be copied to $target"
    mv -fT "$target.new" "$target"
    say "release: published"
  fi
  rm -f "$upload"
}
