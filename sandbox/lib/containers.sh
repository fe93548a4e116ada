#!/usr/bin/env bash
# Starting containers, hosts and services. Sourced.
set -Eeuo pipefail

ensure_volume() {
  local labels
  if dk volume inspect "$1" >/dev/null 2>&1; then
    require_ours volume "$1"
  else
    mapfile -t labels < <(marks "$1")
    dk volume create "${labels[@]}" "$1"
  fi
}

# The resolvers of the machine that a container can reach: not those on loopback.
machine_resolvers() {
  local file
  for file in /etc/resolv.conf /run/systemd/resolve/resolv.conf; do
    awk '$1 == "nameserver" && $2 !~ /^127\./ && $2 !~ /:/ { print $2 }' "$file" 2>/dev/null || true
  done | awk '!seen[$0]++ && ++kept <= 3' | xargs
}

# ensure_container NAME IMAGE ARGUMENTS...: made when missing, started when stopped, made
# anew when image or arguments changed. before_start NAME runs while it is stopped.
# KEEP_CHANGED=1 keeps one that changed (its file system holds work) and says so.
ensure_container() {
  local name=$1 image=$2 container state hash labels before=${BEFORE_START:-:}
  shift 2
  container=$(container_of "$name")
  hash=$( (image_id "$image"; printf '%s\n' "$@" "$SUBNET") | sha256sum | cut -c1-16)
  state=$(container_state "$container")
  if [[ $state != missing ]]; then require_ours container "$container"; fi
  if [[ $state != missing && $(container_label "$container" "$CONFIG_LABEL") != "$hash" ]]; then
    if [[ ${KEEP_CHANGED:-0} == 1 && $state != created ]]; then
      note "$name was made from an older image or configuration; sandbox/down and sandbox/up make it anew"
    else
      # Stopped first, so that a service's data is left in order in its volume.
      if [[ $state == paused ]]; then dk unpause "$container"; fi
      dk stop "$container" || true
      dk rm -f -v "$container"
      state=missing
    fi
  fi
  case $state in
    running) return 0 ;;
    paused) dk unpause "$container"; return 0 ;;
    missing)
      mapfile -t labels < <(marks "$container")
      dk create --name "$container" "${labels[@]}" --label "$CONFIG_LABEL=$hash" --restart no \
        --network "$NETWORK" --ip "$(address_of "$name")" --hostname "$name" \
        --log-opt max-size=5m --log-opt max-file=2 "$@" "$image" ;;
  esac
  "$before" "$name"
  dk start "$container"
}

# --- services -----------------------------------------------------------------

# A secret's file is mounted by its inode; naming that makes a new file a new container.
secret_mount() {
  printf '%s\n' --label "harbor-ha.secret=$(stat -c %i "$SECRETS_DIR/$1")" \
    --mount "type=bind,source=$SECRETS_DIR/$1,target=/run/secrets/$1,readonly"
}

start_dns() {
  local hosts="" name secret
  for name in node{1..9} ceph mysql postgres redis client; do hosts+="$name=$(address_of "$name") "; done
  ensure_volume "$(volume_of dns)"
  mapfile -t secret < <(secret_mount dns-tsig.secret)
  ensure_container dns "$DNS_IMAGE" "${secret[@]}" -v "$(volume_of dns):/var/lib/bind" \
    -e DNS_ADDRESS="$(address_of dns)" -e DNS_DOMAIN="$DNS_DOMAIN" -e DNS_ZONES="${DNS_ZONES[*]}" \
    -e DNS_FORWARDERS="$(machine_resolvers)" -e DNS_HOSTS="${hosts% }" \
    -e TSIG_NAME="$TSIG_NAME" -e TSIG_ALGORITHM="$TSIG_ALGORITHM" -e TSIG_SECRET_FILE=/run/secrets/dns-tsig.secret
}

start_ceph() {
  ensure_volume "$(volume_of ceph)"
  ensure_container ceph "$CEPH_IMAGE" -v "$(volume_of ceph):/var/lib/ceph" --stop-timeout 30 \
    -e CEPH_ADDRESS="$(address_of ceph)" -e CEPH_FS="$CEPH_FS" -e CEPH_CLIENT="$CEPH_USER" -e CEPH_FOLDERS="${CEPH_FOLDERS[*]}"
}

start_mysql() {
  local secret
  ensure_volume "$(volume_of mysql)"
  mapfile -t secret < <(secret_mount mysql.password)
  ensure_container mysql "$MARIADB_IMAGE" "${secret[@]}" -v "$(volume_of mysql):/var/lib/mysql" --stop-timeout 30 \
    --mount "type=bind,source=$SANDBOX_DIR/services/mysql-grants.sql,target=/docker-entrypoint-initdb.d/grants.sql,readonly" \
    -e MARIADB_RANDOM_ROOT_PASSWORD=1 -e MARIADB_USER="$MYSQL_USER" -e MARIADB_PASSWORD_FILE=/run/secrets/mysql.password
}

start_postgres() {
  local secret
  ensure_volume "$(volume_of postgres)"
  mapfile -t secret < <(secret_mount postgres.password)
  ensure_container postgres "$POSTGRES_IMAGE" "${secret[@]}" -v "$(volume_of postgres):/var/lib/postgresql/data" --stop-timeout 30 \
    -e POSTGRES_USER="$POSTGRES_USER" -e POSTGRES_DB="$POSTGRES_DATABASE" -e POSTGRES_PASSWORD_FILE=/run/secrets/postgres.password
}

start_redis() {
  local secret
  ensure_volume "$(volume_of redis)"
  mapfile -t secret < <(secret_mount redis.password)
  ensure_container redis "$REDIS_IMAGE" "${secret[@]}" -v "$(volume_of redis):/data" \
    -e REDIS_PASSWORD_FILE=/run/secrets/redis.password
}

dns_ready() { [[ $(dk exec "$(container_of dns)" dig +short +time=2 +tries=1 @127.0.0.1 "ns.$DNS_DOMAIN") ]]; }
redis_ready() { dk exec "$(container_of redis)" redis-healthcheck; }
postgres_ready() { dk exec "$(container_of postgres)" pg_isready --quiet --timeout=3; }
mysql_ready() { timeout 3 bash -c "</dev/tcp/$(address_of mysql)/3306" 2>/dev/null; }
# Ready is a cluster whose file system can be mounted: right after a restart its
# maps still show the state of before.
ceph_ready() {
  # shellcheck disable=SC2016  # expanded inside the container
  dk exec "$(container_of ceph)" sh -c 'test -e /var/lib/ceph/ready && timeout 8 ceph health | grep -qv HEALTH_ERR \
    && timeout 60 /usr/local/lib/sandbox-ceph/folders.py "$CEPH_FS" "$CEPH_FOLDERS"' >/dev/null 2>&1
}

# The password in the file is the truth, also for a volume that is older than it.
align_mysql_password() {
  dk exec -i "$(container_of mysql)" bash -s <<'SCRIPT'
set -euo pipefail
password=$(</run/secrets/mysql.password)
if MYSQL_PWD=$password mariadb --no-defaults -h "$(hostname -i)" -u "$MARIADB_USER" -e 'SELECT 1' >/dev/null 2>&1; then exit 0; fi
{
  echo "CREATE USER IF NOT EXISTS '$MARIADB_USER'@'%';"
  echo "ALTER USER '$MARIADB_USER'@'%' IDENTIFIED BY '$password';"
  cat /docker-entrypoint-initdb.d/grants.sql
} | mariadb --no-defaults -S /run/mysqld/mysqld.sock -u root
SCRIPT
}

# The key that a client mounts CephFS with, base64 only.
write_ceph_key() {
  local file=$SECRETS_DIR/ceph.client.$CEPH_USER.key key
  key=$(dk exec "$(container_of ceph)" timeout 20 ceph auth get-key "client.$CEPH_USER")
  [[ -n $key ]] || return 1
  [[ -s $file && $(<"$file") == "$key" ]] || printf '%s' "$key" | write_file 0600 "$file"
}

ensure_services() {
  local service
  for service in "${SERVICES[@]}"; do "start_$service"; done
  for service in "${SERVICES[@]}"; do
    wait_for 120 "$service (docker logs $(container_of "$service"))" "${service}_ready"
  done
  align_mysql_password
  write_ceph_key
}
