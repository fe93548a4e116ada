# shellcheck shell=bash source=node/core/lib.sh

# What happens before the containers of a 2.x node are made: their list is the one that was planned for, and the database has
# the release's schema.

before_containers() {
  v2_require_services "$1"
  v2_scanner_folders
  if [[ ${PARAM[first]} == true ]]; then v2_migrate "$1"; fi
}

# The scanner's database and reports, which are this node's own (docker-compose.override.yml). They stay when it is switched
# off, and with a new release.
v2_scanner_folders() {
  [[ " ${PARAM[containers]} " == *' trivy-adapter '* ]] || return 0
  mkdir -p "$HA_HOME"/trivy-adapter/{trivy,reports}
  v2_give 755 "$HA_HOME"/trivy-adapter{,/trivy,/reports}
}

# prepare makes docker-compose.yml: a service more or less than the program knows of is an error before anything is started.
v2_require_services() {
  local made expected more less
  made=$(sed -n 's/^    container_name: *//p' "$1/docker-compose.yml" | tr -d "\"'\r" | sort)
  expected=$(tr ' ' '\n' <<<"${PARAM[containers]}" | sort)
  more=$(comm -23 <(echo "$made") <(echo "$expected") | tr '\n' ' ')
  less=$(comm -13 <(echo "$made") <(echo "$expected") | tr '\n' ' ')
  [[ -z ${more// } && -z ${less// } ]] ||
    die "$1/docker-compose.yml, made by prepare, hasn't the containers of this release line:${more:+ unknown ${more% };}${less:+ missing ${less% };} nothing was started"
}

# Core alone, which migrates and ends. A migration that is killed leaves a dirty schema that no core starts on, so its container
# outlives whoever has started it, and the next run waits for it.
v2_migrate() {
  local trust=() name=harbor-ha-migrate code=unknown log=$BODY/migration began=$SECONDS said=0
  if is_running "$name"; then
    say "database: an earlier migration still runs; it is waited for, however long it takes"
  else
    docker rm -f "$name" >/dev/null 2>&1 || true
    # Core looks for Redis first, and what it trusts is put together by the entry point that it is called without.
    if [[ ${PARAM[redis_ca_file]:-} ]]; then
      trust=(-v "$1/common/config/shared/trust-certificates:/harbor_cust_cert:ro" -e SSL_CERT_DIR=/harbor_cust_cert)
    fi
    v2_logged docker run -d --name "$name" --pull never --env-file "$1/common/config/core/env" "${trust[@]}" \
      --entrypoint /harbor/harbor_core "${PARAM[core_image]}" -mode=migrate || die "core of image ${PARAM[core_image]} can't be started for the migration"
  fi
  while is_running "$name"; do
    sleep 1
    if ((SECONDS - began >= said + 60)); then
      said=$((SECONDS - began))
      say "database: the migration has been running for $said s; it must not be stopped"
    fi
  done
  code=$(docker inspect -f '{{.State.ExitCode}}' "$name" 2>/dev/null) || true
  docker logs --tail 40 "$name" 2>&1 | v2_redact >"$log" || true
  log_entry migration "$log"
  docker rm -f "$name" >/dev/null 2>&1 || true
  if [[ $code != 0 ]]; then
    bounded 8 <"$log" >&2
    die "the database can't be migrated to Harbor ${PARAM[version]} (core's exit status ${code:-unknown})."$'\n'"$(v2_database_state "$1" "$log")"
  fi
  say "database: its schema is that of ${PARAM[version]}"
}

# v2_database_state DIR LOG: what the database looks like now, and the way back.
v2_database_state() {
  local env=$1/common/config/core/env state='' away
  # Core wants both.
  away=$(v2_outside_cause)
  if [[ $away == PostgreSQL* ]]; then
    printf '%s: run again when it is back' "$away"
    return
  fi
  if has_tool psql; then
    postgres_login "$(v2_value "$env" POSTGRESQL_HOST)" "$(v2_value "$env" POSTGRESQL_PORT)" "$(v2_value "$env" POSTGRESQL_DATABASE)" "$(v2_value "$env" POSTGRESQL_USERNAME)" "$(v2_value "$env" POSTGRESQL_SSLMODE)"
    state=$(postgres_schema 2>/dev/null || true)
  fi
  # This node may have no psql, or may not be let in.
  if [[ ! $state ]]; then
    state=$(sed -n 's/.*[Dd]irty database version \([0-9]*\).*/\1 true/p' "$2" | tail -n 1)
  fi
  case $state in
    *' true') printf 'The schema is %s and dirty: %s' "${state% *}" "$DIRTY_WAY_OUT" ;;
    *' false') printf 'The schema is %s and not dirty: nothing is lost. %sRun again, or go back to the release of before' "${state% *}" "${away:+$away. }" ;;
    *) printf '%sIts state is not known here: look at schema_migrations before anything else; if it is dirty: %s' "${away:+$away. }" "$DIRTY_WAY_OUT" ;;
  esac
}
