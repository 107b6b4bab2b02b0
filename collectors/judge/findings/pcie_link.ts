import type { PciDevice } from "../../facts/mod.ts";
import { itemPath } from "../../facts/path.ts";
import { isGpuClass } from "../../facts/pci.ts";
import type { Finding, Rule } from "./finding.ts";

/**
 * A PCIe link that is narrower or slower than both of its ends can (PCI Express Base Specification 4.0, 7.5.3.6 and
 * 7.5.3.8; /sys/bus/pci/devices): badly seated, dirty, or a damaged riser. Never by a device's own maximum alone: a card
 * of 16 lanes in a slot of 8 is as it should be. GPUs slow their links down while they idle: they, and the ports above
 * them, are judged by width only. It cannot know of lanes that a riser does not wire.
 */
export const pcieLink: Rule = function* ({ pci = [] }) {
  const devices = new Map(pci.map((device) => [device.address, device]));
  const idling = aboveGpus(devices);
  for (const device of devices.values()) {
    const port = devices.get(device.upstream ?? "");
    // The functions of a device share its link; a port that nothing hangs at has no width.
    if (!port || !device.address.endsWith(".0") || device.linkWidth === undefined) continue;
    if (portsAbove(device, devices) % 2 === 0) continue;
    const width = least(device.maxLinkWidth, port.maxLinkWidth);
    const speed = least(rate(device.maxLinkSpeed), rate(port.maxLinkSpeed));
    const linkSpeed = rate(device.linkSpeed);
    if (width !== undefined && device.linkWidth < width) {
      yield narrowed(device, port, "linkWidth", `has ${device.linkWidth} of ${width} PCIe lanes`);
    }
    if (speed !== undefined && linkSpeed !== undefined && linkSpeed < speed && !idling.has(device.address)) {
      yield narrowed(device, port, "linkSpeed", `runs at ${linkSpeed} of ${speed} GT/s`);
    }
  }
};

function narrowed(device: PciDevice, port: PciDevice, field: "linkWidth" | "linkSpeed", what: string): Finding {
  const most = field === "linkWidth" ? "maxLinkWidth" : "maxLinkSpeed";
  const [path, portPath] = [itemPath("pci", device.address), itemPath("pci", port.address)];
  return {
    id: "pcie-link",
    level: "warning",
    path: `${path}.${field}`,
    message: `${device.product ?? "the device"} at ${device.address} ${what}`,
    evidence: [
      { path: `${path}.${field}`, value: device[field]! },
      { path: `${path}.${most}`, value: device[most]! },
      { path: `${portPath}.${most}`, value: port[most]! },
    ],
  };
}

/**
 * How many ports are above a device. Below the root port comes a device or the upper port of a switch, below that the
 * lower ports of the switch, and so on. A lower port tells of the link below it, not of the one to the upper port: that
 * is the inside of the switch, and no link. What has no link itself is no port (a VMD controller above its root ports).
 */
function portsAbove(device: PciDevice, devices: ReadonlyMap<string, PciDevice>): number {
  const seen = new Set<PciDevice>();
  for (
    let port = devices.get(device.upstream ?? "");
    port && !seen.has(port);
    port = devices.get(port.upstream ?? "")
  ) {
    seen.add(port);
  }
  return [...seen].filter(({ maxLinkWidth }) => maxLinkWidth !== undefined).length;
}

/** GPUs, and the ports on the way to one: many a card brings a switch of its own, which idles with it. */
function aboveGpus(devices: ReadonlyMap<string, PciDevice>): Set<string> {
  const found = new Set<string>();
  for (const gpu of [...devices.values()].filter(({ classCode }) => isGpuClass(classCode))) {
    let device: PciDevice | undefined = gpu;
    while (device && !found.has(device.address)) {
      found.add(device.address);
      device = devices.get(device.upstream ?? "");
    }
  }
  return found;
}

/** "8.0 GT/s PCIe" is 8. */
function rate(speed: string | undefined): number | undefined {
  const number = parseFloat(speed ?? "");
  return Number.isNaN(number) ? undefined : number;
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.min(a, b);
}
