#!/usr/bin/env bash
# Two ways side by side, alternating in one run. Sourced; the caller defines `timed NAME`, which prints milliseconds.

# now: microseconds.
now() { printf '%s' "${EPOCHREALTIME/[.,]/}"; }

median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# alternate ROUNDS LIMIT A B: prints each time, the medians and B's ratio to A; fails when it is above the limit.
alternate() {
  local rounds=$1 limit=$2 names=("$3" "$4") round times scratch
  scratch=$(mktemp -d)
  printf '%6s %13s %13s\n' round "${names[@]}"
  for ((round = 1; round <= rounds; round++)); do
    times[0]=$(timed "${names[0]}") || return
    times[1]=$(timed "${names[1]}") || return
    printf '%6s %10s ms %10s ms\n' "$round" "${times[@]}"
    echo "${times[0]}" >>"$scratch/a"
    echo "${times[1]}" >>"$scratch/b"
  done
  times=("$(median <"$scratch/a")" "$(median <"$scratch/b")")
  rm -rf "$scratch"
  awk -v a="${times[0]}" -v b="${times[1]}" -v limit="$limit" 'BEGIN {
    printf "median %10s ms %10s ms   ratio %.2f (limit %s)\n", a, b, b / a, limit
    exit b / a > limit
  }'
}
