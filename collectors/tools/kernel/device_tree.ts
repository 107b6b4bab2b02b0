/**
 * What a device tree says of the machine: ARM, RISC-V and POWER without SMBIOS (Devicetree Specification 0.4, 2.3,
 * 3.2).
 */
import { told } from "../../placeholders.ts";
import { nonEmpty, prune } from "../../values.ts";
import type { HostFiles } from "./files.ts";

/** The root node; fields as in the facts. */
export interface DeviceTree {
  /** The maker's prefix (Documentation/devicetree/bindings/vendor-prefixes.yaml): "nvidia". */
  manufacturer?: string;
  productName?: string;
  serialNumber?: string;
  /** Programming models, the most exact first: the board, then what it is built around. */
  compatible?: string[];
}

/** A tree has three or four, and each has at most 64 bytes. */
const MOST_COMPATIBLE = 32;

/** Where the tree is; /proc/device-tree is a link there, on kernels before 3.14 the tree itself. */
const FOLDERS = ["/sys/firmware/devicetree/base", "/proc/device-tree"];

/** The root node of the first tree that there is. */
export async function readDeviceTree(files: HostFiles): Promise<DeviceTree | undefined> {
  for (const folder of FOLDERS) {
    // Texts end in NUL; of several in `compatible` the first is the board itself.
    const [model, serial, systemId, compatible] = await Promise.all(
      ["model", "serial-number", "system-id", "compatible"].map((name) => files.text(`${folder}/${name}`)),
    );
    const tree = deviceTreeOf({ model, serial: serial ?? systemId, compatible });
    if (tree) return tree;
  }
  return undefined;
}

/** The node of these properties: a model is a name, or "maker,name". */
export function deviceTreeOf(
  properties: { model: string | undefined; serial: string | undefined; compatible: string | undefined },
): DeviceTree | undefined {
  const text = (property: string | undefined) => told(property?.split("\0")[0]);
  const model = text(properties.model), compatible = text(properties.compatible);
  const maker = /^([a-z0-9-]+),/.exec(compatible ?? "")?.[1] ?? /^([A-Za-z0-9-]+),\S/.exec(model ?? "")?.[1];
  const isPrefixed = maker !== undefined && model?.toLowerCase().startsWith(`${maker.toLowerCase()},`);
  const tree = prune<DeviceTree>({
    manufacturer: maker,
    productName: isPrefixed ? told(model!.slice(maker.length + 1)) : model,
    compatible: nonEmpty(
      (properties.compatible ?? "").split("\0", MOST_COMPATIBLE).flatMap((one) => told(one) ?? []),
    ),
    // POWER's begins with the maker: "IBM,02789A1B".
    serialNumber: text(properties.serial)?.replace(/^IBM,/, ""),
  });
  return Object.keys(tree).length > 0 ? tree : undefined;
}
