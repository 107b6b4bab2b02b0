/** mk_hw_*: what the old agent read from lscpu and lshw, for every machine. */
import type { Disk, Facts, HardwareNode, NamedText } from "../../collectors/facts.ts";
import { walk } from "../../collectors/lshw.ts";
import type { Attribute } from "./attribute.ts";
import { cleanKey, fieldKey } from "./attribute.ts";
import { decimalSize, diskSize, fieldText, type LshwField } from "./lshw_text.ts";

const BUS = ["description", "product", "vendor", "version", "serial", "physical id"] as const;
const FIRMWARE = [
  "description",
  "vendor",
  "physical id",
  "version",
  "date",
  "size",
  "capabilities",
  "capacity",
] as const;
const MEMORY = ["description", "physical id", "slot", "size"] as const;
const DISK = [
  "description",
  "product",
  "physical id",
  "bus info",
  "logical name",
  "version",
  "serial",
  "size",
  "configuration",
] as const;
const CPU = [
  "description",
  "product",
  "vendor",
  "physical id",
  "bus info",
  "version",
  "serial",
  "slot",
  "size",
  "capacity",
  "width",
  "clock",
  "capabilities",
  "configuration",
] as const;
const NIC = [
  "description",
  "physical id",
  "bus info",
  "logical name",
  "version",
  "serial",
  "size",
  "capacity",
  "width",
  "clock",
  "capabilities",
  "configuration",
] as const;

/** lscpu's fields, by the names that it gave them over the years, and the old agent's key for them. */
const LSCPU: readonly [names: readonly string[], key: string][] = [
  [["Architecture"], "Architecture"],
  [["CPU op-mode(s)"], "CPU_op-mode(s)"],
  [["Byte Order"], "Byte_Order"],
  [["CPU socket(s)", "Socket(s)"], "CPU_socket(s)"],
  [["Vendor ID"], "Vendor_ID"],
  [["CPU family"], "CPU_family"],
  [["Model"], "Model"],
  [["Stepping"], "Stepping"],
  [["CPU MHz"], "CPU_MHz"],
  [["BogoMIPS"], "BogoMIPS"],
  [["Virtualization"], "Virtualization"],
  [["L1d cache", "L1d"], "L1d_cache"],
  [["L1i cache", "L1i"], "L1i_cache"],
  [["L2 cache", "L2"], "L2_cache"],
  [["L3 cache", "L3"], "L3_cache"],
];

/** All mk_hw_* attributes, in the old agent's order. */
export function* hardwareAttributes(facts: Facts): Generator<Attribute> {
  yield* lscpuAttributes(facts);
  const nodes = [...walk(facts.hardware ?? [])];
  const ofClass = (nodeClass: string, id: RegExp) =>
    nodes.filter(({ node }) => node.class === nodeClass && id.test(node.id) && !node.disabled);
  const core = nodes.find(({ node }) => node.id === "core" && node.class === "bus");
  if (core) yield* nodeAttributes("mk_hw_bus", core.node, BUS);
  const firmware = ofClass("memory", /^firmware$/)[0];
  if (firmware) yield* nodeAttributes("mk_hw_fw", firmware.node, FIRMWARE);
  yield* memoryAttributes(nodes.map(({ node }) => node).filter((node) => node.class === "memory"));
  yield* diskAttributes(facts, nodes.map(({ node }) => node));
  yield* cpuAttributes(facts, ofClass("processor", /^cpu(:\d+)?$/));
  yield* nicAttributes(ofClass("network", /^network(:\d+)?$/).map(({ node }) => node));
}

function* lscpuAttributes({ cpu, volatile }: Facts): Generator<Attribute> {
  const stable = cpu?.lscpu ?? [], changing = volatile?.lscpu ?? [];
  const find = (fields: NamedText[], names: readonly string[]) =>
    fields.find(({ name, value }) => names.includes(name) && value !== "" && value !== "-");
  for (const [names, key] of LSCPU) {
    const field = find(stable, names) ?? find(changing, names);
    if (!field) continue;
    yield {
      name: `mk_hw_lscpu_${cleanKey(fieldKey(key))}`,
      value: field.value,
      from: { source: "lscpu -J", line: field.name, how: "as lscpu words it" },
      ...(stable.includes(field) ? {} : { isVolatile: true }),
    };
  }
}

/** One attribute for each field that the node has. `given` replaces lshw's text, or stands in where lshw has none. */
function* nodeAttributes(
  prefix: string,
  node: HardwareNode,
  fields: readonly LshwField[],
  given: Partial<Record<LshwField, Given>> = {},
): Generator<Attribute> {
  for (const field of fields) {
    const own = given[field];
    const value = own?.value ?? fieldText(node, field);
    if (value === undefined) continue;
    yield {
      name: `${prefix}_${field.replaceAll(" ", "_")}`,
      value,
      from: {
        source: own?.source ?? "lshw -json",
        ...(own?.source ? {} : { node }),
        how: own?.how ?? `"${field}" of the node "${node.id}", in the form of lshw's text output`,
      },
      ...(own?.isVolatile ? { isVolatile: true } : {}),
    };
  }
}

interface Given {
  value: string | undefined;
  how: string;
  /** Where it is not lshw that told it. */
  source?: string;
  isVolatile?: boolean;
}

function* count(name: string, things: readonly unknown[], what: string): Generator<Attribute> {
  yield {
    name,
    value: String(things.length),
    from: { source: "lshw -json", how: `the number of ${what}, as a decimal string` },
  };
}

function* memoryAttributes(nodes: HardwareNode[]): Generator<Attribute> {
  const systems = nodes.filter((node) => /^memory(:\d+)?$/.test(node.id) && (node.size ?? 0) > 0);
  const [first] = systems;
  if (first) {
    // A board with an array for each socket has several: what a tag wants is their sum.
    const total = { ...first, size: systems.reduce((sum, node) => sum + node.size!, 0) };
    yield* nodeAttributes("mk_hw_mem", total, MEMORY);
  }
  if (nodes.length === 0) return;
  const banks = nodes.filter((node) => /^bank(:\d+)?$/.test(node.id) && (node.size ?? 0) > 0);
  yield* count("mk_hw_mem_slot_count", banks, "memory banks with a size");
  for (const [i, bank] of banks.entries()) yield* nodeAttributes(`mk_hw_mem_slot${i}`, bank, MEMORY);
}

function* diskAttributes({ disks }: Facts, nodes: HardwareNode[]): Generator<Attribute> {
  if (!disks) return;
  const ofName = new Map(
    nodes.filter((node) => node.class === "disk").flatMap((node) =>
      (node.logicalNames ?? []).map((name) => [name, node] as const)
    ).reverse(),
  );
  yield* count("mk_hw_disk_count", disks, "disks");
  for (const [i, disk] of disks.entries()) {
    const path = disk.path ?? `/dev/${disk.name}`;
    const node = ofName.get(path) ?? { id: disk.name, class: "disk" };
    yield* nodeAttributes(`mk_hw_disk${i}`, node, DISK, diskGivens(disk, node, path));
  }
}

/** What the kernel knows of a disk where lshw (NVMe, virtio) says nothing, and the device for "logical name". */
function diskGivens(disk: Disk, node: HardwareNode, path: string): Partial<Record<LshwField, Given>> {
  const standIn = (field: LshwField, value: string | undefined): Partial<Record<LshwField, Given>> =>
    fieldText(node, field) !== undefined || value === undefined
      ? {}
      : { [field]: { value, source: `/sys/block/${disk.name}`, how: "lshw says nothing of it, the kernel does" } };
  return {
    "logical name": { value: path, how: "the device itself, not the mount point" },
    ...standIn("product", disk.model),
    ...standIn("bus info", disk.busAddress),
    ...standIn("version", disk.firmware),
    ...standIn("serial", disk.serialNumber),
    ...standIn("size", disk.sizeBytes ? diskSize(disk.sizeBytes) : undefined),
  };
}

function* cpuAttributes({ volatile }: Facts, cpus: { node: HardwareNode; path: string }[]): Generator<Attribute> {
  if (cpus.length === 0) return;
  yield* count("mk_hw_cpu_count", cpus, "sockets with a CPU");
  for (const [i, { node, path }] of cpus.entries()) {
    const clock = volatile?.hardware?.find((value) => value.node === path && value.field === "size")?.value;
    const text = clock && Number(clock) > 0 ? decimalSize(Number(clock), "Hz") : undefined;
    yield* nodeAttributes(`mk_hw_cpu${i}`, node, CPU, {
      size: { value: text, how: "the current clock, in the form of lshw's text output", isVolatile: true },
    });
  }
}

function* nicAttributes(nics: HardwareNode[]): Generator<Attribute> {
  if (nics.length === 0) return;
  yield* count("mk_hw_nic_count", nics, "network devices that are not disabled");
  for (const [i, nic] of nics.entries()) {
    // virtio: the PCI device has the place, the interface below it the name and the address.
    const below = nic.children?.find((child) => child.class === "network" && child.logicalNames);
    const standIn = (field: LshwField): Partial<Record<LshwField, Given>> =>
      below && fieldText(nic, field) === undefined
        ? { [field]: { value: fieldText(below, field), how: `of the interface "${below.id}" on this device` } }
        : {};
    yield* nodeAttributes(`mk_hw_nic${i}`, nic, NIC, {
      ...standIn("logical name"),
      ...standIn("serial"),
      ...standIn("size"),
      ...standIn("capacity"),
    });
  }
}
