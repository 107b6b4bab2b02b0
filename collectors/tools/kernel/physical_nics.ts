import { type Host, known, listNames, type Read, reading, readLine, readText, valueOf } from "../../host/mod.ts";
import { byName } from "../../values.ts";
import { devicePath } from "./device_path.ts";
import { parseUevent } from "./uevent.ts";

const NET = "/sys/class/net";

/** What the kernel says of an interface that tells whether it is a port. */
export interface PortWords {
  /** Where its link in /sys/class/net leads, from /sys/devices on. */
  path: readonly string[];
  /** Whether it is a virtual function: its device has a link `physfn`. */
  isVirtualFunction: boolean;
  /** `phys_port_name` */
  portName: string | undefined;
  /** What its driver calls the device, DEVTYPE of its `uevent`: wlan, wwan. */
  deviceType: string | undefined;
}

/**
 * The ports of a switch inside a card or a DPU that no cable goes into: representors of its host's functions
 * (devlink-port(8): pf0, c1pf0, pf0vf0, pf0sf88; before devlink named them ice: pf0vfr3, nfp: pf0s1 and its vNIC n0,
 * mlx5 up to Linux 4.17: the number of the VF alone).
 */
const REPRESENTOR = /^((c\d+)?pf\d+(s\d+)?((vfr?|sf)\d+)?|n?\d+)$/;

/** Devices that are no ports: a subfunction (auxiliary bus), the FIFO between a DPU and its management. */
const NO_PORT = /^mlx5_core\.sf\.\d+$|^MLNXBF01:/;

/** Whether a cable goes into an interface that has hardware behind it. */
export function isPhysicalPort({ path, isVirtualFunction, portName, deviceType }: PortWords): boolean {
  return !isVirtualFunction && !isWireless(deviceType) && !REPRESENTOR.test(portName ?? "") &&
    !path.some((step) => NO_PORT.test(step));
}

/** Whether an interface is a radio's, by DEVTYPE. */
export function isWireless(deviceType: string | undefined): boolean {
  return deviceType === "wlan" || deviceType === "wwan";
}

/**
 * Where an interface with hardware behind it hangs among the devices (`link`: that in /sys/class/net), [] where nothing
 * tells; undefined for one without hardware. Under devices/virtual there are radios and netdevsim's cards too, and they
 * have a device: `hasDevice` is asked then.
 */
export async function pathOfHardware(
  link: string | undefined,
  hasDevice: () => Promise<boolean>,
): Promise<string[] | undefined> {
  const path = link === undefined ? undefined : devicePath(link);
  if (path?.[0] === "virtual" && path[1] === "net") return undefined;
  const isCertain = path !== undefined && path[0] !== "virtual";
  return isCertain || await hasDevice() ? path ?? [] : undefined;
}

/**
 * The names of the physical NICs, in order: interfaces that a cable goes into (Documentation/ABI/testing/sysfs-class-net,
 * sysfs-bus-pci "physfn"). `absent` is no machine without NICs, but one whose /sys is not there: every kernel has the
 * folder.
 */
export async function physicalNics(host: Host): Promise<Read<string[]>> {
  const names = await listNames(host, NET);
  if (!("value" in names)) return names;
  return await reading(async () => {
    const physical = await Promise.all(names.value.map(async (name) => {
      const folder = `${NET}/${name}`;
      const path = await pathOfHardware(
        known(await host.link(folder)),
        async () => known(await host.link(`${folder}/device`)) !== undefined,
      );
      if (path === undefined) return false;
      const [physicalFunction, portName, uevent] = await Promise.all([
        host.link(`${folder}/device/physfn`),
        readLine(host, `${folder}/phys_port_name`),
        readText(host, `${folder}/uevent`),
      ]);
      return isPhysicalPort({
        path,
        isVirtualFunction: known(physicalFunction) !== undefined,
        // What is not said in time costs no more than asking in vain.
        portName: valueOf(portName),
        deviceType: parseUevent(valueOf(uevent) ?? "").get("DEVTYPE"),
      });
    }));
    return names.value.filter((_, i) => physical[i]).sort(byName);
  });
}
