# shellcheck shell=bash source=node/core/lib.sh

# mount: the shared storage, proven to be a mount that answers.
cmd_mount() {
  local mount
  read_parameters mount
  mount=${PARAM[mount_point]}
  if [[ ${PARAM[mode]} == cephfs ]]; then require_secrets ceph_key; fi
  lock mount 300
  if [[ ${PARAM[mode]} == cephfs ]]; then mount_cephfs "$mount"; else take_mounted "$mount"; fi
  say "mounted: $mount ($(mount_type "$mount"))"
}

# The operator's own mount is looked at, and nothing else is done: no package, no line of fstab.
take_mounted() {
  local mount=$1
  say mounted | write_file "$(storage_mode_file "$mount")" 644
  # Of a CephFS that was mounted there before.
  rm -f "$(mount_form "$mount")" "$(mounted_source "$mount")"
  require_mount "$mount" 90
  require_owners "$mount"
}

# Harbor's containers run as other users than root, and its keys are closed to all but one of them.
require_owners() {
  local file=$1/.harbor-ha-owner.$$ found
  (umask 077 && timeout -k 5 60 touch "$file") || die "$1 takes no write"
  found=$(timeout -k 5 60 chown 10000:10000 "$file" 2>&1 && timeout -k 5 60 chmod 640 "$file" 2>&1 && timeout -k 5 60 stat -c '%u:%g %a' "$file" 2>&1) || true
  timeout -k 5 60 rm -f "$file"
  [[ $found == '10000:10000 640' ]] ||
    die "root of this host can't give a file on $1 to another owner (wanted 10000:10000 640, got: $(bounded 1 <<<"$found")); with NFS the export needs no_root_squash, and numeric ids (sec=sys)"
}

# mount_cephfs MOUNT: through fstab.
mount_cephfs() {
  local mount=$1 client
  client=$(ceph_client)
  if [[ $client == kernel && -z $(kernel_monitors) ]]; then
    die "the kernel of this host ($(uname -r)) reaches monitors by protocol v1 only, and ${PARAM[monitors]} is v2 (it came with" \
      "Linux 5.11): give port 6789 in harbor-ha:cephMonitors, or set harbor-ha:cephClient to fuse"
  fi
  if [[ $client == kernel ]]; then require_tools mount.ceph; else require_tools ceph-fuse; fi
  write_ceph_files
  say cephfs | write_file "$(storage_mode_file "$mount")" 644
  refuse_other_mount "$mount"
  if ! is_wanted_mount "$mount"; then close_mount_point "$mount"; fi
  fstab_line "$client" | update_fstab "$mount"
  systemctl daemon-reload
  mount_options "$client" | write_file "$(mount_form "$mount")" 644
  ensure_mount "$mount" 90
  # The update that runs this step may end before it starts Harbor again.
  if [[ $MOUNTED_ANEW ]] && runs_on_mount "$mount"; then systemctl restart --no-block harbor-ha.service; fi
  ceph_source | write_file "$(mounted_source "$mount")" 644
  if mount_is_stale "$mount"; then say "note: new options of the mount take effect when Harbor is started again on this node"; fi
}

# Harbor is deployed here, on this very mount: what another deployment has left must not start it between prepare and cert-sync.
runs_on_mount() { grep -qsxF "mount_point: $1" "$STATE/start-parameters" && systemctl is-enabled -q harbor-ha.service 2>/dev/null; }

ceph_client() {
  local wanted
  wanted=${PARAM[client]}
  if [[ $wanted != auto ]]; then
    printf '%s' "$wanted"
  elif [[ $(kernel_monitors) ]] && { modprobe -q ceph 2>/dev/null || grep -qw ceph "$ROOT/proc/filesystems"; }; then
    printf kernel
  else
    printf fuse
  fi
}

# Port 3300 is a monitor's port for protocol v2, any other one counts as v1, as the kernel takes it; without a port both are
# meant. The kernel speaks one of them in a mount, v2 from 5.11 on, in RHEL from 8.4 on; ceph-fuse finds out by itself.
kernel_speaks_v2() {
  local version release
  version=$(uname -r)
  [[ $version =~ ^([0-9]+)\.([0-9]+)\.[^-]*(-([0-9]+))? ]] || return 1
  release=${BASH_REMATCH[4]:-0}
  if [[ $version == 4.18.*.el8* ]]; then ((release >= 305)); else ((BASH_REMATCH[1] * 1000 + BASH_REMATCH[2] >= 5011)); fi
}

uses_v2() { [[ " ${PARAM[monitors]} " == *':3300 '* ]] && kernel_speaks_v2; }

# The monitors that the kernel is told of, joined by commas; nothing when it can speak to none.
kernel_monitors() {
  local monitor list=()
  for monitor in ${PARAM[monitors]}; do
    if uses_v2; then
      [[ $monitor == *:* ]] || monitor+=:3300
      [[ $monitor != *:3300 ]] || list+=("$monitor")
    elif [[ $monitor != *:3300 ]]; then
      list+=("$monitor")
    fi
  done
  (IFS=, && printf '%s' "${list[*]}")
}

ceph_source() { printf '%s:%s\n' "${PARAM[fs_name]}" "${PARAM[path]}"; }

# Where this node remembers what it mounted there.
mounted_source() { printf '%s/ceph-source.%s' "$STATE" "$(systemd-escape -p "$1")"; }

# A mount of another folder or file system can't be swapped under running containers.
refuse_other_mount() {
  local type source
  source=$(mounted_source "$1")
  type=$(mount_type "$1")
  [[ $type != hung ]] || die "$1 does not answer: is Ceph healthy?"
  if [[ ! $type ]]; then return; fi
  [[ -z $(refused_type cephfs "$type") ]] || die "$1 $(refused_type cephfs "$type")"
  if [[ -f $source && $(<"$source") != "$(ceph_source)" ]]; then
    die "$1 is mounted from $(<"$source"), config says $(ceph_source); stop Harbor, unmount it (umount $1) and run again"
  fi
}

# Nothing may be written below the bare mount point while the CephFS isn't there.
close_mount_point() {
  mkdir -p "$1"
  [[ -z $(ls -A "$1") ]] || die "$1 is not empty, so a mount would hide its files: move them away first"
  chattr +i "$1" 2>/dev/null || say "note: the file system of $1 can't close a folder to writes (chattr +i)"
}

# An evicted client (a host that was paused, cut off or slow for longer than Ceph waits) opens a new session by itself; by
# default its mount would stay dead, though findmnt goes on to show it.
CLIENT_SECTION=$'[client]\nclient_reconnect_stale = true'

# mount_options CLIENT: see mount_form.
mount_options() { if [[ $1 == kernel ]]; then printf 'kernel %s %s\n' "$(kernel_recovery)" "$(uses_v2 && echo v2)"; else printf 'fuse %s\n' "$CLIENT_SECTION"; fi; }

# The kernel's own form of it came with 5.4.
kernel_recovery() {
  local major minor
  IFS=. read -r major minor _ < <(uname -r)
  if ((major > 5 || (major == 5 && ${minor%%[!0-9]*} >= 4))); then printf ',recover_session=clean'; fi
}

# A configuration of its own beside the cluster's, so that an existing /etc/ceph/ceph.conf stays untouched.
write_ceph_files() {
  local name monitors
  name=${PARAM[client_name]}
  monitors=${PARAM[monitors]}
  write_file "$ROOT/etc/ceph/harbor-ha.secret" 600 <"$SECRETS/ceph_key"
  printf '[client.%s]\n\tkey = %s\n' "$name" "$(<"$SECRETS/ceph_key")" | write_file "$ROOT/etc/ceph/harbor-ha.keyring" 600
  printf '[global]\nmon_host = %s\nkeyring = /etc/ceph/harbor-ha.keyring\n%s\n' "${monitors// /,}" "$CLIENT_SECTION" |
    write_file "$ROOT/etc/ceph/harbor-ha.conf" 644
}

fstab_line() {
  local name path options
  name=${PARAM[client_name]} path=${PARAM[path]}
  if [[ $1 == kernel ]]; then
    options="name=$name,secretfile=/etc/ceph/harbor-ha.secret,noatime,_netdev$(kernel_recovery)"
    if [[ ${PARAM[fs_name]} != default ]]; then options+=",mds_namespace=${PARAM[fs_name]}"; fi
    if uses_v2; then options+=,ms_mode=prefer-crc; fi
    printf '%s:%s %s ceph %s 0 0\n' "$(kernel_monitors)" "$path" "${PARAM[mount_point]}" "$options"
  else
    options="ceph.id=$name,ceph.conf=/etc/ceph/harbor-ha.conf,ceph.client_mountpoint=$path"
    if [[ ${PARAM[fs_name]} != default ]]; then options+=",ceph.client_mds_namespace=${PARAM[fs_name]}"; fi
    printf 'none %s fuse.ceph %s,noatime,_netdev 0 0\n' "${PARAM[mount_point]}" "$options"
  fi
}

# Takes the line of the mount point from standard input; every other line stays as it is.
update_fstab() {
  local line new fstab
  line=$(cat)
  # A link stays one: what it leads to is changed.
  fstab=$(readlink -f "$ROOT/etc/fstab")
  new=$(mktemp "$(dirname "$fstab")/.fstab.XXXXXX")
  [[ -e $fstab ]] || : >"$fstab"
  awk -v mount="$1" '$1 ~ /^#/ || $2 != mount' "$fstab" >"$new"
  printf '%s\n' "$line" >>"$new"
  like_before "$new" "$fstab"
  install_file "$new" "$fstab" "$(stat -c %a "$fstab")" || true
}
