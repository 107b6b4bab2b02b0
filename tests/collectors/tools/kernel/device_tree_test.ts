import { assertEquals } from "@std/assert";
import { deviceTreeOf } from "../../../../collectors/tools/kernel/device_tree.ts";
import { factsOf, ok } from "../../facts/assembled.ts";
import { hostFsOf } from "./tree.ts";

Deno.test("deviceTreeOf() tells maker, model and serial number", () => {
  const of = (model?: string, compatible?: string, serial?: string) => deviceTreeOf({ model, compatible, serial });
  assertEquals(of("NVIDIA Jetson AGX Orin\0", "nvidia,p3737-0000+p3701-0000\0nvidia,tegra234\0", "1421722012345\0"), {
    manufacturer: "nvidia",
    productName: "NVIDIA Jetson AGX Orin",
    serialNumber: "1421722012345",
    compatible: ["nvidia,p3737-0000+p3701-0000", "nvidia,tegra234"],
  });
  assertEquals(of("apm,mustang", "apm,mustang\0apm,xgene-storm"), {
    ...{ manufacturer: "apm", productName: "mustang", compatible: ["apm,mustang", "apm,xgene-storm"] },
  });
  assertEquals(of("8335-GTH", "ibm,witherspoon", "IBM,789A1B2"), {
    manufacturer: "ibm",
    productName: "8335-GTH",
    serialNumber: "789A1B2",
    compatible: ["ibm,witherspoon"],
  });
  assertEquals(of("linux,dummy-virt"), { manufacturer: "linux", productName: "dummy-virt" });
  assertEquals(of("Default string\0", undefined, "0000000000000000\0"), undefined);
});

Deno.test("factsOf() names a machine by its device tree where there is no SMBIOS", async () => {
  const properties = {
    "model": "Raspberry Pi 4 Model B Rev 1.4\0",
    "serial-number": "10000000a1b2c3d4\0",
    "compatible": "raspberrypi,4-model-b\0brcm,bcm2711\0",
  };
  const at = (folder: string) => Object.fromEntries(Object.entries(properties).map(([k, v]) => [`${folder}/${k}`, v]));
  const system = {
    manufacturer: "raspberrypi",
    productName: "Raspberry Pi 4 Model B Rev 1.4",
    serialNumber: "10000000a1b2c3d4",
    compatible: ["raspberrypi,4-model-b", "brcm,bcm2711"],
  };
  for (const folder of ["sys/firmware/devicetree/base", "proc/device-tree"]) {
    const hostfs = await hostFsOf(at(folder));
    assertEquals(factsOf({ hostfs: ok(hostfs) }).system, system, folder);
    // A server has both: SMBIOS is the one that its maker fills in.
    const withSmbios = { ...hostfs, dmiIds: { sys_vendor: "GIGABYTE" } };
    assertEquals(factsOf({ hostfs: ok(withSmbios) }).system, { manufacturer: "GIGABYTE" });
  }
});
