# Made by "deno task docs" from the table of options.
_hnl_mk() {
  local word=${COMP_WORDS[COMP_CWORD]} before_it=${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  case $before_it in
    --diff) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    --explain) ;;
    --parse) mapfile -t COMPREPLY < <(compgen -W "dmidecode lshw lscpu lldptool ipmitool-mc-info ipmitool-lan ipmitool-lan6 ipmitool-fru" -- "$word") ;;
    --format) mapfile -t COMPREPLY < <(compgen -W "json yaml table attributes ironic glpi cyclonedx metal3 csv html" -- "$word") ;;
    --output) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    --only)
      local before=${word%"${word##*,}"}
      mapfile -t COMPREPLY < <(compgen -P "$before" -W "sources findings system baseboard chassis firmware cpu memory slots onboardDevices managementHosts tpm firmwares pci gpus nics disks powerSupplies oemStrings bmc virtualization partitions os neighbours lldp identity interfaces infiniband fibreChannel iscsi routes dnsServers usb clock labels filesystems volatile" -- "${word##*,}")
      compopt -o nospace
      ;;
    --post) ;;
    --post-format) mapfile -t COMPREPLY < <(compgen -W "facts ironic glpi cyclonedx" -- "$word") ;;
    --record) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
    --replay) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    --spec) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    --lldp) ;;
    --timeout) ;;
    --proc) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
    --sys) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
    --dev) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
    --os-release) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    --server) ;;
    --state-dir) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
    --log-level) mapfile -t COMPREPLY < <(compgen -W "DEBUG INFO WARN ERROR FATAL" -- "$word") ;;
    --log-format) mapfile -t COMPREPLY < <(compgen -W "text json" -- "$word") ;;
    *)
      mapfile -t COMPREPLY < <(compgen -W "--once --diff --make-spec --explain --dry-run --check-config --status --parse --version --help -h --format --output --only --long --raw --strict --post --post-format --obey --record --replay --spec --with-cabling --list --lldp --timeout --include-secrets --proc --sys --dev --os-release --config --server --state-dir --log-level --log-format" -- "$word")
      ;;
  esac
}
complete -F _hnl_mk hnl_mk
