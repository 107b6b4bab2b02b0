/** How the attributes differ from what the old agent sent: the fact, the old agent, this one (Markdown). */
export const DIFFERENCES: readonly (readonly [fact: string, old: string, now: string])[] = [
  ["disks, CPUs, NICs, BMC", "lost on nearly all machines (v3.0)", "sent"],
  ["`mk_hw_cpu_*` of a board with one socket", "none", '`mk_hw_cpu_count` "1", `mk_hw_cpu0_*`'],
  [
    "`mk_hw_disk<i>_*`",
    "no NVMe and virtio disks; only one of several of a kind",
    "all disks, by name; what lshw lacks is from the kernel",
  ],
  [
    "`mk_hw_disk<i>_logical_name`, `mk_hw_nic<i>_logical_name`",
    "the last of several, such as a mount point",
    "the device",
  ],
  ["`mk_hw_mem_slot<i>_*`", "never", "every populated slot"],
  ["`mk_hw_mem_size` with an array for each socket", "none", "the sum"],
  ["`mk_hw_nic<i>_*` of virtio", "without name and address", "with them"],
  ["`mk_hw_*` under KVM", "without the values of SMBIOS", "with them"],
  ["`mk_hw_lscpu_CPU_sockets`", "never with an lscpu of the last ten years", 'from "Socket(s)"'],
  ["`mk_ipmi_MAC_Address`, `…_Gateway_MAC`", 'object `{"d4":"ae:52:…"}`', "the MAC as a string"],
  ["`mk_ipmi_*` of the LAN", "of the first channel", "of the first channel that has an address"],
  ["`mk_ipmi_SNMP_Community_String`", "in clear", "only with `--include-secrets`"],
  ["`mk_ipmi_Gratuitous_ARP_Intrvl`", "never", "sent"],
  ["`ipaddress6_<if>`", "none that begins with f, e, 8, 0 or 1", "every global one"],
  [
    "`macaddress*`",
    "upper case in the old image (busybox)",
    "as the kernel writes them, lower case; a bond's slaves in upper case, as Facter has it",
  ],
  [
    "`hostname`, `fqdn`",
    "the host was renamed to `mk` + MAC",
    "the host keeps its name; without one, `mk` + the first MAC of `mac_id`",
  ],
  [
    'placeholders of the firmware ("Not Specified") in Facter\'s facts',
    "sent",
    "not sent (attributes from lshw keep lshw's words)",
  ],
  ["`blockdevice_sr<i>_size`", "1 GiB, whatever medium is in the drive", "not sent"],
  ["keys", "could hold dots", "never a dot, never a leading `$`"],
];
