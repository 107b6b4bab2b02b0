import { assert, assertEquals, assertLessOrEqual, assertMatch, assertStringIncludes } from "@std/assert";
import { SOURCE_NAMES } from "../../../collectors/facts/mod.ts";
import type { Disk, Facts, LldpVerdict, Nic } from "../../../collectors/facts/mod.ts";
import { sections } from "../../../collectors/mod.ts";
import { columns } from "../../../collectors/show/layout.ts";
import { machineName } from "../../../collectors/show/machine_name.ts";
import { table, type TableOptions } from "../../../collectors/show/table.ts";
import { clean, folded, tellingWidth } from "../../../collectors/show/text.ts";
import { goldens } from "../../golden.ts";

const NOTHING: Facts = {
  schemaVersion: 2,
  agentVersion: "4.1.0",
  collectedAt: "2026-01-31T12:34:56.789Z",
  sources: {},
  identity: { uuidSource: "none", macs: [] },
};

/** The lines under a heading of the table. */
function under(heading: string, facts: Partial<Facts>, options: Partial<TableOptions> = {}): string[] {
  const lines = table({ ...NOTHING, ...facts }, { colour: false, ...options }).split("\n");
  const from = lines.indexOf(heading);
  return from < 0 ? [] : lines.slice(from + 1, lines.indexOf("", from));
}

const DISKS: Disk[] = Array.from({ length: 36 }, (_, i) => ({
  name: `sd${i < 26 ? "" : String.fromCharCode(96 + Math.floor(i / 26))}${String.fromCharCode(97 + i % 26)}`,
  sizeBytes: 480_103_981_056,
  rotational: false,
  transport: "sata",
  vendor: "INTEL",
  model: "SSDSC2KB48",
  serialNumber: `PHYF${String(i).padStart(6, "0")}`,
}));

Deno.test("table() shows equal disks on one row with their number, and with --long each with its serial number", () => {
  assertEquals(under("DISKS", { disks: DISKS }), [
    "  total      36 disks, 17.3 TB",
    "  NAME        SIZE         KIND  BUS   MODEL             SERIAL",
    "  sda … sdaj  36 × 480 GB  SSD   sata  INTEL SSDSC2KB48  (--long)",
  ]);
  const long = under("DISKS", { disks: DISKS }, { isLong: true });
  assertEquals(long.length, 38);
  assertEquals(long[37], "  sdaj  480 GB  SSD   sata  INTEL SSDSC2KB48  PHYF000035");
});

Deno.test("table() shows apart what is mounted, and names no disk that is not of the group", () => {
  const [a, b, c, d, e] = DISKS as [Disk, Disk, Disk, Disk, Disk];
  const disks = [a, { ...b, mountpoints: ["/"] }, c, d, e, { name: "sdx", serialNumber: "1" }];
  assertEquals(under("DISKS", { disks }).slice(1).map((line) => line.replace(/ {2,}/g, "|")), [
    "|NAME|SIZE|KIND|BUS|MODEL|SERIAL|MOUNTED",
    "|sda, sdc … sde|4 × 480 GB|SSD|sata|INTEL SSDSC2KB48|(--long)|-",
    "|sdb|480 GB|SSD|sata|INTEL SSDSC2KB48|PHYF000001|/",
    "|sdx|-|-|-|-|1|-",
  ]);
  assertEquals(under("DISKS", { disks })[0], "  total      6 disks, 2.4 TB, 1 of unknown size");
});

Deno.test("table() shows the bays of disks, those of equal ones with what lies between them", () => {
  const bays = ["0", "1", "2", "11", undefined];
  const disks = bays.map((bay, i) => ({ name: `sd${"abcde"[i]}`, model: "X", ...bay === undefined ? {} : { bay } }));
  assertEquals(under("DISKS", { disks })[2], "  sda … sde  0–2, 11  5 × unknown  X");
  assertEquals(under("DISKS", { disks: [{ name: "sda", bay: "Slot 01" }] })[1], "  sda   Slot 01");
});

Deno.test("table() shows equal DIMMs on one row", () => {
  const dimms = ["A1", "A2", "A3", "B1"].map((locator, i) => ({
    ...{ locator, bank: "BANK", sizeBytes: (i === 3 ? 16 : 32) * 2 ** 30, type: "DDR4", serialNumber: `S${i}` },
  }));
  assertEquals(under("MEMORY", { memory: { dimms } }), [
    "  SLOT     SIZE        TYPE  SERIAL",
    "  A1 … A3  3 × 32 GiB  DDR4  (--long)",
    "  B1       16 GiB      DDR4  S3",
  ]);
});

Deno.test("table() shows the product that an ARM core is sold in, and the core behind it", () => {
  const model = (cpu: Facts["cpu"]) => under("CPU", { cpu: cpu! })[0]?.trim();
  const packages = [{ socket: "CPU1", populated: true, modelName: "Ampere(R) Altra(R) Processor" }];
  const arm = { modelName: "Neoverse-N1", implementer: "0x41" };
  assertEquals(model({ ...arm, packages }), "model      Ampere(R) Altra(R) Processor (Neoverse-N1)");
  assertEquals(model(arm), "model      Neoverse-N1");
  assertEquals(model({ modelName: "AMD EPYC 7302", packages }), "model      AMD EPYC 7302");
});

Deno.test("table() says how many slots there are where no module says whether it is in one", () => {
  const total = (memory: Facts["memory"]) => under("MEMORY", { memory: memory! })[0]?.trim();
  assertEquals(total({ slotCount: 1 } as Facts["memory"]), "total      1 slot");
  assertEquals(total({ slotCount: 1, usedSlotCount: 1 } as Facts["memory"]), "total      1 of 1 slots used");
});

Deno.test("table() shows no run of slots with an empty one between them", () => {
  const slots = Array.from(
    { length: 12 },
    (_, i) => ({ locator: `PROC 1 DIMM ${i + 1}`, populated: i % 3 === 0 || i > 8 }),
  );
  const dimms = slots.filter(({ populated }) => populated).map(({ locator }) => ({ locator, sizeBytes: 2 ** 30 }));
  assertEquals(
    under("MEMORY", { memory: { slots, dimms } }),
    [
      "  empty      PROC 1 DIMM 2, 3, 5, 6, 8, 9",
      "  SLOT                                             SIZE",
      "  PROC 1 DIMM 1, 4, 7, PROC 1 DIMM 10 … PROC 1 DIMM 12  6 × 1 GiB",
    ].map((line) => line.replace("SLOT ", "SLOT      ")),
  );
});

Deno.test("table() says no maker of a part twice", () => {
  const disks: Disk[] = [{ name: "sda", vendor: "Samsung", model: "SAMSUNG MZ7LH480" }];
  assertEquals(under("DISKS", { disks })[1], "  sda   SAMSUNG MZ7LH480");
  const gpus = [{ address: "0000:00:02.0", vendor: "Intel Corporation", product: "Intel Corporation" }];
  assertEquals(under("GPUS", { gpus })[1], "  0000:00:02.0  Intel Corporation");
});

Deno.test("table() names no empty slots where several have one name", () => {
  const slots = ["DIMM 1", "DIMM 1", "DIMM 2"].map((locator, i) => ({ locator, populated: i === 0 }));
  const memory = { slots, dimms: [{ locator: "DIMM 1", sizeBytes: 2 ** 30 }], slotCount: 3, usedSlotCount: 1 };
  assertEquals(under("MEMORY", { memory })[0], "  total      1 of 3 slots used");
  assertEquals(under("MEMORY", { memory })[1], "  SLOT    SIZE");
});

Deno.test("table() shows persistent memory and caches apart from RAM", () => {
  const optane = { sizeBytes: 128 * 2 ** 30, nonVolatileBytes: 128 * 2 ** 30, memoryTechnology: "Intel Optane DC" };
  const dimms = [
    { locator: "A1", sizeBytes: 2 ** 35, type: "DDR4", memoryTechnology: "DRAM" },
    { locator: "A2", ...optane },
    { locator: "A3", ...optane, type: "Logical non-volatile device" },
    { locator: "A4", sizeBytes: 2 ** 35, type: "DDR4", typeDetail: ["Synchronous", "Cache DRAM"] },
    { locator: "A5", sizeBytes: 2 ** 34, type: "DDR4", memoryTechnology: "NVDIMM-N" },
  ];
  assertEquals(under("MEMORY", { memory: { totalBytes: 2 ** 35, dimms } }), [
    "  total      32 GiB installed, 256 GiB persistent",
    "  SLOT    SIZE         TYPE",
    "  A1      32 GiB       DDR4",
    "  A2, A3  2 × 128 GiB  Intel Optane DC",
    "  A4      32 GiB       DDR4 cache",
    "  A5      16 GiB       DDR4 NVDIMM-N",
  ]);
});

Deno.test("table() shows equal verdicts on one line, with ranges of NICs", () => {
  const lldp = Array.from({ length: 24 }, (_, i): LldpVerdict => ({
    interface: `eth${i}`,
    verdict: i === 5 ? "neighbour" : i > 21 ? "notEnabled" : "nothingHeard",
  }));
  assertEquals(under("NICS", { lldp }), [
    "  no LLDP heard: eth0–eth4, eth6–eth21",
    "  LLDP not enabled: eth22, eth23",
  ]);
});

const NICS: Nic[] = ["eth0", "eth1"].map((name, i) => ({
  ...{ name, physical: true, mac: `b0:83:fe:d0:00:0${i}`, carrier: true, driver: "i40e", speedMbps: 10_000 },
  product: `Ethernet Controller X710 for 10GbE backplane, port ${i} of 2`,
}));
const NEIGHBOUR = {
  interface: "eth1",
  systemName: "leaf-01.dc1.example",
  portId: { subtype: "Ifname", value: "Eth1/17" },
};

Deno.test("table() takes the width of the terminal, from 80 to 200 columns, and 100 without one", () => {
  const widest = (width?: number) =>
    Math.max(
      ...table({ ...NOTHING, nics: NICS, neighbours: [NEIGHBOUR] }, { colour: false, width })
        .split("\n").map((line) => line.length),
    );
  assertLessOrEqual(widest(80), 80);
  assertEquals([widest(20), widest(79)], [widest(80), widest(80)]);
  assertEquals(widest(), widest(100));
  assert(widest(200) > 130 && widest(200) === widest(5000));
});

Deno.test("table() at every width shows each MAC, port and what tells two models apart", () => {
  for (let width = 80; width <= 200; width++) {
    const shown = under("NICS", { nics: NICS, neighbours: [NEIGHBOUR] }, { width }).join("\n");
    for (const { mac } of NICS) assertStringIncludes(shown, mac!);
    assertStringIncludes(shown, "leaf-01.dc1.example Eth1/17");
    for (const line of shown.split("\n")) assertLessOrEqual(line.length, width);
  }
  const models = ["1", "2"].map((end) => "m".repeat(120) + end);
  const shown = columns(["NAME", "MODEL"], models.map((model) => ["x", model]), ["MODEL"], 80).join("").replace(
    / /g,
    "",
  );
  for (const model of models) assertStringIncludes(shown, model);
});

Deno.test("table() shows the switch port of a NIC that is none of the machine's own", () => {
  assertMatch(under("NICS", { neighbours: [NEIGHBOUR] })[1]!, /^ {2}eth1 +leaf-01.dc1.example +Eth1\/17$/);
});

Deno.test("table() shows controllers, occupied slots and power supplies", () => {
  const raid = {
    address: "0000:3b:00.0",
    classCode: "010400",
    vendor: "Broadcom / LSI",
    product: "MegaRAID SAS-3 3108",
  };
  const nvme = { address: "0000:5e:00.0", classCode: "010802", vendor: "Samsung", product: "PM9A3" };
  const facts: Partial<Facts> = {
    pci: [raid, nvme, { address: "0000:18:00.0", class: "SATA controller", vendorId: "8086", deviceId: "a182" }],
    disks: [{ name: "sda", controller: raid.address }, { name: "sdb", controller: raid.address }],
    slots: [
      { designation: "PCIe Slot 1", usage: "In Use", pciAddress: raid.address },
      { designation: "PCIe Slot 2", usage: "Available" },
    ],
    powerSupplies: ["PSU1", "PSU2"].map((location, i) => ({
      ...{ location, maxPowerW: 750, manufacturer: "DELL", productName: "PWR SPLY", status: "Present, OK" },
      serialNumber: `CN${i}`,
    })),
  };
  assertEquals(under("CONTROLLERS", facts), [
    "  ADDRESS       CONTROLLER                          DISKS",
    "  0000:3b:00.0  Broadcom / LSI MegaRAID SAS-3 3108  2",
    "  0000:18:00.0  SATA controller 8086:a182           -",
  ]);
  assertEquals(under("SLOTS", facts), [
    "  total      1 of 2 slots occupied",
    "  SLOT         ADDRESS       DEVICE",
    "  PCIe Slot 1  0000:3b:00.0  Broadcom / LSI MegaRAID SAS-3 3108",
  ]);
  assertEquals(under("POWER SUPPLIES", facts)[0], "  total      2 power supplies, 1500 W");
  assertEquals(under("POWER SUPPLIES", facts)[2], "  PSU1, PSU2  2 × 750 W  DELL PWR SPLY  Present, OK  (--long)");
  assertEquals(
    under("POWER SUPPLIES", facts, { isLong: true })[3],
    "  PSU2      750 W  DELL PWR SPLY  Present, OK  CN1",
  );
  assertEquals(under("SLOTS", facts, { only: ["slots"] }).length, 3);
});

Deno.test("table() shows equal GPUs and controllers on one row", () => {
  const gpus = ["1b", "2b", "3b"].map((bus, i) => ({
    ...{ address: `0000:${bus}:00.0`, vendor: "NVIDIA", product: "H100", driver: "nvidia", slot: `GPU ${i + 1}` },
  }));
  assertEquals(under("GPUS", { gpus }), [
    "  total      3 GPUs",
    "  ADDRESS                      SLOT           GPU              DRIVER",
    "  0000:1b:00.0 … 0000:3b:00.0  GPU 1 … GPU 3  3 × NVIDIA H100  nvidia",
  ]);
  assertEquals(under("GPUS", { gpus }, { isLong: true }).length, 5);
  const pci = gpus.map(({ address }) => ({ address, classCode: "010700", vendor: "LSI", product: "SAS3816" }));
  const disks = pci.slice(0, 2).flatMap(({ address }, i) =>
    [0, 1].map((k) => ({ name: `sd${"abcd"[2 * i + k]}`, controller: address }))
  );
  assertEquals(under("CONTROLLERS", { pci, disks }), [
    "  ADDRESS                     CONTROLLER       DISKS",
    "  0000:1b:00.0, 0000:2b:00.0  2 × LSI SAS3816  2 each",
    "  0000:3b:00.0                LSI SAS3816      -",
  ]);
});

Deno.test("table() shows the ports of other fabrics, the ways out, and where the machine is", () => {
  const port = { name: "mlx5_0/1", device: "mlx5_0", port: 1, state: "ACTIVE", rate: "100 Gb/sec (4X EDR)" };
  const infiniband = [
    { ...port, linkLayer: "InfiniBand", portGuid: "506b:4b03:00f5:1b3b", firmware: "16.35" },
    { ...port, name: "mlx5_1/1", linkLayer: "Ethernet" },
  ];
  assertEquals(under("INFINIBAND", { infiniband }), [
    "  PORT      STATE   RATE                 GUID                 FIRMWARE",
    "  mlx5_0/1  ACTIVE  100 Gb/sec (4X EDR)  506b:4b03:00f5:1b3b  16.35",
  ]);
  assertEquals(under("INFINIBAND", { infiniband }, { only: ["infiniband"] }).length, 3);
  const fibreChannel = [
    {
      name: "host5",
      state: "Online",
      speedMbps: 16000,
      supportedSpeedsMbps: [8000, 32000],
      wwpn: "0x10000090fa1b2c3d",
    },
    { name: "host6", state: "Linkdown", supportedSpeedsMbps: [8000, 32000], wwpn: "0x10000090fa1b2c3e" },
  ];
  assertEquals(under("FIBRE CHANNEL", { fibreChannel }), [
    "  PORT   STATE     SPEED       WWPN",
    "  host5  Online    16G of 32G  0x10000090fa1b2c3d",
    "  host6  Linkdown  - of 32G    0x10000090fa1b2c3e",
  ]);
  const route = { family: "IPv4", destination: "0.0.0.0/0", interface: "eth0", metric: 100 } as const;
  const routes = [{ ...route, gateway: "10.0.2.2" }, { ...route, interface: "wwan0" }];
  assertEquals(under("NICS", { routes, dnsServers: ["10.0.2.3"] }), [
    "  gateway    10.0.2.2 by eth0, by wwan0",
    "  DNS        10.0.2.3",
  ]);
  assertEquals(
    under("SYSTEM", {
      chassis: { location: "Slot13", rack: "A7", assetTag: "77" },
      baseboard: { serialNumber: "BOARD1" },
      labels: { rack: "R12", row: "7" },
      os: { hostname: "node7", distribution: { description: "Debian GNU/Linux 12 (bookworm)" } },
    }),
    [
      "  serial     BOARD1, asset tag 77",
      "  location   rack A7, Slot13",
      "  host       node7, Debian GNU/Linux 12 (bookworm)",
      "  labels     rack R12, row 7",
    ],
  );
  const blade = { rack: "A7", location: "rack A7, enclosure E1, bay 3" };
  assertEquals(under("SYSTEM", { chassis: blade }), ["  location   rack A7, enclosure E1, bay 3"]);
});

Deno.test("table() shows all that there is of a section that was asked for", () => {
  const cpu: Facts["cpu"] = {
    caches: [{ level: 2, type: "unified", totalBytes: 2 ** 25, instances: 32 }, {
      ...{ level: 1, type: "data", instanceBytes: 32768 },
    }],
    packages: [
      { socket: "CPU1", populated: true, modelName: "Xeon", socketType: "Socket LGA3647-1", coreCount: 20 },
      { socket: "CPU2", populated: false },
    ],
    numaNodes: [{ id: 0, cpus: [0, 1, 2, 3, 8], memoryBytes: 2 ** 36 }, { id: 1, cpus: [], memoryBytes: 2 ** 37 }],
  };
  assertEquals(under("CPU", { cpu }), ["  model      Xeon", "  layout     2 NUMA nodes"]);
  assertEquals(under("CPU", { cpu }, { only: ["cpu"] }), [
    "  model      Xeon",
    "  layout     2 NUMA nodes",
    "  caches     L2 32 MiB in 32, L1d 32 KiB each",
    "  SOCKET  CPU    TYPE              CORES",
    "  CPU1    Xeon   Socket LGA3647-1  20",
    "  CPU2    empty  -                 -",
    "  NUMA NODE  CPUS    MEMORY",
    "  0          0–3, 8  64 GiB",
    "  1          -       128 GiB",
  ]);
  const bmc: Facts["bmc"] = {
    guid: "4c4c4544-0042-3510-8052-b4c04f4e4b32",
    users: [{ id: 2, name: "root", enabled: true, privilege: "ADMINISTRATOR" }],
    frus: [{ id: 0, description: "Builtin", product: { manufacturer: "DELL", serialNumber: "B5R4NK2" } }],
  };
  assertEquals(under("BMC", { bmc }), []);
  assertEquals(under("BMC", { bmc }, { only: ["bmc"] }), [
    "  GUID       4c4c4544-0042-3510-8052-b4c04f4e4b32",
    "  FRU  DESCRIPTION  PRODUCT  SERIAL",
    "  0    Builtin      DELL     B5R4NK2",
    "  USER  NAME  ENABLED  PRIVILEGE",
    "  2     root  yes      ADMINISTRATOR",
  ]);
  const dimms = [{ locator: "A1", sizeBytes: 2 ** 30, correctedErrors: 12, uncorrectedErrors: 0 }];
  assertEquals(under("MEMORY", { memory: { dimms } })[1], "  A1    1 GiB  12 corrected");
});

Deno.test("table() shows slots and firmware of NICs and disks that are asked for, and the NICs without a port", () => {
  const nics: Nic[] = [
    { name: "eth0", physical: true, product: "X710", slot: "PCIe Slot 1", firmware: "9.20", sriovTotalVfs: 64 },
    { name: "eth1", physical: false, product: "VF" },
  ];
  assertEquals(under("NICS", { nics }), [
    "  total      1 NIC, 0 with a link, 1 more without a port",
    "  NAME  MODEL",
    "  eth0  X710",
  ]);
  assertEquals(under("NICS", { nics }, { only: ["nics"] }), [
    "  total      1 NIC, 0 with a link, 1 more without a port",
    "  NAME            MODEL  VFS      SLOT         FIRMWARE",
    "  eth0            X710   0 of 64  PCIe Slot 1  9.20",
    "  eth1 (no port)  VF     -        -            -",
  ]);
  const path = { name: "sdb", transport: "fc" } as const;
  const disks: Disk[] = [{ name: "sda", transport: "fc", firmware: "A1", paths: [path, path, path, path] }];
  assertEquals(under("DISKS", { disks })[1], "  sda   fc, 4 paths");
  assertEquals(under("DISKS", { disks }, { only: ["disks"] })[1], "  sda   fc, 4 paths  A1");
  const pci = [{ address: "0000:3b:00.0", product: "X710", slot: "Slot 1", partNumber: "K1", serialNumber: "S1" }];
  assertEquals(under("PCI", { pci }, { only: ["pci"] })[1], "  0000:3b:00.0  X710    Slot 1  K1    S1");
});

Deno.test("table() shows where the BMC's Redfish service answers, without IPMI too", () => {
  const redfish = { serviceIp: "169.254.0.17", servicePort: 443, serviceHostname: "bmc" };
  const managementHosts = [{ interfaceType: "Network", redfish }, {
    redfish: { serviceIp: "fe80::1", servicePort: 443 },
  }];
  assertEquals(under("BMC", { managementHosts }), ["  Redfish    169.254.0.17:443 (bmc), [fe80::1]:443"]);
});

Deno.test("table() shows the model of NICs that are all one once", () => {
  const nics: Nic[] = ["eth0", "eth1"].map((name) => ({ name, physical: true, product: "ConnectX-6 Dx" }));
  assertEquals(under("NICS", { nics }), [
    "  total      2 NICs, 0 with a link",
    "  model      ConnectX-6 Dx",
    "  NAME",
    "  eth0",
    "  eth1",
  ]);
});

Deno.test("table() shows what the BMC complains of, and its last five events", () => {
  const recent = Array.from({ length: 8 }, (_, i) => ({
    ...{ id: i, time: `2026-01-01T00:00:0${i}`, sensor: "Memory #0x53", event: "Correctable ECC", asserted: i < 7 },
  }));
  const bmc = {
    chassis: { power: "on", intrusion: true, driveFault: false } as const,
    sel: { entries: 512, percentUsed: 80, overflow: true, recent },
  };
  const lines = under("BMC", { bmc });
  assertEquals(lines.slice(0, 2), [
    "  chassis    power on, chassis opened",
    "  events     512 in the log, 80 % full, some lost",
  ]);
  assertEquals(lines.length, 8);
  assertEquals(lines[7], "  2026-01-01 00:00:07  Memory #0x53  Correctable ECC (over)");
  assertEquals(under("BMC", { bmc }, { isLong: true }).length, 11);
});

Deno.test("table() says of a recording when and by what it was made", () => {
  const title = (options: Partial<TableOptions>) => table(NOTHING, { colour: false, ...options }).split("\n")[0];
  assertEquals(title({}), "collected 2026-01-31 12:34 UTC");
  assertEquals(title({ recording: "dated" }), "recorded 2026-01-31 12:34 UTC by hnl_mk 4.1.0");
  assertEquals(title({ recording: "undated" }), "a recording that does not say when it was made");
});

Deno.test("table() names for every tool that is missing its packages, and what is lost without it", () => {
  for (const name of SOURCE_NAMES.filter((name) => name !== "hostfs")) {
    const sources = { [name]: { status: "missing", elapsedMs: 1, error: "not installed" } as const };
    const text = under("NOT READ", { sources }).join(" ").replace(/ +/g, " ");
    assertMatch(
      text,
      new RegExp(`^ ${name} missing: not installed; package .*Debian.*Alpine\\).*; without it unknown: .`),
    );
  }
});

Deno.test("table() has nothing under NOT READ where nothing failed", () => {
  const sources = { ipmitool: { status: "skipped", elapsedMs: 1, error: "no IPMI device" } as const };
  assertEquals(under("NOT READ", { sources }), []);
  assertEquals(under("NOTES", { sources }), ["  ipmitool   skipped: no IPMI device"]);
});

Deno.test("table() shows every section that --only names, and says of an empty one that it is", async () => {
  const facts: Facts = JSON.parse(await Deno.readTextFile(goldens()[0]!.json));
  for (const section of [...sections(), "sources"] as (keyof Facts)[]) {
    const heading = section.replace(/([A-Z])/g, " $1").toUpperCase();
    const full = under(heading, facts, { only: [section] });
    assert(full.length > 0 && full.every((line) => !line.includes("[object")), `${section}: ${full}`);
    if (facts[section] !== undefined) assert(!full.includes("  nothing known"), section);
    if (section !== "sources" && section !== "identity") {
      assertEquals(under(heading, {}, { only: [section] }), ["  nothing known"]);
    }
  }
  assertEquals(under("DISKS", { disks: [] }, { only: ["disks"] }), ["  none"]);
  const both = table(facts, { colour: false, only: ["disks", "oemStrings"] });
  assertEquals(both.match(/^[A-Z][A-Z ]+$/gm), ["DISKS", "OEM STRINGS"]);
});

Deno.test("machineName() falls back to the board, and says no name twice", () => {
  const board = { manufacturer: "Intel Corporation", productName: "S2600CP .........." };
  const names = [
    [
      { system: { manufacturer: "Dell Inc.", productName: "PowerEdge  R740 " }, baseboard: board },
      "Dell Inc. PowerEdge R740",
    ],
    [{ baseboard: board }, "Intel Corporation S2600CP"],
    [{ system: { manufacturer: "Thomas-Krenn" }, baseboard: { productName: "X10DRi" } }, "Thomas-Krenn X10DRi"],
    [{ system: { productName: "R2208" }, baseboard: board }, "Intel Corporation R2208"],
    [{ system: { manufacturer: "HPE", productName: "HPE Cray EX" } }, "HPE Cray EX"],
    [{ system: { manufacturer: "Hitachi", productName: "HITACHI HA8000" } }, "HITACHI HA8000"],
    [{ system: { manufacturer: "HP", productName: "HPE ProLiant" } }, "HP HPE ProLiant"],
    [{ system: { manufacturer: "HPE", productName: "HPE HPE Cray" } }, "HPE Cray"],
    [{ system: { manufacturer: "Hewlett-Packard", productName: "HP ProLiant DL380 G7" } }, "HP ProLiant DL380 G7"],
    [{ system: { manufacturer: "Dell Inc.", productName: "Dell DSS 1500" } }, "Dell DSS 1500"],
    [{ system: { manufacturer: "Oracle Corporation", productName: "ORACLE SERVER X5-2" } }, "ORACLE SERVER X5-2"],
    [{ system: { manufacturer: "Intel Corporation", productName: "Intel(R) NUC" } }, "Intel(R) NUC"],
    [{ system: { manufacturer: "MSI", productName: "MSI" } }, "MSI"],
    [
      { system: { manufacturer: "Super Micro Computer, Inc.", productName: "Super Server" } },
      "Super Micro Computer, Inc. Super Server",
    ],
    [
      { system: { manufacturer: "LENOVO", productName: "20FNCTO1WW", version: "ThinkPad T460" } },
      "LENOVO ThinkPad T460 (20FNCTO1WW)",
    ],
    [
      { system: { manufacturer: "Lenovo", productName: "ThinkSystem SR650", version: "07" } },
      "Lenovo ThinkSystem SR650",
    ],
    [
      { system: { manufacturer: "LENOVO", productName: "82XV", version: "LOQ 15IRH8" } },
      "LENOVO LOQ 15IRH8 (82XV)",
    ],
    [{ system: { manufacturer: "ACME" } }, "ACME"],
    [{}, undefined],
  ] as const;
  for (const [facts, name] of names) assertEquals(machineName(facts), name);
});

Deno.test("clean() squeezes blanks and drops the dots that fill a field, but not the one of Inc.", () => {
  const texts = ["S2600CP ..........", "Dell Inc.", "a  b\t c", "....", "v1.2.", "\x1b[31mred\u202e", " x . . ."];
  assertEquals(texts.map(clean), ["S2600CP", "Dell Inc.", "a b c", "", "v1.2.", "[31mred", "x"]);
});

Deno.test("folded() breaks at blanks, and within words where there are none", () => {
  assertEquals(folded("aa bb cc", 5), ["aa bb", "cc"]);
  assertEquals(folded("aaaaaaa", 3), ["aaa", "aaa", "a"]);
  assertEquals(folded("aaa bbb", 3, " "), ["aaa", " bb", " b"]);
});

Deno.test("tellingWidth() is the narrowest in which different texts differ once they are cut", () => {
  assertEquals(tellingWidth(["abcd1", "abcd2", "abcd2"]), 7);
  assertEquals(tellingWidth(["same", "same"]), 0);
});
