import { type Host, known, listNames, type Read, reading } from "../../host/mod.ts";
import { byName } from "../../values.ts";

const NET = "/sys/class/net";

/**
 * The names of the physical NICs, in order: interfaces with a device behind them that is no SR-IOV virtual function
 * (Documentation/ABI/testing/sysfs-class-net, sysfs-bus-pci "physfn"). `absent` is no machine without NICs, but one
 * whose /sys is not there: every kernel has the folder.
 */
export async function physicalNics(host: Host): Promise<Read<string[]>> {
  const names = await listNames(host, NET);
  if (!("value" in names)) return names;
  return await reading(async () => {
    const physical = await Promise.all(names.value.map(async (name) => {
      const [device, physicalFunction] = await Promise.all([
        host.link(`${NET}/${name}/device`),
        host.link(`${NET}/${name}/device/physfn`),
      ]);
      return known(device) !== undefined && known(physicalFunction) === undefined;
    }));
    return names.value.filter((_, i) => physical[i]).sort(byName);
  });
}
