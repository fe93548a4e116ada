# shellcheck shell=bash disable=SC2154
echo 6.1.0-18-amd64; exit 0
