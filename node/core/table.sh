# shellcheck shell=bash source=node/core/lib.sh

# What a verification has checked, and how it is shown. TABLE is a file of tab-separated rows.
ROWS=0
FAILED=0
# `rows`: the rows themselves are printed.
SHOW=counts

show_good() { if [[ $SHOW == rows ]]; then cat "$TABLE"; else counts; fi; }
show_failed() { if [[ $SHOW == rows ]]; then cat "$TABLE"; else { counts && failures; } >&2; fi; }

# row CHECK FROM TO PROBLEM: one check done; an empty problem is a success.
row() {
  local result=ok problem=${4//[$'\n\t']/ }
  ROWS=$((ROWS + 1))
  if [[ $4 ]]; then
    result=FAILED
    FAILED=$((FAILED + 1))
  fi
  printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$result" "${problem:0:300}" >>"$TABLE"
}

# A line for each kind of check, in the order of the checks.
counts() {
  awk -F '\t' '
    !($1 in all) { kinds[++n] = $1 }
    { all[$1]++; if ($4 == "ok") good[$1]++; if ($3 != "-") pairs[$1] = 1; if (length($1) > w) w = length($1) }
    END {
      for (i = 1; i <= n; i++) {
        k = kinds[i]
        c[k] = (good[k] + 0) "/" all[k] " " (k in pairs ? "pairs" : k == "name" ? "name" : "nodes")
        if (length(c[k]) > v) v = length(c[k])
      }
      for (i = 1; i <= n; i++) {
        k = kinds[i]
        printf "%-" w "s  %-" v "s  %s\n", k, c[k], good[k] == all[k] ? "ok" : "FAILED"
      }
    }' "$TABLE"
}

# What failed, at most 20 of them: one cause often fails many pairs.
failures() {
  awk -F '\t' '
    $4 == "FAILED" { if (++n <= 20) print $1 " " ($3 == "-" ? $2 : $2 " -> " $3) ": " $5 }
    END { if (n > 20) print "… and " n - 20 " more" }' "$TABLE"
}
