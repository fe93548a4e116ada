# shellcheck shell=bash disable=SC2154
case $all in -u) echo 0 ;; *) exit 1 ;; esac; exit 0
