# shellcheck shell=bash source=node/core/lib.sh

main() {
  local command=${1:-help}
  shift || true
  case $command in
    put | remove | probe | again | verify | health) "cmd_$command" "$@" ;;
    secrets | host | mount | store | stage | prepare | up | down | start | watch | remount | status | facts | inspect | redis | dns) "cmd_$command" ;;
    mysql | postgres)
      declare -F "cmd_$command" >/dev/null || die "$command is no command of this Harbor version's release line"
      "cmd_$command"
      ;;
    token-key | cert-sync | dns-remove) "cmd_${command//-/_}" ;;
    *)
      echo "usage: harbor-ha status | facts | health [--metrics] | start | remount"
      echo "(the other commands are run by the Pulumi program, with parameters on standard input)"
      [[ $command == help ]]
      ;;
  esac
}

main "$@"
exit
