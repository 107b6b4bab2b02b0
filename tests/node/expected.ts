/** What the facts of a machine must be: made from its description alone. */

import type { BmcChannel, Disk, Facts, Firmware, LldpVerdict, Nic } from "../../collectors/facts/mod.ts";
import type { HardwareNode } from "../../collectors/tools/lshw/node.ts";
import { walk } from "../../collectors/tools/lshw/tree.ts";
import type { Architecture, Machine, MachineDisk, MachineNic } from "./machine.ts";

/** One part of the facts that a description speaks of. */
export interface Expectation {
  name: string;
  /** What the facts say, as far as the description does. */
  actual: (facts: Facts) => unknown;
  expected: unknown;
}

const IP_SOURCES = { static: "Static Address", dhcp: "DHCP Address" } as const;

const TRANSPORTS: Partial<Record<MachineDisk["kind"], NonNullable<Disk["transport"]>>> = {
  "virtio-blk": "virtio",
  "virtio-scsi": "virtio",
  "ahci": "sata",
  "nvme": "nvme",
};

/** What a machine is booted with. */
const BOOTED: Record<Architecture, Firmware> = {
  x86_64: { bootMode: "bios", smbiosVersion: "2.8" },
  aarch64: { bootMode: "uefi", smbiosVersion: "3.0.0" },
};

/** Everything that the description says, by subject; what a machine does not have must not be in its facts. */
export function expectationsOf(machine: Machine): Expectation[] {
  const { architecture, firmwareFacts: told, cpu, bmc } = machine;
  const logicalCpus = cpu.sockets * cpu.coresPerSocket * cpu.threadsPerCore;
  const whole = (name: keyof Facts, expected: unknown): Expectation => ({
    ...{ name, expected, actual: (facts) => facts[name] },
  });
  const partly = (name: keyof Facts, expected: unknown): Expectation => ({
    ...{ name, expected, actual: (facts) => projected(facts[name], expected) },
  });
  return [
    ...(["system", "baseboard", "chassis", "oemStrings"] as const).map((name) => whole(name, told[name])),
    ...(["slots", "powerSupplies"] as const).map((name) => whole(name, told[name] ?? [])),
    whole("firmware", { ...told.firmware, ...BOOTED[architecture] }),
    partly("identity", { macs: machine.nics.map(({ mac }) => mac), hostname: machine.hostname }),
    partly("cpu", {
      ...{
        architecture,
        modelName: cpu.modelName,
        sockets: cpu.sockets,
        logicalCpus,
        onlineCpus: logicalCpus,
      },
      ...{ coresPerSocket: cpu.coresPerSocket, threadsPerCore: cpu.threadsPerCore },
      ...cpu.facts,
      logical: Array.from({ length: logicalCpus }, (_, id) => ({
        ...{ id, ...architecture === "x86_64" && { modelName: cpu.modelName } },
      })),
      numaNodes: numaNodes(machine, logicalCpus),
      ...(told.cpu?.packages && { packages: told.cpu.packages }),
    }),
    {
      name: "usable memory",
      expected: true,
      // The kernel keeps some for itself, and QEMU's tables take some.
      actual: ({ memory }) => {
        const share = (memory?.usableBytes ?? 0) / (machine.memoryMiB * 2 ** 20);
        return share > 0.8 && share <= 1 || `${memory?.usableBytes} bytes`;
      },
    },
    ...(told.memory ? [partly("memory", told.memory)] : []),
    partly("disks", [...machine.disks].sort(byName).map(expectedDisk)),
    partly("nics", machine.nics.map(expectedNic)),
    whole(
      "neighbours",
      nonEmpty(
        machine.nics.flatMap(({ name, wire }) => wire.kind === "switch" ? { interface: name, ...wire.port } : []),
      ),
    ),
    partly("lldp", machine.nics.map(expectedVerdict)),
    bmc
      ? partly("bmc", {
        ...bmc.facts,
        ipmiVersion: "2.0",
        available: true,
        channels: [expectedChannel(bmc.lan)],
        frus: [{ id: 0, ...bmc.fru }],
      })
      : whole("bmc", undefined),
    partly("virtualization", { virtual: true }),
    partly("os", { hardwareModel: architecture, hostname: machine.hostname }),
    whole("partitions", []),
    {
      name: "hardware",
      expected: [
        ...machine.nics.map(({ name, mac }) => `${name} ${mac}`),
        ...machine.disks.map(({ name, sizeBytes }) => `/dev/${name} ${sizeBytes}`),
        ...(told.memory?.dimms ?? []).map(({ locator, sizeBytes, serialNumber }) =>
          `${locator} ${sizeBytes} ${serialNumber}`
        ),
      ].sort(),
      actual: ({ raw }) =>
        [...walk((raw?.lshw ?? []) as HardwareNode[])].flatMap(({ node }) => hardwareLines(node, told)).sort(),
    },
  ];
}

/** What lshw says of a NIC, a disk, or a DIMM where the firmware's are told. */
function hardwareLines({ id, class: kind, logicalNames = [], serial, size, slot }: HardwareNode, told: Partial<Facts>) {
  if (kind === "network") return logicalNames.map((name) => `${name} ${serial}`);
  if (kind === "disk") {
    return logicalNames.filter((name) => /^\/dev\/(sd|vd|nvme)/.test(name)).map((name) => `${name} ${size}`);
  }
  return told.memory && id.startsWith("bank:") && size ? [`${slot} ${size} ${serial}`] : [];
}

function numaNodes({ cpu }: Machine, logicalCpus: number): { id: number; cpus: number[] }[] {
  const nodes = Math.max(cpu.numaNodes, 1);
  const each = logicalCpus / nodes;
  return Array.from({ length: nodes }, (_, id) => ({
    ...{ id, cpus: Array.from({ length: each }, (_, index) => id * each + index) },
  }));
}

function expectedDisk(disk: MachineDisk): Partial<Disk> {
  const { name, kind, sizeBytes, serialNumber, vendor, model, firmware, wwn, rpm } = disk;
  const transport = TRANSPORTS[kind];
  return {
    ...{ name, path: `/dev/${name}`, sizeBytes, serialNumber, removable: false, readOnly: false },
    ...(transport && { transport }),
    ...(vendor && { vendor }),
    ...(model && { model, rotational: rpm !== undefined }),
    ...(firmware && { firmware }),
    ...(wwn && { wwn: wwn.replace("0x", "naa.") }),
    ...(kind === "nvme" && { model: NVME_MODEL, rotational: false, wwn: nvmeWwid(serialNumber) }),
  };
}

const NVME_MODEL = "QEMU NVMe Ctrl";

/** What the kernel makes of an NVMe disk that says no other: vendor, serial and model in hex, the namespace. */
function nvmeWwid(serialNumber: string): string {
  const hex = (text: string) => new TextEncoder().encode(text).toHex();
  return `nvme.1b36-${hex(serialNumber)}-${hex(NVME_MODEL)}-00000001`;
}

const DRIVERS = { "virtio-net-pci": "virtio_net", "e1000e": "e1000e", "e1000": "e1000" } as const;
/** In pci.ids. */
const VENDORS = { "virtio-net-pci": "Red Hat, Inc.", "e1000e": "Intel Corporation", "e1000": "Intel Corporation" };
const PCI_IDS = { "virtio-net-pci": "1af4:1000", "e1000e": "8086:10d3", "e1000": "8086:100e" } as const;

function expectedNic({ name, mac, model, slot, bridge, wire }: MachineNic): Partial<Nic> {
  const [vendorId, deviceId] = PCI_IDS[model].split(":") as [string, string];
  return {
    ...{ name, mac, permanentMac: mac, physical: true, driver: DRIVERS[model], vendorId, deviceId },
    vendor: VENDORS[model],
    pciAddress: `0000:${hexByte(bridge ?? 0)}:${hexByte(slot)}.0`,
    ...{ carrier: wire.kind !== "unplugged", operState: wire.kind === "unplugged" ? "down" : "up" },
    ...(wire.kind === "host" && {
      addresses: [{ family: "IPv4", address: "10.0.2.15", prefixLength: 24, scope: "global" }, {
        ...{ family: "IPv6", address: linkLocal(mac), prefixLength: 64, scope: "link" },
      }],
    }),
  };
}

function hexByte(number: number): string {
  return number.toString(16).padStart(2, "0");
}

/** The address that the kernel makes of a MAC (RFC 4291, appendix A). */
function linkLocal(mac: string): string {
  const [a, b, c, d, e, f] = mac.split(":").map((byte) => parseInt(byte, 16)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const groups = [(a ^ 2) << 8 | b, c << 8 | 0xff, 0xfe00 | d, e << 8 | f];
  return `fe80::${groups.map((group) => group.toString(16)).join(":")}`;
}

function expectedVerdict({ name, wire }: MachineNic): LldpVerdict {
  const verdicts = {
    switch: "neighbour",
    unplugged: "noCarrier",
    host: "nothingHeard",
    silent: "nothingHeard",
  } as const;
  return { interface: name, verdict: verdicts[wire.kind] };
}

function expectedChannel(lan: NonNullable<Machine["bmc"]>["lan"]): Partial<BmcChannel> {
  const { ip, netmask, mac, gateway, gatewayMac } = lan;
  return { number: 1, ip, ipSource: IP_SOURCES[lan.ipSource], netmask, mac, gateway, gatewayMac };
}

/** Names with their numbers compared as numbers, and sdz before sdaa. */
function byName(a: { name: string }, b: { name: string }): number {
  const key = ({ name }: { name: string }) => name.startsWith("sd") ? `sd${name.length}${name}` : name;
  return key(a) < key(b) ? -1 : 1;
}

function nonEmpty<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}

/** `actual` without the keys that `expected` does not speak of; lists keep all their entries. */
function projected(actual: unknown, expected: unknown): unknown {
  if (Array.isArray(actual) && Array.isArray(expected)) {
    return actual.map((entry, index) => projected(entry, expected[index]));
  }
  if (typeof actual !== "object" || actual === null || typeof expected !== "object" || expected === null) return actual;
  return Object.fromEntries(
    Object.entries(actual).filter(([key]) => Object.hasOwn(expected, key))
      .map(([key, value]) => [key, projected(value, (expected as Record<string, unknown>)[key])]),
  );
}
