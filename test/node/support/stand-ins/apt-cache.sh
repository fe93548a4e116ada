# shellcheck shell=bash
# Everything is offered.
printf '%s:\n  Installed: (none)\n  Candidate: 1.0\n' "${*: -1}"
exit 0
