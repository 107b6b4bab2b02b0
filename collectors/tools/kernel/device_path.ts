/**
 * Where a device hangs: the target of a link in /sys/class or /sys/block, as its steps from /sys/devices on
 * (Documentation/admin-guide/sysfs-rules.rst). "../../devices/pci0000:00/0000:00:03.0/virtio2/net/eth0" gives
 * ["pci0000:00", "0000:00:03.0", "virtio2", "net", "eth0"].
 */
export function devicePath(link: string): string[] {
  const steps = link.split("/").filter((step) => step !== "" && step !== "..");
  return steps.slice(steps.indexOf("devices") + 1);
}

/** A PCI address: domain (more than four digits behind a VMD controller), bus, device, function. */
const PCI_ADDRESS = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;

/** The PCI device that is nearest to the device at the end of `path`. */
export function nearestPciAddress(path: readonly string[]): string | undefined {
  return path.findLast((step) => PCI_ADDRESS.test(step));
}

/** The PCI devices that `path` goes through, from the root bus down. */
export function pciAddresses(path: readonly string[]): string[] {
  return path.filter((step) => PCI_ADDRESS.test(step));
}

/** The last step of a path or link: "../../bus/pci/drivers/igb" gives "igb". */
export function lastStep(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
