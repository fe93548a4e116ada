# shellcheck shell=bash source=node/core/lib.sh

# The mount of the shared storage: whether it is there and takes writes, and how it comes back.

is_ceph_mount() {
  case $(findmnt -n -o FSTYPE --mountpoint "$1" 2>/dev/null) in
    ceph | fuse.ceph | fuse.ceph-fuse) return 0 ;;
    *) return 1 ;;
  esac
}

# mount_state MOUNT SECONDS: `ok`, `missing`, `hung`, `dead: REASON` or `refused: REASON`. Only a write proves it: findmnt
# goes on to show a mount whose session Ceph has evicted, and a hung CephFS serves cached reads.
mount_state() {
  local probe error code=0
  is_ceph_mount "$1" || { echo missing && return; }
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
    missing) die "$1 is not a mounted CephFS on this node" ;;
    hung) die "a write to $1 did not return within ${2:-90} s: is Ceph healthy?" ;;
    *) die "$1 takes no write (${state#*: })" ;;
  esac
}

# ensure_mount MOUNT SECONDS: mounted and proven; what is missing or dead is mounted anew.
ensure_mount() {
  case $(mount_state "$1" "$2") in
    missing) mount_now "$1" ;;
    dead:*) remount "$1" ;;
  esac
  require_mount "$1" "$2"
}

MOUNTED_ANEW=

mount_unit() { systemd-escape -p --suffix=mount "$1"; }

# Containers that ran before see the bare folder below, or the dead mount: `applied` goes, so that they are made anew.
mount_now() {
  local unit
  unit=$(mount_unit "$1")
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
    is_ceph_mount "$1" || break
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
