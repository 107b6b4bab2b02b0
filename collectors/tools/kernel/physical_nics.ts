import { type Host, listNames } from "../../host/mod.ts";
import { byName } from "../../values.ts";

/**
 * The names of the physical NICs, in order: interfaces with a device behind them that is no SR-IOV virtual function
 * (Documentation/ABI/testing/sysfs-class-net, sysfs-bus-pci "physfn").
 */
export async function physicalNics(host: Host): Promise<string[]> {
  const names = await listNames(host, "/sys/class/net");
  const physical = await Promise.all(names.map(async (name) => {
    const [device, physicalFunction] = await Promise.all([
      host.link(`/sys/class/net/${name}/device`),
      host.link(`/sys/class/net/${name}/device/physfn`),
    ]);
    return "value" in device && !("value" in physicalFunction);
  }));
  return names.filter((_, i) => physical[i]).sort(byName);
}
