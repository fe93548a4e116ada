# shellcheck shell=bash
# One of before --validate.
echo 'unknown flag: --validate' >&2
exit 125
