# shellcheck shell=bash source=node/core/lib.sh

# prepare of Harbor 2.x: the release's own container, without network and privileges, on folders of this node alone. Several
# of them on one shared data folder would each make keys there, and remove what another has just made.

# run_prepare DIR DATA: DATA stands in harbor.yml as text only; the container gets an empty folder in its place.
run_prepare() {
  local dir=$1 scratch=$HA_HOME/prepare tls=() arguments=() code=0
  read -ra arguments <<<"${PARAM[prepare_arguments]}"
  [[ ${arguments[0]} == prepare ]] || arguments=(prepare "${arguments[@]}")
  v2_require_prepare "$dir"
  rm -f "$dir/.prepared"
  v2_end_prepare "$scratch"
  (umask 077 && mkdir -p "$scratch"/{input,data} "$dir/common/config" && cp "$dir/harbor.yml" "$scratch/input/harbor.yml")
  # The pair of https, and the authority of Redis.
  if [[ ${PARAM[protocol]} == https || ${PARAM[redis_ca_file]:-} ]]; then tls=(-v "$HA_HOME/cert:/hostfs$HA_HOME/cert:ro"); fi
  # The order of a set, and so NO_PROXY, would be another one in each run.
  v2_logged timeout -k 5 180 docker run --rm --name harbor-ha-prepare --pull never --network none --log-driver none \
    -e PYTHONHASHSEED=0 -v "$scratch/input:/input" -v "$scratch/data:/data" -v "$dir:/compose_location" \
    -v "$dir/common/config:/config" "${tls[@]}" "${PARAM[prepare_image]}" "${arguments[@]}" || code=$?
  v2_end_prepare "$scratch"
  ((code == 0)) || die "prepare failed in image ${PARAM[prepare_image]} (exit status $code)"
}

# v2_require_prepare DIR: no container keeps this image, so whoever clears a host of unused ones takes it away; the archive on
# the shared storage still has it.
v2_require_prepare() {
  local archive images=$1/harbor.${PARAM[version]}.tar.gz
  archive=$(<"$1/.unpacked")
  if ! docker image inspect "${PARAM[prepare_image]}" >/dev/null 2>&1 && [[ -s $archive ]]; then
    # There already when a slow host was stopped in the middle of loading it.
    if [[ ! -f $images ]]; then
      timeout -k 5 150 tar -xzOf "$archive" --wildcards "*harbor.${PARAM[version]}.t*gz" >"$images.new" ||
        die "$archive can't be read for image ${PARAM[prepare_image]}, which somebody has removed here"
      mv "$images.new" "$images"
    fi
    load_images "$1"
  fi
  require_images "$1" "${PARAM[prepare_image]}"
}

# Its container goes on when whoever has started it is killed, and its input has all passwords.
v2_end_prepare() {
  docker rm -f harbor-ha-prepare >/dev/null 2>&1 || true
  rm -rf "$1"
}

# What prepare must have made; secrets are for root alone, since Compose reads them as root, and what containers read as
# another user stays theirs below a folder that is closed. Then what the cluster has agreed on, so that a prepare that runs
# again changes nothing.
seal_prepared() {
  # As plan/layout.ts has it: prepare isn't told of the shared folder.
  local file missing='' pinned=${PARAM[mount_point]}/harbor-ha/keys/pinned
  for file in docker-compose.yml common/config/{core,jobservice,registryctl}/env common/config/registry/{config.yml,passwd}; do
    [[ -s $1/$file ]] || missing+=" $file"
  done
  [[ -z $missing ]] || die "prepare of image ${PARAM[prepare_image]} has not made:$missing"
  chmod 700 "$1" "$1/common" "$1/common/config"
  find "$1/common/config" -name env -type f -exec chmod 600 {} +
  v2_compare "$1"
  if [[ -e $pinned ]]; then
    v2_check_pins "$pinned"
    v2_pin "$1" "$pinned"
  fi
  : >"$1/.prepared"
}

has_prepared() { [[ -f $1/.prepared && -s $1/docker-compose.yml && -s $1/common/config/core/env ]]; }

# What prepare has made, but for the values that cert-sync puts there.
prepared_hash() {
  (
    cd "$1" || exit
    v2_files docker-compose.yml | grep -zvxE '.*/env|common/config/registry/passwd' | xargs -0 sha256sum
    find common/config -type f -name env -print | sort | while IFS= read -r file; do
      printf '%s %s\n' "$file" "$(grep -vE "^($(IFS='|' && echo "${V2_PINS[*]}"))=" "$file" | sha256sum)"
    done
  ) | sha256sum | cut -c1-64
}

# The program has shown what prepare would make, from the templates in the release's archive: what it has made must be that.
v2_compare() {
  local name path found expected wrong=()
  for name in "${!PARAM[@]}"; do
    [[ $name == expected/* ]] || continue
    path=${name#expected/} expected=${PARAM[$name]#sha256:}
    # A salted hash.
    [[ $path != common/config/registry/passwd ]] || continue
    if [[ ! -f $1/$path ]]; then
      wrong+=("$path (not made)")
      continue
    fi
    found=$(v2_masked "$1" "$path" | sha256sum)
    [[ ${found:0:${#expected}} == "$expected" ]] || wrong+=("$path")
  done
  ((${#wrong[@]} == 0)) ||
    die "prepare has made on $(hostname) something else than the preview showed: $(printf '%s\n' "${wrong[@]}" | sort | sed ':a; N; $!ba; s/\n/, /g')."$'\n'"Compare it with what lies in $1. If image ${PARAM[prepare_image]} here isn't the release's own, remove it (docker rmi), and $1/.unpacked, and run again; nothing was started"
}

# v2_masked DIR PATH: the file with slots for secrets and words for random values, as the program renders it.
v2_masked() {
  local name value line near='' slot all text=''
  local -A slots=() words=() blobs=()
  local -a values=()
  for name in ${PARAM[slots]}; do
    value=$(<"$SECRETS/$name")
    case $name in
      # An access key may be any word, so it is looked for where the registry is told it, and nowhere else.
      s3_access_key) blobs[accesskey]=$value ;;
      s3_secret_key) blobs[secretkey]=$value ;;
      *) if [[ $value ]]; then slots["$value"]+=" $name"; fi ;;
    esac
  done
  for name in "${V2_PINS[@]}"; do
    value=$(v2_value "$1/common/config/core/env" "$name")
    if [[ $value ]]; then words["$value"]=@@${V2_WORD[$name]}@@; fi
  done
  # One may be part of another.
  mapfile -t values < <(for value in "${!slots[@]}"; do printf '%s %s\n' "${#value}" "$value"; done | sort -k1,1nr -k2 | cut -d' ' -f2-)
  while IFS= read -r line || [[ $line ]]; do
    name=${line%%: *}
    name=${name// /}
    if [[ $name && -v blobs[$name] && ${line#*: } == "${blobs[$name]}" ]]; then
      text+="${line%%: *}: __s3_${name%key}_key__"$'\n'
      continue
    fi
    # Two secrets may be equal: then the last one that was spoken of is meant.
    all=${line,,}
    for value in "${values[@]}"; do all=${all//"${value,,}"/}; done
    case $all in
      *redis*) near='redis' ;;
      *postgres*) near='postgres' ;;
      *admin*) near='admin' ;;
    esac
    for value in "${!words[@]}"; do line=${line//"$value"/"${words[$value]}"}; done
    for value in "${values[@]}"; do
      [[ $line == *"$value"* ]] || continue
      all=${slots[$value]}
      slot=${all##* }
      for name in $all; do if [[ $name == "$near"_* ]]; then slot=$name; fi; done
      line=${line//"$value"/"__${slot}__"}
    done
    if [[ $line == NO_PROXY=* ]]; then
      line=NO_PROXY=$(tr ',' '\n' <<<"${line#*=}" | sort | tr '\n' ',')
      line=${line%,}
    fi
    text+=$line$'\n'
  done <"$1/$2"
  printf '%s' "${text%"${text##*[![:space:]]}"}"
}
