/** That each format has a place for every part that its server knows. */
import { assertEquals } from "@std/assert";
import { cycloneDxBom } from "../../../checkin/formats/cyclonedx.ts";
import { glpiDocument } from "../../../checkin/formats/glpi/mod.ts";
import { ironicDocument } from "../../../checkin/formats/ironic.ts";
import { metal3Hardware } from "../../../checkin/formats/metal3.ts";
import { wholeMachine } from "./whole_machine.ts";

const { cpu } = wholeMachine;

Deno.test("ironicDocument() has how disks are cabled, revisions, and the NUMA topology with memory and cores", () => {
  const { inventory, pci_devices, usb_devices, numa_topology } = ironicDocument(wholeMachine);
  assertEquals(usb_devices, [{ product: "Ultra Fit", vendor: "SanDisk" }]);
  assertEquals(inventory.disks.map(({ by_path }) => by_path), [
    "/dev/disk/by-path/pci-0000:18:00.0-sas-phy3-lun-0",
    undefined,
  ]);
  assertEquals(pci_devices?.map(({ revision }) => revision), ["02", undefined, undefined]);
  assertEquals(numa_topology, {
    ram: [{ numa_node: 0, size_kb: 64 * 2 ** 20 }, { numa_node: 1, size_kb: 0 }],
    cpus: [
      { cpu: 0, numa_node: 0, thread_siblings: [0, 4] },
      { cpu: 8, numa_node: 0, thread_siblings: [1, 5] },
      { cpu: 0, numa_node: 1, thread_siblings: [2, 6] },
      { cpu: 8, numa_node: 1, thread_siblings: [3, 7] },
    ],
    nics: [{ name: "eth0", numa_node: 1 }],
  });
});

Deno.test("ironicDocument() leaves out cores where it is not known which CPUs share one", () => {
  const cores = (logical: NonNullable<typeof cpu>["logical"], threadsPerCore: number) =>
    ironicDocument({ ...wholeMachine, cpu: { ...cpu, logical: logical!, threadsPerCore } }).numa_topology?.cpus;
  assertEquals(cores([], 2), undefined);
  assertEquals(cores([], 1)?.[1], { cpu: 1, numa_node: 0, thread_siblings: [1] });
  // One CPU that is unknown makes the cores of its node unknown.
  assertEquals(cores(cpu!.logical!.slice(0, 7), 2)?.map(({ numa_node }) => numa_node), [0, 0]);
});

Deno.test("metal3Hardware() names disks by path, and has a NIC once for each family of addresses", () => {
  const { storage, nics } = metal3Hardware(wholeMachine);
  assertEquals(storage?.map(({ name, alternateNames }) => [name, alternateNames]), [
    [
      "/dev/disk/by-path/pci-0000:18:00.0-sas-phy3-lun-0",
      ["/dev/sda", "/dev/disk/by-path/pci-0000:18:00.0-sas-phy3-lun-0"],
    ],
    ["/dev/sdb", ["/dev/sdb"]],
  ]);
  assertEquals(nics?.map(({ ip }) => ip), ["192.0.2.10", "2001:db8::10"]);
});

Deno.test("glpiDocument() has empty slots, every firmware once, USB, fabrics, routes, name servers and the tag", () => {
  const { tag, content } = glpiDocument(wholeMachine);
  assertEquals(tag, "berlin");
  assertEquals(content.operatingsystem?.["boot_time"], "2023-12-31 22:59:59");
  assertEquals(content.memories?.map(({ numslots, caption, capacity }) => [numslots, caption, capacity]), [
    [1, "P1-A1", undefined],
    [2, "P1-A2", 32768],
    [3, "P1-B1", undefined],
  ]);
  assertEquals(content.firmwares, [
    { name: "embedded controller", version: "1.7" },
    { name: "BMC", type: "bmc", version: "1.74", manufacturer: "Super Micro Computer Inc." },
    { name: "CPU microcode", version: "0x5003604" },
    { name: "TPM", version: "7.85" },
    { name: "Emulex LPe32002", description: "0000:86:00.0", version: "12.8" },
    { name: "CPLD", version: "1.7", date: "2023-05-06", manufacturer: "SMC" },
  ]);
  assertEquals(content.usbdevices, [{
    name: "Ultra Fit",
    caption: "Ultra Fit",
    manufacturer: "SanDisk",
    vendorid: "0781",
    productid: "5583",
    serial: "U1",
    class: "8",
  }]);
  assertEquals([content.hardware["defaultgateway"], content.hardware["dns"]], [
    "192.0.2.1",
    "192.0.2.53/2001:db8::53",
  ]);
  const networks = content.networks!;
  assertEquals(
    networks.map(({ description, type, ipaddress, ipgateway }) => [description, type, ipaddress, ipgateway]),
    [
      ["eth0", "ethernet", "192.0.2.10", "192.0.2.1"],
      ["eth0", "ethernet", "198.51.100.10", undefined],
      ["eth0", "ethernet", undefined, undefined],
      ["eth0", "ethernet", undefined, undefined],
      ["eth0.100", "alias", undefined, undefined],
      ["storage", "alias", undefined, undefined],
      ["host5", "fibrechannel", undefined, undefined],
      ["mlx5_0/1", "infiniband", undefined, undefined],
    ],
  );
  assertEquals(networks.filter(({ type }) => type === "alias").map(({ base }) => base), ["eth0", undefined]);
  assertEquals(networks.slice(-2).map(({ wwn, status, speed }) => [wwn, status, speed]), [
    ["10:00:00:90:fa:1b:2c:3d", "down", "16000"],
    ["50:6b:4b:03:00:f5:1b:3b", "up", "100000"],
  ]);
  const card = content.controllers?.[2];
  assertEquals([card?.["model"], card?.["serial"], content.controllers?.[0]?.["rev"]], ["LPe32002-M2", "FC1", "02"]);
});

Deno.test("cycloneDxBom() has cards, USB devices, FRUs that only the BMC knows, every firmware, places and labels", () => {
  const { components = [], metadata, dependencies } = cycloneDxBom(wholeMachine);
  const part = (ref: string) => components.find((each) => each["bom-ref"] === ref);
  const properties = (ref: string) =>
    Object.fromEntries(part(ref)?.properties?.map(({ name, value }) => [name, value]) ?? []);
  assertEquals(metadata.component.properties?.filter(({ name }) => name.startsWith("hnl_mk:label")), [
    { name: "hnl_mk:label:rack", value: "R12" },
    { name: "hnl_mk:label:tag", value: "berlin" },
  ]);
  assertEquals(components.filter(({ type }) => type === "firmware").map(({ name, version }) => `${name} ${version}`), [
    "BIOS 3.4",
    "microcode 0x5003604",
    "sda firmware A1",
    "eth0 firmware 22.5.7",
    "LPe31000 firmware 12.8",
    "BMC firmware 1.74",
    "TPM 2.0 Device firmware 7.85",
    "embedded controller 1.7",
    "CPLD 1.7",
  ]);
  assertEquals(dependencies[0]?.dependsOn?.slice(-2), ["firmware:0", "firmware:1"]);
  const card = properties("pci:0000:86:00.0");
  assertEquals([card["cdx:device:serialNumber"], card["cdx:device:sku"], card["hnl_mk:slot"], card["hnl_mk:wwpn"]], [
    "FC1",
    "LPe32002-M2",
    "PCIe Slot 2",
    "0x10000090fa1b2c3d",
  ]);
  assertEquals(properties("pci:0000:5e:00.0")["hnl_mk:nodeGuid"], "506b:4b03:00f5:1b3a");
  assertEquals(properties("network:0000:3b:00.0")["cdx:device:serialNumber"], "N1");
  const disk = properties("storage:sda");
  assertEquals([disk["hnl_mk:bay"], disk["hnl_mk:byPath"]], ["3", "pci-0000:18:00.0-sas-phy3-lun-0"]);
  assertEquals(part("usb:1-4.2")?.name, "Ultra Fit");
  assertEquals(part("tpm:TPM 2.0 Device")?.manufacturer, { name: "IFX" });
  assertEquals(components.filter((each) => each["bom-ref"]?.startsWith("fru:")).map(({ name }) => name), ["RSC-W2"]);
  assertEquals(properties("baseboard:X11DPU")["cdx:device:sku"], "X11DPU-P");
  const chassis = properties("chassis:bay 3");
  assertEquals([chassis["hnl_mk:rack"], chassis["hnl_mk:enclosureSerialNumber"]], ["R12", "EN1"]);
});
