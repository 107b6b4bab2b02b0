/** The tables of one machine. */
import type { Facts, Nic, PciDevice } from "../../facts/mod.ts";
import { makerAndModel } from "../machine_name.ts";
import { mediumOf } from "./boxes.ts";
import { isSystemDevice } from "./cards.ts";
import { type Marks, pathsOf } from "./marks.ts";
import { dimmKind } from "../dimm_kind.ts";
import { type Markup, markup } from "./markup.ts";
import { drawnSlots, socketsOf } from "./sockets.ts";
import { type Part, tableOf } from "./table.ts";
import { binary, bitRate, decimal, deviceName, generation, linkWords, listed, words } from "./words.ts";

/** Those that hold something. */
export function tables(facts: Facts, marks: Marks, part: Part): Markup[] {
  const found = [
    memoryTable(facts, marks, part),
    diskTable(facts, marks, part),
    nicTable(facts, marks, part),
    infinibandTable(facts, marks, part),
    fibreChannelTable(facts, marks, part),
    pciTable(facts, marks, part),
    slotTable(facts, marks, part),
    powerTable(facts, marks, part),
    bmcTable(facts, marks, part),
    firmwareTable(facts, marks, part),
  ];
  return found.filter((table) => table !== undefined);
}

function memoryTable(facts: Facts, marks: Marks, part: Part): Markup | undefined {
  const slots = drawnSlots(facts, socketsOf(facts));
  const dimms = facts.memory?.dimms ?? [], paths = pathsOf("memory.dimms", dimms);
  // Modules that are no longer there stand in no slot.
  const gone = dimms.map((dimm, i) => ({ label: dimm.locator ?? "", dimm, path: paths[i]! }))
    .filter(({ dimm }) => slots.every((slot) => slot.dimm !== dimm));
  const rows = [...slots.filter((slot) => slot.dimm || gone.every(({ path }) => path !== slot.path)), ...gone];
  return tableOf(part, marks, {
    id: "memory",
    heading: "Memory",
    items: rows,
    paths: rows.map(({ path }) => path),
    columns: [
      ["Slot", ({ label }) => label],
      ["Bank", ({ dimm }) => dimm?.bank],
      ["Size", ({ dimm }) => dimm ? binary(dimm.sizeBytes) : "empty", ({ dimm }) => dimm?.sizeBytes ?? 0],
      ["Type", ({ dimm }) => dimm && dimmKind(dimm)],
      ["Rated MT/s", ({ dimm }) => dimm?.speedMTs, ({ dimm }) => dimm?.speedMTs],
      ["Set MT/s", ({ dimm }) => dimm?.configuredSpeedMTs, ({ dimm }) => dimm?.configuredSpeedMTs],
      ["Corrected", ({ dimm }) => dimm?.correctedErrors || undefined, ({ dimm }) => dimm?.correctedErrors],
      ["Uncorrected", ({ dimm }) => dimm?.uncorrectedErrors || undefined, ({ dimm }) => dimm?.uncorrectedErrors],
      ["Ranks", ({ dimm }) => dimm?.rank, ({ dimm }) => dimm?.rank],
      ["Maker", ({ dimm }) => dimm?.manufacturer],
      ["Part", ({ dimm }) => dimm?.partNumber],
      ["Serial", ({ dimm }) => dimm?.serialNumber],
    ],
  });
}

function diskTable({ disks = [] }: Facts, marks: Marks, part: Part): Markup | undefined {
  return tableOf(part, marks, {
    id: "disks",
    heading: "Disks",
    items: disks,
    paths: pathsOf("disks", disks),
    columns: [
      ["Disk", ({ name }) => name],
      ["Bay", ({ bay }) => bay, ({ bay }) => /^\d+$/.test(bay ?? "") ? Number(bay) : undefined],
      ["Size", ({ sizeBytes }) => decimal(sizeBytes), ({ sizeBytes }) => sizeBytes ?? 0],
      ["Kind", mediumOf],
      ["Bus", ({ transport }) => transport],
      ["Model", ({ vendor, model }) => makerAndModel(vendor, model)],
      ["Firmware", ({ firmware }) => firmware],
      ["Serial", ({ serialNumber }) => serialNumber],
      ["Controller", ({ controller }) => controller],
      ["Enclosure", ({ enclosure }) => enclosure],
      ["Paths", ({ paths }) => paths?.length, ({ paths }) => paths?.length],
      ["Mounted", ({ mountpoints }) => mountpoints?.join(" ")],
    ],
  });
}

function nicTable({ nics = [], neighbours = [] }: Facts, marks: Marks, part: Part): Markup | undefined {
  const switchOf = ({ name }: Nic) => neighbours.find((each) => each.interface === name);
  return tableOf(part, marks, {
    id: "nics",
    heading: "Network ports",
    items: nics,
    paths: pathsOf("nics", nics),
    columns: [
      ["Port", ({ name }) => name],
      ["Link", ({ carrier, operState }) => carrier === undefined ? operState : carrier ? "up" : "no carrier"],
      ["Speed", ({ speedMbps }) => bitRate(speedMbps), ({ speedMbps }) => speedMbps ?? 0],
      ["Can", ({ maxSpeedMbps }) => bitRate(maxSpeedMbps), ({ maxSpeedMbps }) => maxSpeedMbps ?? 0],
      ["Switch", (nic) => switchOf(nic)?.systemName ?? switchOf(nic)?.chassisId?.value],
      ["Switch port", (nic) => switchOf(nic)?.portId?.value],
      ["VLAN", (nic) => switchOf(nic)?.pvid, (nic) => switchOf(nic)?.pvid],
      ["MAC", ({ permanentMac, mac }) => permanentMac ?? mac],
      [
        "Address",
        ({ addresses }) =>
          addresses?.filter(({ scope }) => scope === "global").map(({ address, prefixLength }) =>
            `${address}/${prefixLength}`
          )
            .join(" "),
      ],
      ["Bond", ({ bond }) => bond],
      ["Booted", ({ bootInterface }) => bootInterface && "yes"],
      ["Kind", ({ physical }) => !physical && "virtual function"],
      ["Driver", ({ driver }) => driver],
      ["Firmware", ({ firmware }) => firmware],
      ["PCI", ({ pciAddress }) => pciAddress],
    ],
  });
}

function infinibandTable({ infiniband = [] }: Facts, marks: Marks, part: Part): Markup | undefined {
  return tableOf(part, marks, {
    id: "infiniband",
    heading: "InfiniBand and RDMA ports",
    items: infiniband,
    paths: pathsOf("infiniband", infiniband),
    columns: [
      ["Port", ({ name }) => name],
      ["Layer", ({ linkLayer }) => linkLayer],
      ["State", ({ state }) => state],
      ["Rate", ({ rate }) => rate, ({ speedMbps }) => speedMbps],
      ["LID", ({ lid }) => lid, ({ lid }) => lid],
      ["Port GUID", ({ portGuid }) => portGuid],
      ["Node GUID", ({ nodeGuid }) => nodeGuid],
      ["Firmware", ({ firmware }) => firmware],
      ["PCI", ({ pciAddress }) => pciAddress],
    ],
  });
}

function fibreChannelTable({ fibreChannel = [] }: Facts, marks: Marks, part: Part): Markup | undefined {
  return tableOf(part, marks, {
    id: "fibreChannel",
    heading: "Fibre Channel ports",
    items: fibreChannel,
    paths: pathsOf("fibreChannel", fibreChannel),
    columns: [
      ["Port", ({ name }) => name],
      ["State", ({ state }) => state],
      ["Speed", ({ speedMbps }) => bitRate(speedMbps), ({ speedMbps }) => speedMbps],
      ["WWPN", ({ wwpn }) => wwpn],
      ["WWNN", ({ wwnn }) => wwnn],
      ["Fabric", ({ fabricName }) => fabricName],
      ["PCI", ({ pciAddress }) => pciAddress],
    ],
  });
}

function pciTable({ pci = [], slots = [] }: Facts, marks: Marks, part: Part): Markup | undefined {
  const slotOf = ({ address }: PciDevice) => slots.find(({ pciAddress }) => pciAddress === address)?.designation;
  const paths = pathsOf("pci", pci), all = pci.map((device, i) => ({ device, path: paths[i]! }));
  const isUnmarked = ({ device, path }: { device: PciDevice; path: string }) =>
    isSystemDevice(device) && !marks.has(path);
  const devices = (id: string, heading: string, items: typeof all) =>
    tableOf(part, marks, {
      id,
      heading,
      items,
      paths: items.map(({ path }) => path),
      columns: [
        ["Address", ({ device: { address } }) => address],
        ["NUMA", ({ device: { numaNode } }) => numaNode, ({ device: { numaNode } }) => numaNode],
        ["Class", ({ device: { class: kind, classCode } }) => kind ?? classCode],
        ["Maker", ({ device: { vendor } }) => vendor],
        ["Device", ({ device }) => deviceName(device)],
        ["Width", ({ device }) => linkWords(device).width, ({ device: { linkWidth } }) => linkWidth ?? 0],
        ["Speed", ({ device }) => linkWords(device).speed, ({ device: { linkSpeed } }) => generation(linkSpeed) ?? 0],
        ["Driver", ({ device: { driver } }) => driver],
        ["Slot", ({ device }) => slotOf(device)],
        ["ID", ({ device: { vendorId, deviceId } }) => vendorId && deviceId && `${vendorId}:${deviceId}`],
      ],
    });
  const system = all.filter(isUnmarked), cards = devices("pci", "PCI devices", all.filter((one) => !isUnmarked(one)));
  if (system.length === 0) return cards;
  return markup`${cards}<details><summary>${
    words(system.length, system.length === 1 ? "device" : "devices")
  } of the board and its processors: bridges, controllers, counters</summary>${
    devices("pci-system", "Bridges and system devices", system)
  }</details>`;
}

function slotTable({ slots = [] }: Facts, marks: Marks, part: Part): Markup | undefined {
  return tableOf(part, marks, {
    id: "slots",
    heading: "Slots for cards",
    items: slots,
    paths: pathsOf("slots", slots),
    columns: [
      ["Slot", ({ designation }) => designation],
      ["Type", ({ type }) => type],
      ["Usage", ({ usage }) => usage],
      ["Length", ({ length }) => length],
      ["PCI", ({ pciAddress }) => pciAddress],
    ],
  });
}

function powerTable({ powerSupplies = [] }: Facts, marks: Marks, part: Part): Markup | undefined {
  return tableOf(part, marks, {
    id: "powerSupplies",
    heading: "Power supplies",
    items: powerSupplies,
    paths: pathsOf("powerSupplies", powerSupplies),
    columns: [
      ["Supply", ({ productName, location }) => productName ?? location],
      ["Max W", ({ maxPowerW }) => maxPowerW, ({ maxPowerW }) => maxPowerW],
      ["Status", ({ status }) => status],
      ["Plugged in", ({ plugged }) => plugged === undefined ? undefined : plugged ? "yes" : "no"],
      ["Part", ({ partNumber }) => partNumber],
      ["Serial", ({ serialNumber }) => serialNumber],
    ],
  });
}

function bmcTable({ bmc }: Facts, marks: Marks, part: Part): Markup | undefined {
  const channels = bmc?.channels ?? [];
  return tableOf(part, marks, {
    id: "bmc",
    heading: "BMC channels",
    items: channels,
    paths: pathsOf("bmc.channels", channels),
    columns: [
      ["Channel", ({ number }) => number],
      ["Address", ({ ip }) => ip],
      ["Netmask", ({ netmask }) => netmask],
      ["Gateway", ({ gateway }) => gateway],
      ["MAC", ({ mac }) => mac],
      ["VLAN", ({ vlanId }) => vlanId, ({ vlanId }) => vlanId],
      ["Source", ({ ipSource }) => ipSource],
      ["IPv6", ({ ipv6 }) => ipv6?.map(({ address }) => address).join(" ")],
    ],
  });
}

function firmwareTable(
  { firmware, bmc, cpu, nics = [], disks = [] }: Facts,
  marks: Marks,
  part: Part,
): Markup | undefined {
  const all = [
    { component: "BIOS", version: firmware?.version, date: firmware?.releaseDate },
    { component: "BMC", version: bmc?.firmware },
    { component: "CPU microcode", version: cpu?.microcode },
    ...nics.map(({ product, firmware }) => ({ component: words("NIC", product), version: firmware })),
    ...disks.map(({ model, firmware }) => ({ component: words("Disk", model), version: firmware })),
  ];
  const known: { component: string; version: string; date?: string | undefined }[] = all.flatMap((one) =>
    one.version === undefined ? [] : [{ ...one, version: one.version }]
  );
  const alike = [...Map.groupBy(known, ({ component, version }) => listed(component, version)).values()];
  return tableOf(part, marks, {
    id: "firmware",
    heading: "Firmware",
    items: alike.map((same) => ({ ...same[0]!, count: same.length })),
    columns: [
      ["Component", ({ component }) => component],
      ["Version", ({ version }) => version],
      ["Date", ({ date }) => date],
      ["Count", ({ count }) => count > 1 ? count : undefined, ({ count }) => count],
    ],
  });
}
