/** Each rule on both sides: machines that it finds something on, and such that it rightly leaves alone. */
import { assert, assertEquals } from "@std/assert";
import { openReplay } from "../../../../collectors/host/replay.ts";
import { clockRule } from "../../../../collectors/judge/findings/clock_wrong.ts";
import { findings } from "../../../../collectors/judge/findings/mod.ts";
import { collect } from "../../../../collectors/mod.ts";
import { stableFacts } from "../../../../collectors/facts/change.ts";
import type { Dimm, Facts, Nic, PciDevice } from "../../../../collectors/facts/mod.ts";
import { parseDmidecode } from "../../../../collectors/tools/dmidecode/mod.ts";
import { filesIn, read } from "../../../corpus/corpus.ts";
import { goldens } from "../../../golden.ts";
import { ok, uncheckedFactsOf } from "../../facts/assembled.ts";

/** The facts that a rule looks at, in part. */
type Given = { [K in keyof Facts]?: unknown };

function machine(given: Given): Facts {
  return {
    schemaVersion: 2,
    agentVersion: "4.0.0",
    collectedAt: "2026-01-01T00:00:00.000Z",
    sources: {},
    identity: { uuid: "4c4c4544-0042-3510-8052-b4c04f4e4b32", uuidSource: "smbios", macs: [] },
    ...given,
  } as Facts;
}

/** What is found, as "level id: message". */
function found(given: Given, before?: Given): string[] {
  return findings(machine(given), before && machine(before)).map(({ level, id, message }) =>
    `${level} ${id}: ${message}`
  );
}

const GIB = 2 ** 30;
const dimm = (locator: string, more: Partial<Dimm> = {}): Dimm => ({ locator, sizeBytes: 16 * GIB, ...more });
const memory = (...dimms: object[]) => ({ memory: { dimms } });

Deno.test("findings() compares a PCIe link with the least of its two ends", () => {
  const link = (address: string, width: number, most: number, speed = "8.0 GT/s PCIe", max = speed): PciDevice => ({
    address,
    linkWidth: width,
    maxLinkWidth: most,
    linkSpeed: speed,
    maxLinkSpeed: max,
  });
  const port = link("0000:00:01.0", 8, 8);
  const behind = (device: PciDevice) => ({ pci: [port, { ...device, upstream: "0000:00:01.0", product: "NIC" }] });
  assertEquals(found(behind(link("0000:01:00.0", 4, 16))), [
    "warning pcie-link: NIC at 0000:01:00.0 has 4 of 8 PCIe lanes",
  ]);
  // A card of 16 lanes in a slot of 8; a port that nobody knows; the second function of the same device.
  assertEquals(found(behind(link("0000:01:00.0", 8, 16, "8.0 GT/s PCIe", "16.0 GT/s PCIe"))), []);
  assertEquals(found({ pci: [link("0000:01:00.0", 4, 16)] }), []);
  assertEquals(found(behind(link("0000:01:00.1", 4, 16))), []);
  const slow = link("0000:01:00.0", 8, 8, "2.5 GT/s PCIe", "8.0 GT/s PCIe");
  assertEquals(found(behind(slow)), ["warning pcie-link: NIC at 0000:01:00.0 runs at 2.5 of 8 GT/s"]);
  // A GPU idles, and with it the ports above it.
  assertEquals(found(behind({ ...slow, classCode: "030000" })), []);
  const gpu = { ...slow, address: "0000:02:00.0", upstream: "0000:01:00.0", classCode: "030200" };
  assertEquals(found({ pci: [port, { ...slow, upstream: port.address }, gpu] }), []);
  assertEquals(found(behind({ ...link("0000:01:00.0", 4, 8), classCode: "030000" })).length, 1);
});

Deno.test("findings() takes the ports of a PCIe switch apart", () => {
  const device = (address: string, upstream: string | undefined, linkWidth: number | undefined, linkSpeed: string) => ({
    ...{ address, linkSpeed, maxLinkWidth: 8, maxLinkSpeed: "8.0 GT/s PCIe", classCode: "060400" },
    ...upstream !== undefined && { upstream },
    ...linkWidth !== undefined && { linkWidth },
  });
  const fast = "8.0 GT/s PCIe", slow = "2.5 GT/s PCIe";
  const [root, upper] = [device("0000:00:01.0", undefined, 8, fast), device("0000:01:00.0", "0000:00:01.0", 8, fast)];
  // The lower ports tell of what hangs at them: nothing, and a card of one lane.
  const empty = device("0000:02:00.0", upper.address, undefined, slow);
  const narrow = device("0000:02:01.0", upper.address, 1, slow);
  const card = { address: "0000:04:00.0", upstream: narrow.address, linkWidth: 1, maxLinkWidth: 1 };
  const speeds = { linkSpeed: slow, maxLinkSpeed: slow };
  assertEquals(found({ pci: [root, upper, empty, narrow, { ...card, ...speeds }] }), []);
  assertEquals(found({ pci: [root, upper, narrow, { ...card, ...speeds, maxLinkWidth: 4 }] }), [
    "warning pcie-link: the device at 0000:04:00.0 has 1 of 4 PCIe lanes",
  ]);
  assertEquals(found({ pci: [root, { ...upper, linkWidth: 4 }] }), [
    "warning pcie-link: the device at 0000:01:00.0 has 4 of 8 PCIe lanes",
  ]);
  // Root ports behind a VMD controller, which has no link.
  const vmd = { address: "0000:00:0e.0", classCode: "010400" };
  const [port, disk] = [
    device("10000:e0:06.0", vmd.address, 4, fast),
    device("10000:e1:00.0", "10000:e0:06.0", 2, fast),
  ];
  assertEquals(found({ pci: [vmd, port, disk] }).length, 1);
});

Deno.test("findings() compares a NIC with its rate and with its twin", () => {
  const nic = (name: string, more: Partial<Nic>): Nic => ({ name, physical: true, carrier: true, ...more });
  assertEquals(found({ nics: [nic("eth0", { speedMbps: 1000, maxSpeedMbps: 10_000 })] }), [
    "warning nic-speed: eth0 runs at 1 Gb/s of 10 Gb/s",
  ]);
  const kind = { vendorId: "15b3", deviceId: "101d" };
  assertEquals(
    found({ nics: [nic("eth0", { ...kind, speedMbps: 10_000 }), nic("eth1", { ...kind, speedMbps: 25_000 })] }),
    [
      "warning nic-speed: eth0 runs at 10 Gb/s, its twin eth1 at 25 Gb/s",
    ],
  );
  for (
    const fine of [
      [nic("eth0", { speedMbps: 10_000, maxSpeedMbps: 10_000 })],
      [nic("eth0", { speedMbps: 10, maxSpeedMbps: 10_000, carrier: false })],
      [nic("eth0", { ...kind, speedMbps: 1000 }), nic("eth1", { vendorId: "8086", deviceId: "1", speedMbps: 25_000 })],
      [nic("eth0", { ...kind, speedMbps: 1000, physical: false }), nic("eth1", { ...kind, speedMbps: 25_000 })],
      [nic("eth0", { ...kind, carrier: false }), nic("eth1", { ...kind, speedMbps: 25_000 })],
    ]
  ) assertEquals(found({ nics: fine }), []);
});

Deno.test("findings() names ports with one burnt-in MAC, and not the slaves of a bond", () => {
  const nic = (name: string, more: Partial<Nic>): Nic => ({ name, physical: true, ...more });
  const mac = "b0:83:fe:d0:00:01";
  assertEquals(found({ nics: [nic("eth0", { permanentMac: mac }), nic("eth1", { permanentMac: mac })] }), [
    `error nic-shared-mac: eth0 and eth1 have the same MAC ${mac}`,
  ]);
  assertEquals(found({ nics: [nic("eth0", { mac, bond: "bond0" }), nic("eth1", { mac, bond: "bond0" })] }), []);
  const vf = nic("eth1", { permanentMac: mac, physical: false });
  assertEquals(found({ nics: [nic("eth0", { permanentMac: mac }), vf] }), []);
});

Deno.test("findings() looks at the DIMMs together", () => {
  assertEquals(found(memory(dimm("ChannelA_Dimm1"), dimm("ChannelA_Dimm2"), dimm("ChannelB_Dimm1"))), [
    "warning dimm-channels: the memory channels are filled unevenly: ChannelB with 16 GiB, ChannelA with 32 GiB",
  ]);
  assertEquals(found(memory(dimm("ChannelA_Dimm1"), dimm("ChannelB_Dimm1"))), []);
  assertEquals(found(memory(dimm("A1"), dimm("A2", { sizeBytes: 32 * GIB }))), [
    "warning dimm-mixed: DIMMs of different sizes: 1 × 16 GiB, 1 × 32 GiB",
  ]);
  assertEquals(found(memory(dimm("A1"), dimm("A2", { sizeBytes: 128 * GIB, nonVolatileBytes: 128 * GIB }))), []);
  const rated = (speedMTs: number, configuredSpeedMTs: number) => ({ speedMTs, configuredSpeedMTs });
  assertEquals(found(memory(dimm("A1", rated(3200, 2400)), dimm("A2", rated(3200, 2400)))), [
    "info dimm-speed: 2 of 2 DIMMs run at 2400 MT/s, all are rated for 3200 MT/s",
  ]);
  const mixed = memory(dimm("A1", rated(3200, 3200)), dimm("A2", rated(3200, 2400)), dimm("A3", rated(3200, 2400)));
  assertEquals(found(mixed), ["info dimm-speed: 2 of 3 DIMMs (A2, A3) run at 2400 MT/s, all are rated for 3200 MT/s"]);
  assertEquals(findings(machine(mixed))[0]!.evidence.map(({ path }) => path), [
    ...["memory.dimms[A2].configuredSpeedMTs", "memory.dimms[A3].configuredSpeedMTs", "memory.dimms[A2].speedMTs"],
  ]);
  const uneven = memory(dimm("A1", rated(2600, 2133)), dimm("A2", rated(2400, 2400)));
  assertEquals(found(uneven), [
    "warning dimm-mixed: DIMMs of different rated speeds: 1 × 2600 MT/s, 1 × 2400 MT/s",
    "info dimm-speed: 1 of 2 DIMMs (A1) run at 2133 MT/s, all are rated for at least 2400 MT/s",
  ]);
  assertEquals(findings(machine(uneven))[1]!.evidence.map(({ path, value }) => `${path} ${value}`), [
    ...["memory.dimms[A1].configuredSpeedMTs 2133", "memory.dimms[A2].speedMTs 2400"],
  ]);
  assertEquals(found(memory(dimm("A1", rated(3200, 2666)), dimm("A2", rated(2666, 2666)))), [
    "warning dimm-mixed: DIMMs of different rated speeds: 1 × 3200 MT/s, 1 × 2666 MT/s",
  ]);
  // Firmware rounds 2666 2/3 either way.
  assertEquals(found(memory(dimm("A1", rated(2667, 2666)), dimm("A2", rated(2666, 2666)))), []);
  // Optane, of whose type an old dmidecode knows nothing.
  assertEquals(found(memory(dimm("A1"), dimm("A2", { sizeBytes: 129_408 * 2 ** 20 }))), []);
  const { sizeBytes: _, ...unsized } = dimm("A1", { partNumber: "HMA84GR7AFR4N-VK" });
  const sources = { dmidecode: { status: "ok", elapsedMs: 1 } };
  assertEquals(found({ sources, ...memory(unsized) }), [
    "error dimm-without-size: the DIMM in A1 is not used: the firmware gives it no size",
  ]);
  // Of lshw alone, and of a hypervisor's.
  assertEquals(found(memory(unsized)), []);
  assertEquals(found({ sources, ...memory(unsized), virtualization: { virtual: true, type: "kvm" } }), []);
});

type BoardSlot = [locator: string, socket: string | undefined, channel: string | undefined, gib: number | undefined];

/** A board with these slots, the DIMMs in those with a size, and processors. */
function board(slots: readonly BoardSlot[], populated: boolean[] = []): Given {
  return {
    memory: {
      slots: slots.map(([locator, socket, channel, gib]) => ({
        ...{ locator, populated: gib !== undefined },
        ...socket !== undefined && { socket },
        ...channel !== undefined && { channel },
      })),
      dimms: slots.flatMap(([locator, , , gib]) => gib === undefined ? [] : [dimm(locator, { sizeBytes: gib * GIB })]),
    },
    cpu: { packages: populated.map((populated, i) => ({ socket: `CPU${i + 1}`, populated })) },
  };
}

Deno.test("findings() names an empty memory channel beside filled ones", () => {
  const channels = (socket: string, letters: string, empty = "") =>
    [...letters].map((letter): BoardSlot => {
      return [`P${socket}-DIMM${letter}1`, socket, letter, empty.includes(letter) ? undefined : 16];
    });
  assertEquals(found(board(channels("1", "ABCDEF", "F"))), [
    "warning dimm-channels: channel F of processor 1 (P1-DIMMF1) is empty, the 5 other memory channels are filled",
  ]);
  // Half of the channels, and one of two, are what somebody ordered.
  assertEquals(found(board(channels("1", "ABCDEF", "BDF"))), []);
  assertEquals(found(board(channels("1", "AB", "B"))), []);
  const twins = [...channels("1", "ABCD"), ...channels("2", "EFGH", "GH")];
  assertEquals(found(board(twins, [true, true])), [
    "warning dimm-channels: memory is in 2 of 4 channels of processor 2, and in 4 of 4 channels of processor 1",
  ]);
  // All of them, where the processor is there and where it is not.
  const half = [...channels("1", "ABCD"), ...channels("2", "EFGH", "EFGH")];
  assertEquals(found(board(half, [true, true])).length, 1);
  assertEquals(found(board(half, [true, false])), []);
});

Deno.test("findings() compares processors where the slots tell no channel", () => {
  const slots = (socket: "1" | "2", count: number, filled: number) =>
    Array.from({ length: count }, (_, i): BoardSlot => {
      return [`${{ 1: "A", 2: "B" }[socket]}${i + 1}`, socket, undefined, i < filled ? 32 : undefined];
    });
  assertEquals(found(board([...slots("1", 8, 7), ...slots("2", 8, 8)], [true, true])), [
    "warning dimm-channels: the processors have different amounts of memory: processor 1 with 224 GiB (A8 empty), " +
    "processor 2 with 256 GiB",
  ]);
  assertEquals(found(board([...slots("1", 8, 8), ...slots("2", 8, 8)], [true, true])), []);
  assertEquals(found(board([...slots("1", 8, 8), ...slots("2", 8, 0)], [true, true])).length, 1);
  assertEquals(found(board([...slots("1", 8, 8), ...slots("2", 8, 0)], [true, false])), []);
});

Deno.test("findings() compares usable memory with what is installed and reserved", () => {
  const usable = (totalGib: number, usableGib: number, cmdline = "quiet") => ({
    memory: { totalBytes: totalGib * GIB, usableBytes: usableGib * GIB },
    os: { cmdline },
  });
  assertEquals(found(usable(1024, 960)), [
    "warning memory-usable: the kernel can use 960 GiB of 1024 GiB of memory",
  ]);
  assertEquals(found(usable(1024, 1007)), []);
  assertEquals(found(usable(32, 28)).length, 1);
  assertEquals(found(usable(32, 28, "crashkernel=1G-4G:128M,4G-:2G")), []);
  assertEquals(found(usable(32, 28, "quiet mem=28G")), []);
  assertEquals(found(usable(0.75, 0.69)), []);
});

Deno.test("findings() counts memory errors, and sees them grow", () => {
  const counted = (correctedErrors: number, uncorrectedErrors = 0) =>
    memory({ ...dimm("A1"), correctedErrors, uncorrectedErrors });
  assertEquals(found(counted(0, 1)), ["error ecc-uncorrected: DIMM A1: 1 memory error that could not be corrected"]);
  assertEquals(found(counted(3)), ["info ecc-corrected: DIMM A1: 1 to 9 memory errors corrected"]);
  assertEquals(found(counted(3), counted(3)), ["info ecc-corrected: DIMM A1: 1 to 9 memory errors corrected"]);
  assertEquals(found(counted(3), counted(1)), [
    "warning ecc-growing: DIMM A1: 1 to 9 memory errors corrected, and growing",
  ]);
  assertEquals(found(counted(0)), []);
  // Once seen to grow it goes on to be so, and each error more is no change.
  const judgedOf = (count: number, before?: Facts) => {
    const facts = machine(counted(count));
    return { ...facts, findings: findings(facts, before) };
  };
  const first = judgedOf(11), grown = judgedOf(12, first), same = judgedOf(12, grown), more = judgedOf(13, same);
  for (const later of [grown, same, more]) {
    assertEquals(later.findings.map(({ message }) => message), [
      "DIMM A1: 10 to 99 memory errors corrected, and growing",
    ]);
  }
  assertEquals(stableFacts(grown), stableFacts(same));
  assertEquals(stableFacts(same), stableFacts(more));
  assertEquals(found(counted(2), more).length, 1);
  // Of a controller that cannot tell the module.
  const edac = (correctedErrors: number, uncorrectedErrors = 0) => ({
    memory: { edac: [{ controller: "mc0", location: "channel 0 slot 1", correctedErrors, uncorrectedErrors }] },
  });
  assertEquals(found(edac(0, 2)), [
    "error ecc-uncorrected: memory controller mc0, channel 0 slot 1: 2 memory errors that could not be corrected",
  ]);
  assertEquals(found(edac(9), edac(8)), [
    "warning ecc-growing: memory controller mc0, channel 0 slot 1: 1 to 9 memory errors corrected, and growing",
  ]);
  assertEquals(found(edac(0)), []);
});

Deno.test("findings() names supplies that failed, have no mains or are missing beside another", () => {
  const good = { location: "PSU1", status: "Present, OK", plugged: true };
  const psu = (more: object) => ({ powerSupplies: [good, { location: "PSU2", ...more }] });
  assertEquals(found(psu({ status: "Present, OK", plugged: false })), ["error power-supply: PSU2 is not plugged in"]);
  assertEquals(found(psu({ status: "Present, Critical" })), ["error power-supply: PSU2 has failed"]);
  assertEquals(found(psu({ status: "Present, Non-critical" })), ["warning power-supply: PSU2 reports a fault"]);
  assertEquals(found(psu({ status: "Not Present" })), ["warning power-supply: PSU2 is missing beside another"]);
  for (const fine of [{ status: "Present, Unknown", plugged: true }, {}]) assertEquals(found(psu(fine)), []);
  // A notebook on its battery, and a board that knows of no supply at all.
  assertEquals(found({ powerSupplies: [{ status: "Present, OK", plugged: false }] }), []);
  assertEquals(found({ powerSupplies: [{ status: "Not Present" }] }), []);
});

Deno.test("findings() names disks that take no writes, or differ from their model", () => {
  const disk = (name: string, more: object = {}) => ({
    name,
    model: "SAMSUNG MZ7LH960",
    serialNumber: `S-${name}`,
    transport: "sata",
    sizeBytes: 960_197_124_096,
    ...more,
  });
  assertEquals(found({ disks: [disk("sda", { readOnly: true })] }), ["error disk-read-only: sda is read-only"]);
  assertEquals(found({ disks: [disk("sr0", { readOnly: true, removable: true })] }), []);
  assertEquals(found({ disks: [disk("sda"), disk("sdb", { sizeBytes: 900e9 }), disk("sdc")] }), [
    "warning disk-size: sdb has 900000000000 bytes, other SAMSUNG MZ7LH960 disks have 960197124096",
  ]);
  for (
    const fine of [
      [disk("sda"), disk("sdb")],
      // LUNs of a RAID controller; namespaces of one NVMe device; another model.
      [disk("sda", { model: "PERC H730P Mini" }), disk("sdb", { model: "PERC H730P Mini", sizeBytes: 1 })],
      [disk("nvme0n1", { serialNumber: "S" }), disk("nvme0n2", { serialNumber: "S", sizeBytes: 1e9 })],
      [disk("sda"), disk("sdb", { model: "SAMSUNG MZ7LH480", sizeBytes: 480e9 })],
    ]
  ) assertEquals(found({ disks: fine }), []);
  const two = [disk("sda"), disk("sdb", { sizeBytes: 1e9 })];
  assertEquals(found({ disks: two, virtualization: { virtual: true, type: "kvm" } }), []);
});

Deno.test("findings() looks at the BMC: its address, its device, whose it is, its users, its chassis", () => {
  const channel = { number: 1, ipSource: "DHCP Address" };
  assertEquals(found({ bmc: { channels: [channel] } }), ["warning bmc-address: the BMC has no IP address"]);
  for (const fine of [{ ip: "10.0.0.1" }, { ipv6: [{ kind: "static", address: "2001:db8::1" }] }]) {
    assertEquals(found({ bmc: { channels: [{ ...channel, ...fine }] } }), []);
  }
  assertEquals(found({ bmc: { firmware: "1.0" } }), []);
  const why =
    "the board has a BMC (SMBIOS type 38), but the host lacks ipmi_si and ipmi_devintf: there is no /dev/ipmi0";
  assertEquals(found({ sources: { ipmitool: { status: "skipped", elapsedMs: 0, error: why } } }), [
    `warning bmc-missing: ${why}`,
  ]);
  const none = "no IPMI device: none of /dev/ipmi0, /dev/ipmi/0, /dev/ipmidev/0";
  assertEquals(found({ sources: { ipmitool: { status: "skipped", elapsedMs: 0, error: none } } }), []);
  const system = { uuid: "4c4c4544-0042-3510-8052-b4c04f4e4b32" };
  assertEquals(
    found({ system, bmc: { guid: "44454c4c-4200-1035-8052-b4c04f4e4b33", guidIsSystemUuid: false } }),
    ["error bmc-guid: the BMC says that it is of the machine 44454c4c-4200-1035-8052-b4c04f4e4b33"],
  );
  // Its own, and one that the maker fills in another way.
  assertEquals(found({ system, bmc: { guid: "44454c4c-4200-1035-8052-b4c04f4e4b32", guidIsSystemUuid: true } }), []);
  const odd = "31303043-4d53-ac1f-6b00-000000000000";
  assertEquals(found({ system, bmc: { guid: odd, guidIsSystemUuid: false } }), []);
  assertEquals(found({ bmc: { users: [{ id: 2, name: "ADMIN" }, { id: 3, name: "monitoring" }] } }), [
    "info bmc-factory-users: the BMC has the factory's user ADMIN",
  ]);
  assertEquals(
    found({ bmc: { users: [{ id: 3, name: "monitoring" }, { id: 2, name: "ADMIN", enabled: false }] } }),
    [],
  );
  assertEquals(found({ bmc: { chassis: { driveFault: true, coolingFault: false, powerOn: true } } }), [
    "error chassis-fault: the chassis reports: drive fault",
  ]);
});

Deno.test("findings() looks at identity, clock and secure boot", () => {
  const none = { uuidSource: "none", macs: ["b0:83:fe:d0:00:01"] };
  const read = { dmidecode: { status: "ok", elapsedMs: 1 } };
  assertEquals(
    found({ identity: none, sources: read, system: { productName: "X" } }).map((line) => line.split(":")[0]),
    [
      "warning identity-uuid",
    ],
  );
  // Not read is not absent.
  assertEquals(found({ identity: none, sources: { dmidecode: { status: "timeout", elapsedMs: 1 } } }), []);
  assertEquals(found({ sources: read }), []);
  assertEquals(found({ firmware: { releaseDate: "2026-03-01" } }), [
    "error clock: the clock stands before the firmware's release on 2026-03-01",
  ]);
  for (const releaseDate of ["2026-01-02", "2019-03-01", "Oct 17 2026"]) {
    assertEquals(found({ firmware: { releaseDate } }), []);
  }
  // Of facts that this very version collected, and of no other's.
  const rule = clockRule({ version: "4.0.0", committed: "2026-03-01T12:00:00+01:00" });
  const [early] = rule(machine({}));
  assertEquals(early?.message, "the clock stands before the agent's version 4.0.0 was made, on 2026-03-01");
  for (const fine of [{ agentVersion: "3.9.0" }, { collectedAt: "2026-03-02T00:00:00.000Z" }]) {
    assertEquals([...rule(machine(fine))], []);
  }
  assertEquals([...clockRule({ version: "4.0.0", committed: "" })(machine({}))], []);
  // A clock that keeps local time is hours away, and one that was never set years.
  const offset = (rtcOffsetSeconds: number) => found({ clock: { rtc: "rtc_cmos rtc_cmos", rtcOffsetSeconds } });
  for (const seconds of [0, -1, 12 * 3600, -86_400]) assertEquals(offset(seconds), []);
  for (const seconds of [86_402, -700_000_000]) {
    assertEquals(offset(seconds), ["error clock: the real-time clock and the system's time are more than a day apart"]);
  }
  assertEquals(found({ os: { machineCheck: true } }).length, 1);
  assertEquals(found({ os: { kernel: "6.1.0" } }), []);
  assertEquals(found({ firmware: { secureBoot: false, setupMode: true } }).length, 1);
  for (
    const fine of [{ secureBoot: true, setupMode: true }, { secureBoot: false, setupMode: false }, {
      secureBoot: false,
    }]
  ) {
    assertEquals(found({ firmware: fine }), []);
  }
});

Deno.test("findings() has an id, a path and evidence in each, the gravest first", () => {
  const all = findings(machine({
    ...memory(dimm("A1", { speedMTs: 3200, configuredSpeedMTs: 2400 }), dimm("A2", { sizeBytes: 0 })),
    sources: { dmidecode: { status: "ok", elapsedMs: 1 } },
    disks: [{ name: "sda", readOnly: true }],
  }));
  assertEquals(all.map(({ level }) => level), ["error", "error", "warning", "info"]);
  for (const { path, evidence } of all) assert(path !== "" && evidence.length > 0);
});

const corpus = filesIn("dmidecode", (name) => name.endsWith(".txt"));

/** Machines of the corpus and the ids found on them; on all others a rule named here finds nothing. */
const RECORDED: Record<string, Record<string, number>> = {
  "dimm-channels": {
    "dmide-json": 1,
    "glpi-s3000ahlx": 1,
    "linuxhw-server-asrockrack-rome2d16-2t": 1,
    "linuxhw-server-delta-computers-dss-c621ltg": 1,
    "linuxhw-server-hcl-s3420gpv": 1,
    "linuxhw-server-hewlett-packard-proliant-dl160-gen9": 1,
    "linuxhw-server-ixsystems-ix4224-846e16": 1,
    "linuxhw-server-joyent-s10g5": 1,
    "linuxhw-server-quanta-qssc-98j-c2": 1,
    "linuxhw-server-supermicro-h8dg6-h8dgi": 1,
    "linuxhw-server-supermicro-sys-620u-tnr": 1,
    "linuxhw-server-yadro-vegman-s220-server": 1,
    "linuxhw-server-ztsystems-z801": 1,
    "uroot-lenovo-thinkpad-t480-fromdump": 1,
    "uroot-lenovo-thinkpad-t480-fromdump-optq": 1,
    "uroot-lenovo-thinkpad-t480-fromdump-optt-17-q": 1,
    "uroot-lenovo-thinkpad-t480-fromdump-optt-memory": 1,
    "uroot-lenovo-thinkpad-t480-orig32": 1,
  },
  "power-supply": {
    "glpi-hp-dl180": 1,
    "linuxhw-server-aquarius-srv-t50-d212cf-r53": 1,
    "linuxhw-server-hpe-proliant-dl20-gen10-plus": 1,
    "linuxhw-server-thomas-krenn-ag-super-server": 1,
    "netbox-agent-sm-ssg-6028r": 2,
    "rh442": 1,
  },
  "dimm-without-size": {},
};

Deno.test(
  { name: "findings() of the machines of the corpus are those that are there", ignore: corpus.length === 0 },
  () => {
    const counts: typeof RECORDED = Object.fromEntries(Object.keys(RECORDED).map((id) => [id, {}]));
    for (const file of corpus) {
      let table;
      try {
        table = parseDmidecode(read(file)).value;
      } catch {
        continue;
      }
      const name = file.replace(/^.*\/|\.txt$/g, "");
      for (const { id } of findings(uncheckedFactsOf({ dmidecode: ok(table) }))) {
        if (counts[id]) counts[id][name] = (counts[id][name] ?? 0) + 1;
      }
    }
    assertEquals(counts, RECORDED);
  },
);

Deno.test("findings() of the recorded machines are few", async () => {
  const all = await Promise.all(
    goldens().map(async ({ name, bundle }) => {
      const { facts } = await collect(await openReplay(bundle), "4.0.0");
      return [name, findings(facts).map(({ level, id }) => `${level} ${id}`)] as const;
    }),
  );
  assertEquals(Object.fromEntries(all), {
    // Its SMBIOS promises 64 GiB, QEMU gave it 2.
    dell: ["warning memory-usable", "info dimm-speed"],
    plain: ["warning identity-uuid"],
    wide: ["warning identity-uuid"],
  });
});
