/** Facts for tests: small ones with what a test is about, and those of a big server. */
import type { Disk, Facts, Nic } from "../../collectors/facts/mod.ts";
import type { Collection, Values } from "../../collectors/mod.ts";
import type { HardwareNode } from "../../collectors/tools/lshw/node.ts";

/** The facts that are always there, and `some`. */
export function someFacts(some: Partial<Facts> = {}): Facts {
  return {
    schemaVersion: 2,
    agentVersion: "0.0.0",
    collectedAt: "2024-01-01T00:00:00.000Z",
    sources: {},
    identity: { uuidSource: "none", macs: [] },
    ...some,
  };
}

/** A collection of these facts, and of these values of sources. */
export function someCollection(facts: Partial<Facts> = {}, values: Partial<Values> = {}): Collection {
  const source = { status: "ok", elapsedMs: 1 } as const;
  const parts = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { source, collectedAt: "2024-01-01T00:00:00.000Z", value }]),
  );
  return { facts: someFacts(facts), parts };
}

/** lshw's tree with these nodes in its core. */
export function treeOf(...nodes: HardwareNode[]): HardwareNode[] {
  return [{
    id: "host",
    class: "system",
    claimed: true,
    children: [{ id: "core", class: "bus", claimed: true, description: "Motherboard", physId: "0", children: nodes }],
  }];
}

/** `count` things, each made of its number. */
function times<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

/** A server with 64 NICs, 200 disks, 48 DIMMs and 4 sockets of 64 CPUs, every text as long as texts get there. */
export function bigServer(): Collection {
  const capabilities = times(120, (i) => ({ name: `capability_${i}`, value: "true" }));
  const configuration = times(12, (i) => ({ name: `setting${i}`, value: "a value of some length" }));
  const mac = (i: number) => `b0:83:fe:d0:00:${i.toString(16).padStart(2, "0")}`;
  const diskNode = (i: number): HardwareNode => ({
    id: `disk:${i}`,
    class: "disk",
    claimed: true,
    description: "SCSI Disk",
    product: "HUH721212AL5200",
    vendor: "HGST",
    physId: `0.${i}.0`,
    busInfo: `scsi@0:0.${i}.0`,
    logicalNames: [`/dev/disk${i}`],
    version: "A3D0",
    serial: `8DJ${i}`,
    size: 12_000_138_625_024,
    configuration,
  });
  const nicNode = (i: number): HardwareNode => ({
    id: `network:${i}`,
    class: "network",
    claimed: true,
    description: "Ethernet interface",
    physId: `${i}`,
    busInfo: `pci@0000:3b:00.${i}`,
    logicalNames: [`ens${i}f0`],
    version: "01",
    serial: mac(i),
    size: 25_000_000_000,
    capacity: 25_000_000_000,
    width: 64,
    clock: 33_000_000,
    capabilities: capabilities.slice(0, 30),
    configuration,
  });
  const cpuNode = (i: number): HardwareNode => ({
    id: `cpu:${i}`,
    class: "processor",
    claimed: true,
    description: "CPU",
    product: "Intel(R) Xeon(R) Platinum 8380H CPU @ 2.90GHz",
    vendor: "Intel Corp.",
    physId: `4${i}`,
    busInfo: `cpu@${i}`,
    slot: `CPU${i}`,
    capacity: 4_500_000_000,
    width: 64,
    capabilities,
    configuration,
  });
  const banks = times(48, (i): HardwareNode => ({
    id: `bank:${i}`,
    class: "memory",
    claimed: true,
    description: "DIMM DDR4 Synchronous Registered (Buffered) 3200 MHz (0.3 ns)",
    physId: i.toString(16),
    slot: `DIMM_${i}`,
    size: 68_719_476_736,
  }));
  const nics = times(64, (i): Nic => ({
    name: `ens${i}f0`,
    physical: true,
    mac: mac(i),
    mtu: 9000,
    addresses: [{ family: "IPv4", address: `10.0.${i}.1`, prefixLength: 24, scope: "global" }],
  }));
  const disks = times(200, (i): Disk => ({
    name: `disk${i}`,
    path: `/dev/disk${i}`,
    hctl: `0:0:${i}:0`,
    vendor: "HGST",
    model: "HUH721212AL5200",
    sizeBytes: 12_000_138_625_024,
  }));
  const facts: Partial<Facts> = {
    nics,
    disks,
    partitions: disks.flatMap(({ name }) =>
      times(3, (i) => ({ name: `${name}p${i}`, disk: name, sizeBytes: 512 * i }))
    ),
    neighbours: nics.map(({ name }) => ({ interface: name, systemName: "leaf", systemDescription: "x".repeat(250) })),
    cpu: { sockets: 4, logical: times(256, (id) => ({ id, modelName: "Intel(R) Xeon(R) Platinum 8380H" })) },
  };
  const lshw = treeOf(
    { id: "memory", class: "memory", claimed: true, size: 48 * 68_719_476_736, children: banks },
    ...times(4, cpuNode),
    { id: "pci", class: "bridge", claimed: true, children: [...times(64, nicNode), ...times(200, diskNode)] },
  );
  return someCollection(facts, { lshw });
}
