# shellcheck shell=bash disable=SC2154
echo node1; exit 0
