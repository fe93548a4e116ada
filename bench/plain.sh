#!/usr/bin/env bash
# The plain way that bench/first-up.sh compares with: the same steps as a first `pulumi up` of the sandbox stack with
# `rollout: parallel`, written as ssh commands for all nodes at once, for a good day: nothing is checked before, nothing can
# be run again. Argument: a folder with rendered files per node (bench/render.ts).
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=sandbox/lib/sandbox.sh
. sandbox/lib/sandbox.sh
rendered=$1
release=$RUN_DIR/release/harbor-sandbox-offline-installer-v1.1.2.tgz
mount=/mnt/cephfs/harbor data=$mount/data shared=$mount/harbor-ha dir=/opt/harbor-ha/releases/plain

on() {
  local node=$1
  shift
  ssh -q -i "$SSH_DIR/id_ed25519" -o UserKnownHostsFile="$SSH_DIR/known_hosts" -o BatchMode=yes "root@$(address_of "$node")" "$@"
}
# each FUNCTION NODE…: the function for all of the nodes at once.
each() {
  local function=$1 node pids=()
  shift
  for node in "$@"; do
    "$function" "$node" &
    pids+=($!)
  done
  for node in "${pids[@]}"; do wait "$node"; done
}

host_and_mount() {
  tar -C "$rendered/$1" -cz . | on "$1" 'mkdir -p /opt/harbor-ha/in && tar -xzC /opt/harbor-ha/in'
  {
    printf 'key=%s monitor=%s mount=%s\n' "$(<"$SECRETS_DIR/ceph.client.harbor.key")" "$(address_of ceph)" "$mount"
    cat <<'HOST'
set -e
cd /opt/harbor-ha
mkdir -p bin secrets && mv in/harbor-ha bin/ && chmod 755 bin/harbor-ha && mv in/secrets/* secrets/ && chmod 700 secrets
mv in/unit /etc/systemd/system/harbor-ha.service
mkdir -p /etc/systemd/system/docker.service.d && mv in/docker-drop-in /etc/systemd/system/docker.service.d/harbor-ha.conf
echo '{"insecure-registries":["hub.sandbox.test:8070"]}' >/etc/docker/daemon.json && systemctl reload docker
printf '[global]\nmon_host = %s\nkeyring = /etc/ceph/harbor-ha.keyring\n' "$monitor" >/etc/ceph/harbor-ha.conf
printf '[client.harbor]\n\tkey = %s\n' "$key" >/etc/ceph/harbor-ha.keyring
mkdir -p "$mount" && chattr +i "$mount"
echo "none $mount fuse.ceph ceph.id=harbor,ceph.conf=/etc/ceph/harbor-ha.conf,ceph.client_mountpoint=/apps/harbor,noatime,_netdev 0 0" >>/etc/fstab
systemctl daemon-reload && systemctl start "$(systemd-escape -p --suffix=mount "$mount")"
HOST
  } | on "$1" bash -s
}

upload() {
  on node1 "mkdir -p $data/registry $data/config $data/ca_download $data/job_logs $shared/keys $shared/releases && printf %s BenchSecretKey16 >$data/secretkey"
  on node1 "cat >/var/tmp/release.tgz && cp /var/tmp/release.tgz $shared/releases/plain.tgz.new && mv $shared/releases/plain.tgz.new $shared/releases/plain.tgz" <"$release"
}

stage_and_prepare() {
  on "$1" "set -e; mkdir -p $dir; until test -s $shared/releases/plain.tgz; do sleep 0.2; done
    tar -xzf $shared/releases/plain.tgz -C $dir --strip-components=1
    docker load -q -i $dir/harbor.v1.1.2.tar.gz >/dev/null && rm $dir/harbor.v1.1.2.tar.gz
    cp -r /opt/harbor-ha/in/release/. $dir/ && cd $dir && ./prepare >/dev/null 2>&1"
}

schema() {
  {
    printf '[client]\nhost=%s\nuser=harbor\npassword=%s\n' "$(address_of mysql)" "$(<"$SECRETS_DIR/mysql.password")"
  } | on node2 'cat >/opt/harbor-ha/secrets/mysql_cnf; docker run --rm --entrypoint cat sandbox/harbor-db:v1.1.2 /tmp/r.sql |
    docker run --rm -i --network host -v /opt/harbor-ha/secrets/mysql_cnf:/c.cnf:ro --entrypoint mysql sandbox/harbor-db:v1.1.2 --defaults-extra-file=/c.cnf'
}

key_pair() {
  on node1 "cd $shared/keys && openssl genrsa -traditional -out private_key.pem 4096 2>/dev/null && openssl req -new -x509 -days 3650 -key private_key.pem -out root.crt -subj /CN=harbor-token && mkdir pair && mv private_key.pem root.crt pair && ln -s pair current"
}
copy_keys() {
  on "$1" "until test -s $shared/keys/current/root.crt; do sleep 0.2; done; cat $shared/keys/current/private_key.pem >$dir/common/config/ui/private_key.pem; cat $shared/keys/current/root.crt >$dir/common/config/registry/root.crt"
}
start() {
  on "$1" "cd $dir && docker-compose -p harbor up -d log >/dev/null 2>&1 && until (exec 3<>/dev/tcp/127.0.0.1/1514) 2>/dev/null; do sleep 0.2; done
    docker-compose -p harbor up -d >/dev/null 2>&1
    until curl -sf -o /dev/null --data-urlencode principal=admin --data-urlencode password@/opt/harbor-ha/secrets/admin_password http://127.0.0.1:8070/login; do sleep 0.5; done
    systemctl enable -q harbor-ha"
}
records() {
  {
    cat "$SECRETS_DIR/dns-tsig.secret"
    printf '\nserver %s\nzone hub.sandbox.test\nupdate delete hub.sandbox.test. A\n' "$(address_of dns)"
    for node in "${NODES[@]}"; do printf 'update add hub.sandbox.test. 10 A %s\n' "$(address_of "$node")"; done
    printf 'send\n'
  } | on node3 'read -r secret; printf "key \"harbor-ha\" { algorithm hmac-sha256; secret \"%s\"; };" "$secret" >/run/k; nsupdate -k /run/k; rm /run/k'
}
check() {
  {
    printf '%s: %s\n' protocol http domain hub.sandbox.test port 8070 ca_file none database_host "$(address_of mysql)" database_port 3306 \
      redis_host "$(address_of redis)" redis_port 6379 mount_point "$mount" shared_dir "$shared" \
      nodes "node1=$(address_of node1) node2=$(address_of node2) node3=$(address_of node3)" \
      database_user harbor version by-hand release_sha256 by-hand rendered by-hand command by-hand after_rollout by-hand runs_on node2 \
      realm http://hub.sandbox.test:8070/service/token dns managed dns_server "$(address_of dns)" dns_port 53
    echo '# harbor-ha: end of parameters'
  } | on node2 /opt/harbor-ha/bin/harbor-ha verify >/dev/null
}

each host_and_mount "${NODES[@]}"
upload
each stage_and_prepare "${NODES[@]}"
schema
key_pair
each copy_keys "${NODES[@]}"
start node1
each start node2 node3
records
check
