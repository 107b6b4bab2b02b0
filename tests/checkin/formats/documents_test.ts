/** That GLPI, CycloneDX and metal3 get all that the facts have of the parts that they know. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { cycloneDxBom } from "../../../checkin/formats/cyclonedx.ts";
import { glpiDocument, glpiHeaders, glpiWords } from "../../../checkin/formats/glpi/mod.ts";
import { metal3Hardware } from "../../../checkin/formats/metal3.ts";
import { DOCUMENT_FORMATS, FACTS_FORMATS, loadFormat } from "../../../checkin/formats/mod.ts";
import { machineUuid, uuidOf } from "../../../checkin/formats/stable_uuid.ts";
import { recorded } from "./machines.ts";

const dell = await recorded("dell");

Deno.test("glpiDocument() has every part of the recorded server", () => {
  const { content, deviceid } = glpiDocument(dell);
  assertEquals(deviceid, "rancher-4c4c4544-0042-3510-8052-b4c04f4e4b32");
  assertEquals(content.hardware, {
    name: "rancher",
    uuid: "4c4c4544-0042-3510-8052-b4c04f4e4b32",
    chassis_type: "Rack Mount Chassis",
    memory: 65536,
    swap: 0,
  });
  assertEquals([content.bios?.ssn, content.bios?.smodel, content.bios?.bdate, content.bios?.assettag], [
    "B5R4NK2",
    "PowerEdge R740",
    "2021-07-09",
    "HNL-000123",
  ]);
  assertEquals(content.cpus?.map(({ core, thread, speed, serial }) => [core, thread, speed, serial]), [
    [20, 2, 2100, "7A11C0DE0000"],
    [20, 2, 2100, "7A11C0DE0001"],
  ]);
  assertEquals(
    content.memories?.map(({ caption, capacity, speed, serialnumber }) => [caption, capacity, speed, serialnumber]),
    [
      ["A1", 32768, "2666", "2F1C8A30"],
      ["A2", undefined, undefined, undefined],
      ["B1", 32768, "2666", "2F1C8A31"],
      ["B2", undefined, undefined, undefined],
    ],
  );
  assertEquals(content.storages?.map(({ serial }) => serial), dell.disks?.map(({ serialNumber }) => serialNumber));
  assertEquals(content.storages?.find(({ name }) => name === "sda")?.disksize, 600000);
  assertEquals(content.controllers?.length, dell.pci?.length);
  assertEquals(content.slots?.map(({ name, status }) => [name, status]), [
    ["PCIe Slot 1", "used"],
    ["PCIe Slot 2", "free"],
  ]);
  assertEquals(content.powersupplies?.map(({ serialnumber, power_max }) => [serialnumber, power_max]), [
    ["CNLOD007C41", 750],
    ["CNLOD007C42", 750],
  ]);
  assertEquals(content.firmwares?.map(({ name, version }) => [name, version]), [
    ["BMC", "3.15"],
    ["CPU microcode", "0x1"],
  ]);
});

Deno.test("glpiDocument() has an entry for each address of an interface, and the BMC's", () => {
  const networks = glpiDocument(dell).content.networks!;
  const eth0 = networks.filter(({ description }) => description === "eth0");
  assertEquals(eth0.map(({ ipaddress, ipmask, ipsubnet, ipaddress6 }) => [ipaddress, ipmask, ipsubnet, ipaddress6]), [
    ["10.0.2.15", "255.255.255.0", "10.0.2.0", undefined],
    [undefined, undefined, undefined, "fe80::b283:feff:fed0:1"],
  ]);
  assertEquals([eth0[0]!.mac, eth0[0]!.pciid, eth0[0]!.pcislot, eth0[0]!.status], [
    "b0:83:fe:d0:00:01",
    "8086:10d3",
    "00:03.0",
    "up",
  ]);
  assertEquals(networks.find(({ description }) => description === "lo")?.type, "loopback");
  const bmc = networks.find(({ management }) => management === true)!;
  assertEquals([bmc.mac, bmc.ipaddress, bmc.ipsubnet, bmc.ipgateway], [
    "d0:94:66:12:34:56",
    "10.20.30.40",
    "10.20.30.0",
    "10.20.30.1",
  ]);
});

Deno.test("cycloneDxBom() has every part with its serial number, and its firmware below it", () => {
  const { components = [], dependencies, metadata } = cycloneDxBom(dell);
  const serialNumbers = components.flatMap(({ properties = [] }) =>
    properties.filter(({ name }) => name === "cdx:device:serialNumber").map(({ value }) => value)
  );
  const known = [
    dell.baseboard?.serialNumber,
    dell.chassis?.serialNumber,
    ...dell.cpu!.packages!.map(({ serialNumber }) => serialNumber),
    ...dell.memory!.dimms!.map(({ serialNumber }) => serialNumber),
    ...dell.disks!.map(({ serialNumber }) => serialNumber),
    ...dell.powerSupplies!.map(({ serialNumber }) => serialNumber),
  ];
  assertEquals(serialNumbers, known);
  const macs = components.flatMap(({ properties = [] }) =>
    properties.filter(({ name }) => name === "cdx:device:macAddress").map(({ value }) => value)
  );
  assertEquals(macs, [...dell.nics!.map(({ mac }) => mac), "d0:94:66:12:34:56"]);
  const firmware = components.filter(({ type }) => type === "firmware").map(({ name, version }) =>
    `${name} ${version}`
  );
  assert(firmware.includes("BIOS 2.12.2") && firmware.includes("BMC firmware 3.15"), `${firmware}`);
  // Everything hangs on the machine, and every reference is of something.
  const refs = components.map((component) => component["bom-ref"]!);
  assertEquals(new Set(refs).size, refs.length);
  const [machine, ...parts] = dependencies;
  assertEquals(machine!.ref, metadata.component["bom-ref"]);
  assertEquals(
    [...machine!.dependsOn!, ...parts.flatMap(({ dependsOn }) => dependsOn!)].sort(),
    [...refs].sort(),
  );
  // A NIC and an NVMe disk are no PCI device besides.
  const others = components.filter((component) => component["bom-ref"]?.startsWith("pci:"));
  assertEquals(others.length, dell.pci!.length - dell.nics!.length - 1);
});

Deno.test("metal3Hardware() has the recorded server as metal3 makes it of Ironic's inventory", () => {
  const { nics, storage, ...rest } = metal3Hardware(dell);
  assertEquals({ ...rest, cpu: { ...rest.cpu, flags: [] } }, {
    systemVendor: { manufacturer: "Dell Inc.", productName: "PowerEdge R740", serialNumber: "B5R4NK2" },
    firmware: { bios: { vendor: "Dell Inc.", version: "2.12.2", date: "07/09/2021" } },
    ramMebibytes: 65536,
    cpu: {
      arch: "x86_64",
      model: "Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz",
      clockMegahertz: 2100,
      flags: [],
      count: 2,
    },
    hostname: "rancher",
  });
  assertEquals(nics?.map(({ name, ip, pxe }) => [name, ip, pxe]), [
    ["eth0", "10.0.2.15", true],
    ["eth0", "fe80::b283:feff:fed0:1", true],
    ["eth1", "fe80::b283:feff:fed0:2", false],
    ["eth2", undefined, false],
  ]);
  assertEquals(nics?.[2], {
    name: "eth1",
    mac: "b0:83:fe:d0:00:02",
    model: "0x1af4 0x1000",
    ip: "fe80::b283:feff:fed0:2",
    pciAddress: "0000:00:04.0",
    pxe: false,
    vlanId: 210,
    vlans: [{ id: 210, name: "provisioning" }],
    lldp: { switchID: "00:2a:6a:11:22:33", portID: "Ethernet1/17", switchSystemName: "leaf-01.dc1.example" },
  });
  assertEquals(storage?.map(({ name, type }) => [name, type]), [
    ["/dev/nvme0n1", "NVME"],
    ["/dev/sda", "HDD"],
    ["/dev/sdb", "SSD"],
    ["/dev/sdc", "HDD"],
    ["/dev/vda", undefined],
  ]);
});

Deno.test("every format gives the same for the same facts, as plain JSON, and leaves them as they are", async () => {
  const before = structuredClone(dell);
  for (const name of [...FACTS_FORMATS, ...DOCUMENT_FORMATS]) {
    const { document } = await loadFormat(name as (typeof DOCUMENT_FORMATS)[number]);
    assertEquals(JSON.parse(JSON.stringify(document(dell))), document(structuredClone(dell)), name);
  }
  assertEquals(dell, before);
});

Deno.test("machineUuid() stays the machine's, whatever else changes", () => {
  const without = (facts: typeof dell) => {
    const { uuid: _, ...identity } = facts.identity;
    const { uuid: __, ...system } = facts.system!;
    return { ...facts, identity, system };
  };
  assertEquals(machineUuid(dell), dell.identity.uuid);
  const made = machineUuid(without(dell));
  assert(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(made), made);
  assertEquals(machineUuid(without({ ...dell, collectedAt: "2027-01-01T00:00:00Z", disks: [] })), made);
  assertNotEquals(machineUuid(without({ ...dell, nics: [] })), made);
  assertEquals(glpiHeaders(dell), { "glpi-agent-id": dell.identity.uuid! });
  assertEquals(glpiWords({ message: "no" }), "no");
  assertEquals(glpiWords([]), undefined);
});

Deno.test("uuidOf() is version 5 of RFC 9562", () => {
  // python3 -c 'import uuid; print(uuid.uuid5(uuid.NAMESPACE_URL, "urn:hnl_mk:a:b"))'
  assertEquals(uuidOf("a", "b"), "5899189a-2e57-532e-a276-d8322af7067c");
});
