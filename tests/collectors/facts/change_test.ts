import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { factsOf as factsOfParts } from "../../../collectors/facts/mod.ts";
import { fingerprint, keepLastGood, stableFacts } from "../../../collectors/facts/change.ts";
import type { Facts, Source } from "../../../collectors/facts/mod.ts";
import type { HardwareNode } from "../../../collectors/tools/lshw/node.ts";
import type { Part, Parts } from "../../../collectors/mod.ts";
import { below, disk, type Entries, makeMachine, nic, pciDevice } from "../tools/kernel/tree.ts";

const NOON = "2026-01-01T12:00:00.000Z", LATER = "2026-01-01T12:10:00.000Z", LATEST = "2026-01-01T12:20:00.000Z";

const TREE: HardwareNode[] = [{ id: "node", class: "system", children: [{ id: "core", class: "bus" }] }];

function part<T>(status: Source["status"], collectedAt: string, value: T, more: Partial<Source> = {}): Part<T> {
  return { source: { status, elapsedMs: 7, ...more }, collectedAt, value };
}

function without(status: Source["status"], collectedAt: string, error?: string): Part<never> {
  return { source: { status, elapsedMs: 7, ...(error === undefined ? {} : { error }) }, collectedAt };
}

const GOOD: Parts = {
  lshw: part("ok", NOON, TREE, { version: "B.02.19" }),
  ipmitool: part("ok", NOON, { deviceId: 32 }),
};

Deno.test("keepLastGood() keeps what a source said last when it fails, times out or is gone, and says since when", () => {
  for (const status of ["failed", "timeout", "missing"] as const) {
    const failed = without(status, LATER, "why");
    const { lshw, ipmitool } = keepLastGood(GOOD, { lshw: failed, ipmitool: part("ok", LATER, { deviceId: 33 }) });
    assertEquals(lshw, {
      source: { status, elapsedMs: 7, error: "why", version: "B.02.19", keptFrom: NOON },
      collectedAt: LATER,
      value: TREE,
    });
    assertEquals(ipmitool!.value, { deviceId: 33 });
  }
});

Deno.test("keepLastGood() takes a source at its word when it succeeds, or is skipped", () => {
  const ok = part<HardwareNode[]>("ok", LATER, []);
  assertEquals(keepLastGood(GOOD, { lshw: ok }).lshw, ok);
  const skipped = without("skipped", LATER, "nothing there");
  assertEquals(keepLastGood(GOOD, { lshw: skipped }).lshw, skipped);
});

Deno.test("keepLastGood() remembers the time of the values, however often they are kept", () => {
  const failed = (at: string) => ({ lshw: without("timeout", at) });
  const twice = keepLastGood(keepLastGood(GOOD, failed(LATER)), failed(LATEST));
  assertEquals([twice.lshw!.source.keptFrom, twice.lshw!.collectedAt, twice.lshw!.value], [NOON, LATEST, TREE]);
});

Deno.test("keepLastGood() prefers whole values of before to a part of now, and the later of two parts", () => {
  const half: HardwareNode[] = [{ id: "half", class: "system" }],
    other: HardwareNode[] = [{ id: "b", class: "system" }];
  assertEquals(keepLastGood(GOOD, { lshw: part("timeout", LATER, half) }).lshw!.value, TREE);
  const { lshw } = keepLastGood({ lshw: part("timeout", NOON, half) }, { lshw: part("timeout", LATER, other) });
  assertEquals([lshw!.value, lshw!.source.keptFrom], [other, undefined]);
  const nothing = keepLastGood({ lshw: part("timeout", NOON, half) }, { lshw: without("timeout", LATER) });
  assertEquals([nothing.lshw!.value, nothing.lshw!.source.keptFrom], [half, NOON]);
  // Whole values that were kept once stay whole, however many parts come.
  const kept = keepLastGood(GOOD, { lshw: part("timeout", LATER, half) });
  const again = keepLastGood(kept, { lshw: part("timeout", LATEST, other) });
  assertEquals([again.lshw!.value, again.lshw!.source.keptFrom], [TREE, NOON]);
});

Deno.test("keepLastGood() has nothing to keep at first, or of a source that is no longer asked", () => {
  const failed: Parts = { lshw: without("failed", LATER) };
  assertEquals(keepLastGood(undefined, failed), failed);
  assertEquals(keepLastGood(GOOD, failed).ipmitool, undefined);
  assertEquals(keepLastGood({ lshw: without("failed", NOON) }, failed), failed);
});

function factsOf(parts: Parts, collectedAt = NOON): Facts {
  return factsOfParts(parts, {
    agentVersion: "4.0.0",
    collectedAt: new Date(collectedAt),
    identity: { uuidSource: "none", macs: [] },
  });
}

const lldp = (listenedSeconds: number): NonNullable<Parts["lldptool"]> =>
  part("ok", NOON, { neighbours: [], verdicts: [{ interface: "eth0", verdict: "nothingHeard", listenedSeconds }] });

Deno.test("stableFacts() leaves out times, how long was listened, and what is volatile", () => {
  const one = factsOf({
    lshw: part("ok", NOON, TREE, { elapsedMs: 1 }),
    lldptool: lldp(10),
    hostfs: part("ok", NOON, { volatile: { uptimeSeconds: 1 } }),
  }, NOON);
  const two = factsOf({
    lshw: part("ok", LATER, TREE, { elapsedMs: 99, notes: ["a note"], unparsed: { count: 1, lines: ["x"] } }),
    lldptool: lldp(610),
    hostfs: part("ok", LATER, { volatile: { uptimeSeconds: 601 } }),
  }, LATER);
  assertEquals(stableFacts(one), stableFacts(two));
  assertNotEquals(one, two);
});

Deno.test("stableFacts() of a source whose values were kept are those of before", () => {
  const before = factsOf(GOOD);
  for (const status of ["failed", "timeout", "missing"] as const) {
    const failed: Parts = { ...GOOD, lshw: without(status, LATER, "why") };
    assertEquals(stableFacts(factsOf(keepLastGood(GOOD, failed), LATER)), stableFacts(before), status);
    assertNotEquals(stableFacts(factsOf(failed)), stableFacts(before));
  }
});

Deno.test("stableFacts() are the same for a source that fails now in this way and now in that", () => {
  const failed = factsOf({ lshw: without("failed", NOON, "one") });
  assertEquals(stableFacts(failed), stableFacts(factsOf({ lshw: without("timeout", NOON, "two") })));
  assertNotEquals(stableFacts(failed), stableFacts(factsOf({ lshw: without("missing", NOON) })));
});

Deno.test("stableFacts() differ where the machine does, or a tool was renewed", () => {
  const before = stableFacts(factsOf(GOOD));
  const others: Parts[] = [
    { ...GOOD, ipmitool: part("ok", NOON, { deviceId: 33 }) },
    { ...GOOD, ipmitool: without("skipped", NOON) },
    { ...GOOD, lshw: part("ok", NOON, TREE, { version: "B.02.20" }) },
    {
      ...GOOD,
      lldptool: part("ok", NOON, { neighbours: [], verdicts: [{ interface: "eth0", verdict: "noCarrier" }] }),
    },
  ];
  for (const other of others) assertNotEquals(stableFacts(factsOf(other)), before);
});

const MACHINE: Entries = {
  ...nic("pci0000:00/0000:00:03.0/net/eth0", { carrier: "1" }),
  ...nic("pci0000:00/0000:00:04.0/net/eth1", { carrier: "0" }),
  ...nic("virtual/net/lo", { carrier: "1" }),
  ...disk("pci0000:00/0000:00:05.0/virtio1/block/vda", { size: "8" }),
  ...disk("virtual/block/loop0", { size: "8" }),
  ...pciDevice("pci0000:00/0000:00:03.0", { uevent: "" }),
  ...pciDevice("pci0000:00/0000:00:06.0", { uevent: "" }),
  ...below("sys/devices/system/memory", { memory0: null, memory1: null, block_size_bytes: "8000000" }),
};

const HARDWARE_CHANGES: [what: string, change: (sys: (path: string) => string) => Promise<void>][] = [
  ["a link comes up", (sys) => Deno.writeTextFile(sys("class/net/eth1/carrier"), "1\n")],
  ["a carrier can no longer be read", (sys) => Deno.remove(sys("class/net/eth0/carrier"))],
  ["a NIC is gone", (sys) => Deno.remove(sys("class/net/eth1"))],
  ["a disk is added", (sys) => Deno.mkdir(sys("block/sdb"))],
  ["a disk is gone", (sys) => Deno.remove(sys("block/vda"))],
  ["a PCI device is gone", (sys) => Deno.remove(sys("bus/pci/devices/0000:00:06.0"))],
  ["memory is added", (sys) => Deno.mkdir(sys("devices/system/memory/memory2"))],
];

for (const [what, change] of HARDWARE_CHANGES) {
  Deno.test(`fingerprint() differs when ${what}`, async () => {
    await using machine = await makeMachine(MACHINE);
    const before = await fingerprint(machine.host);
    assertEquals(await fingerprint(machine.host), before);
    await change((path) => join(machine.folder, "sys", path));
    assertNotEquals(await fingerprint(machine.host), before);
  });
}

const NO_CHANGES: typeof HARDWARE_CHANGES = [
  ["a loop device comes", (sys) => Deno.mkdir(sys("block/loop7"))],
  ["a volume is mapped", (sys) => Deno.mkdir(sys("block/dm-0"))],
  ["a RAID is put together", (sys) => Deno.mkdir(sys("block/md127"))],
  ["a bridge comes", (sys) => Deno.mkdir(sys("class/net/br0"))],
  ["the loopback goes down", (sys) => Deno.writeTextFile(sys("class/net/lo/carrier"), "0\n")],
  ["traffic flows", (sys) => Deno.writeTextFile(sys("class/net/eth0/rx_bytes"), "1\n")],
];

for (const [what, change] of NO_CHANGES) {
  Deno.test(`fingerprint() is the same when ${what}`, async () => {
    await using machine = await makeMachine(MACHINE);
    const before = await fingerprint(machine.host);
    assert(before!.includes("vda"));
    await change((path) => join(machine.folder, "sys", path));
    assertEquals(await fingerprint(machine.host), before);
  });
}

Deno.test("fingerprint() is not known where there is no /sys", async () => {
  await using machine = await makeMachine({});
  assertEquals(await fingerprint(machine.host), undefined);
});

Deno.test("keepLastGood() keeps the subjects and NICs of which nothing is known, each with its own time", () => {
  const verdict = (nic: string) => ({ interface: nic, verdict: "neighbour" as const });
  const heard = (nic: string, systemName: string) => ({ interface: nic, systemName });
  const before: Parts = {
    hostfs: part("ok", NOON, { disks: [{ name: "sda", path: "/dev/sda" }], filesystems: ["ext4"] }),
    lldptool: part("ok", NOON, {
      neighbours: [heard("eth0", "leaf-1"), heard("eth1", "leaf-2")],
      verdicts: [verdict("eth0"), verdict("eth1")],
    }),
  };
  const once = keepLastGood(before, {
    hostfs: part("timeout", LATER, { disks: [], filesystems: ["xfs"], unread: ["disks"] }),
    lldptool: part("timeout", LATER, {
      neighbours: [heard("eth1", "leaf-9")],
      verdicts: [{ interface: "eth0", verdict: "lldpadUnavailable" }, verdict("eth1")],
      unknown: ["eth0"],
    }),
  });
  assertEquals(once.hostfs!.value, { disks: [{ name: "sda", path: "/dev/sda" }], filesystems: ["xfs"] });
  assertEquals(once.lldptool!.value!.neighbours, [heard("eth0", "leaf-1"), heard("eth1", "leaf-9")]);
  assertEquals([once.hostfs!.source.keptFrom, once.hostfs!.source.kept], [NOON, { disks: NOON }]);
  assertEquals([once.lldptool!.source.keptFrom, once.lldptool!.source.kept], [NOON, { eth0: NOON }]);
  // The file systems were read a collection later than the disks.
  const twice = keepLastGood(once, {
    hostfs: part("timeout", LATEST, { unread: ["disks", "filesystems"] }),
    lldptool: part("timeout", LATEST, {
      neighbours: [heard("eth0", "leaf-1")],
      verdicts: [verdict("eth0"), { interface: "eth1", verdict: "lldpadUnavailable" }],
      unknown: ["eth1"],
    }),
  });
  assertEquals(twice.hostfs!.value, once.hostfs!.value);
  assertEquals(twice.hostfs!.source.kept, { disks: NOON, filesystems: LATER });
  assertEquals([twice.lldptool!.source.keptFrom, twice.lldptool!.source.kept], [LATER, { eth1: LATER }]);
  // Kept as a whole it has one time, the earliest.
  const { source } = keepLastGood(twice, { hostfs: without("missing", LATEST) }).hostfs!;
  assertEquals([source.keptFrom, source.kept], [NOON, undefined]);
});

Deno.test("keepLastGood() sees a new device beside one that does not answer", () => {
  const device = (name: string) => ({ name, path: `/dev/${name}` });
  const before: Parts = { hostfs: part("ok", NOON, { disks: [{ ...device("sda"), sizeBytes: 512 }] }) };
  const { hostfs } = keepLastGood(before, {
    hostfs: part("timeout", LATER, { disks: [device("sda"), device("sdb")], unread: ["disks"] }),
  });
  assertEquals(hostfs!.value!.disks, [{ ...device("sda"), sizeBytes: 512 }, device("sdb")]);
});

Deno.test("stableFacts() has neither the drift of a clock nor single errors that memory corrected, but their magnitude", () => {
  const at = (rtcOffsetSeconds: number, correctedErrors: number, uncorrectedErrors = 0) =>
    stableFacts({
      ...factsOf({}),
      clock: { source: "tsc", rtcOffsetSeconds },
      memory: {
        dimms: [{ locator: "A1", correctedErrors, uncorrectedErrors }],
        edac: [{ controller: "mc0", correctedErrors }],
      },
    });
  assertEquals(at(0, 10), at(3, 99));
  assertEquals(at(0, 0), at(1, 0));
  for (const [before, after] of [[0, 1], [9, 10], [99, 100]] as const) assertNotEquals(at(0, before), at(0, after));
  assertNotEquals(at(0, 5, 1), at(0, 5, 2));
  const hpet = stableFacts({ ...factsOf({}), clock: { source: "hpet" } });
  assertNotEquals(hpet, stableFacts({ ...factsOf({}), clock: { source: "tsc" } }));
});

Deno.test("stableFacts() tells the firmware of a disk with the disk alone", () => {
  const bios = { component: "BIOS", version: "2.12.2" };
  const disk = { component: "disk", version: "LS0B", where: "sda" }, cpld = { component: "CPLD", version: "3" };
  const facts = { sources: {}, firmwares: [bios, disk, cpld] };
  assertEquals(stableFacts(facts as unknown as Facts), { sources: {}, firmwares: [cpld] });
});
