# shellcheck shell=bash source=node/core/lib.sh

# The mount of the shared storage: whether it is there and takes writes, and how it comes back.

# Who mounts what is there: `cephfs`, this program, or `mounted`, the operator. The step `mount` tells it to all commands; on
# a node of before there was a choice nothing does.
storage_mode() {
  local file
  file=$(storage_mode_file "$1")
  if [[ -f $file ]]; then cat "$file"; else echo cephfs; fi
}

# shellcheck disable=SC2153  # set in lib.sh
storage_mode_file() { printf '%s/storage-mode%s' "$STATE" "${1//\//-}"; }

# mount_type MOUNT: the file system right there, nothing where none is mounted, or `hung`.
mount_type() {
  local found code=0
  found=$(timeout -k 5 20 findmnt -n -o FSTYPE --mountpoint "$1" 2>/dev/null) || code=$?
  # An automount shows what is behind it only to whoever looks.
  if [[ $found == autofs ]]; then
    timeout -k 5 60 ls "$1/" >/dev/null 2>&1 || true
    found=$(timeout -k 5 20 findmnt -n -o FSTYPE --mountpoint "$1" 2>/dev/null) || code=$?
  fi
  # Of several on one another the last one counts.
  if ((code == 124 || code == 137)); then echo hung; else printf '%s' "${found##*$'\n'}"; fi
}

# refused_type MODE TYPE: why a file system can't be the shared storage of the mode, nothing when it can.
refused_type() {
  case $1:$2 in
    *:ceph | *:fuse.ceph | *:fuse.ceph-fuse) ;;
    cephfs:*) echo "is a mount of type $2 already; unmount it or choose another harbor-ha:cephMountPoint" ;;
    mounted:nfs | mounted:nfs4 | mounted:glusterfs | mounted:fuse.glusterfs | mounted:gfs2 | mounted:ocfs2 | mounted:lustre | mounted:beegfs) ;;
    mounted:cifs | mounted:smb3 | mounted:vfat | mounted:exfat | mounted:ntfs* | mounted:fuseblk)
      echo "is a mount of type $2, which keeps no owner and mode of a file; Harbor's containers and keys need both" ;;
    mounted:ext[234] | mounted:xfs | mounted:btrfs | mounted:zfs | mounted:tmpfs | mounted:ramfs | mounted:overlay)
      echo "is a mount of type $2, which this host has alone; all nodes must see the same files" ;;
    *) echo "is a mount of type $2, of which isn't known that several hosts may share it; known: ceph, nfs, glusterfs, gfs2, ocfs2, lustre, beegfs" ;;
  esac
}

is_wanted_mount() {
  local type
  type=$(mount_type "$1")
  [[ $type && $type != hung && -z $(refused_type "$(storage_mode "$1")" "$type") ]]
}

# mount_state MOUNT SECONDS: `ok`, `missing`, `hung`, `wrong: REASON`, `dead: REASON` or `refused: REASON`. Only a write proves
# it: findmnt goes on to show a mount whose session Ceph has evicted, and a hung CephFS serves cached reads.
mount_state() {
  local probe error type code=0
  type=$(mount_type "$1")
  case $type in
    hung) echo hung && return ;;
    '' | autofs) echo missing && return ;;
  esac
  error=$(refused_type "$(storage_mode "$1")" "$type")
  [[ -z $error ]] || { echo "wrong: $error" && return; }
  # A name of its own: the watch and a step may look at the same time. What a killed one has left goes later.
  probe=$1/.harbor-ha-probe
  # shellcheck disable=SC2016  # expanded by the inner shell
  error=$(timeout -k 5 "$2" bash -c 'mkdir -p "$1" && echo "$2" >"$1/$2" && [[ $(<"$1/$2") == "$2" ]] && rm -f "$1/$2" &&
    { find "$1" -mindepth 1 -mmin +60 -delete 2>/dev/null || :; }' - "$probe" "$(hostname).$BASHPID-$RANDOM$RANDOM" 2>&1) || code=$?
  error=$(bounded 1 <<<"${error##*: }")
  case $code:$error in
    0:*) echo ok ;;
    124:* | 137:*) echo hung ;;
    # What a new mount wouldn't change.
    *'No space left'* | *'quota exceeded'* | *'Read-only'*) echo "refused: $error" ;;
    *:) echo 'refused: another text was read than was written' ;;
    *) echo "dead: $error" ;;
  esac
}

# Proves that the shared storage is mounted and answers. While the session of a node that died runs out (60 s by default),
# writes of the others may wait for it.
require_mount() {
  local state
  state=$(mount_state "$1" "${2:-90}")
  case $state in
    ok) ;;
    missing) die "$1 $(not_mounted "$1")" ;;
    hung) die "a write to $1 did not return within ${2:-90} s: is $(storage_server "$1") healthy?" ;;
    wrong:*) die "$1 ${state#*: }" ;;
    *) die "$1 takes no write (${state#*: })" ;;
  esac
}

not_mounted() {
  if [[ $(storage_mode "$1") == mounted ]]; then
    printf '%s' "is not mounted on this node (harbor-ha:storageMode is mounted): mount it, and see to it that fstab or a unit mounts it at boot"
  else
    printf '%s' 'is not a mounted CephFS on this node'
  fi
}

storage_server() { if [[ $(storage_mode "$1") == mounted ]]; then echo 'the server of the storage'; else echo Ceph; fi; }

# ensure_mount MOUNT SECONDS: mounted and proven; what is missing or dead is mounted anew. A mount of the operator's is never
# taken away.
ensure_mount() {
  local mode
  mode=$(storage_mode "$1")
  case $mode:$(mount_state "$1" "$2") in
    *:missing) mount_now "$1" ;;
    cephfs:dead:*) remount "$1" ;;
  esac
  require_mount "$1" "$2"
}

MOUNTED_ANEW=

mount_unit() { systemd-escape -p --suffix=mount "$1"; }

# Containers that ran before see the bare folder below, or the dead mount: `applied` goes, so that they are made anew.
mount_now() {
  local unit
  unit=$(mount_unit "$1")
  # A line of fstab is a unit as well. Without either nobody but the operator knows how.
  if [[ $(storage_mode "$1") == mounted && $(systemctl show -p LoadState --value "$unit" 2>/dev/null || true) != loaded ]]; then
    die "$1 $(not_mounted "$1")"
  fi
  # shellcheck disable=SC2153  # set in lib.sh
  rm -f "$STATE/applied"
  logged timeout -k 5 120 systemctl start "$unit" || mount_failed "$1" "$unit"
  # shellcheck disable=SC2034  # for the step `mount`
  MOUNTED_ANEW=yes
}

mount_failed() {
  journalctl -q -n 8 --no-pager -o cat -u "$2" 2>/dev/null | bounded 8 >&2 || true
  [[ ! -v PARAM[monitors] ]] ||
    die "the CephFS can't be mounted: check the monitors (${PARAM[monitors]}; port 6789 for protocol v1, 3300 for v2), the user client.${PARAM[client_name]} and that folder ${PARAM[path]} exists"
  die "$1 can't be mounted yet"
}

# Not with `systemctl stop`: Docker requires the mount, so that would stop Docker as well.
remount() {
  local tries
  say "mounting $1 anew ($(mount_state "$1" 15)); Harbor stops on $(hostname) for that time"
  stop_containers
  for ((tries = 0; tries < 5; tries++)); do
    is_wanted_mount "$1" || break
    # A folder that somebody stands in keeps the old mount to itself, out of everybody's way.
    timeout -k 5 30 umount "$1" 2>/dev/null || timeout -k 5 30 umount -l "$1" 2>/dev/null || true
  done
  mount_now "$1"
}

stop_containers() {
  local ids
  ids=$(docker ps -q --filter label=com.docker.compose.project=harbor | tr '\n' ' ')
  # shellcheck disable=SC2086  # ids are words
  [[ ! $ids ]] || logged timeout -k 10 180 docker stop -t 10 $ids || true
}

# What a mount is made with, apart from what a running client may learn: a change of it needs a new mount. Its time stamp
# tells which mounts are older.
mount_form() { printf '%s/mount-form.%s' "$STATE" "$(systemd-escape -p "$1")"; }

# mount_is_stale MOUNT: it was mounted before its options became what they are now.
mount_is_stale() {
  local form since
  form=$(mount_form "$1")
  [[ -f $form ]] || return 1
  since=$(systemctl show -p ActiveEnterTimestamp --value "$(mount_unit "$1")" 2>/dev/null || true)
  [[ $since ]] || return 1
  (($(date -d "$since" +%s) < $(stat -c %Y "$form")))
}

# Seconds after which a node sees what another has just written: on CephFS up to 5 (mds_tick_interval), on NFS up to 60, for
# which a client keeps what it knows of a folder (nfs(5), acdirmax).
# shellcheck disable=SC2034  # used by the other parts of the program
SEEN_WITHIN=75

# The name of this node's trace: its own, also where hosts have one name.
trace_id() {
  [[ -s $STATE/trace-id ]] || openssl rand -hex 6 | write_file "$STATE/trace-id" 644
  cat "$STATE/trace-id"
}

# leave_trace SHARED: a file that only this node writes, so that the others can show that they see its writes. One of the same
# day stays: what was just written takes a while to be seen.
leave_trace() {
  local file
  file=$1/state/seen/$(trace_id)
  if [[ -s $file && $(find "$file" -mmin -1440) ]]; then return; fi
  date +%s | write_file "$file" 644
}

no_empty_trace() { [[ ! $(find "$1" -maxdepth 1 -type f -name '[!.]*' -empty) ]]; }

# report_storage SHARED: which storage this is, when this node looked and by which trace the others know it, and the traces of
# all nodes that it sees; the program compares it over all nodes (plan/storage-reports.ts).
report_storage() {
  local folder=$1/state/seen own file seen='' now
  mkdir -p "$folder"
  wait_for "$SEEN_WITHIN" test -s "$1/state/storage-id" || die "$1/state/storage-id can't be seen on this node: is it the same storage as on the others?"
  own=$(trace_id)
  # On CephFS a new file is empty to others at first.
  wait_for 15 no_empty_trace "$folder" || true
  now=$(date +%s)
  # An NFS client that has just written into a folder knows better than to answer from memory.
  : >"$folder/.looking.$own" && rm -f "$folder/.looking.$own"
  for file in "$folder"/*; do
    if [[ -s $file ]]; then seen+=" ${file##*/}=$(<"$file")"; fi
  done
  say "storage: $(<"$1/state/storage-id")"
  say "looked: $now $own"
  say "seen:$seen"
}
